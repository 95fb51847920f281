import type { EmitterTable } from "./context.ts";
import { AGGREGATE_FUNCTIONS } from "./emit-aggregate.ts";
import { ARITHMETIC_FUNCTIONS } from "./emit-arithmetic.ts";
import { BITMAP_FUNCTIONS } from "./emit-bitmap.ts";
import { COLLECTION_FUNCTIONS } from "./emit-collection.ts";
import { CONDITIONAL_FUNCTIONS } from "./emit-conditional.ts";
import { CSV_FUNCTIONS } from "./emit-csv.ts";
import { DATETIME_FUNCTIONS } from "./emit-datetime.ts";
import { ENCODING_FUNCTIONS } from "./emit-encoding.ts";
import { HASH_FUNCTIONS } from "./emit-hash.ts";
import { HIGHER_ORDER_FUNCTIONS } from "./emit-higher-order.ts";
import { JSON_FUNCTIONS } from "./emit-json.ts";
import { MATH_FUNCTIONS } from "./emit-math.ts";
import { PAYLOAD_FUNCTIONS } from "./emit-payload.ts";
import { PREDICATE_FUNCTIONS } from "./emit-predicate.ts";
import { RANDOM_FUNCTIONS } from "./emit-random.ts";
import { STRING_FUNCTIONS } from "./emit-string.ts";
import { TIME_FUNCTIONS } from "./emit-time.ts";
import { VARIANT_FUNCTIONS } from "./emit-variant.ts";
import { XML_FUNCTIONS } from "./emit-xml.ts";

/** How each catalogue function is written, by canonical name. */
export const EMITTERS: EmitterTable = {
  ...PREDICATE_FUNCTIONS,
  ...ARITHMETIC_FUNCTIONS,
  ...CONDITIONAL_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...RANDOM_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
  ...DATETIME_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...COLLECTION_FUNCTIONS,
  ...HIGHER_ORDER_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...CSV_FUNCTIONS,
  ...XML_FUNCTIONS,
  ...VARIANT_FUNCTIONS,
  ...PAYLOAD_FUNCTIONS,
  ...HASH_FUNCTIONS,
  ...AGGREGATE_FUNCTIONS,
  ...BITMAP_FUNCTIONS,
};

/** Generators, written by the plan node that applies them. */
export const GENERATORS: ReadonlySet<string> = new Set([
  ...["explode", "posexplode", "inline", "stack", "json_tuple", "variant_explode"],
]);

/** What GROUP BY puts into a plan node of its own. */
export const GROUPERS: ReadonlySet<string> = new Set(["session_window"]);
