import type { FileRead } from "@sluice/pipelines";
import { quoteText } from "../../compile/identifier.ts";
import { parseTimestamp, timeFormats } from "../../compile/time-formats.ts";
import type { Connection } from "../../connection/duck-db.ts";

/** A place in records in DuckDB's spelling; undefined where DuckDB cannot spell a name on the way. */
export type RecordPath = string | undefined;

/** The place of a member inside a place. */
export function memberPath(path: RecordPath, name: string): RecordPath {
  return path === undefined || /["\\*]/.test(name) ? undefined : `${path}."${name}"`;
}

/** The place of all elements of an array at a place. */
export function elementPath(path: RecordPath): RecordPath {
  return path === undefined ? undefined : `${path}[*]`;
}

/** Which of some places in records (SQL of a table with a column `j`) hold nothing but texts that are timestamps, and nulls. */
export async function timestampPaths(
  connection: Connection,
  records: string,
  { paths, read }: { readonly paths: readonly string[]; readonly read: Pick<FileRead, "options"> },
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const tests = paths.map((path, i) => `count(*) FILTER (WHERE ${hasOther(path, read)}) = 0 AS t${i}`);
  const [row] = await connection.rows(`SELECT ${tests.join(", ")} FROM (${records})`);
  return new Set(paths.filter((_, i) => row?.[`t${i}`] === true));
}

function hasOther(path: string, read: Pick<FileRead, "options">): string {
  const found = `json_extract(j, ${quoteText(path)})`;
  const values = path.includes("[*]") ? found : `[${found}]`;
  const moment = parseTimestamp("json_extract_string(v, '$')", "timestamp", { ...timeFormats(read), tries: true });
  const other = `json_type(v) NOT IN ('NULL', 'VARCHAR') OR (json_type(v) = 'VARCHAR' AND (${moment}) IS NULL)`;
  return `len(list_filter(${values}, lambda v: v IS NOT NULL AND (${other}))) > 0`;
}
