import type { DataType, StructField } from "@sluice/query";
import { duckType } from "./duck-type.ts";
import { quoteName, quoteText } from "./identifier.ts";
import { intervalOfText } from "./interval-cast.ts";
import { parseDate, parseTimestamp, type TimeFormats } from "./time-formats.ts";

/** Formats, and how a single value that is no text is read; by JSON's rules when absent. */
export interface FitRules extends TimeFormats {
  /** What is done about numbers that DuckDB's parser changes where they are to be kept: it stops at them, or they are marked. Absent: nothing. */
  readonly numbers?: Numbers;
  readonly scalar?: (json: string, type: DataType) => JsonFit;
}

/** `Watched`: values that a number may have been changed for stop the statement. `Marked`: the JSON comes from `markedCopies`. */
export type Numbers = "Watched" | "Marked";

/** Two readings of one JSON value: the value in the type asked for, and what did not fit. */
export interface JsonFit {
  /** SQL of the value; NULL when it does not fit. */
  readonly value: string;
  /** SQL of the JSON text that did not fit; NULL when all did. */
  readonly misfit: string;
}

/**
 * How a JSON value (SQL of type JSON) becomes a value of a type by Spark's strict rules: text is no number, 1.5 no integer. Members of a struct fit or not
 * one by one; one bad element makes an array or map not fit. JSON's null fits everything.
 */
export function fitJson(json: string, type: DataType, formats: FitRules): JsonFit {
  switch (type.kind) {
    case "struct":
      return fitStruct(json, type.fields, formats);
    case "array":
      return fitArray(json, type.element, formats);
    case "map":
      return fitMap(json, type.value, formats);
    case "string":
      return { value: textMember(json, `json_extract_string(${json}, '$')`, formats), misfit: "NULL::VARCHAR" };
    case "variant":
      return { value: keptJson(`${json}::VARCHAR`, formats.numbers), misfit: "NULL::VARCHAR" };
    default:
      return formats.scalar?.(json, type) ?? fitScalar(json, type, formats);
  }
}

const MEMBERS = { Watched: "sp_kept_member", Marked: "sp_written_member" } as const;
const TEXTS = { Watched: "sp_kept_json", Marked: "sp_written_json" } as const;

function textMember(json: string, text: string, { numbers }: FitRules): string {
  return numbers === undefined ? text : `${MEMBERS[numbers]}(${json}::VARCHAR, ${text})`;
}

/** SQL of JSON text with its numbers as they are written. */
export function keptJson(text: string, numbers: Numbers | undefined): string {
  return numbers === undefined ? text : `${TEXTS[numbers]}(${text})`;
}

function fitScalar(json: string, type: DataType, formats: FitRules): JsonFit {
  return fitOf(json, scalarValue(scalarText(json, type, formats), type, formats));
}

function scalarText(json: string, type: DataType, { numbers }: FitRules): string {
  const text = `${json}::VARCHAR`;
  if (numbers === "Marked") {
    const written = `sp_written_scalar(${text})`;
    return type.kind === "decimal" ? `sp_json_decimal_text(trim(${written}, '"'))` : written;
  }
  return numbers === "Watched" && type.kind === "decimal" ? `sp_kept_decimal(${text}, ${type.scale})` : text;
}

/** The readings of a scalar whose value has been found. */
export function fitOf(json: string, value: string): JsonFit {
  return {
    value,
    misfit: `CASE WHEN (${value}) IS NULL AND ${json}::VARCHAR <> 'null' THEN ${json}::VARCHAR END`,
  };
}

/** Whether `fitOf` tells all about a type: one value that fits or not. */
export function isScalar(type: DataType): boolean {
  return !["struct", "array", "map", "string", "variant"].includes(type.kind);
}

function scalarValue(text: string, type: DataType, formats: TimeFormats): string {
  const unquoted = `CASE WHEN starts_with(${text}, '"') THEN (${text})[2:-2] END`;
  switch (type.kind) {
    case "byte":
    case "short":
    case "integer":
    case "long":
      return `CASE WHEN NOT contains(${text}, '.') AND NOT contains(${text}, 'e') THEN TRY_CAST(${text} AS ${duckType(type)}) END`;
    case "float":
    case "double":
      return `coalesce(TRY_CAST(${text} AS ${duckType(type)}), ${notFinite(text, duckType(type))})`;
    case "decimal":
      return `TRY_CAST(trim(${text}, '"') AS ${duckType(type)})`;
    case "boolean":
      return `CASE ${text} WHEN 'true' THEN true WHEN 'false' THEN false END`;
    case "binary":
      return `TRY(from_base64(${unquoted}))`;
    case "date":
      return parseDate(unquoted, formats);
    case "timestamp":
    case "timestamp_ntz":
      return `CASE WHEN starts_with(${text}, '"') THEN ${parseTimestamp(unquoted, type.kind, formats)} ELSE ${fromSeconds(text, type.kind)} END`;
    case "void":
      return "NULL";
    case "interval_year_month":
    case "interval_day_time":
    case "interval_calendar":
      return intervalOfText(unquoted, type);
    default:
      return `TRY_CAST(${unquoted} AS ${duckType(type)})`;
  }
}

/** The texts that stand for numbers which JSON has no words for. */
function notFinite(text: string, type: string): string {
  const words = {
    NaN: "NaN",
    Infinity: "Infinity",
    INF: "Infinity",
    "+INF": "Infinity",
    "-Infinity": "-Infinity",
    "-INF": "-Infinity",
  };
  const branches = Object.entries(words).map(([word, value]) => `WHEN '"${word}"' THEN '${value}'::${type}`);
  return `CASE ${text} ${branches.join(" ")} END`;
}

function fromSeconds(text: string, kind: "timestamp" | "timestamp_ntz"): string {
  if (kind === "timestamp_ntz") return "NULL";
  return `make_timestamptz(CASE WHEN NOT contains(${text}, '.') AND NOT contains(${text}, 'e') THEN TRY_CAST(TRY_CAST(${text} AS BIGINT)::HUGEINT * 1000000 AS BIGINT) END)`;
}

function fitStruct(json: string, fields: readonly StructField[], formats: FitRules): JsonFit {
  const isObject = `json_type(${json}) = 'OBJECT'`;
  const members = fields.map((one) => ({ one, fit: fitMember(json, one, formats) }));
  const value = `{${members.map(({ one, fit }) => `${quoteText(one.name)}: ${fit.value}`).join(", ")}}`;
  const rest = rescueObject(
    members.map(({ one, fit }) => misfitMember(one.name, fit.misfit)),
    unknownMembers(
      json,
      fields.map((one) => one.name),
    ),
  );
  return {
    value: fields.length === 0 ? "NULL" : `CASE WHEN ${isObject} THEN ${value} END`,
    misfit: `CASE WHEN ${isObject} THEN ${rest} WHEN ${json}::VARCHAR <> 'null' THEN ${json}::VARCHAR END`,
  };
}

function fitMember(json: string, { name, dataType }: StructField, formats: FitRules): JsonFit {
  const found = member(json, name);
  if (dataType.kind !== "string") return fitJson(found, dataType, formats);
  const text = `json_extract_string(${json}, ${quoteText(pointer(name))})`;
  return { value: textMember(found, text, formats), misfit: "NULL::VARCHAR" };
}

function fitArray(json: string, element: DataType, formats: FitRules): JsonFit {
  const items = `from_json(CASE WHEN json_type(${json}) = 'ARRAY' THEN ${json} END, '["JSON"]')`;
  return fitList(json, items, fitJson(variable(json), element, formats), variable(json));
}

function fitList(json: string, items: string, each: JsonFit, name: string): JsonFit {
  const bad = `len(list_filter(${items}, lambda ${name}: (${each.misfit}) IS NOT NULL)) > 0`;
  return {
    value: `CASE WHEN NOT (${bad}) THEN list_transform(${items}, lambda ${name}: ${each.value}) END`,
    misfit: `CASE WHEN ${json}::VARCHAR <> 'null' AND (json_type(${json}) <> 'ARRAY' OR ${bad}) THEN ${json}::VARCHAR END`,
  };
}

function fitMap(json: string, type: DataType, formats: FitRules): JsonFit {
  const name = variable(json);
  const entries = `map_entries(from_json(sp_json_once(CASE WHEN json_type(${json}) = 'OBJECT' THEN ${json} END), '"MAP(VARCHAR, JSON)"'))`;
  const each = fitJson(`${name}.value`, type, formats);
  const bad = `len(list_filter(${entries}, lambda ${name}: (${each.misfit}) IS NOT NULL)) > 0`;
  const pairs = `list_transform(${entries}, lambda ${name}: {'key': ${name}.key, 'value': ${each.value}})`;
  return {
    value: `CASE WHEN NOT (${bad}) THEN map_from_entries(${pairs}) END`,
    misfit: `CASE WHEN ${json}::VARCHAR <> 'null' AND (json_type(${json}) <> 'OBJECT' OR ${bad}) THEN ${json}::VARCHAR END`,
  };
}

/** A lambda variable that no outer lambda of the same expression uses. */
function variable(json: string): string {
  return `e${json.length}`;
}

function member(json: string, name: string): string {
  return `json_extract(${json}, ${quoteText(pointer(name))})`;
}

/** The JSON pointer of a top-level member. */
export function pointer(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** SQL of `"name":misfit`, NULL when the misfit is. */
export function misfitMember(name: string, misfit: string): string {
  return `${quoteText(`${JSON.stringify(name)}:`)} || (${misfit})`;
}

/** SQL of `"k":v,..` for the members of an object that are not among `known`; NULL when there are none. */
export function unknownMembers(json: string, known: readonly string[]): string {
  const name = `k${json.length}`;
  const unknown = `list_filter(json_keys(${json}), lambda ${name}: ${name} NOT IN (${["''", ...known.map(quoteText)].slice(known.includes("") ? 0 : 1).join(", ") || "NULL"}))`;
  const text = `to_json(${name})::VARCHAR || ':' || json_extract(${json}, '/' || replace(replace(${name}, '~', '~0'), '/', '~1'))::VARCHAR`;
  return `nullif(array_to_string(list_transform(${unknown}, lambda ${name}: ${text}), ','), '')`;
}

/** SQL of a JSON object with those members that are not NULL; NULL when none is. */
export function rescueObject(members: readonly string[], ...more: readonly string[]): string {
  return `nullif('{' || concat_ws(',', ${[...members, ...more].join(", ")}) || '}', '{}')`;
}

/** The type in which DuckDB itself checks a column of JSON on reading; undefined when only `fitJson` can. */
export function nativeShape(type: DataType): string | undefined {
  if (type.kind === "string") return "VARCHAR";
  if (type.kind === "array") {
    const element = nativeShape(type.element);
    return element === undefined ? undefined : `${element}[]`;
  }
  if (type.kind !== "struct" || type.fields.length === 0) return undefined;
  const fields = type.fields.map((one) => ({ one, shape: nativeShape(one.dataType) }));
  if (fields.some(({ shape }) => shape === undefined)) return undefined;
  return `STRUCT(${fields.map(({ one, shape }) => `${quoteName(one.name)} ${shape}`).join(", ")})`;
}

/** An example value from which DuckDB's reader finds `nativeShape`. */
export function exampleOf(type: DataType): unknown {
  if (type.kind === "array") return [exampleOf(type.element)];
  if (type.kind !== "struct") return "text";
  return Object.fromEntries(type.fields.map((one) => [one.name, exampleOf(one.dataType)]));
}
