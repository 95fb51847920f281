import type { JoinKind } from "../relation/relation.ts";
import { apiError } from "./problem.ts";

const KINDS: Readonly<Record<string, JoinKind>> = {
  inner: "inner",
  cross: "cross",
  outer: "full",
  full: "full",
  fullouter: "full",
  left: "left",
  leftouter: "left",
  right: "right",
  rightouter: "right",
  semi: "semi",
  leftsemi: "semi",
  anti: "anti",
  leftanti: "anti",
};

/** PySpark's names for kinds of joins; letter case and underscores count for nothing (`left_outer` is `leftouter`). */
export type JoinName =
  | "inner"
  | "cross"
  | `${"" | "full"}outer`
  | "full"
  | "full_outer"
  | `${"left" | "right"}${"" | "outer" | "_outer"}`
  | `${"" | "left" | "left_"}${"semi" | "anti"}`;

/** @throws QueryError for a name that is none of PySpark's. */
export function joinKind(name: string): JoinKind {
  const kind = KINDS[name.toLowerCase().replaceAll("_", "")];
  if (kind === undefined) {
    const supported = Object.keys(KINDS).join(", ");
    throw apiError("UNSUPPORTED_JOIN_TYPE", `There is no join of type "${name}". Use one of: ${supported}.`, {
      typ: name,
      supported,
    });
  }
  return kind;
}
