import { BYTE_FUNCTIONS } from "./prelude-bytes.ts";
import { CSV_FUNCTIONS } from "./prelude-csv.ts";
import type { PreludeFunction } from "./prelude-definition.ts";
import { FORMAT_FUNCTIONS } from "./prelude-format.ts";
import { HASH_FUNCTIONS } from "./prelude-hash.ts";
import { JSON_FUNCTIONS } from "./prelude-json.ts";
import { LENIENT_JSON_FUNCTIONS } from "./prelude-lenient-json.ts";
import { NUMBER_FUNCTIONS } from "./prelude-number.ts";
import { RANDOM_FUNCTIONS } from "./prelude-random.ts";
import { TEXT_FUNCTIONS } from "./prelude-text.ts";
import { TIME_FUNCTIONS } from "./prelude-time.ts";
import { VARIANT_FUNCTIONS } from "./prelude-variant.ts";
import { XML_FUNCTIONS } from "./prelude-xml.ts";

/** The JavaScript functions that compiled statements may call, by name. */
export const SCALAR_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  ...NUMBER_FUNCTIONS,
  ...TEXT_FUNCTIONS,
  ...FORMAT_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...CSV_FUNCTIONS,
  ...XML_FUNCTIONS,
  ...LENIENT_JSON_FUNCTIONS,
  ...VARIANT_FUNCTIONS,
  ...HASH_FUNCTIONS,
  ...BYTE_FUNCTIONS,
  ...RANDOM_FUNCTIONS,
};
