import type { Span } from "../expression/expression.ts";
import type { NamedTable, Relation, TableFunction } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { parseSortKeys } from "./parse-window.ts";
import { atQuery } from "./query-start.ts";
import { unsupportedRelation } from "./unsupported-relation.ts";

type Argument = TableFunction["args"][number];

/** What a TABLE argument has that no table function here takes, and where. */
interface Refused {
  readonly feature: string;
  readonly instead: string;
  readonly span: Span;
}

/** Reads the brackets of a table function behind its name. */
export function parseTableFunction(
  parser: Parser,
  name: readonly string[],
  streaming: boolean,
  start: number,
): Relation {
  const refused: Refused[] = [];
  parser.expect("(");
  const args = parser.listUntil(")", () => parseArgument(parser, refused));
  const [first] = refused;
  if (first) return unsupportedRelation(parser, start, first.span, first.feature, first.instead);
  const table = streaming ? streamedTable(name, args) : undefined;
  if (table !== undefined) return { ...table, span: parser.span(start) };
  return { kind: "TableFunction", name: name.join(".").toLowerCase(), args, streaming, span: parser.span(start) };
}

/** `STREAM read_stream('t', skipChangeCommits => true)` is another spelling of `STREAM t WITH (skipChangeCommits = true)`. */
function streamedTable(name: readonly string[], args: readonly Argument[]): NamedTable | undefined {
  const [table, ...options] = args;
  if (name.join(".").toLowerCase() !== "read_stream" || table === undefined || table.name !== undefined)
    return undefined;
  const text = constantText(table.value);
  const pairs = options.map((one) => [one.name, constantText(one.value)] as const);
  if (text === undefined || pairs.some(([key, value]) => key === undefined || value === undefined)) return undefined;
  return { kind: "NamedTable", name: text.split("."), streaming: true, options: Object.fromEntries(pairs) };
}

function constantText(value: Argument["value"]): string | undefined {
  return value.kind === "Literal" && value.value !== null ? String(value.value) : undefined;
}

function parseArgument(parser: Parser, refused: Refused[]): Argument {
  const name = parser.atName() && parser.peek(1).key === "=>" ? parser.next().value : undefined;
  if (name !== undefined) parser.expect("=>");
  const value = atTable(parser) ? parseTableArgument(parser, refused) : parser.expression();
  return name === undefined ? { value } : { name, value };
}

function atTable(parser: Parser): boolean {
  return parser.at("TABLE") && (parser.peek(1).key === "(" || parser.atName(undefined, 1));
}

function parseTableArgument(parser: Parser, refused: Refused[]): NamedTable {
  const { start } = parser.peek();
  parser.expect("TABLE");
  const bracket = parser.accept("(");
  const name = bracket && atQuery(parser) ? parseQueryArgument(parser, refused) : parser.qualifiedName("a table");
  if (bracket) parser.expect(")");
  const table: NamedTable = { kind: "NamedTable", name, streaming: false, options: {}, span: parser.span(start) };
  parsePartitioning(parser, refused);
  return table;
}

function parseQueryArgument(parser: Parser, refused: Refused[]): readonly string[] {
  const at = parser.peek().start;
  parser.query();
  const instead = "Give the query a name with WITH or as a view, and pass TABLE(name).";
  refused.push({ feature: "a query as TABLE argument", instead, span: parser.span(at) });
  return [];
}

/** `PARTITION BY .. ORDER BY ..`, `DISTRIBUTE BY .. SORT BY ..`, `WITH SINGLE PARTITION`. */
function parsePartitioning(parser: Parser, refused: Refused[]): void {
  const at = parser.peek().start;
  if (!parser.accept("WITH", "SINGLE", "PARTITION")) {
    if (parser.acceptAny("PARTITION", "DISTRIBUTE") === undefined) return;
    parser.expect("BY");
    if (parser.at("(")) bracketed(parser, () => parser.expression());
    else parser.operand();
  }
  if (parser.acceptAny("ORDER", "SORT") !== undefined) {
    parser.expect("BY");
    if (parser.at("(")) bracketed(parser, () => parseSortKeys(parser));
    else parseSortKeys(parser);
  }
  refused.push({
    feature: "partitioning of a TABLE argument",
    instead: "Pass the table alone.",
    span: parser.span(at),
  });
}

function bracketed(parser: Parser, part: () => unknown): void {
  parser.expect("(");
  parser.list(part);
  parser.expect(")");
}
