import type { Parser } from "./cursor.ts";
import { parseString } from "./parse-literal.ts";

/** Reads `WITH ('key' = 'value', ..)` behind a table, if it comes. */
export function parseOptions(parser: Parser): Readonly<Record<string, string>> {
  if (!parser.accept("WITH", "(")) return {};
  const options = parser.listUntil(")", () => {
    const key = parser.peek().kind === "string" ? String(parseString(parser).value) : parser.qualifiedName().join(".");
    if (parser.at(",", ")")) return [key, "true"] as const;
    parser.accept("=");
    return [key, parseOptionValue(parser)] as const;
  });
  return Object.fromEntries(options);
}

function parseOptionValue(parser: Parser): string {
  if (parser.peek().kind === "string") return String(parseString(parser).value);
  if (parser.peek().kind !== "number" && !parser.at("TRUE", "FALSE")) throw parser.fail("expected the option's value");
  return parser.next().value.toLowerCase();
}
