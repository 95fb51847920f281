import { holdsVariant, isComparable } from "../data-type/type-class.ts";
import type { Relation } from "../relation/relation.ts";
import type { Attribute } from "./plan.ts";
import type { Session } from "./session.ts";

/** Reports a column whose values cannot be told apart, for DISTINCT and the set operations that need it. */
export function checkDistinct(
  { name, dataType }: Pick<Attribute, "name" | "dataType">,
  word: string,
  relation: Relation,
  session: Session,
): void {
  if (isComparable(dataType)) return;
  const kind = holdsVariant(dataType) ? "VARIANT" : "MAP";
  session.report(
    `UNSUPPORTED_FEATURE.SET_OPERATION_ON_${kind}_TYPE`,
    `${word}: the column \`${name}\` has a type that cannot be compared`,
    relation,
  );
}
