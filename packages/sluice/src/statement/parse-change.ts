import { type Expression, type Parser, parseTable, type Relation, unsupported } from "@sluice/query";
import { parseNameReference } from "./parse-name.ts";
import type { Assignment, ChangeTable, MergeClause, NameReference, Statement } from "./statement.ts";

const NOT_AN_ALIAS: ReadonlySet<string> = new Set(["WHERE", "SET", "USING", "ON"]);

/** Reads `DELETE FROM t [[AS] a] [WHERE condition]`. */
export function parseDelete(parser: Parser): Statement {
  parser.expect("DELETE", "FROM");
  const target = parseTarget(parser);
  return { kind: "Change", operation: "DELETE", ...target, ...parseWhere(parser) };
}

/** Reads `UPDATE t [[AS] a] SET column = expression, .. [WHERE condition]`. */
export function parseUpdate(parser: Parser): Statement {
  parser.expect("UPDATE");
  const target = parseTarget(parser);
  parser.expect("SET");
  const assignments = parser.list(() => parseAssignment(parser));
  return { kind: "Change", operation: "UPDATE", ...target, assignments, ...parseWhere(parser) };
}

/** Reads `MERGE INTO t [[AS] a] USING source [[AS] b] ON condition WHEN ..`. */
export function parseMerge(parser: Parser): Statement {
  parser.expect("MERGE");
  if (parser.at("WITH"))
    throw refusedHere(parser, "MERGE WITH SCHEMA EVOLUTION", "Add the columns to the table first.");
  parser.expect("INTO");
  const target = parseTarget(parser);
  parser.expect("USING");
  const source = parseSource(parser);
  parser.expect("ON");
  const condition = parseCondition(parser);
  const clauses: MergeClause[] = [];
  while (parser.accept("WHEN")) clauses.push(parseClause(parser));
  if (clauses.length === 0) throw parser.fail("expected WHEN MATCHED or WHEN NOT MATCHED");
  return { kind: "Merge", ...target, ...source, on: condition.condition, text: condition.text, clauses };
}

function parseTarget(parser: Parser): Pick<ChangeTable, "table" | "alias"> {
  const table = parseNameReference(parser, "a table");
  return { table, alias: parseAlias(parser) ?? table.parts.at(-1) ?? "" };
}

function parseAlias(parser: Parser): string | undefined {
  if (!parser.accept("AS") && !parser.atName(NOT_AN_ALIAS)) return undefined;
  return parser.name("an alias");
}

function parseSource(parser: Parser): { readonly source: Relation; readonly sourceAlias: string } {
  if (parser.accept("(")) {
    const source = parser.query();
    parser.expect(")");
    return { source, sourceAlias: parseAlias(parser) ?? "__source" };
  }
  const source = parseTable(parser);
  const name = source.kind === "NamedTable" ? source.name.at(-1) : undefined;
  return { source, sourceAlias: parseAlias(parser) ?? name ?? "__source" };
}

function parseWhere(parser: Parser): { readonly condition?: Expression; readonly text?: string } {
  return parser.accept("WHERE") ? parseCondition(parser) : {};
}

function parseCondition(parser: Parser): { readonly condition: Expression; readonly text: string } {
  const { start } = parser.peek();
  const condition = parser.expression();
  return { condition, text: parser.text.slice(start, parser.last.end) };
}

function parseAssignment(parser: Parser): Assignment {
  const column = parseNameReference(parser, "a column");
  parser.expect("=");
  return { column, value: parser.expression() };
}

function parseClause(parser: Parser): MergeClause {
  const missing = parser.accept("NOT");
  parser.expect("MATCHED");
  const bySource = missing && parser.accept("BY", "SOURCE");
  if (missing && !bySource) parser.accept("BY", "TARGET");
  const when = !missing ? "Matched" : bySource ? "NotMatchedBySource" : "NotMatched";
  const condition = parser.accept("AND") ? parseCondition(parser) : {};
  parser.expect("THEN");
  return { when, ...condition, ...(when === "NotMatched" ? parseInsertAction(parser) : parseRowAction(parser)) };
}

type Action = Pick<MergeClause, "action" | "assignments" | "all">;

function parseRowAction(parser: Parser): Action {
  if (parser.accept("DELETE")) return { action: "delete" };
  parser.expect("UPDATE", "SET");
  if (parser.accept("*")) return { action: "update", all: true };
  return { action: "update", assignments: parser.list(() => parseAssignment(parser)) };
}

function parseInsertAction(parser: Parser): Action {
  parser.expect("INSERT");
  if (parser.accept("*")) return { action: "insert", all: true };
  parser.expect("(");
  const columns: NameReference[] = parser.listUntil(")", () => parseNameReference(parser, "a column"));
  parser.expect("VALUES", "(");
  const values = parser.listUntil(")", () => parser.expression());
  if (values.length !== columns.length) throw parser.fail(`expected ${columns.length} values, one for each column`);
  const assignments = columns.flatMap((column, i) => {
    const value = values[i];
    return value === undefined ? [] : [{ column, value }];
  });
  return { action: "insert", assignments };
}

function refusedHere(parser: Parser, feature: string, plan: string): Error {
  const { start, end } = parser.peek();
  return unsupported(parser.span(start, end), feature, plan);
}
