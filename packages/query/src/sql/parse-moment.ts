import type { Expression } from "../expression/expression.ts";
import { someExpression } from "../rewrite/expression-children.ts";
import type { Parser } from "./cursor.ts";

/** Reads the time at which a table is read: an expression without columns. */
export function parseMoment(parser: Parser): Expression {
  const first = parser.peek();
  const moment = parser.operand();
  if (!someExpression(moment, (part) => part.kind === "ColumnReference")) return moment;
  throw parser.fail("a timestamp to read a table at cannot refer to columns", first);
}
