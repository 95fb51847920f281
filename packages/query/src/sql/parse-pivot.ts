import type { Expression } from "../expression/expression.ts";
import type { Pivot, Relation, Unpivot } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { NOT_AN_ALIAS } from "./keyword.ts";
import { parseNamedExpression } from "./parse-named.ts";
import { parseAlias } from "./parse-table-alias.ts";

/** Reads PIVOT or UNPIVOT behind a relation; undefined when neither comes. */
export function parsePivots(parser: Parser, input: Relation, start: number): Relation | undefined {
  if (parser.sees(["PIVOT", "("])) return parseAlias(parser, parsePivot(parser, input, start), start);
  const unpivots = parser.at("UNPIVOT") && ["(", "INCLUDE", "EXCLUDE"].includes(parser.peek(1).key);
  return unpivots ? parseAlias(parser, parseUnpivot(parser, input, start), start) : undefined;
}

function parsePivot(parser: Parser, input: Relation, start: number): Pivot {
  parser.expect("PIVOT", "(");
  const aggregates = parser.list(() => parsePivotAggregate(parser));
  parser.expect("FOR");
  const columns = parseColumns(parser);
  parser.expect("IN", "(");
  const values = parser.list(() => parseNamedExpression(parser));
  parser.expect(")", ")");
  return { kind: "Pivot", input, aggregates, columns, values, span: parser.span(start) };
}

function parsePivotAggregate(parser: Parser): Expression {
  const { start } = parser.peek();
  const expression = parser.expression();
  if (!parser.accept("AS") && (parser.at("FOR") || !parser.atName(NOT_AN_ALIAS))) return expression;
  return { kind: "Alias", expression, names: [parser.name("an alias")], span: parser.span(start) };
}

function parseColumns(parser: Parser): readonly Expression[] {
  if (!parser.accept("(")) return [parseColumn(parser)];
  const columns = parser.list(() => parseColumn(parser));
  parser.expect(")");
  return columns;
}

function parseColumn(parser: Parser): Expression {
  const { start } = parser.peek();
  const name = parser.qualifiedName("a column");
  return { kind: "ColumnReference", name, span: parser.span(start) };
}

function parseUnpivot(parser: Parser, input: Relation, start: number): Unpivot {
  parser.expect("UNPIVOT");
  const includeNulls = parser.acceptAny("INCLUDE", "EXCLUDE") === "INCLUDE";
  if (parser.last.key !== "UNPIVOT") parser.expect("NULLS");
  parser.expect("(");
  const several = parser.accept("(");
  const valueColumns = several ? parser.list(() => parser.name("a column")) : [parser.name("a column")];
  if (several) parser.expect(")");
  parser.expect("FOR");
  const nameColumn = parser.name("a column");
  parser.expect("IN", "(");
  const values = parser.list(() => parseUnpivotValue(parser, several));
  parser.expect(")", ")");
  return { kind: "Unpivot", input, values, nameColumn, valueColumns, includeNulls, span: parser.span(start) };
}

function parseUnpivotValue(parser: Parser, several: boolean): Unpivot["values"][number] {
  if (several && !parser.at("(")) throw parser.fail("expected '(' and as many columns as there are value columns");
  const columns = parseColumns(parser);
  const named = parser.accept("AS") || parser.atName();
  return named ? { columns, alias: parser.name("an alias") } : { columns };
}
