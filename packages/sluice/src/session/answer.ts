import type { QueryResult } from "@sluice/pipelines";
import { type DataType, field, struct, type Value } from "@sluice/query";

/** The answer of a statement: columns in order, `[name, type, nullable]`. */
export function answer(
  columns: readonly (readonly [name: string, dataType: DataType, nullable?: boolean])[],
  rows: readonly (readonly Value[])[],
): QueryResult {
  return { schema: struct(columns.map(([name, dataType, nullable = true]) => field(name, dataType, nullable))), rows };
}

/** The answer of a statement that has nothing to say. */
export const NOTHING: QueryResult = answer([], []);

/** Whether a name is meant by a pattern of SHOW: `*` (and `%`, as in LIKE) stand for anything, `|` between choices; letter case does not matter. */
export function matches(pattern: string | undefined, name: string): boolean {
  if (pattern === undefined) return true;
  const choices = pattern.split("|").map((one) =>
    one
      .trim()
      .replace(/[.+?^${}()[\]\\]/g, "\\$&")
      .replace(/[*%]/g, ".*"),
  );
  return choices.some((one) => new RegExp(`^${one}$`, "i").test(name));
}
