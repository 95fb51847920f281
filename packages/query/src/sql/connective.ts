import type { Expression } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";

/** An operand with the stretch of text that it takes, brackets included. */
export interface Operand {
  readonly expression: Expression;
  readonly start: number;
  readonly end: number;
}

/** From this many operands on a chain of AND or OR becomes a balanced tree, so that generated predicates of thousands of terms stay shallow. */
const BALANCE_ABOVE = 16;

/** Joins operands with `and` or `or`: `((a op b) op c)` for a few, a balanced tree for many. */
export function connect(parser: Parser, name: "and" | "or", operands: readonly Operand[]): Expression {
  const [first, ...rest] = operands;
  if (first === undefined) throw new Error("no operands to connect");
  if (operands.length > BALANCE_ABOVE) return balance(parser, name, operands).expression;
  return rest.reduce((left, right) => pair(parser, name, left, right), first).expression;
}

function balance(parser: Parser, name: string, operands: readonly Operand[]): Operand {
  const [only] = operands;
  if (only !== undefined && operands.length === 1) return only;
  const middle = Math.ceil(operands.length / 2);
  return pair(
    parser,
    name,
    balance(parser, name, operands.slice(0, middle)),
    balance(parser, name, operands.slice(middle)),
  );
}

function pair(parser: Parser, name: string, left: Operand, right: Operand): Operand {
  const { start } = left;
  const { end } = right;
  const args = [left.expression, right.expression];
  return { expression: { kind: "Call", name, args, span: parser.span(start, end) }, start, end };
}

/** The operands of a chain that `connect` would build as this tree; undefined when it would build another. */
export function connected(expression: Expression, name: "and" | "or"): readonly Expression[] | undefined {
  const operands = operandsOf(expression, name);
  return operands.length > BALANCE_ABOVE && isBalanced(expression, operands) ? operands : undefined;
}

function operandsOf(expression: Expression, name: string): readonly Expression[] {
  const found: Expression[] = [];
  const open = [expression];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === "Call" && next.name === name && next.args.length === 2) open.push(...next.args.toReversed());
    else found.push(next);
  }
  return found;
}

function isBalanced(expression: Expression, operands: readonly Expression[]): boolean {
  if (operands.length === 1) return expression === operands[0];
  const [left, right] = expression.kind === "Call" ? expression.args : [];
  if (left === undefined || right === undefined || operands.includes(expression)) return false;
  const middle = Math.ceil(operands.length / 2);
  return isBalanced(left, operands.slice(0, middle)) && isBalanced(right, operands.slice(middle));
}
