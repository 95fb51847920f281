import type { Expression } from "../expression/expression.ts";
import type { InlineTable, Join, JoinKind, LateralView, Relation } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { NOT_A_TABLE_ALIAS } from "./keyword.ts";
import { parsePivots } from "./parse-pivot.ts";
import { parseSampleAndWatermark } from "./parse-sample.ts";
import { parseTable } from "./parse-table.ts";
import { parseAlias } from "./parse-table-alias.ts";
import { atQuery } from "./query-start.ts";
import { problemAt } from "./syntax-problem.ts";

/** Reads what stands behind FROM: relations between commas, then LATERAL VIEWs. */
export function parseFrom(parser: Parser): Relation {
  const { start } = parser.peek();
  let from = parseJoined(parser);
  let steps = 0;
  while (parser.accept(",")) {
    const lateral = parser.accept("LATERAL");
    const right = parseJoined(parser);
    from = { kind: "Join", left: from, right, how: "inner", ...(lateral && { lateral }), span: parser.span(start) };
    parser.deepen();
    steps++;
  }
  while (parser.at("LATERAL")) {
    from = parseLateralView(parser, from, start);
    parser.deepen();
    steps++;
  }
  parser.release(steps);
  return from;
}

/** Reads one relation with its joins and pivots. */
function parseJoined(parser: Parser): Relation {
  const { start } = parser.peek();
  let left = parseRelation(parser);
  let steps = 0;
  for (;;) {
    const next = parsePivots(parser, left, start) ?? parseJoin(parser, left, start);
    if (next === undefined) break;
    left = next;
    parser.deepen();
    steps++;
  }
  parser.release(steps);
  return left;
}

/** Reads one relation with its alias: a table, a query or relations in brackets, or VALUES. */
function parseRelation(parser: Parser): Relation {
  return parser.nested(() => {
    const { start } = parser.peek();
    if (atValues(parser)) return parseAlias(parser, parseInlineTable(parser), start);
    const input = parser.at("(") ? parseBracketed(parser) : parseNamed(parser);
    return parseAlias(parser, parseSampleAndWatermark(parser, input, start), start);
  });
}

function parseNamed(parser: Parser): Relation {
  const { kind, key } = parser.peek();
  if (kind === "word" && NOT_A_TABLE_ALIAS.has(key))
    throw parser.fail("expected a table, a query in brackets or VALUES");
  return parseTable(parser);
}

function parseBracketed(parser: Parser): Relation {
  const query = atQuery(parser, 1) || parser.peek(1).key === "VALUES";
  parser.expect("(");
  const inner = query ? parser.query() : parseFrom(parser);
  parser.expect(")");
  return inner;
}

function atValues(parser: Parser): boolean {
  return parser.at("VALUES") && (atQuery(parser) || ["-", "+", "~"].includes(parser.peek(1).key));
}

/** Reads `VALUES (1, 'a'), ..`. */
export function parseInlineTable(parser: Parser): InlineTable {
  const { start } = parser.peek();
  parser.expect("VALUES");
  const rows = parser.list(() => parseRow(parser));
  return { kind: "InlineTable", rows, span: parser.span(start) };
}

function parseRow(parser: Parser): readonly Expression[] {
  const { start } = parser.peek();
  const tuple = parser.at("(");
  const row = parser.expression();
  return tuple && row.kind === "Call" && row.name === "struct" && row.span?.start === start ? row.args : [row];
}

const JOIN_WORDS: Readonly<Record<string, JoinKind>> = {
  ...{ INNER: "inner", CROSS: "cross", LEFT: "left", RIGHT: "right", FULL: "full", SEMI: "semi", ANTI: "anti" },
};

function parseJoin(parser: Parser, left: Relation, start: number): Relation | undefined {
  if (!parser.at("JOIN", "NATURAL", ...Object.keys(JOIN_WORDS))) return undefined;
  const natural = parser.accept("NATURAL");
  const how = parseJoinKind(parser);
  parser.expect("JOIN");
  const lateral = parser.accept("LATERAL");
  const right = parseRelation(parser);
  const join: Join = {
    ...{ kind: "Join", left, right, how, ...(natural && { natural }), ...(lateral && { lateral }) },
    ...(!natural && parseCriteria(parser)),
    span: parser.span(start),
  };
  return join;
}

function parseJoinKind(parser: Parser): JoinKind {
  const word = parser.acceptAny(...Object.keys(JOIN_WORDS));
  if (word === undefined) return "inner";
  if (word === "LEFT" && parser.accept("SEMI")) return "semi";
  if (word === "LEFT" && parser.accept("ANTI")) return "anti";
  if (["LEFT", "RIGHT", "FULL"].includes(word)) parser.accept("OUTER");
  return JOIN_WORDS[word] ?? "inner";
}

function parseCriteria(parser: Parser): Pick<Join, "condition" | "using"> {
  if (parser.accept("ON")) return { condition: parser.expression() };
  if (!parser.accept("USING")) return {};
  parser.expect("(");
  const using = parser.list(() => parser.name("a column"));
  parser.expect(")");
  return { using };
}

function parseLateralView(parser: Parser, input: Relation, start: number): LateralView {
  parser.expect("LATERAL", "VIEW");
  const outer = parser.accept("OUTER");
  const first = parser.peek();
  const generator = parser.operand();
  if (generator.kind !== "Call") throw parser.fail("expected a generator such as explode(column)", first);
  const table = parser.atName(NOT_A_TABLE_ALIAS) ? parser.name() : undefined;
  const named = parser.accept("AS") || (table !== undefined && parser.atName(NOT_A_TABLE_ALIAS));
  const columns = named ? parser.list(() => parser.name("a column")) : [];
  refusePivot(parser);
  return {
    ...{ kind: "LateralView", input, generator, outer, ...(table !== undefined && { table }), columns },
    span: parser.span(start),
  };
}

function refusePivot(parser: Parser): void {
  if (!parser.at("PIVOT", "UNPIVOT") || !["(", "INCLUDE", "EXCLUDE"].includes(parser.peek(1).key)) return;
  const { start, end, key } = parser.peek();
  throw problemAt(
    parser.span(start, end),
    `Not allowed in the FROM clause: LATERAL together with ${key}. Put the LATERAL VIEW into a sub-query.`,
    {},
    { condition: `NOT_ALLOWED_IN_FROM.LATERAL_WITH_${key}`, sqlState: "42601" },
  );
}
