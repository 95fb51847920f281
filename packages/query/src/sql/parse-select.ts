import type { Expression } from "../expression/expression.ts";
import type { Relation } from "../relation/relation.ts";
import { hasAggregate } from "./aggregate-name.ts";
import type { Parser } from "./cursor.ts";
import { parseFrom } from "./parse-from.ts";
import { type Grouping, parseGroupBy } from "./parse-group-by.ts";
import { parseNamedExpression } from "./parse-named.ts";
import { atTransform, parseTransform } from "./parse-transform.ts";
import { parseWindow } from "./parse-window.ts";

/** Reads one SELECT with its clauses up to QUALIFY and WINDOW; also `FROM t SELECT ..` and `FROM t` alone. */
export function parseSelect(parser: Parser): Relation {
  const { start } = parser.peek();
  const early = parser.accept("FROM") ? parseFrom(parser) : undefined;
  if (early !== undefined && !parser.at("SELECT")) return early;
  if (!parser.accept("SELECT")) throw parser.fail("expected SELECT");
  const distinct = parser.acceptAny("DISTINCT", "ALL") === "DISTINCT";
  if (atTransform(parser)) return parseTransform(parser, start);
  const list = parseSelectList(parser);
  const from = early === undefined && parser.accept("FROM") ? parseFrom(parser) : early;
  const rows: Relation = from ?? { kind: "OneRow", span: parser.span(start) };
  return parseClauses(parser, rows, list, distinct, start);
}

function parseSelectList(parser: Parser): readonly Expression[] {
  return parser.list(() => {
    if (parser.at("FROM") && parser.last.key === ",") throw parser.fail("expected a column after ','");
    return parseNamedExpression(parser);
  });
}

function parseClauses(
  parser: Parser,
  from: Relation,
  list: readonly Expression[],
  distinct: boolean,
  start: number,
): Relation {
  const where = parser.accept("WHERE") ? parser.expression() : undefined;
  const rows: Relation = where ? { kind: "Filter", input: from, condition: where, span: parser.span(start) } : from;
  const grouping = parser.accept("GROUP", "BY") ? parseGroupBy(parser) : undefined;
  const having = parser.accept("HAVING") ? parser.expression() : undefined;
  let result = project(rows, list, grouping, having !== undefined, parser.span(start));
  if (having) result = { kind: "Having", input: result, condition: having, span: parser.span(start) };
  if (parser.at("WINDOW")) parseWindowClause(parser);
  if (parser.accept("QUALIFY")) {
    result = { kind: "Qualify", input: result, condition: parser.expression(), span: parser.span(start) };
  }
  if (parser.at("WINDOW")) parseWindowClause(parser);
  return distinct ? { kind: "Deduplicate", input: result, withinWatermark: false, span: parser.span(start) } : result;
}

function project(
  input: Relation,
  list: readonly Expression[],
  grouping: Grouping | undefined,
  having: boolean,
  span: NonNullable<Relation["span"]>,
): Relation {
  if (grouping === undefined && !having && !list.some(hasAggregate)) {
    return { kind: "Project", input, expressions: list, span };
  }
  const by: Grouping = grouping ?? { groupBy: "expressions", grouping: [] };
  return { kind: "Aggregate", input, ...by, aggregates: list, keepGrouping: false, span };
}

/** Reads `WINDOW w AS (..), v AS w` into the windows of the query. */
export function parseWindowClause(parser: Parser): void {
  parser.expect("WINDOW");
  parser.list(() => {
    const name = parser.name("a window");
    parser.expect("AS");
    parser.windows.define(name, parseWindow(parser));
  });
}
