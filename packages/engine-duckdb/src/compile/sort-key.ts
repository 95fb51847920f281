import type { TypedSortKey } from "@sluice/query";
import type { Scope } from "./context.ts";
import { ordered } from "./order.ts";
import { operand } from "./template.ts";

/** One key of an ORDER BY. A literal is bracketed in a cast so that it is not taken for a column's position. */
export function sortKeyText(key: TypedSortKey, scope: Scope): string {
  const sql =
    key.expression.kind === "Literal"
      ? `(${scope.sql(key.expression)} IS NULL)`
      : operand(ordered(scope.sql(key.expression), key.expression.dataType));
  return `${sql} ${key.ascending ? "ASC" : "DESC"} NULLS ${key.nullsFirst ? "FIRST" : "LAST"}`;
}
