import type { TypedCall, TypedSortKey } from "@sluice/query";
import { castTo } from "./call-argument.ts";
import type { Emitter, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { sortKeyText } from "./sort-key.ts";
import { operand } from "./template.ts";

/** One DuckDB aggregate: `distinct` overrides the call's own. */
interface Aggregation {
  readonly name: string;
  readonly args: readonly string[];
  readonly filters?: readonly string[];
  readonly orderBy?: readonly TypedSortKey[];
  readonly distinct?: boolean;
  readonly ignoreNulls?: boolean;
}

/** One DuckDB aggregate with what the call and its window say around it. */
export function aggregate(call: TypedCall, scope: Scope, given: Aggregation): string {
  const { over, ...inner } = scope;
  const distinct = given.distinct ?? call.distinct === true;
  const order =
    given.orderBy === undefined || given.orderBy.length === 0
      ? ""
      : ` ORDER BY ${given.orderBy.map((key) => sortKeyText(key, inner)).join(", ")}`;
  const filters = [...(call.filter === undefined ? [] : [scope.sql(call.filter)]), ...(given.filters ?? [])];
  const nulls = given.ignoreNulls === true ? " IGNORE NULLS" : "";
  const filter =
    filters.length === 0
      ? ""
      : ` FILTER (WHERE ${filters.length === 1 ? filters[0] : filters.map(operand).join(" AND ")})`;
  const sql = `${given.name}(${distinct ? "DISTINCT " : ""}${given.args.join(", ")}${order}${nulls})${filter}${over === undefined ? "" : ` OVER ${over}`}`;
  return scope.apart?.(sql) ?? sql;
}

/** The SQL of the arguments. */
export function args(call: TypedCall, scope: Scope): readonly string[] {
  return call.args.map((arg) => scope.sql(arg));
}

/** DuckDB's aggregate as it is. */
export function native(name: string): Emitter {
  return (call, scope) => aggregate(call, scope, { name, args: args(call, scope) });
}

/** DuckDB's aggregate, cast to Spark's type. */
export function cast(name: string): Emitter {
  return (call, scope) => castTo(aggregate(call, scope, { name, args: args(call, scope) }), duckType(call.dataType));
}
