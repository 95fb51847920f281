import { sqlType } from "../data-type/simple-string.ts";
import { isOrderable } from "../data-type/type-class.ts";
import type { SortKey } from "../expression/expression.ts";
import type { Typed, TypedSortKey } from "./plan.ts";
import { type Place, POISON } from "./session.ts";
import type { Typing } from "./typing.ts";

/** Sort keys, typed and checked. A key that failed holds the poisoned expression. */
export function typeKeys(keys: readonly SortKey[], typing: Typing): readonly TypedSortKey[] {
  return keys.map((key) => makeKey(key, checkedOrder(typing.type(key.expression, typing), key, typing)));
}

/** A key over an expression that is typed already. */
export function makeKey(key: SortKey, expression: Typed): TypedSortKey {
  return { expression, ascending: key.ascending, nullsFirst: key.nullsFirst ?? key.ascending };
}

/** The expression, or a report that its values have no order. */
export function checkedOrder(typed: Typed, place: Place, { session }: Pick<Typing, "session">): Typed {
  if (typed === POISON || isOrderable(typed.dataType)) return typed;
  const message = `values of the type ${sqlType(typed.dataType)} cannot be sorted`;
  return session.report("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE", message, place.span ? place : typed);
}
