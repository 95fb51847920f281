import type { Typed } from "@sluice/query";
import type { Scope } from "./context.ts";
import { visitExpression } from "./walk.ts";

const CHANCE: ReadonlySet<string> = new Set(["rand", "randn", "randstr", "uuid", "shuffle"]);
const known = new WeakMap<Typed, boolean>();

/** Whether an expression gives another value each time that it is evaluated. */
function isChance(expression: Typed): boolean {
  const answered = known.get(expression);
  if (answered !== undefined) return answered;
  let found = false;
  visitExpression(expression, (inner) => {
    if (inner.kind === "Call" && CHANCE.has(inner.name)) found = true;
  });
  known.set(expression, found);
  return found;
}

/** Writes an operation whose SQL may name an operand several times: operands that depend on chance are evaluated once, before. */
export function evaluatedOnce(operands: readonly Typed[], scope: Scope, emit: (scope: Scope) => string): string {
  const chances = operands.filter((one) => one.kind !== "Lambda" && isChance(one));
  if (chances.length === 0) return emit(scope);
  const names = new Map(chances.map((one, i) => [one, `"_v${i}"`]));
  const body = emit({ ...scope, sql: (expression) => names.get(expression) ?? scope.sql(expression) });
  return chances.reduceRight(
    (inner, one) => `list_transform([${scope.sql(one)}], lambda ${names.get(one)}: ${inner})[1]`,
    body,
  );
}
