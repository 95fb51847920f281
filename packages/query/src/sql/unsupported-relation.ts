import type { Span } from "../expression/expression.ts";
import type { UnsupportedRelation } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";

/** The relation from `start` up to here, of which the part `span` is not evaluated: `feature`; `instead` is the next step. */
export function unsupportedRelation(
  parser: Parser,
  start: number,
  span: Span,
  feature: string,
  instead: string,
): UnsupportedRelation {
  const text = parser.text.slice(start, parser.last.end);
  return { kind: "UnsupportedRelation", feature, instead, text, span };
}
