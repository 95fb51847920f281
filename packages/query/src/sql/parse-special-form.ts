import { STRING } from "../data-type/data-type.ts";
import type { Expression } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";
import { parseCall } from "./parse-call.ts";
import { parseIdentifierClause } from "./parse-identifier.ts";
import { parseType } from "./parse-type.ts";
import { atQuery } from "./query-start.ts";

type SpecialForm = (parser: Parser, start: number) => Expression | undefined;

/** Reads a form that is written with words of its own, such as CASE and CAST; undefined when none comes next, and then nothing is taken. */
export function parseSpecialForm(parser: Parser): Expression | undefined {
  const { key, start } = parser.peek();
  return Object.hasOwn(FORMS, key) ? FORMS[key]?.(parser, start) : undefined;
}

const FORMS: Readonly<Record<string, SpecialForm>> = {
  CASE: parseCase,
  CAST: (parser, start) => parseCast(parser, start, false),
  TRY_CAST: (parser, start) => parseCast(parser, start, true),
  EXISTS: parseExists,
  EXTRACT: parseExtract,
  TRIM: parseTrim,
  SUBSTRING: parseSubstring,
  SUBSTR: parseSubstring,
  POSITION: parsePosition,
  OVERLAY: parseOverlay,
  IDENTIFIER: parseIdentifier,
  CURRENT_DATE: withoutBrackets,
  CURRENT_TIME: withoutBrackets,
  CURRENT_TIMESTAMP: withoutBrackets,
  CURRENT_USER: withoutBrackets,
  SESSION_USER: withoutBrackets,
};

function call(parser: Parser, start: number, name: string, args: readonly Expression[]): Expression {
  return { kind: "Call", name, args, span: parser.span(start) };
}

function withoutBrackets(parser: Parser, start: number): Expression | undefined {
  if (["(", ".", "->"].includes(parser.peek(1).key)) return undefined;
  return call(parser, start, parser.next().value.toLowerCase(), []);
}

function parseCase(parser: Parser, start: number): Expression | undefined {
  if ([".", ",", ")"].includes(parser.peek(1).key)) return undefined;
  parser.expect("CASE");
  const subject = parser.at("WHEN") ? undefined : parser.expression();
  const branches = [];
  while (parser.accept("WHEN")) branches.push(parseBranch(parser, subject));
  if (branches.length === 0) throw parser.fail("expected WHEN");
  const otherwise = parser.accept("ELSE") ? parser.expression() : undefined;
  parser.expect("END");
  return { kind: "Case", branches, ...(otherwise && { otherwise }), span: parser.span(start) };
}

function parseBranch(parser: Parser, subject: Expression | undefined): { when: Expression; then: Expression } {
  const { start } = parser.peek();
  const condition = parser.expression();
  const when = subject ? call(parser, start, "=", [subject, condition]) : condition;
  parser.expect("THEN");
  return { when, then: parser.expression() };
}

function parseCast(parser: Parser, start: number, attempt: boolean): Expression | undefined {
  if (parser.peek(1).key !== "(") return undefined;
  parser.next();
  parser.expect("(");
  const expression = parser.expression();
  parser.expect("AS");
  const dataType = parseType(parser);
  parser.expect(")");
  return { kind: "Cast", expression, dataType, try: attempt, span: parser.span(start) };
}

function parseExists(parser: Parser, start: number): Expression | undefined {
  if (parser.peek(1).key !== "(" || !atQuery(parser, 2)) return undefined;
  parser.expect("EXISTS", "(");
  const relation = parser.query();
  parser.expect(")");
  return { kind: "Exists", relation, span: parser.span(start) };
}

function parseExtract(parser: Parser, start: number): Expression | undefined {
  if (parser.peek(1).key !== "(" || parser.peek(3).key !== "FROM" || parser.peek(2).kind !== "word") return undefined;
  parser.expect("EXTRACT", "(");
  const part = parser.next();
  const field: Expression = { kind: "Literal", value: part.value, dataType: STRING, span: parser.span(part.start) };
  parser.expect("FROM");
  const source = parser.expression();
  parser.expect(")");
  return call(parser, start, "extract", [field, source]);
}

const TRIMS: Readonly<Record<string, string>> = { BOTH: "trim", LEADING: "ltrim", TRAILING: "rtrim" };

function parseTrim(parser: Parser, start: number): Expression | undefined {
  if (parser.peek(1).key !== "(" || parser.peek(2).key === ")") return undefined;
  const side = TRIMS[parser.peek(2).key];
  const sided = side !== undefined && ![")", ",", "."].includes(parser.peek(3).key);
  parser.next();
  if (!sided) return parseTrimOf(parser, start);
  parser.expect("(");
  parser.next();
  const characters = parser.at("FROM") ? [] : [parser.expression()];
  parser.expect("FROM");
  const source = parser.expression();
  parser.expect(")");
  return call(parser, start, side, [...characters, source]);
}

/** `TRIM(chars FROM text)`, or TRIM as any function. */
function parseTrimOf(parser: Parser, start: number): Expression {
  return parseKeyworded(parser, start, "trim", (first) => {
    if (!parser.accept("FROM")) return undefined;
    return [first, parser.expression()];
  });
}

function parseSubstring(parser: Parser, start: number): Expression | undefined {
  if (parser.peek(1).key !== "(") return undefined;
  return parseKeyworded(parser, start, parser.next().value.toLowerCase(), (text) => {
    if (!parser.accept("FROM")) return undefined;
    const from = parser.expression();
    return parser.accept("FOR") ? [text, from, parser.expression()] : [text, from];
  });
}

function parseOverlay(parser: Parser, start: number): Expression | undefined {
  if (parser.peek(1).key !== "(") return undefined;
  parser.next();
  return parseKeyworded(parser, start, "overlay", (text) => {
    if (!parser.accept("PLACING")) return undefined;
    const replacement = parser.expression();
    parser.expect("FROM");
    const from = parser.expression();
    return [text, replacement, from, ...(parser.accept("FOR") ? [parser.expression()] : [])];
  });
}

/** `POSITION(a IN b)`: the parts are operands, so that IN is not a predicate. */
function parsePosition(parser: Parser, start: number): Expression | undefined {
  if (parser.peek(1).key !== "(" || !hasWordInside(parser, "IN")) return undefined;
  parser.next();
  parser.expect("(");
  const part = parser.operand();
  parser.expect("IN");
  const text = parser.operand();
  parser.expect(")");
  return call(parser, start, "position", [part, text]);
}

/** Whether the word stands in the brackets one token ahead, outside brackets within. */
function hasWordInside(parser: Parser, word: string): boolean {
  const close = parser.closing(1) ?? 0;
  for (let i = 2; i < close; i++) {
    if (parser.peek(i).key === word) return true;
    i = parser.closing(i) ?? i;
  }
  return false;
}

/** Reads `(first WORD ..)` by `rest`, or the plain arguments of a call when `rest` finds no word of its own. */
function parseKeyworded(
  parser: Parser,
  start: number,
  name: string,
  rest: (first: Expression) => readonly Expression[] | undefined,
): Expression {
  if (!hasWordBehind(parser)) return parseCall(parser, name, start);
  parser.expect("(");
  const args = rest(parser.expression());
  if (args === undefined) throw parser.fail();
  parser.expect(")");
  return call(parser, start, name, args);
}

function hasWordBehind(parser: Parser): boolean {
  const close = parser.closing() ?? 0;
  for (let i = 1; i < close; i++) {
    if (["FROM", "PLACING"].includes(parser.peek(i).key) && parser.peek(i - 1).key !== "DISTINCT") return true;
    i = parser.closing(i) ?? i;
  }
  return false;
}

function parseIdentifier(parser: Parser, start: number): Expression | undefined {
  const name = parseIdentifierClause(parser);
  if (name === undefined) return undefined;
  if (parser.at("(")) return parseCall(parser, name.join("."), start);
  return { kind: "ColumnReference", name, span: parser.span(start) };
}
