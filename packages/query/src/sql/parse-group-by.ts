import type { Expression } from "../expression/expression.ts";
import type { Aggregate } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { withoutSpans } from "./without-spans.ts";

/** What a GROUP BY clause says. */
export type Grouping = Pick<Aggregate, "groupBy" | "grouping" | "sets">;

/** One part of a GROUP BY: the sets that it stands for, and what it is written with. */
interface Part {
  readonly sets: readonly (readonly Expression[])[];
  readonly word?: "rollup" | "cube" | "sets";
}

/** Reads what stands behind GROUP BY. */
export function parseGroupBy(parser: Parser): Grouping {
  if (parser.at("ALL") && ![",", ".", "("].includes(parser.peek(1).key)) {
    parser.next();
    return { groupBy: "all", grouping: [] };
  }
  const parts = parser.list(() => parsePart(parser));
  return parseSuffix(parser, parts) ?? combine(parts);
}

function parsePart(parser: Parser): Part {
  if (parser.at("ROLLUP", "CUBE") && parser.peek(1).key === "(") {
    const word = parser.next().key === "ROLLUP" ? "rollup" : "cube";
    parser.expect("(");
    const sets = parser.listUntil(")", () => parseSet(parser));
    return { sets: word === "rollup" ? prefixes(sets) : subsets(sets), word };
  }
  if (parser.accept("GROUPING", "SETS")) return { sets: parseSets(parser), word: "sets" };
  return { sets: [[parser.expression()]] };
}

/** `(a, b)`, `()` or one expression. */
function parseSet(parser: Parser): readonly Expression[] {
  if (parser.accept("(", ")")) return [];
  const { start } = parser.peek();
  const tuple = parser.at("(");
  const set = parser.expression();
  return tuple && set.kind === "Call" && set.name === "struct" && set.span?.start === start ? set.args : [set];
}

function parseSets(parser: Parser): readonly (readonly Expression[])[] {
  parser.expect("(");
  return parser
    .listUntil(")", () => {
      const nested = parser.at("ROLLUP", "CUBE") || parser.sees(["GROUPING", "SETS"]);
      return nested ? parsePart(parser).sets : [parseSet(parser)];
    })
    .flat();
}

function prefixes<T>(sets: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return Array.from({ length: sets.length + 1 }, (_, i) => sets.slice(0, sets.length - i).flat());
}

function subsets<T>(sets: readonly (readonly T[])[]): readonly (readonly T[])[] {
  const [first, ...rest] = sets;
  if (first === undefined) return [[]];
  const others = subsets(rest);
  return [...others.map((other) => [...first, ...other]), ...others];
}

/** `a, b WITH ROLLUP`, `a, b WITH CUBE`, `a, b GROUPING SETS (..)`. */
function parseSuffix(parser: Parser, parts: readonly Part[]): Grouping | undefined {
  const grouping = parts.flatMap(({ sets }) => sets.flat());
  if (parser.accept("WITH", "ROLLUP")) return { groupBy: "rollup", grouping };
  if (parser.accept("WITH", "CUBE")) return { groupBy: "cube", grouping };
  if (!parser.accept("GROUPING", "SETS")) return undefined;
  return { groupBy: "sets", grouping, sets: parseSets(parser) };
}

function combine(parts: readonly Part[]): Grouping {
  const [only] = parts;
  if (parts.every(({ word }) => word === undefined)) {
    return { groupBy: "expressions", grouping: parts.flatMap(({ sets }) => sets.flat()) };
  }
  if (only !== undefined && parts.length === 1 && (only.word === "rollup" || only.word === "cube")) {
    const [whole = []] = only.sets;
    const plain = only.sets.length === (only.word === "rollup" ? whole.length + 1 : 2 ** whole.length);
    if (plain) return { groupBy: only.word, grouping: whole };
  }
  const sets = parts.map((part) => part.sets).reduce(cross);
  return { groupBy: "sets", grouping: distinct(sets.flat()), sets };
}

function cross<T>(left: readonly (readonly T[])[], right: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return left.flatMap((one) => right.map((other) => [...one, ...other]));
}

/** Expressions that are written the same are one. */
function distinct(expressions: readonly Expression[]): readonly Expression[] {
  const seen = new Map<string, Expression>();
  for (const expression of expressions) {
    const key = keyOf(expression);
    if (!seen.has(key)) seen.set(key, expression);
  }
  return [...seen.values()];
}

function keyOf(expression: Expression): string {
  return JSON.stringify(withoutSpans(expression), (_key, value) => (typeof value === "bigint" ? `${value}n` : value));
}
