import { type DataType, type StructType, simpleString } from "@sluice/query";
import { DeltaError } from "../storage/delta-error.ts";

const NOT_STORABLE: ReadonlySet<string> = new Set([
  "time",
  "interval_year_month",
  "interval_day_time",
  "interval_calendar",
]);

const NOT_PARTITIONABLE: ReadonlySet<string> = new Set(["array", "map", "struct", "binary", "variant", "void"]);

/**
 * Checks that a table may have these columns and partitions. A `void` column is allowed where it can be left out of the data files: not inside arrays and maps.
 *
 * @throws DELTA_DUPLICATE_COLUMNS_FOUND, DELTA_UNSUPPORTED_DATA_TYPE, DELTA_INVALID_PARTITION_COLUMN
 */
export function checkSchema(schema: StructType, partitionColumns: readonly string[]): void {
  checkStruct(schema, "");
  for (const column of partitionColumns) checkPartition(schema, column);
  if (schema.fields.length > 0 && partitionColumns.length === schema.fields.length) {
    const column = partitionColumns.at(-1) ?? "";
    throw new DeltaError("DELTA_INVALID_PARTITION_COLUMN", { column, reason: "no other column would be left" });
  }
}

/** Checks the names of columns and of fields inside them. @throws DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES */
export function checkNames(type: DataType, path: readonly string[] = []): void {
  if (type.kind === "array") checkNames(type.element, [...path, "element"]);
  if (type.kind === "map") {
    checkNames(type.key, [...path, "key"]);
    checkNames(type.value, [...path, "value"]);
  }
  if (type.kind !== "struct") return;
  for (const { name, dataType } of type.fields) {
    const at = [...path, name];
    if (/[ ,;{}()\n\t=]/.test(name)) {
      throw new DeltaError("DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES", { columns: [at.join(".")] });
    }
    checkNames(dataType, at);
  }
}

/** The partition columns in the schema's spelling. @throws DELTA_INVALID_PARTITION_COLUMN when there is no such column */
export function spellAsInSchema(schema: StructType, columns: readonly string[]): readonly string[] {
  return columns.map((column) => findField(schema, column).name);
}

/** Whether a type, or a type inside it, is of a kind. */
export function containsKind(type: DataType, kind: DataType["kind"]): boolean {
  if (type.kind === kind) return true;
  switch (type.kind) {
    case "array":
      return containsKind(type.element, kind);
    case "map":
      return containsKind(type.key, kind) || containsKind(type.value, kind);
    case "struct":
      return type.fields.some((field) => containsKind(field.dataType, kind));
    default:
      return false;
  }
}

function checkPartition(schema: StructType, column: string): void {
  const field = findField(schema, column);
  if (!NOT_PARTITIONABLE.has(field.dataType.kind)) return;
  const reason = `its type is ${simpleString(field.dataType)}, which has no form in a path`;
  throw new DeltaError("DELTA_INVALID_PARTITION_COLUMN", { column, reason });
}

function findField(schema: StructType, column: string): StructType["fields"][number] {
  const field = schema.fields.find((one) => one.name.toLowerCase() === column.toLowerCase());
  if (field !== undefined) return field;
  throw new DeltaError("DELTA_INVALID_PARTITION_COLUMN", { column, reason: "there is no such column" });
}

function checkStruct(type: StructType, path: string): void {
  const seen = new Map<string, string>();
  for (const { name, dataType } of type.fields) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) {
      throw new DeltaError("DELTA_DUPLICATE_COLUMNS_FOUND", { columns: [`${path}${other}`, `${path}${name}`] });
    }
    seen.set(name.toLowerCase(), name);
    checkType(dataType, `${path}${name}`);
  }
}

function checkType(type: DataType, column: string): void {
  if (NOT_STORABLE.has(type.kind)) throw unsupported(type, column);
  if (type.kind === "struct") checkStruct(type, `${column}.`);
  if (type.kind === "array") checkItem(type.element, `${column}.element`);
  if (type.kind === "map") {
    checkItem(type.key, `${column}.key`);
    checkItem(type.value, `${column}.value`);
  }
}

function checkItem(type: DataType, column: string): void {
  if (type.kind === "void") throw unsupported(type, column);
  checkType(type, column);
}

function unsupported(type: DataType, column: string): DeltaError {
  return new DeltaError("DELTA_UNSUPPORTED_DATA_TYPE", { column, dataType: simpleString(type) });
}
