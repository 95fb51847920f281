import { EngineError, type TableTarget } from "@sluice/pipelines";
import { type Attribute, type DataType, type StructField, sameType, simpleString } from "@sluice/query";
import type { ColumnName } from "../compile/column-names.ts";
import { duckType } from "../compile/duck-type.ts";
import { quoteName, quoteText } from "../compile/identifier.ts";
import { widens } from "../read/widens.ts";

/** The select list that fits a plan's columns to a table. */
export interface TargetColumns {
  /** SQL of each column as `expression AS "name"`, in the order of the table. */
  readonly items: readonly string[];
  /** The fields that are stored, in that order: `void` columns are not. */
  readonly stored: readonly StructField[];
}

/**
 * Matches the columns of a plan with those of a table by name, ignoring case; columns that the plan lacks are NULL. A NOT NULL column raises at the first
 * row without a value. `extra` gives SQL of columns that are not the plan's.
 *
 * @throws EngineError for a column that the table lacks, or whose type it cannot take
 */
export function targetColumns(
  target: TableTarget,
  output: readonly Attribute[],
  name: ColumnName,
  extra: ReadonlyMap<string, string> = new Map(),
): TargetColumns {
  refuseUnknown(target, output, extra);
  const stored = target.schema.fields.filter((field) => field.dataType.kind !== "void");
  const values = stored.map((field) => columnValue(target, field, output, name, extra));
  const record = `to_json(struct_pack(${output.map((one) => `${name(one)} := ${name(one)}`).join(", ")}))::VARCHAR`;
  const items = stored.map((field, i) => {
    const value = values[i] ?? "NULL";
    const checked = field.nullable ? value : notNull(target, field, value, output.length === 0 ? "'{}'" : record);
    return `${checked} AS ${quoteName(field.name)}`;
  });
  return { items, stored };
}

function refuseUnknown(target: TableTarget, output: readonly Attribute[], extra: ReadonlyMap<string, string>): void {
  const known = new Set([...target.schema.fields.map((field) => field.name.toLowerCase()), ...extra.keys()]);
  const unknown = output.find((one) => !known.has(one.name.toLowerCase()));
  if (unknown === undefined) return;
  throw problem(
    "DELTA_SCHEMA_MISMATCH",
    `The table "${target.name}" has no column "${unknown.name}" that the query gives. Its columns: ${target.schema.fields.map((field) => field.name).join(", ")}.`,
    unknown.name,
  );
}

function columnValue(
  target: TableTarget,
  field: StructField,
  output: readonly Attribute[],
  name: ColumnName,
  extra: ReadonlyMap<string, string>,
): string {
  refuseType(target, field);
  const type = duckType(field.dataType);
  const special = extra.get(field.name.toLowerCase());
  if (special !== undefined) return `CAST(${special} AS ${type})`;
  const found = output.find((one) => one.name.toLowerCase() === field.name.toLowerCase());
  if (found === undefined) return `CAST(NULL AS ${type})`;
  if (!canStore(found.dataType, field.dataType)) {
    throw problem(
      "DELTA_FAILED_TO_MERGE_FIELDS",
      `The column "${field.name}" of the table "${target.name}" is ${simpleString(field.dataType)}; the query gives ${simpleString(found.dataType)}. Cast it in the query, or run a full refresh to change the table's type.`,
      field.name,
    );
  }
  return `CAST(${name(found)} AS ${type})`;
}

function refuseType(target: TableTarget, field: StructField): void {
  if (!hasKind(field.dataType, ["time", "interval_year_month", "interval_day_time", "interval_calendar"])) return;
  throw problem(
    "UNSUPPORTED_DATATYPE",
    `The column "${field.name}" of the table "${target.name}" is ${simpleString(field.dataType)}, which cannot be stored in a Delta table here. Cast it in the query, for example to STRING.`,
    field.name,
  );
}

function hasKind(type: DataType, kinds: readonly string[]): boolean {
  if (type.kind === "array") return hasKind(type.element, kinds);
  if (type.kind === "map") return hasKind(type.key, kinds) || hasKind(type.value, kinds);
  if (type.kind === "struct") return type.fields.some((one) => hasKind(one.dataType, kinds));
  return kinds.includes(type.kind);
}

const DIGITS: Readonly<Record<string, number>> = { byte: 3, short: 5, integer: 10, long: 20 };

/** Whether a value of one type may be stored in a column of another: the same, wider, or text of any atom, as Spark's store assignment. */
function canStore(from: DataType, to: DataType): boolean {
  if (from.kind === "void" || sameType(from, to) || widens(from, to)) return true;
  if (from.kind === "array") return to.kind === "array" && canStore(from.element, to.element);
  if (from.kind === "map") return to.kind === "map" && canStore(from.key, to.key) && canStore(from.value, to.value);
  if (from.kind === "struct") return to.kind === "struct" && from.fields.every((one) => hasField(to.fields, one));
  return canStoreAtom(from, to);
}

function canStoreAtom(from: DataType, to: DataType): boolean {
  if (to.kind === "string") return from.kind !== "variant";
  if (from.kind === "date") return to.kind === "timestamp";
  const digits = DIGITS[from.kind];
  if (digits === undefined) return false;
  if (to.kind === "decimal") return to.precision - to.scale >= digits;
  return to.kind === "float" || to.kind === "double";
}

function hasField(fields: readonly StructField[], wanted: StructField): boolean {
  const found = fields.find((one) => one.name.toLowerCase() === wanted.name.toLowerCase());
  return found !== undefined && canStore(wanted.dataType, found.dataType);
}

function notNull(target: TableTarget, field: StructField, value: string, record: string): string {
  const text = `[DELTA_NOT_NULL_CONSTRAINT_VIOLATED] The column "${field.name}" of the table "${target.name}" must not be NULL, but this row has none: `;
  return `CASE WHEN (${value}) IS NULL THEN error(${quoteText(text)} || ${record}) ELSE ${value} END`;
}

function problem(condition: string, message: string, column: string): EngineError {
  return new EngineError(message, { condition, domain: "user", retry: "never", column });
}
