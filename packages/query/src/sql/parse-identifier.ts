import type { Expression } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";
import { problemAt } from "./syntax-problem.ts";

/**
 * Reads `IDENTIFIER(text)`, a name given as constant text; undefined when it does not come next.
 *
 * @throws QueryError when the text is not constant or no name.
 */
export function parseIdentifierClause(parser: Parser): readonly string[] | undefined {
  if (!parser.sees(["IDENTIFIER", "("])) return undefined;
  const { start } = parser.peek();
  parser.expect("IDENTIFIER", "(");
  const expression = parser.expression();
  parser.expect(")");
  const text = constantText(expression);
  const parts = text?.match(/`(?:[^`]|``)*`|[^.`]+/g);
  if (text === undefined || !parts || parts.join(".") !== text) throw notConstant(parser, start);
  return parts.map((part) => (part.startsWith("`") ? part.slice(1, -1).replaceAll("``", "`") : part));
}

function constantText(expression: Expression): string | undefined {
  if (expression.kind === "Literal") return typeof expression.value === "string" ? expression.value : undefined;
  if (expression.kind !== "Call" || !["||", "concat"].includes(expression.name)) return undefined;
  const parts = expression.args.map(constantText);
  return parts.includes(undefined) ? undefined : parts.join("");
}

function notConstant(parser: Parser, start: number): Error {
  return problemAt(
    parser.span(start),
    "The expression in IDENTIFIER must be constant text that is a name, such as IDENTIFIER('schema.table') or IDENTIFIER(:name || '.orders').",
    {},
    { condition: "NOT_A_CONSTANT_STRING.NOT_CONSTANT", sqlState: "42601" },
  );
}
