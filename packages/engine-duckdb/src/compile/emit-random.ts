import { randomUUID } from "node:crypto";
import type { Typed, TypedCall } from "@sluice/query";
import { sqlOf } from "./call-argument.ts";
import type { EmitterTable, Scope } from "./context.ts";
import { quoteText } from "./identifier.ts";

/** The seed: NULL is 0, as in Spark. Undefined when none is given. */
function seedOf(argument: Typed | undefined, scope: Scope): string | undefined {
  return argument === undefined ? undefined : `CAST(coalesce(${scope.sql(argument)}, 0) AS BIGINT)`;
}

/** Without a seed DuckDB's own numbers; with one Spark's, begun anew in each statement. */
function seeded(name: string, unseeded: string): (call: TypedCall, scope: Scope) => string {
  return (call, scope) => {
    const seed = seedOf(call.args[0], scope);
    return seed === undefined ? unseeded : `${name}(${seed}, ${quoteText(randomUUID())})`;
  };
}

function randomText(call: TypedCall, scope: Scope): string {
  const length = `CAST(${sqlOf(call, 0, scope)} AS BIGINT)`;
  const seed = seedOf(call.args[1], scope);
  return seed === undefined
    ? `js_randstr(${length})`
    : `js_seeded_text(${length}, ${seed}, ${quoteText(randomUUID())})`;
}

/** Random values. */
export const RANDOM_FUNCTIONS: EmitterTable = {
  rand: seeded("js_rand", "random()"),
  randn: seeded("js_randn", "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"),
  randstr: randomText,
  uuid: "CAST(uuid() AS VARCHAR)",
};
