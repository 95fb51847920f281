import { CAST_MACROS } from "./prelude-macros-cast.ts";
import { COLLECTION_MACROS } from "./prelude-macros-collection.ts";
import { JSON_MACROS } from "./prelude-macros-json.ts";
import { NUMBER_MACROS } from "./prelude-macros-number.ts";
import { TEXT_MACROS } from "./prelude-macros-text.ts";
import { TIME_MACROS } from "./prelude-macros-time.ts";
import { VARIANT_MACROS } from "./prelude-macros-variant.ts";
import { WRITTEN_NUMBER_MACROS } from "./written-number.ts";

/** The SQL macros that compiled statements may call, by name; each as `name(parameters) AS body`. */
export const MACROS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...[...NUMBER_MACROS, ...CAST_MACROS, ...TEXT_MACROS, ...TIME_MACROS],
    ...[...JSON_MACROS, ...VARIANT_MACROS, ...COLLECTION_MACROS, ...WRITTEN_NUMBER_MACROS],
  ].map((text) => [text.slice(0, text.indexOf("(")), text]),
);
