import type { Call, Expression, FrameBound, SortKey, WindowFrame } from "../expression/expression.ts";
import { someExpression } from "../rewrite/expression-children.ts";
import type { Parser } from "./cursor.ts";
import type { WindowSpecification } from "./window-scope.ts";

/** Reads OVER behind a call, if it comes. */
export function parseOver(parser: Parser, call: Call, start: number): Expression {
  if (!parser.at("OVER")) return call;
  parser.next();
  const place = parser.peek();
  const specification = parseWindow(parser);
  const span = parser.span(start);
  if (typeof specification !== "string") return { kind: "WindowExpression", call, ...specification, span };
  return parser.windows.refer(call, specification, parser.span(place.start), span);
}

/** Reads a window: its name, with brackets or without, or its parts in brackets. */
export function parseWindow(parser: Parser): WindowSpecification | string {
  if (!parser.at("(")) return parser.name("a window or '('");
  parser.expect("(");
  if (parser.atName() && parser.peek(1).key === ")") {
    const name = parser.name();
    parser.expect(")");
    return name;
  }
  const specification = parseParts(parser);
  parser.expect(")");
  return specification;
}

function parseParts(parser: Parser): WindowSpecification {
  const partitioned = parser.acceptAny("PARTITION", "DISTRIBUTE", "CLUSTER");
  if (partitioned) parser.expect("BY");
  const partitionBy = partitioned ? parser.list(() => parser.expression()) : [];
  const ordered = parser.acceptAny("ORDER", "SORT");
  if (ordered) parser.expect("BY");
  const orderBy = ordered ? parseSortKeys(parser) : [];
  const unit = parser.acceptAny("ROWS", "RANGE");
  if (unit === undefined) return { partitionBy, orderBy };
  return { partitionBy, orderBy, frame: parseFrame(parser, unit === "ROWS" ? "rows" : "range") };
}

function parseFrame(parser: Parser, unit: "rows" | "range"): WindowFrame {
  const between = parser.accept("BETWEEN");
  const lower = parseBound(parser);
  if (!between) return { unit, lower, upper: { kind: "CurrentRow" } };
  parser.expect("AND");
  return { unit, lower, upper: parseBound(parser) };
}

function parseBound(parser: Parser): FrameBound {
  if (parser.accept("CURRENT", "ROW")) return { kind: "CurrentRow" };
  if (parser.accept("UNBOUNDED", "PRECEDING")) return { kind: "UnboundedPreceding" };
  if (parser.accept("UNBOUNDED", "FOLLOWING")) return { kind: "UnboundedFollowing" };
  const first = parser.peek();
  const offset = parser.expression();
  if (someExpression(offset, (part) => part.kind === "ColumnReference")) {
    throw parser.fail("a bound of a window frame must be constant", first);
  }
  const side = parser.acceptAny("PRECEDING", "FOLLOWING");
  if (side === undefined) throw parser.fail("expected PRECEDING or FOLLOWING");
  return { kind: side === "PRECEDING" ? "Preceding" : "Following", offset };
}

/** Reads the keys of an ORDER BY. */
export function parseSortKeys(parser: Parser): readonly SortKey[] {
  return parser.list(() => parseSortKey(parser));
}

function parseSortKey(parser: Parser): SortKey {
  const { start } = parser.peek();
  const expression = parser.expression();
  const ascending = parser.acceptAny("ASC", "DESC") !== "DESC";
  const nulls = parser.accept("NULLS");
  const side = nulls ? parser.acceptAny("FIRST", "LAST") : undefined;
  if (nulls && side === undefined) throw parser.fail("expected FIRST or LAST");
  return {
    kind: "SortKey",
    expression,
    ascending,
    ...(side && { nullsFirst: side === "FIRST" }),
    span: parser.span(start),
  };
}
