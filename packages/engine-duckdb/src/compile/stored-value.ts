import { array, type DataType, field, holdsVariant, map, struct } from "@sluice/query";
import { duckType } from "./duck-type.ts";
import { quoteName, quoteText } from "./identifier.ts";

const BYTES: DataType = struct([field("value", { kind: "binary" }), field("metadata", { kind: "binary" })]);

/** The DuckDB type in which the files of tables hold the values of a Spark type: variants in the binary encoding of Parquet, others as in queries. */
export function storedType(type: DataType): string {
  return duckType(inFiles(type));
}

function inFiles(type: DataType): DataType {
  switch (type.kind) {
    case "variant":
      return BYTES;
    case "array":
      return array(inFiles(type.element), type.containsNull);
    case "map":
      return map(type.key, inFiles(type.value), type.valueContainsNull);
    case "struct":
      return struct(type.fields.map((one) => ({ ...one, dataType: inFiles(one.dataType) })));
    default:
      return type;
  }
}

/** A value as files hold it: what is no variant stays as it is. */
export function toStored(sql: string, type: DataType): string {
  return converted(sql, type, (variant) => `js_variant_encode(${variant})`);
}

/** A value of a file as queries have it. */
export function fromStored(sql: string, type: DataType): string {
  return converted(sql, type, (variant) => `sp_variant_decode(${variant})`);
}

function converted(sql: string, type: DataType, convert: (sql: string) => string, depth = 0): string {
  if (!holdsVariant(type)) return sql;
  const item = `"_s${depth}"`;
  const inner = (part: string, of: DataType) => converted(part, of, convert, depth + 1);
  switch (type.kind) {
    case "array":
      return `list_transform(${sql}, lambda ${item}: ${inner(item, type.element)})`;
    case "map": {
      const value = inner(`struct_extract(${item}, 'value')`, type.value);
      const entry = `struct_pack("key" := struct_extract(${item}, 'key'), "value" := ${value})`;
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
