import { VOID } from "../../data-type/data-type.ts";
import { anything, condition, optional, text } from "../accept.ts";
import { equality, together } from "../coercion-rule.ts";
import { scalar } from "../define.ts";
import type { FunctionEntry } from "../function-entry.ts";
import { mayBeNull, nullIfAll, sameAs } from "../result-rule.ts";

/** Choices between values. `if`, `nvl2`, `decode` with searches and `zeroifnull` are written out by `expandMacro`. */
export const CONDITIONALS: readonly FunctionEntry[] = [
  scalar("coalesce", [anything], sameAs(0), {
    coerce: together(),
    variadic: true,
    nullable: nullIfAll,
    aliases: ["nvl", "ifnull"],
  }),
  scalar("nullif", [anything, anything], sameAs(0), {
    coerce: equality,
    nullable: mayBeNull,
  }),
  scalar("assert_true", [condition, optional(text)], VOID, { nullable: mayBeNull, deterministic: false }),
  scalar("raise_error", [text], VOID, { nullable: mayBeNull, deterministic: false }),
];
