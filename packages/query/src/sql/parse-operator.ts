import type { Expression } from "../expression/expression.ts";
import { connect, type Operand } from "./connective.ts";
import type { Parser } from "./cursor.ts";
import { INFIX_BY_KEY, type InfixOperator, POWER } from "./operator.ts";
import { atPredicate, parsePredicate } from "./parse-predicate.ts";
import { parsePostfix } from "./parse-primary.ts";

/** Reads an expression of operators, predicates and primaries, without an alias. */
export function parseOperators(parser: Parser): Expression {
  return parseAbove(parser, 0);
}

/** Reads an expression without AND, OR, NOT and predicates such as IN. */
export function parseOperand(parser: Parser): Expression {
  return parseAbove(parser, POWER.comparison);
}

function parseAbove(parser: Parser, least: number): Expression {
  const { start } = parser.peek();
  let left = parsePrefix(parser);
  let steps = 0;
  for (;;) {
    const next = parseStep(parser, left, start, least);
    if (next === undefined) break;
    left = next;
    steps++;
    parser.deepen();
  }
  parser.release(steps);
  return left;
}

/** Reads what follows a left operand, if it binds tightly enough. */
function parseStep(parser: Parser, left: Expression, start: number, least: number): Expression | undefined {
  if (least <= POWER.predicate && atPredicate(parser)) {
    return parsePredicate(parser, left, start, () => parseAbove(parser, POWER.comparison));
  }
  const operator = operatorAt(parser);
  if (operator === undefined || operator.power < least) return undefined;
  if (operator.name === "and" || operator.name === "or") {
    return parseChain(parser, operator.name, operator.power, { expression: left, start, end: parser.last.end });
  }
  takeOperator(parser, operator);
  const right = parseAbove(parser, operator.power + 1);
  return { kind: "Call", name: operator.name, args: [left, right], span: parser.span(start) };
}

function parseChain(parser: Parser, name: "and" | "or", power: number, first: Operand): Expression {
  const operands = [first];
  while (parser.accept(name.toUpperCase())) {
    const { start } = parser.peek();
    const expression = parseAbove(parser, power + 1);
    operands.push({ expression, start, end: parser.last.end });
  }
  return connect(parser, name, operands);
}

function operatorAt(parser: Parser): InfixOperator | undefined {
  const { key } = parser.peek();
  return INFIX_BY_KEY.get(key === ">" ? ">".repeat(shiftLength(parser)) : key);
}

function shiftLength(parser: Parser): number {
  let length = 1;
  while (length < 3 && parser.peek(length).key === ">" && parser.peek(length).start === parser.peek(length - 1).end) {
    length++;
  }
  return length;
}

function takeOperator(parser: Parser, { name }: InfixOperator): void {
  const tokens = /^>>/.test(name) ? name.length : 1;
  for (let i = 0; i < tokens; i++) parser.next();
}

const PREFIX: ReadonlyMap<string, { readonly name: string; readonly power: number }> = new Map([
  ["NOT", { name: "not", power: POWER.not }],
  ["!", { name: "not", power: POWER.not }],
  ["-", { name: "negative", power: POWER.unary }],
  ["+", { name: "positive", power: POWER.unary }],
  ["~", { name: "~", power: POWER.unary }],
]);

function parsePrefix(parser: Parser): Expression {
  const { key, start } = parser.peek();
  const operator = PREFIX.get(key);
  if (operator === undefined || (key === "-" && parser.peek(1).kind === "number")) return parsePostfix(parser);
  parser.next();
  const operand = parser.nested(() => parseAbove(parser, operator.power));
  return { kind: "Call", name: operator.name, args: [operand], span: parser.span(start) };
}
