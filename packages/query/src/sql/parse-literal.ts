import { BINARY, BOOLEAN, DATE, STRING, TIMESTAMP, TIMESTAMP_NTZ, time, VOID } from "../data-type/data-type.ts";
import { daysOf, instantOfText, timeOfText, wallTimeOf } from "../data-type/datetime-text.ts";
import type { Expression, Literal } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";
import { numberLiteral } from "./number-literal.ts";
import { invalidLiteral, problemAt } from "./syntax-problem.ts";

/** Reads a number; a minus sign before it belongs to it. */
export function parseNumber(parser: Parser): Literal {
  const { start } = parser.peek();
  const negative = parser.accept("-");
  const token = parser.next();
  return numberLiteral(token.value, negative, parser.span(start));
}

/** Reads one or more strings side by side, which are one text. */
export function parseString(parser: Parser): Literal {
  const { start } = parser.peek();
  let value = "";
  while (parser.peek().kind === "string") value += parser.next().value;
  return { kind: "Literal", value, dataType: STRING, span: parser.span(start) };
}

/** Reads `:name`, a literal text. */
export function parseParameter(parser: Parser): Literal {
  const { start } = parser.peek();
  parser.expect(":");
  const name = parser.next().value;
  const span = parser.span(start);
  const value = Object.entries(parser.options.parameters ?? {}).find(([key]) => key === name)?.[1];
  if (value === undefined) {
    throw problemAt(
      span,
      `Found the unbound parameter: ${name}. Give it a value among the parameters of the query or pipeline.`,
      { name },
      { condition: "UNBOUND_SQL_PARAMETER", sqlState: "42P02" },
    );
  }
  return { kind: "Literal", value, dataType: STRING, span };
}

const CONSTANTS: ReadonlyMap<string, Pick<Literal, "value" | "dataType">> = new Map([
  ["NULL", { value: null, dataType: VOID }],
  ["TRUE", { value: true, dataType: BOOLEAN }],
  ["FALSE", { value: false, dataType: BOOLEAN }],
]);

/** Reads NULL, TRUE or FALSE; undefined when something else comes, also when the word begins a dotted name or a call. */
export function parseConstant(parser: Parser): Literal | undefined {
  const constant = CONSTANTS.get(parser.peek().key);
  if (constant === undefined || [".", "("].includes(parser.peek(1).key)) return undefined;
  const { start } = parser.next();
  return { kind: "Literal", ...constant, span: parser.span(start) };
}

/** Whether a word with a string behind it comes, as `DATE '2024-03-05'`. */
export function atTypedLiteral(parser: Parser): boolean {
  return parser.peek().kind === "word" && parser.peek(1).kind === "string" && !parser.at("CASE");
}

type Reader = (text: string, timeZone: string) => Pick<Literal, "value" | "dataType"> | undefined;

const timestamp: Reader = (text, timeZone) => {
  const value = instantOfText(text, timeZone);
  return value === undefined ? undefined : { value, dataType: TIMESTAMP };
};

const TYPED: Readonly<Record<string, { readonly read: Reader; readonly example: string }>> = {
  DATE: {
    read: (text) => {
      const value = text.trim().toLowerCase() === "epoch" ? 0 : daysOf(text);
      return value === undefined ? undefined : { value, dataType: DATE };
    },
    example: "2024-03-05",
  },
  TIMESTAMP: { read: timestamp, example: "2024-03-05 14:07:09" },
  TIMESTAMP_LTZ: { read: timestamp, example: "2024-03-05 14:07:09" },
  TIMESTAMP_NTZ: {
    read: (text) => {
      const wall = wallTimeOf(text);
      return wall && { value: wall.microseconds, dataType: TIMESTAMP_NTZ };
    },
    example: "2024-03-05 14:07:09",
  },
  TIME: {
    read: (text) => {
      const value = timeOfText(text);
      return value === undefined ? undefined : { value, dataType: time() };
    },
    example: "14:07:09",
  },
  X: { read: binary, example: "1F00" },
};

function binary(text: string): Pick<Literal, "value" | "dataType"> | undefined {
  if (!/^[0-9a-f]*$/i.test(text)) return undefined;
  const even = text.length % 2 === 0 ? text : `0${text}`;
  return { value: Uint8Array.from(Buffer.from(even, "hex")), dataType: BINARY };
}

/** Reads `DATE '..'`, `TIMESTAMP '..'`, `TIMESTAMP_NTZ '..'`, `TIME '..'`, `X '..'`. */
export function parseTypedLiteral(parser: Parser): Expression {
  const word = parser.next();
  const { value } = parseString(parser);
  const span = parser.span(word.start);
  const type = TYPED[word.key];
  const text = String(value);
  if (type === undefined) throw parser.fail("a string cannot stand here", parser.last);
  const literal = type.read(text, parser.options.timeZone ?? "UTC");
  if (literal === undefined) throw invalidLiteral(span, word.key, text, `Write it like ${word.key} '${type.example}'.`);
  return { kind: "Literal", ...literal, span };
}
