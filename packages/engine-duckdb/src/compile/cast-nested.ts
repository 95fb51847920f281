import type { DataType } from "@sluice/query";
import { duckType } from "./duck-type.ts";
import { quoteName, quoteText } from "./identifier.ts";

/** What becomes of a value that the target type does not hold. */
export type CastMode = "error" | "null" | "legacy";

interface Nested {
  readonly to: DataType;
  readonly depth: number;
  /** Casts one element, key, value or field. */
  readonly inner: (sql: string, from: DataType, to: DataType) => string;
}

/** A cast between two arrays, maps or structs (fields by position); undefined for all others. */
export function castNested(sql: string, from: DataType, nested: Nested): string | undefined {
  const { to } = nested;
  if (from.kind === "array" && to.kind === "array") {
    const item = `"_e${nested.depth}"`;
    return `list_transform(${sql}, lambda ${item}: ${nested.inner(item, from.element, to.element)})`;
  }
  if (from.kind === "map" && to.kind === "map") return castMap(sql, from, to, nested);
  if (from.kind === "struct" && to.kind === "struct") return castStruct(sql, from, to, nested);
  return undefined;
}

type MapType = Extract<DataType, { kind: "map" }>;
type StructType = Extract<DataType, { kind: "struct" }>;

function castMap(sql: string, from: MapType, to: MapType, { depth, inner }: Nested): string {
  const entry = `"_e${depth}"`;
  const key = inner(`struct_extract(${entry}, 'key')`, from.key, to.key);
  const value = inner(`struct_extract(${entry}, 'value')`, from.value, to.value);
  return `map_from_entries(list_transform(map_entries(${sql}), lambda ${entry}: struct_pack(key := ${key}, value := ${value})))`;
}

function castStruct(sql: string, from: StructType, to: StructType, { inner }: Nested): string {
  const fields = to.fields.map((field, i) => {
    const source = from.fields[i];
    const value =
      source === undefined
        ? `CAST(NULL AS ${duckType(field.dataType)})`
        : inner(`struct_extract(${sql}, ${quoteText(source.name)})`, source.dataType, field.dataType);
    return `${quoteName(field.name)} := ${value}`;
  });
  return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
}
