import type { ColumnReference, Expression, Star } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";
import { NOT_A_COLUMN } from "./keyword.ts";
import { parseCall } from "./parse-call.ts";
import { atInterval, parseInterval } from "./parse-interval.ts";
import { parseJsonPath } from "./parse-json-path.ts";
import {
  atTypedLiteral,
  parseConstant,
  parseNumber,
  parseParameter,
  parseString,
  parseTypedLiteral,
} from "./parse-literal.ts";
import { parseSpecialForm } from "./parse-special-form.ts";
import { parseType } from "./parse-type.ts";
import { atQuery } from "./query-start.ts";
import { unsupported } from "./syntax-problem.ts";

/** Reads a primary with what hangs on it: `[i]`, `.field`, `::type`, `?::type`, `:json.path`, COLLATE. */
export function parsePostfix(parser: Parser): Expression {
  const { start } = parser.peek();
  let expression = parsePrimary(parser);
  let steps = 0;
  for (let next = hang(parser, expression, start); next !== undefined; next = hang(parser, expression, start)) {
    expression = next;
    steps++;
    parser.deepen();
  }
  parser.release(steps);
  return expression;
}

function hang(parser: Parser, expression: Expression, start: number): Expression | undefined {
  switch (parser.peek().key) {
    case "[": {
      parser.next();
      const index = parser.expression();
      parser.expect("]");
      return { kind: "Call", name: "[]", args: [expression, index], span: parser.span(start) };
    }
    case ".": {
      parser.next();
      const field = parser.name("a field");
      return { kind: "FieldAccess", expression, field, span: parser.span(start) };
    }
    case "::":
    case "?::": {
      const attempt = parser.next().key === "?::";
      const dataType = parseType(parser);
      return { kind: "Cast", expression, dataType, try: attempt, span: parser.span(start) };
    }
    case ":":
      return parseJsonPath(parser, expression, start);
    case "COLLATE": {
      parser.next();
      const place = parser.peek().start;
      const value = parser.qualifiedName("a collation").join(".");
      const name: Expression = { kind: "Literal", value, dataType: { kind: "string" }, span: parser.span(place) };
      return { kind: "Call", name: "collate", args: [expression, name], span: parser.span(start) };
    }
    default:
      return undefined;
  }
}

function parsePrimary(parser: Parser): Expression {
  const { kind, key } = parser.peek();
  switch (kind) {
    case "number":
      return parseNumber(parser);
    case "string":
      return parseString(parser);
    case "symbol":
      return parseSymbol(parser, key);
    case "word":
      return parseWord(parser);
    case "quoted":
      return parseNamed(parser);
    case "end":
      throw parser.fail("expected an expression");
  }
}

function parseSymbol(parser: Parser, key: string): Expression {
  const { start } = parser.peek();
  switch (key) {
    case "(":
      return parseBracket(parser, start);
    case "*":
      parser.next();
      return parseStar(parser, [], start);
    case ":":
      return parseParameter(parser);
    case "-":
      return parseNumber(parser);
    case "?":
      throw unsupported(parser.span(start, start + 1), "parameters without a name", "Name the parameter: `:name`.");
    case "$":
      throw parser.fail("a pipeline parameter that has no value; define it in the pipeline's configuration");
    default:
      throw parser.fail();
  }
}

function parseBracket(parser: Parser, start: number): Expression {
  if (parser.peek((parser.closing() ?? 0) + 1).key === "->" && parser.closing() !== undefined) {
    parser.next();
    const parameters = parser.listUntil(")", () => parser.name("a parameter"));
    return parseLambda(parser, parameters, start);
  }
  const query = atQuery(parser, 1);
  parser.expect("(");
  if (query) {
    const relation = parser.query();
    parser.expect(")");
    return { kind: "ScalarSubquery", relation, span: parser.span(start) };
  }
  const parts = parser.list(() => parseField(parser));
  parser.expect(")");
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return { kind: "Call", name: "struct", args: parts, span: parser.span(start) };
}

/** Reads an expression with an alias, as in the brackets of a struct. */
function parseField(parser: Parser): Expression {
  const { start } = parser.peek();
  const expression = parser.expression();
  if (!parser.accept("AS")) return expression;
  return { kind: "Alias", expression, names: [parser.name()], span: parser.span(start) };
}

function parseLambda(parser: Parser, parameters: readonly string[], start: number): Expression {
  parser.expect("->");
  const body = parser.expression();
  return { kind: "Lambda", parameters, body, span: parser.span(start) };
}

function parseWord(parser: Parser): Expression {
  const { key, start } = parser.peek();
  if (atTypedLiteral(parser) && key !== "INTERVAL") return parseTypedLiteral(parser);
  if (atInterval(parser)) return parseInterval(parser, start);
  const special = parseConstant(parser) ?? parseSpecialForm(parser);
  if (special) return special;
  if (NOT_A_COLUMN.has(key)) throw parser.fail();
  return parseNamed(parser);
}

/** Reads a column, `t.*`, a call, or a lambda of one parameter. */
function parseNamed(parser: Parser): Expression {
  const first = parser.next();
  const name = [first.value];
  if (parser.at("->")) return parseLambda(parser, name, first.start);
  while (parser.at(".")) {
    if (parser.accept(".", "*")) return parseStar(parser, name, first.start);
    if (!parser.atName(undefined, 1)) break;
    parser.next();
    name.push(parser.next().value);
  }
  if (parser.at("(")) return parseCall(parser, name.join("."), first.start);
  const column: ColumnReference = { kind: "ColumnReference", name, span: parser.span(first.start) };
  return column;
}

function parseStar(parser: Parser, target: readonly string[], start: number): Star {
  if (!parser.sees(["EXCEPT", "("]) || atQuery(parser, 1)) {
    return { kind: "Star", target, except: [], span: parser.span(start) };
  }
  parser.expect("EXCEPT", "(");
  const except = parser.list(() => parser.qualifiedName("a column"));
  parser.expect(")");
  return { kind: "Star", target, except, span: parser.span(start) };
}
