import {
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  LONG,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
} from "../data-type/data-type.ts";
import { daysOf, timeOfText, wallTimeOf } from "../data-type/datetime-text.ts";
import { csvFormat, recordOfText } from "./csv-record.ts";

/** The options that decide what a record shows; others have no effect, as the patterns of times that are absent here. */
export const CSV_SCHEMA_OPTIONS: readonly string[] = [
  ...["sep", "delimiter", "quote", "escape", "chartoescapequoteescaping", "comment", "ignoreleadingwhitespace"],
  ...["ignoretrailingwhitespace", "nullvalue", "emptyvalue", "nanvalue", "positiveinf", "negativeinf", "preferdate"],
  ...["header", "inferschema", "prefersdecimal", "mode", "locale"],
];

/**
 * The type of the records that a CSV text shows, as Spark infers it: fields `_c0` and on, each the first of INT, BIGINT, DECIMAL, DOUBLE, DATE, TIMESTAMP,
 * BOOLEAN that its text is, else STRING. Options with keys in lower case.
 *
 * @throws SyntaxError for a text without a record
 */
export function schemaOfCsv(text: string, options: Readonly<Record<string, string>> = {}): StructType {
  const record = recordOfText(
    text,
    csvFormat((name) => options[name.toLowerCase()]),
  );
  if (record === undefined) throw new SyntaxError("there is no record in the CSV text");
  return struct(record.values.map((value, i) => field(`_c${i}`, typeOf(value, options))));
}

function typeOf(value: string | undefined, options: Readonly<Record<string, string>>): DataType {
  if (value === undefined || value === (options["nullvalue"] ?? "")) return STRING;
  return wholeType(value) ?? (isDouble(value, options) ? DOUBLE : otherType(value, options["preferdate"] !== "false"));
}

const MOST_DIGITS = 38;

function wholeType(text: string): DataType | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace("+", ""));
  if (BigInt.asIntN(32, value) === value) return INTEGER;
  if (BigInt.asIntN(64, value) === value) return LONG;
  const digits = String(value).replace("-", "").length;
  return digits <= MOST_DIGITS ? decimal(digits, 0) : undefined;
}

function isDouble(text: string, options: Readonly<Record<string, string>>): boolean {
  const words = [options["nanvalue"] ?? "NaN", options["positiveinf"] ?? "Inf", options["negativeinf"] ?? "-Inf"];
  if (words.includes(text)) return true;
  return /^([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?|[+-]?(NaN|Infinity))$/.test(text.trim());
}

function otherType(text: string, prefersDate: boolean): DataType {
  if (prefersDate && /^\d{4}-\d{2}-\d{2}$/.test(text) && daysOf(text) !== undefined) return DATE;
  if (wallTimeOf(text) !== undefined || timeOfText(text) !== undefined) return TIMESTAMP;
  return /^(true|false)$/i.test(text) ? BOOLEAN : STRING;
}
