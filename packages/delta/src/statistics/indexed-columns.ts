import type { DataType, StructType } from "@sluice/query";

/** A column without parts, by its names from the outside in. */
export interface Leaf {
  readonly path: readonly string[];
  readonly dataType: DataType;
}

/** What decides for which columns a table keeps statistics. */
export interface StatisticsSettings {
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  /** Table properties. */
  readonly configuration: Readonly<Record<string, string>>;
}

const DEFAULT_COLUMNS = 32;

/**
 * The leaf columns that statistics are kept for, in schema order: those below `delta.dataSkippingStatsColumns` if set, else the first
 * `delta.dataSkippingNumIndexedCols` (32; -1 for all). Fields of structs count one by one, arrays and maps as one. Partition columns have none.
 */
export function indexedColumns(settings: StatisticsSettings): readonly Leaf[] {
  const { schema, partitionColumns, configuration } = settings;
  const leaves = schema.fields
    .filter((field) => !partitionColumns.includes(field.name))
    .flatMap((field) => leavesOf([field.name], field.dataType));
  const named = configuration["delta.dataSkippingStatsColumns"];
  if (named !== undefined) {
    const wanted = parseColumnList(named);
    return leaves.filter((leaf) => wanted.some((path) => startsWith(leaf.path, path)));
  }
  const limit = Number(configuration["delta.dataSkippingNumIndexedCols"] ?? DEFAULT_COLUMNS);
  return limit < 0 || Number.isNaN(limit) ? leaves : leaves.slice(0, limit);
}

function leavesOf(path: readonly string[], type: DataType): readonly Leaf[] {
  if (type.kind !== "struct") return [{ path, dataType: type }];
  return type.fields.flatMap((field) => leavesOf([...path, field.name], field.dataType));
}

/** Column names separated by commas, parts by dots; a part in backticks may contain either. */
function parseColumnList(text: string): readonly (readonly string[])[] {
  const parts = text.matchAll(/\s*(?:`((?:[^`]|``)*)`|([^,.`]+?))\s*([.,]|$)/g);
  const columns: string[][] = [[]];
  for (const [, quoted, plain, end] of parts) {
    columns.at(-1)?.push((quoted?.replaceAll("``", "`") ?? plain ?? "").toLowerCase());
    if (end === ",") columns.push([]);
  }
  return columns.filter((path) => path.length > 0);
}

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((name, index) => path[index]?.toLowerCase() === name);
}
