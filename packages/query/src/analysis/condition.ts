import { sqlType } from "../data-type/simple-string.ts";
import type { Typed } from "./plan.ts";
import { POISON } from "./session.ts";
import type { Typing } from "./typing.ts";

/** The expression, which must be BOOLEAN as it is, as in Spark: not even text is cast. What is none is reported under `condition`. */
export function asCondition(typed: Typed, { session }: Pick<Typing, "session">, condition: string): Typed {
  if (typed === POISON || typed.dataType.kind === "boolean") return typed;
  const message = `a condition must be BOOLEAN, but this has the type ${sqlType(typed.dataType)}; compare it with a value, or write CAST(.. AS BOOLEAN)`;
  return session.report(condition, message, typed, { type: sqlType(typed.dataType) });
}
