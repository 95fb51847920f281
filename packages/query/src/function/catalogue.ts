import { AGGREGATES } from "./catalogue/aggregate.ts";
import { BITMAPS } from "./catalogue/bitmap.ts";
import { ARRAYS, MAPS_AND_STRUCTS } from "./catalogue/collection.ts";
import { CONDITIONALS } from "./catalogue/conditional.ts";
import { DATETIMES } from "./catalogue/datetime.ts";
import { GENERATORS } from "./catalogue/generator.ts";
import { HASHES } from "./catalogue/hash.ts";
import { HIGHER_ORDER } from "./catalogue/higher-order.ts";
import { JSONS } from "./catalogue/json.ts";
import { MATH } from "./catalogue/math.ts";
import { MISCELLANEOUS } from "./catalogue/misc.ts";
import { OPERATORS } from "./catalogue/operator.ts";
import { PAYLOADS } from "./catalogue/payload.ts";
import { STRINGS } from "./catalogue/string.ts";
import { TIMES } from "./catalogue/time.ts";
import { WINDOWS } from "./catalogue/window.ts";
import { XMLS } from "./catalogue/xml.ts";
import type { FunctionEntry } from "./function-entry.ts";
import { MACRO_NAMES } from "./macro.ts";
import { editDistance, nearestNames } from "./nearest-names.ts";

/** All functions and operators by theme, those that people look up most often first. */
export const FUNCTION_GROUPS: Readonly<Record<string, readonly FunctionEntry[]>> = {
  Aggregates: AGGREGATES,
  Text: STRINGS,
  "Dates and times": DATETIMES,
  "Times of day": TIMES,
  "Choices between values": CONDITIONALS,
  Numbers: MATH,
  Arrays: ARRAYS,
  "Maps and structs": MAPS_AND_STRUCTS,
  "Functions that take a lambda": HIGHER_ORDER,
  "JSON, CSV and VARIANT": JSONS,
  XML: XMLS,
  "Payloads of messages": PAYLOADS,
  "Functions that make rows": GENERATORS,
  Windows: WINDOWS,
  "Digests and ciphers": HASHES,
  Bitmaps: BITMAPS,
  "Session, input and row": MISCELLANEOUS,
  Operators: OPERATORS,
};

const ENTRIES: readonly FunctionEntry[] = Object.values(FUNCTION_GROUPS).flat();

const BY_NAME: ReadonlyMap<string, FunctionEntry> = new Map(
  ENTRIES.flatMap((entry) => [entry.name, ...entry.aliases].map((name) => [name, entry] as const)),
);

/** The function of that name or alias, in any letter case; undefined when the language has none. */
export function findFunction(name: string): FunctionEntry | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** The functions whose value is known before rows are read: the analyzer makes constants of them. */
const CONSTANT: ReadonlySet<string> = new Set(["typeof", "schema_of_json", "schema_of_csv", "schema_of_avro"]);

/** The canonical names of all functions and operators that an engine must translate, each once. */
export function functionNames(): readonly string[] {
  return ENTRIES.map((entry) => entry.name).filter((name) => !CONSTANT.has(name));
}

/** The names most like an unknown one, at most three, best first. */
export function suggestFunctions(name: string): readonly string[] {
  const words = [...BY_NAME.keys(), ...MACRO_NAMES].filter((one) => /^[a-z]/.test(one));
  const isLike = (one: string) => editDistance(name.toLowerCase(), one) <= Math.max(2, name.length * 0.4);
  return nearestNames(name, words, 3).filter(isLike);
}
