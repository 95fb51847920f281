import { DATE, type DataType, DOUBLE, field, INTEGER, LONG, STRING, type StructField, TIMESTAMP } from "@sluice/query";

const NULL_NAME = "__HIVE_DEFAULT_PARTITION__";

/**
 * The columns that `key=value` folders between `basePath` and the files stand for, in the order of the folders. Types as in Spark: int, bigint, double,
 * date, timestamp, else string; the narrowest that holds all values.
 */
export function partitionColumns(paths: readonly string[], basePath: string): readonly StructField[] {
  const values = new Map<string, { readonly name: string; readonly values: Set<string> }>();
  for (const path of paths) {
    for (const [name, value] of partitionValues(path, basePath)) {
      const column = values.get(name.toLowerCase()) ?? { name, values: new Set() };
      column.values.add(value);
      values.set(name.toLowerCase(), column);
    }
  }
  return [...values.values()].map((column) => field(column.name, typeOfAll([...column.values])));
}

function partitionValues(path: string, basePath: string): readonly (readonly [string, string])[] {
  const base = basePath.endsWith("/") ? basePath : `${basePath}/`;
  if (!path.startsWith(base)) return [];
  const folders = path.slice(base.length).split("/").slice(0, -1);
  return folders.flatMap((folder) => {
    const cut = folder.indexOf("=");
    return cut <= 0 ? [] : [[unescapePart(folder.slice(0, cut)), unescapePart(folder.slice(cut + 1))] as const];
  });
}

function typeOfAll(values: readonly string[]): DataType {
  const present = values.filter((value) => value !== NULL_NAME);
  if (present.length === 0) return STRING;
  const candidates: readonly (readonly [DataType, (value: string) => boolean])[] = [
    [INTEGER, (value) => /^[+-]?\d{1,10}$/.test(value) && Math.abs(Number(value)) <= 2147483647],
    [LONG, (value) => /^[+-]?\d{1,18}$/.test(value)],
    [DOUBLE, (value) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)],
    [DATE, (value) => /^\d{4}-\d{2}-\d{2}$/.test(value)],
    [TIMESTAMP, (value) => /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(value)],
  ];
  return candidates.find(([, holds]) => present.every(holds))?.[0] ?? STRING;
}

function unescapePart(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
