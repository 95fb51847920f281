import { array, type DataType, field, map, struct } from "@sluice/query";
import { duckType } from "./duck-type.ts";
import { quoteName, quoteText } from "./identifier.ts";

const BYTES: DataType = struct([field("value", { kind: "binary" }), field("metadata", { kind: "binary" })]);

/** The DuckDB type in which the files of tables hold the values of a Spark type: variants in the binary encoding of Parquet, others as in queries. */
export function storedType(type: DataType): string {
  return duckType(inFiles(type));
}

function inFiles(type: DataType): DataType {
  return mapped(type, (leaf) => (leaf.kind === "variant" ? BYTES : leaf));
}

/** A type with instants in the place of wall-clock times: what INT96 stands for. */
export function asInstants(type: DataType): DataType {
  return mapped(type, (leaf) => (leaf.kind === "timestamp_ntz" ? { kind: "timestamp" } : leaf));
}

/** A type with wall-clock times in the place of instants: what DuckDB reads INT96 as. */
export function asWallTimes(type: DataType): DataType {
  return mapped(type, (leaf) => (leaf.kind === "timestamp" ? { kind: "timestamp_ntz" } : leaf));
}

function mapped(type: DataType, leaf: (type: DataType) => DataType): DataType {
  switch (type.kind) {
    case "array":
      return array(mapped(type.element, leaf), type.containsNull);
    case "map":
      return map(mapped(type.key, leaf), mapped(type.value, leaf), type.valueContainsNull);
    case "struct":
      return struct(type.fields.map((one) => ({ ...one, dataType: mapped(one.dataType, leaf) })));
    default:
      return leaf(type);
  }
}

/** A value as files hold it: what is no variant stays as it is. */
export function toStored(sql: string, type: DataType): string {
  return converted(sql, type, "variant", (variant) => `js_variant_encode(${variant})`);
}

/** A value of a file as queries have it. */
export function fromStored(sql: string, type: DataType): string {
  return converted(sql, type, "variant", (variant) => `sp_variant_decode(${variant})`);
}

/** A value that DuckDB read from INT96, as wall-clock times in UTC, with the instants that `type` has. */
export function fromInt96(sql: string, type: DataType): string {
  return converted(sql, type, "timestamp", (time) => `timezone('UTC', ${time})`);
}

function converted(
  sql: string,
  type: DataType,
  kind: DataType["kind"],
  convert: (sql: string) => string,
  depth = 0,
): string {
  if (!holdsKind(type, kind)) return sql;
  const item = `"_s${depth}"`;
  const inner = (part: string, of: DataType) => converted(part, of, kind, convert, depth + 1);
  switch (type.kind) {
    case "array":
      return `list_transform(${sql}, lambda ${item}: ${inner(item, type.element)})`;
    case "map": {
      const value = inner(`struct_extract(${item}, 'value')`, type.value);
      const key = inner(`struct_extract(${item}, 'key')`, type.key);
      const entry = `struct_pack("key" := ${key}, "value" := ${value})`;
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${item}: ${entry}))`;
    }
    case "struct": {
      const fields = type.fields.map((one) => {
        const part = inner(`struct_extract(${sql}, ${quoteText(one.name)})`, one.dataType);
        return `${quoteName(one.name)} := ${part}`;
      });
      return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
    }
    default:
      return convert(sql);
  }
}

function holdsKind(type: DataType, kind: DataType["kind"]): boolean {
  switch (type.kind) {
    case "array":
      return holdsKind(type.element, kind);
    case "map":
      return holdsKind(type.key, kind) || holdsKind(type.value, kind);
    case "struct":
      return type.fields.some((one) => holdsKind(one.dataType, kind));
    default:
      return type.kind === kind;
  }
}
