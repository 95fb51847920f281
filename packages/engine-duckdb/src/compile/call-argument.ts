import type { DataType, Typed, TypedCall } from "@sluice/query";
import { VOID } from "@sluice/query";
import type { Scope } from "./context.ts";
import { operand } from "./template.ts";

/** The SQL of the argument at `index`; `NULL` when there is none. */
export function sqlOf(call: TypedCall, index: number, scope: Scope): string {
  const argument = call.args[index];
  return argument === undefined ? "NULL" : scope.sql(argument);
}

/** The same, fit to stand beside an operator. */
export function operandOf(call: TypedCall, index: number, scope: Scope): string {
  return operand(sqlOf(call, index, scope));
}

/** The SQL of all arguments. */
export function allSql(call: TypedCall, scope: Scope): readonly string[] {
  return call.args.map((argument) => scope.sql(argument));
}

/** The type of the argument at `index`; void when there is none. */
export function typeOf(call: TypedCall, index: number): DataType {
  return call.args[index]?.dataType ?? VOID;
}

/** The text that the argument at `index` is, when it is a constant text. */
export function textOf(call: TypedCall, index: number): string | undefined {
  const value = constantOf(call.args[index]);
  return typeof value === "string" && typeOf(call, index).kind === "string" ? value : undefined;
}

/** The whole number that the argument at `index` is, when it is a constant one. */
export function integerOf(call: TypedCall, index: number): number | undefined {
  const value = constantOf(call.args[index]);
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  return Number.isInteger(Number(value)) ? Number(value) : undefined;
}

/** The value of a constant, under casts between whole numbers and signs; undefined when it is none, or NULL. */
function constantOf(argument: Typed | undefined): unknown {
  if (argument?.kind === "Literal") return argument.value ?? undefined;
  if (argument?.kind === "Cast") {
    const inner = constantOf(argument.expression);
    return typeof inner === "number" || typeof inner === "bigint" ? inner : undefined;
  }
  if (argument?.kind === "Call" && argument.name === "negative") {
    const inner = constantOf(argument.args[0]);
    return typeof inner === "number" || typeof inner === "bigint" ? -inner : undefined;
  }
  return undefined;
}

/** The argument's digits when it is a constant number, else its SQL: for places where its exact type does not matter. */
export function bareNumber(argument: Typed, scope: Scope): string {
  const literal = argument.kind === "Cast" ? argument.expression : argument;
  const numeric = /^(byte|short|integer|long|decimal|double)$/.test(argument.dataType.kind);
  const value = literal.kind === "Literal" && literal.dataType.kind !== "string" ? String(literal.value) : "";
  return numeric && /^-?\d+(\.\d+)?$/.test(value) ? value : scope.sql(argument);
}

/** Whether an argument is NULL whatever the row: DuckDB would give some calls on it a type of its own. */
export function isNull(argument: Typed): boolean {
  return argument.kind === "Cast"
    ? isNull(argument.expression)
    : argument.kind === "Literal" && argument.value === null;
}

/** `sql` as `type`, whatever type DuckDB gave it. */
export function castTo(sql: string, type: string): string {
  return `CAST(${sql} AS ${type})`;
}
