import type { UnsupportedRelation } from "../relation/relation.ts";
import type { Parser } from "./cursor.ts";
import { parseFrom } from "./parse-from.ts";
import { parseColumnNames } from "./parse-table-alias.ts";
import { parseColumn } from "./parse-type.ts";
import { unsupportedRelation } from "./unsupported-relation.ts";

/** Whether Hive's `TRANSFORM (..) USING 'program'` comes next, and not a call of the function `transform`. */
export function atTransform(parser: Parser): boolean {
  const close = parser.closing(1);
  if (!parser.sees(["TRANSFORM", "("]) || close === undefined) return false;
  return ["USING", "ROW", "RECORDWRITER"].includes(parser.peek(close + 1).key);
}

/** Reads `TRANSFORM (a, b) USING 'program' AS (c, d) FROM t WHERE ..` of a SELECT that begins at `start`. */
export function parseTransform(parser: Parser, start: number): UnsupportedRelation {
  const at = parser.peek().start;
  parser.expect("TRANSFORM", "(");
  parser.listUntil(")", () => parser.expression());
  parseRowFormat(parser);
  if (parser.accept("RECORDWRITER")) parser.next();
  parser.expect("USING");
  parser.next();
  if (parser.accept("AS")) parseOutput(parser);
  parseRowFormat(parser);
  if (parser.accept("RECORDREADER")) parser.next();
  if (parser.accept("FROM")) parseFrom(parser);
  if (parser.accept("WHERE")) parser.expression();
  return unsupportedRelation(
    parser,
    start,
    parser.span(at),
    "SELECT TRANSFORM",
    "Use functions, or a user-defined function.",
  );
}

function parseOutput(parser: Parser): void {
  const typed = parser.peek(0).key === "(" && ![",", ")"].includes(parser.peek(2).key);
  if (!typed) {
    if (parseColumnNames(parser) === undefined) parser.list(() => parser.name("a column"));
    return;
  }
  parser.expect("(");
  parser.list(() => parseColumn(parser));
  parser.expect(")");
}

const DELIMITERS: readonly (readonly string[])[] = [
  ...[["FIELDS"], ["COLLECTION", "ITEMS"], ["MAP", "KEYS"], ["LINES"]].map((words) => [...words, "TERMINATED", "BY"]),
  ...[
    ["ESCAPED", "BY"],
    ["NULL", "DEFINED", "AS"],
  ],
];

/** `ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ..`, or `ROW FORMAT SERDE 'class'`. */
function parseRowFormat(parser: Parser): void {
  if (!parser.accept("ROW", "FORMAT")) return;
  if (parser.accept("SERDE")) {
    parser.next();
    return;
  }
  parser.expect("DELIMITED");
  while (DELIMITERS.some((words) => parser.accept(...words))) parser.next();
}
