import type { TypedFrameBound, TypedWindow } from "@sluice/query";
import type { Scope } from "./context.ts";
import { sortKeyText } from "./sort-key.ts";

/** What stands after OVER, brackets included. */
export function windowText(window: TypedWindow, scope: Scope): string {
  const parts = [
    ...(window.partitionBy.length === 0
      ? []
      : [`PARTITION BY ${window.partitionBy.map((expression) => scope.sql(expression)).join(", ")}`]),
    ...(window.orderBy.length === 0
      ? []
      : [`ORDER BY ${window.orderBy.map((key) => sortKeyText(key, scope)).join(", ")}`]),
    ...(window.frame === undefined
      ? []
      : [
          `${window.frame.unit.toUpperCase()} BETWEEN ${bound(window.frame.lower, scope)} AND ${bound(window.frame.upper, scope)}`,
        ]),
  ];
  return `(${parts.join(" ")})`;
}

function bound(frameBound: TypedFrameBound, scope: Scope): string {
  switch (frameBound.kind) {
    case "UnboundedPreceding":
      return "UNBOUNDED PRECEDING";
    case "UnboundedFollowing":
      return "UNBOUNDED FOLLOWING";
    case "CurrentRow":
      return "CURRENT ROW";
    default:
      return `${scope.sql(frameBound.offset)} ${frameBound.kind.toUpperCase()}`;
  }
}
