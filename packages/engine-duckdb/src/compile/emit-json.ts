import type { DataType, TypedCall } from "@sluice/query";
import { constantOptions } from "@sluice/query";
import { allSql, sqlOf, textOf, typeOf } from "./call-argument.ts";
import type { EmitterTable, Scope } from "./context.ts";
import { formatTime } from "./emit-datetime.ts";
import { quoteText } from "./identifier.ts";
import { fitType, holdsDecimal, isNativeJson, jsonRecord } from "./json-record.ts";
import { type JsonStyle, jsonText } from "./json-text.ts";

/** A path of names and indexes in DuckDB's spelling; undefined for wildcards and what else DuckDB reads otherwise. */
function simplePath(path: string): string | undefined {
  if (!path.startsWith("$")) return undefined;
  let result = "$";
  let rest = path.slice(1);
  while (rest !== "") {
    const step = /^(?:\.([^.[*'"]+)|\[(\d+)\]|\['([^'"*]+)'\])/.exec(rest);
    if (step === null) return undefined;
    const name = step[1] ?? step[3];
    result += name === undefined ? `[${step[2]}]` : `."${name}"`;
    rest = rest.slice(step[0].length);
  }
  return result;
}

function getJsonObject(call: TypedCall, scope: Scope): string {
  const path = textOf(call, 1);
  const simple = path === undefined ? undefined : simplePath(path);
  const found = simple?.endsWith("]") ? "sp_json_element" : "sp_json_text";
  if (simple !== undefined) return `${found}(${sqlOf(call, 0, scope)}, ${quoteText(simple)})`;
  return `js_json_path(${allSql(call, scope).join(", ")})`;
}

/**
 * Objects and arrays are read by DuckDB's parser where that is exact. JavaScript first puts right what is malformed or odd, other types, and what options
 * ask for.
 */
function fromJson(call: TypedCall, scope: Scope): string {
  const type = call.dataType;
  const text = sqlOf(call, 0, scope);
  if (type.kind === "variant") return `js_variant_try_parse(${text})`;
  const options = call.args[2] === undefined ? "'{}'" : `CAST(to_json(${sqlOf(call, 2, scope)}) AS VARCHAR)`;
  const fitted = `js_json_fit(${text}, ${quoteText(fitType(type))}, ${options})`;
  const opening = type.kind === "array" ? "[" : "{";
  const native = call.args[2] === undefined && isNativeJson(type) && !keepsCorrupt(type);
  const exact = holdsDecimal(type) ? ` AND NOT regexp_matches(${text}, '[0-9.]{17}')` : "";
  const tidy = native
    ? `CASE WHEN starts_with(${text}, '${opening}') AND json_valid(${text})${exact} THEN ${text} ELSE ${fitted} END`
    : fitted;
  return `list_transform([${tidy}], lambda "_t": CASE WHEN "_t" IS NOT NULL THEN ${jsonRecord('"_t"', type)} END)[1]`;
}

function keepsCorrupt(type: DataType): boolean {
  return type.kind === "struct" && type.fields.some((field) => field.name === "_corrupt_record");
}

function toJson(call: TypedCall, scope: Scope): string {
  const options = constantOptions(call.args[1]) ?? {};
  const { timestampformat, dateformat } = options;
  const printed = (sql: string, pattern: string): string =>
    formatTime(sql, { text: pattern, sql: quoteText(pattern) }, scope);
  const style: JsonStyle = {
    keepNulls: options["ignorenullfields"] === "false",
    ...(timestampformat === undefined ? {} : { timestamp: (sql: string) => printed(sql, timestampformat) }),
    ...(dateformat === undefined ? {} : { date: (sql: string) => printed(`CAST(${sql} AS TIMESTAMPTZ)`, dateformat) }),
  };
  return jsonText(sqlOf(call, 0, scope), typeOf(call, 0), { style, depth: 0 });
}

/** JSON text. */
export const JSON_FUNCTIONS: EmitterTable = {
  get_json_object: getJsonObject,
  from_json: fromJson,
  to_json: toJson,
  json_array_length: "sp_json_array_length($1)",
  json_object_keys: "sp_json_object_keys($1)",
};
