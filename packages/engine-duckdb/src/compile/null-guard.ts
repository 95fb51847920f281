import type { TypedCall } from "@sluice/query";
import { allSql, operandOf } from "./call-argument.ts";
import type { Emitter, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { fill } from "./template.ts";

/** An emitter whose SQL would make something of a NULL at one of the places: the call is NULL then. Arguments that cannot be NULL cost nothing. */
export function nullWhenNull(
  emitter: Emitter,
  ...places: readonly number[]
): (call: TypedCall, scope: Scope) => string {
  return (call, scope) => {
    const sql =
      typeof emitter === "function"
        ? emitter(call, scope)
        : fill(emitter, allSql(call, scope), duckType(call.dataType));
    const tests = places
      .filter((place) => call.args[place]?.nullable === true)
      .map((place) => `${operandOf(call, place, scope)} IS NOT NULL`);
    return tests.length === 0 ? sql : `CASE WHEN ${tests.join(" AND ")} THEN ${sql} END`;
  };
}
