import type { DataType, StructField } from "@sluice/query";

const FIXED = 8;
const LONG_NUMBER = 16;
const TEXT = 32;

/** What a row takes in DuckDB's memory, by estimate and without what a file number adds; undefined for columns that can be of any size. */
export function rowBytes(columns: readonly StructField[]): number | undefined {
  const widths = columns.map((one) => valueBytes(one.dataType));
  return widths.includes(undefined) ? undefined : widths.reduce<number>((sum, one) => sum + (one ?? 0), 0);
}

function valueBytes(type: DataType): number | undefined {
  switch (type.kind) {
    case "array":
    case "map":
    case "struct":
    case "variant":
    case "binary":
      return undefined;
    case "string":
      return TEXT;
    case "decimal":
      return type.precision > 18 ? LONG_NUMBER : FIXED;
    default:
      return FIXED;
  }
}
