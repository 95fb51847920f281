import { widerType } from "../../data-type/coercion.ts";
import { DOUBLE, INTEGER } from "../../data-type/data-type.ts";
import { anything, int, optional } from "../accept.ts";
import { castEach, windowFunction } from "../define.ts";
import type { Coercion, FunctionEntry } from "../function-entry.ts";
import { mismatch } from "../function-entry.ts";
import { mayBeNull, neverNull, sameAs } from "../result-rule.ts";

/** lag and lead: the default gets the value's type. */
const withDefault: Coercion = (args, context) => {
  const types = castEach([anything, int, anything])(args, context);
  const [value, , otherwise] = args;
  if ("kind" in types || value === undefined || otherwise === undefined) return types;
  const type = widerType(value.dataType, otherwise.dataType, context);
  if (type === undefined) return mismatch("DATA_DIFF_TYPES", "the default has another type than the value", 2);
  return types.map((given, i) => (i === 1 ? given : value.dataType.kind === "void" ? type : value.dataType));
};

const numbered = { nullable: neverNull };
const neighbour = { coerce: withDefault, nullable: mayBeNull };

/** Functions of a row's place in its window. Aggregates may stand over a window too. */
export const WINDOWS: readonly FunctionEntry[] = [
  windowFunction("row_number", [], INTEGER, numbered),
  windowFunction("rank", [], INTEGER, numbered),
  windowFunction("dense_rank", [], INTEGER, numbered),
  windowFunction("percent_rank", [], DOUBLE, numbered),
  windowFunction("cume_dist", [], DOUBLE, numbered),
  windowFunction("ntile", [int], INTEGER, numbered),
  windowFunction("lag", [anything, optional(int), optional(anything)], sameAs(0), neighbour),
  windowFunction("lead", [anything, optional(int), optional(anything)], sameAs(0), neighbour),
  windowFunction("nth_value", [anything, int], sameAs(0), { needsOrder: false }),
];
