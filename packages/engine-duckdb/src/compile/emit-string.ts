import type { TypedCall } from "@sluice/query";
import { allSql, castTo, integerOf, isNull, operandOf, sqlOf, textOf, typeOf } from "./call-argument.ts";
import { castToString, PLAIN } from "./cast-string.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { formatTime } from "./emit-datetime.ts";
import { quoteText } from "./identifier.ts";
import { nullWhenNull } from "./null-guard.ts";
import { isPlainText, isRe2, re2Replacement } from "./regex.ts";
import { operand } from "./template.ts";

function isBinary(call: TypedCall, index = 0): boolean {
  return typeOf(call, index).kind === "binary";
}

function concat(call: TypedCall, scope: Scope): string {
  if (call.args.length === 0) return "''";
  if (call.args.some(isNull)) return `CAST(NULL AS ${duckType(call.dataType)})`;
  return call.args.map((_, i) => operandOf(call, i, scope)).join(" || ");
}

function concatWs(call: TypedCall, scope: Scope): string {
  const [separator = "NULL", ...parts] = allSql(call, scope);
  if (parts.length === 0) return `CASE WHEN ${separator} IS NOT NULL THEN '' END`;
  const texts = parts.map((part, i) =>
    typeOf(call, i + 1).kind === "array" ? `sp_join(${part}, ${separator})` : part,
  );
  return `concat_ws(${separator}, ${texts.join(", ")})`;
}

/** `substring` with places known to lie inside any text is DuckDB's own. */
function substring(call: TypedCall, scope: Scope): string {
  const [value = "NULL", start = "NULL", length] = allSql(call, scope);
  if (isBinary(call)) return `sp_binary_substring(${value}, ${start}, ${length ?? "2147483647"})`;
  const [from, count] = [integerOf(call, 1), integerOf(call, 2)];
  if (from !== undefined && from > 0 && (length === undefined || (count !== undefined && count >= 0))) {
    return `substring(${value}, ${start}${length === undefined ? "" : `, ${length}`})`;
  }
  return `sp_substring(${value}, ${start}, ${length ?? "2147483647"})`;
}

function pad(side: "lpad" | "rpad"): Emitter {
  return (call, scope) => {
    const binary = isBinary(call);
    const [value = "NULL", length = "NULL", filler = binary ? "from_hex('00')" : "' '"] = allSql(call, scope);
    if (binary) return `unhex(sp_${side}(hex(${value}), 2 * ${operand(length)}, hex(${filler})))`;
    const known = integerOf(call, 1);
    const text = call.args[2] === undefined ? " " : textOf(call, 2);
    if (known !== undefined && known >= 0 && text !== undefined && text !== "")
      return `${side}(${value}, ${length}, ${filler})`;
    return `sp_${side}(${value}, ${length}, ${filler})`;
  };
}

/** Two arguments: the characters to trim stand first. */
function trim(name: string): Emitter {
  return (call, scope) => {
    const [first = "NULL", second] = allSql(call, scope);
    return second === undefined ? `${name}(${first})` : `${name}(${second}, ${first})`;
  };
}

function pattern(call: TypedCall, index: number): string | undefined {
  const text = textOf(call, index);
  return text !== undefined && isRe2(text) ? text : undefined;
}

/** DuckDB's function when it reads the pattern as Java does and the group is a constant, else JavaScript's. */
function byRegex(native: string, script: string): Emitter {
  return (call, scope) => {
    const args = allSql(call, scope);
    const constant = call.args[2] === undefined || integerOf(call, 2) !== undefined;
    const template = pattern(call, 1) === undefined || !constant ? script : native;
    return template.replace(/\$(\d)/g, (_, index: string) => args[Number(index) - 1] ?? "1");
  };
}

function replaceRegex(call: TypedCall, scope: Scope): string {
  const [text = "NULL", regex = "NULL", replacement = "NULL", from] = allSql(call, scope);
  const known = textOf(call, 2);
  const translated = known === undefined ? undefined : re2Replacement(known);
  if (from === undefined && pattern(call, 1) !== undefined && translated !== undefined) {
    return `regexp_replace(${text}, ${regex}, ${quoteText(translated)}, 'g')`;
  }
  return `js_regexp_replace(${text}, ${regex}, ${replacement}, CAST(${from ?? "1"} AS VARCHAR))`;
}

function split(call: TypedCall, scope: Scope): string {
  const [text = "NULL", regex = "NULL", limit] = allSql(call, scope);
  const known = textOf(call, 1);
  const unlimited = limit === undefined || (integerOf(call, 2) ?? 1) <= 0;
  if (unlimited && known !== undefined && isPlainText(known)) return `string_split(${text}, ${regex})`;
  const single = known !== undefined && /^\\[.|*+?$^()[\]{}\\]$/.test(known) ? known.slice(1) : undefined;
  if (unlimited && single !== undefined) return `string_split(${text}, ${quoteText(single)})`;
  if (unlimited && pattern(call, 1) !== undefined) return `string_split_regex(${text}, ${regex})`;
  return `js_split(${text}, ${regex}, CAST(${limit ?? "-1"} AS VARCHAR))`;
}

function formatNumber(call: TypedCall, scope: Scope): string {
  const type = typeOf(call, 0);
  const [value, form] = [sqlOf(call, 0, scope), sqlOf(call, 1, scope)];
  const pattern = typeOf(call, 1).kind === "string" ? form : `js_format_places(${form})`;
  const isBinary = type.kind === "float" || type.kind === "double";
  return isBinary
    ? `js_format_double(CAST(${value} AS DOUBLE), ${pattern})`
    : `js_format_decimal(CAST(${value} AS VARCHAR), ${pattern})`;
}

const TAGS: Readonly<Record<string, string>> = {
  byte: "i",
  short: "i",
  integer: "i",
  long: "i",
  float: "f",
  double: "f",
  decimal: "f",
  boolean: "b",
};

/** Each value travels as its text behind a letter for its kind. */
function formatString(call: TypedCall, scope: Scope): string {
  const values = call.args.slice(1).map((arg) => {
    const tag = TAGS[arg.dataType.kind] ?? "s";
    return `'${tag}' || ${operand(castToString(scope.sql(arg), arg.dataType, PLAIN))}`;
  });
  return `js_format_string(${sqlOf(call, 0, scope)}, CAST([${values.join(", ")}] AS VARCHAR[]))`;
}

function left(call: TypedCall, scope: Scope): string {
  const [text = "NULL", count = "NULL"] = allSql(call, scope);
  return isBinary(call) ? `sp_binary_substring(${text}, 1, ${count})` : `left(${text}, greatest(${count}, 0))`;
}

function elt(call: TypedCall, scope: Scope): string {
  const [index = "NULL", ...values] = allSql(call, scope);
  const list = `[${values.join(", ")}][CASE WHEN ${operand(index)} > 0 THEN ${index} END]`;
  if (!scope.session.ansi) return list;
  return `CASE WHEN ${operand(index)} BETWEEN 1 AND ${values.length} THEN ${list} WHEN ${operand(index)} IS NOT NULL THEN error('[INVALID_ARRAY_INDEX] The index is out of bounds.') END`;
}

function reverse(call: TypedCall, scope: Scope): string {
  const value = sqlOf(call, 0, scope);
  if (typeOf(call, 0).kind === "array") return `list_reverse(${value})`;
  return isBinary(call) ? `sp_reverse_binary(${value})` : `reverse(${value})`;
}

function toChar(call: TypedCall, scope: Scope): string {
  const type = typeOf(call, 0);
  const value = sqlOf(call, 0, scope);
  if (type.kind === "date" || type.kind.startsWith("timestamp")) {
    return formatTime(castTo(value, "TIMESTAMPTZ"), { text: textOf(call, 1), sql: sqlOf(call, 1, scope) }, scope);
  }
  if (type.kind === "binary") return `js_binary_text(${value}, ${sqlOf(call, 1, scope)})`;
  return `js_to_char(${castToString(value, type, PLAIN)}, ${sqlOf(call, 1, scope)})`;
}

function toNumber(call: TypedCall, scope: Scope): string {
  const type = call.dataType.kind === "decimal" ? call.dataType : { precision: 38, scale: 18 };
  const parsed = `TRY_CAST(js_to_number(${allSql(call, scope).join(", ")}) AS DECIMAL(${type.precision},${type.scale}))`;
  if (call.name === "try_to_number" || !scope.session.ansi) return parsed;
  return `CASE WHEN ${parsed} IS NULL AND ${operandOf(call, 0, scope)} IS NOT NULL THEN error('[INVALID_FORMAT.MISMATCH_INPUT] The text does not match the format.') ELSE ${parsed} END`;
}

function levenshtein(call: TypedCall, scope: Scope): string {
  const [a = "NULL", b = "NULL", limit] = allSql(call, scope);
  const distance = `CAST(sp_levenshtein(${a}, ${b}) AS INTEGER)`;
  return limit === undefined
    ? distance
    : `CASE WHEN ${distance} IS NULL THEN NULL WHEN ${distance} <= ${operand(limit)} THEN ${distance} ELSE -1 END`;
}

function withDefaults(name: string, ...defaults: readonly string[]): Emitter {
  return (call, scope) => {
    const args = allSql(call, scope);
    return `${name}(${[...args, ...defaults.slice(args.length)].join(", ")})`;
  };
}

/** Text functions. */
export const STRING_FUNCTIONS: EmitterTable = {
  concat,
  concat_ws: concatWs,
  upper: "sp_upper($1)",
  lower: "sp_lower($1)",
  initcap: "sp_initcap($1)",
  length: (call, scope) => castTo(`${isBinary(call) ? "octet_length" : "length"}(${sqlOf(call, 0, scope)})`, "INTEGER"),
  trim: trim("trim"),
  ltrim: trim("ltrim"),
  rtrim: trim("rtrim"),
  btrim: "trim($*)",
  lpad: nullWhenNull(pad("lpad"), 1),
  rpad: nullWhenNull(pad("rpad"), 1),
  substring: nullWhenNull(substring, 1, 2),
  substring_index: (call, scope) =>
    `sp_substring_index${call.args[1]?.kind === "Literal" ? "" : "_by"}(${allSql(call, scope).join(", ")})`,
  left: nullWhenNull(left, 1),
  right: nullWhenNull("right($1, greatest($2, 0))", 1),
  replace: withDefaults("replace", "", "", "''"),
  translate: "translate($1, $2, $3)",
  overlay: (call, scope) => {
    const [text = "NULL", by = "NULL", from = "NULL", count = "-1"] = allSql(call, scope);
    if (isBinary(call))
      return `unhex(sp_overlay(hex(${text}), hex(${by}), 2 * ${operand(from)} - 1, 2 * ${operand(count)}))`;
    return `sp_overlay(${text}, ${by}, ${from}, ${count})`;
  },
  repeat: nullWhenNull("repeat($1, greatest($2, 0))", 1),
  reverse,
  space: nullWhenNull("repeat(' ', greatest($1, 0))", 0),
  instr: "CAST(instr($1, $2) AS INTEGER)",
  locate: (call, scope) =>
    call.args.length < 3
      ? `CAST(instr(${sqlOf(call, 1, scope)}, ${sqlOf(call, 0, scope)}) AS INTEGER)`
      : `sp_locate(${allSql(call, scope).join(", ")})`,
  find_in_set: "sp_find_in_set($1, $2)",
  contains: (call, scope) => binaryOrText(call, "contains", scope),
  startswith: (call, scope) => binaryOrText(call, "starts_with", scope),
  endswith: (call, scope) => binaryOrText(call, "ends_with", scope),
  split,
  split_part: "sp_split_part($1, $2, $3)",
  ascii: "CAST(ascii($1) AS INTEGER)",
  chr: "sp_chr($1)",
  format_number: formatNumber,
  format_string: formatString,
  levenshtein: nullWhenNull(levenshtein, 2),
  soundex: "js_soundex($1)",
  luhn_check: "js_luhn_check($1)",
  mask: withDefaults("js_mask", "", "'X'", "'x'", "'n'", "CAST(NULL AS VARCHAR)"),
  elt,
  sentences: "from_json(js_sentences($1), '[[\"VARCHAR\"]]')",
  quote: `'''' || replace($1, '''', '\\''') || ''''`,
  to_char: toChar,
  to_number: toNumber,
  try_to_number: toNumber,
  rlike: byRegex("regexp_matches($1, $2)", "js_regexp_like($1, $2)"),
  regexp_replace: replaceRegex,
  regexp_extract: nullWhenNull(
    byRegex("regexp_extract($1, $2, $3)", "js_regexp_extract($1, $2, CAST($3 AS VARCHAR))"),
    2,
  ),
  regexp_extract_all: nullWhenNull(
    byRegex("regexp_extract_all($1, $2, $3)", "js_regexp_extract_all($1, $2, CAST($3 AS VARCHAR))"),
    2,
  ),
  regexp_count: byRegex(
    "CAST(len(regexp_extract_all($1, $2, 0)) AS INTEGER)",
    "CAST(len(js_regexp_extract_all($1, $2, '0')) AS INTEGER)",
  ),
  regexp_instr: "CAST(js_regexp_instr($1, $2) AS INTEGER)",
  regexp_substr: byRegex(
    "CASE WHEN regexp_matches($1, $2) THEN regexp_extract($1, $2, 0) END",
    "js_regexp_substr($1, $2)",
  ),
  parse_url: withDefaults("js_parse_url", "", "", "''"),
  try_parse_url: withDefaults("js_parse_url", "", "", "''"),
};

function binaryOrText(call: TypedCall, name: string, scope: Scope): string {
  const args = allSql(call, scope).map((arg) => (isBinary(call) ? `hex(${arg})` : arg));
  return `${name}(${args.join(", ")})`;
}
