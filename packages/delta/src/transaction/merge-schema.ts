import {
  array,
  type DataType,
  map,
  type StructField,
  type StructType,
  sameType,
  simpleString,
  struct,
} from "@sluice/query";
import { DeltaError } from "../storage/delta-error.ts";

/**
 * The schema of a table after data of another schema is added to it. Names match ignoring case and keep the table's spelling; the order of the table stays;
 * new columns, and new fields inside structs at any depth, go to the end and allow NULL, since rows that are there already have none. A column becomes
 * nullable when `wanted` says so, never the other way. Comments and other facts of `wanted` are laid over those of the table.
 *
 * @throws DELTA_FAILED_TO_MERGE_FIELDS naming the column and both types when a type differs.
 */
export function mergeSchema(current: StructType, wanted: StructType): StructType {
  return mergeStructs(current, wanted, "");
}

function mergeStructs(current: StructType, wanted: StructType, path: string): StructType {
  const byName = new Map(wanted.fields.map((field) => [field.name.toLowerCase(), field]));
  const kept = current.fields.map((field) => {
    const other = byName.get(field.name.toLowerCase());
    byName.delete(field.name.toLowerCase());
    return other === undefined ? field : mergeFields(field, other, path);
  });
  return struct([...kept, ...[...byName.values()].map((field) => ({ ...field, nullable: true }))]);
}

function mergeFields(current: StructField, wanted: StructField, path: string): StructField {
  return {
    name: current.name,
    dataType: mergeTypes(current.dataType, wanted.dataType, `${path}${current.name}`),
    nullable: current.nullable || wanted.nullable,
    metadata: { ...current.metadata, ...wanted.metadata },
  };
}

function mergeTypes(current: DataType, wanted: DataType, column: string): DataType {
  if (wanted.kind === "void") return current;
  if (current.kind === "void") return wanted;
  if (current.kind === "struct" && wanted.kind === "struct") return mergeStructs(current, wanted, `${column}.`);
  if (current.kind === "array" && wanted.kind === "array") {
    const element = mergeTypes(current.element, wanted.element, `${column}.element`);
    return array(element, current.containsNull || wanted.containsNull);
  }
  if (current.kind === "map" && wanted.kind === "map") {
    const key = mergeTypes(current.key, wanted.key, `${column}.key`);
    const value = mergeTypes(current.value, wanted.value, `${column}.value`);
    return map(key, value, current.valueContainsNull || wanted.valueContainsNull);
  }
  if (sameType(current, wanted)) return current;
  const types = { current: simpleString(current), wanted: simpleString(wanted) };
  throw new DeltaError("DELTA_FAILED_TO_MERGE_FIELDS", { column, ...types });
}
