import type { FileRead } from "@sluice/pipelines";
import { type Attribute, type DataType, STRING, type StructType } from "@sluice/query";
import { quoteName, quoteText } from "../compile/identifier.ts";

/** Members of a rescued value that speak of the record, not of its fields. */
const RECORD_MEMBERS = ["_file_path", "_corrupt_record"];

/** The columns to ask a reader for, so that {@link stopAtNewFields} finds what it looks at. */
export function columnsToWatch(columns: readonly Attribute[], read: FileRead): readonly Attribute[] {
  const { rescuedDataColumn: name, stopAt } = read;
  if (name === undefined || stopAt === undefined || columns.some((one) => one.name === name)) return columns;
  return [...columns, { id: -1, name, dataType: STRING, nullable: true, metadata: {} }];
}

/**
 * The rows of a scan, which end with UNKNOWN_FIELD_EXCEPTION and the rescued value at the first record with a field that the schema lacks. When all columns are asked
 * for, the rescued value is looked at as it passes by; else a filter looks at it.
 */
export function stopAtNewFields(sql: string, columns: readonly Attribute[], read: FileRead): string {
  const { rescuedDataColumn: name, stopAt, schema } = read;
  if (name === undefined || stopAt === undefined) return sql;
  const rescued = `s.${quoteName(name)}`;
  const isNew = stopAt === "NewFields" ? hasNewFields(`${rescued}::JSON`, schema) : hasMoreThanRecord(rescued);
  const stop = `error('[UNKNOWN_FIELD_EXCEPTION.NEW_FIELDS_IN_RECORD_WITH_FILE_PATH] ' || coalesce(json_extract_string(${rescued}, '/_file_path'), '') || ' ' || left(${rescued}, 2000))`;
  const names = columns.map((one) => `s.${quoteName(one.name)}`);
  if (!names.includes(rescued)) {
    const passes = `CASE WHEN ${rescued} IS NULL THEN true WHEN ${isNew} THEN ${stop}::BOOLEAN ELSE true END`;
    return `SELECT ${names.join(", ") || "1 AS one"} FROM (${sql}) AS s WHERE ${passes}`;
  }
  const watched = `CASE WHEN ${rescued} IS NULL THEN NULL WHEN ${isNew} THEN ${stop}::VARCHAR ELSE ${rescued} END AS ${quoteName(name)}`;
  return `SELECT ${names.map((one) => (one === rescued ? watched : one)).join(", ")} FROM (${sql}) AS s`;
}

function hasMoreThanRecord(rescued: string): string {
  return `len(list_filter(json_keys(${rescued}), lambda k: k NOT IN (${texts(RECORD_MEMBERS)}))) > 0`;
}

/** Names that cannot be those of columns: a table cannot hold them, or they number the surplus values of a CSV record. */
const NO_COLUMN = "[ ,;{}()\\n\\t=]|^_c\\d+$";

/** SQL: whether an object holds a member, at any depth that the type describes, whose name no field has in any case and a column could have. */
function hasNewFields(json: string, type: StructType, depth = 0): string {
  const known = [...type.fields.map((one) => one.name.toLowerCase()), ...(depth === 0 ? RECORD_MEMBERS : []), ""];
  const k = `k${depth}`;
  const isNew = `lower(${k}) NOT IN (${texts(known)}) AND NOT regexp_matches(${k}, ${quoteText(NO_COLUMN)})`;
  const own = `len(list_filter(json_keys(${json}), lambda ${k}: ${isNew})) > 0`;
  const nested = type.fields.flatMap((one) => {
    const member = `json_extract(${json}, ${quoteText(pointer(one.name))})`;
    const inside = hasNewInside(member, one.dataType, depth + 1);
    return inside === undefined ? [] : [inside];
  });
  return `(${[own, ...nested].join(" OR ")})`;
}

function hasNewInside(json: string, type: DataType, depth: number): string | undefined {
  const e = `e${depth}`;
  switch (type.kind) {
    case "struct":
      return `CASE WHEN json_type(${json}) = 'OBJECT' THEN ${hasNewFields(json, type, depth)} ELSE false END`;
    case "array":
      return anyOf(`from_json(CASE WHEN json_type(${json}) = 'ARRAY' THEN ${json} END, '["JSON"]')`, type.element);
    case "map":
      return anyOf(`CASE WHEN json_type(${json}) = 'OBJECT' THEN json_extract(${json}, '$.*') END`, type.value);
    default:
      return undefined;
  }

  function anyOf(items: string, element: DataType): string | undefined {
    const inside = hasNewInside(e, element, depth + 1);
    return inside && `coalesce(len(list_filter(${items}, lambda ${e}: ${inside})) > 0, false)`;
  }
}

function texts(values: readonly string[]): string {
  return values.map(quoteText).join(", ");
}

function pointer(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
