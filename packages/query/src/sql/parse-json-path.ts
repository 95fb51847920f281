import type { Expression } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";

/** Reads `:a.b[0]['c d'][*]` behind an expression over JSON text or a variant. */
export function parseJsonPath(parser: Parser, expression: Expression, start: number): Expression {
  parser.expect(":");
  const path: (string | number)[] = [parser.at("[") ? step(parser) : field(parser)];
  for (;;) {
    if (parser.at("[")) path.push(step(parser));
    else if (parser.accept(".")) path.push(parser.at("[") ? step(parser) : field(parser));
    else return { kind: "JsonPath", expression, path, span: parser.span(start) };
  }
}

function field(parser: Parser): string {
  if (parser.accept("*")) return "*";
  if (!parser.atName()) throw parser.fail("expected a field of the JSON text");
  return parser.next().value;
}

function step(parser: Parser): string | number {
  parser.expect("[");
  const token = parser.next();
  const inside = token.kind === "string" || token.kind === "quoted" || token.key === "*" ? token.value : index(parser);
  parser.expect("]");
  return inside;
}

function index(parser: Parser): number {
  const { kind, value } = parser.last;
  if (kind !== "number" || !/^\d+$/.test(value))
    throw parser.fail("expected an index, a field in quotes or *", parser.last);
  return Number(value);
}
