import { type Parser, parseString } from "@sluice/query";
import type { NameReference } from "./statement.ts";

/** Reads a name with dots, and keeps its place. */
export function parseNameReference(parser: Parser, what: string): NameReference {
  const { start } = parser.peek();
  const parts = parser.qualifiedName(what);
  return { parts, span: parser.span(start) };
}

/** Reads one text in quotes. @throws QueryError when something else comes */
export function parseText(parser: Parser, what: string): string {
  if (parser.peek().kind !== "string") throw parser.fail(`expected ${what} in quotes`);
  return String(parseString(parser).value);
}

/** Reads `LIKE 'pattern'`, or the pattern alone, as SHOW has it. */
export function parsePattern(parser: Parser): { readonly pattern?: string } {
  if (!parser.accept("LIKE") && parser.peek().kind !== "string") return {};
  return { pattern: parseText(parser, "a pattern") };
}

/** Reads `(key = 'value', ..)`: keys are names with dots or texts, values texts, numbers, TRUE or FALSE. */
export function parseProperties(parser: Parser): Readonly<Record<string, string>> {
  parser.expect("(");
  const entries = parser.listUntil(")", () => {
    const key = parseKey(parser);
    parser.accept("=");
    return [key, parsePropertyValue(parser)] as const;
  });
  return Object.fromEntries(entries);
}

/** Reads a property's key: `delta.appendOnly`, `'quality'`. */
export function parseKey(parser: Parser): string {
  return parser.peek().kind === "string" ? parseText(parser, "a key") : parser.qualifiedName("a key").join(".");
}

function parsePropertyValue(parser: Parser): string {
  if (parser.peek().kind === "string") return parseText(parser, "a value");
  const sign = parser.accept("-") ? "-" : "";
  if (parser.peek().kind !== "number" && !parser.at("TRUE", "FALSE"))
    throw parser.fail("expected the property's value");
  return sign + parser.next().value.toLowerCase();
}
