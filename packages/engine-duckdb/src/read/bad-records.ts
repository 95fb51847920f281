import { createHash } from "node:crypto";
import { join } from "node:path";
import { openStore } from "@sluice/delta";
import type { FileRead, KeptAside } from "@sluice/pipelines";
import { type StructField, sqlType } from "@sluice/query";
import { quoteText } from "../compile/identifier.ts";
import { badRecordsPath } from "../compile/read-option.ts";
import type { Connection } from "../connection/duck-db.ts";
import type { WorkFolder } from "../connection/work-folder.ts";

/** What one scan leaves out. */
export interface LeftOut {
  readonly folder: string;
  /** SELECTs of `path`, `record`, `reason`. */
  readonly records: string[];
  readonly files: { readonly path: string; readonly reason: string }[];
}

/** Whose statement leaves something out, and when (microseconds since the epoch): the same again, it is kept in the same files. */
export interface Keeper {
  readonly now: bigint;
  readonly id: string;
}

/**
 * What a statement leaves out of its files where the option `badRecordsPath` names a folder for it: as Databricks has it,
 * `<folder>/<yyyyMMddTHHmmss>/bad_records/part-..` for records and `bad_files` beside it for files, lines of JSON in both.
 */
export class BadRecords {
  readonly #scans = new Map<number, LeftOut>();

  /** Where what a scan leaves out is to be noted, anew each time; undefined when nothing is kept of it. */
  of(scan: number, read: FileRead): LeftOut | undefined {
    const folder = badRecordsPath(read);
    if (folder === undefined) return undefined;
    const noted: LeftOut = { folder, records: [], files: [] };
    this.#scans.set(scan, noted);
    return noted;
  }

  /** Writes what was noted, in place of what the same keeper wrote before. Answers what there was, folder by folder. */
  async keep(connection: Connection, work: WorkFolder, keeper: Keeper): Promise<readonly KeptAside[]> {
    const kept: KeptAside[] = [];
    for (const [part, [, noted]] of [...this.#scans].sort(([one], [other]) => one - other).entries()) {
      const name = `part-${String(part).padStart(5, "0")}-${nameOf(keeper)}`;
      const place = { folder: noted.folder, time: folderTime(keeper.now), name };
      const records = await keepRecords(connection, work, noted, place);
      if (noted.files.length > 0) await keepFiles(noted, place);
      if (records + noted.files.length > 0) {
        kept.push({ folder: `${noted.folder}/${place.time}`, records, files: noted.files.length });
      }
    }
    return kept;
  }
}

interface Place {
  readonly folder: string;
  readonly time: string;
  readonly name: string;
}

async function keepRecords(
  connection: Connection,
  work: WorkFolder,
  { records }: LeftOut,
  { folder, time, name }: Place,
): Promise<number> {
  if (records.length === 0) return 0;
  const path = join(work.path, `${name}.json`);
  const [copied] = await connection.rows(`COPY (${records.join(" UNION ALL ")}) TO ${quoteText(path)} (FORMAT json)`);
  const count = Number(copied?.["Count"] ?? 0);
  if (count > 0) await openStore(folder).upload(`${time}/bad_records/${name}`, path);
  return count;
}

async function keepFiles({ folder, files }: LeftOut, { time, name }: Place): Promise<void> {
  const text = files.map((file) => `${JSON.stringify(file)}\n`).join("");
  await openStore(folder).put(`${time}/bad_files/${name}`, new TextEncoder().encode(text));
}

function nameOf({ now, id }: Keeper): string {
  return createHash("sha256").update(`${id} ${now}`).digest("hex").slice(0, 32);
}

/** `20240131T120000`, in UTC. */
function folderTime(now: bigint): string {
  return new Date(Number(now / 1000n)).toISOString().slice(0, 19).replace(/[-:]/g, "");
}

/** SQL of why a value keeps its record out; NULL when `misfit`, the JSON of the value, is. */
export function misfitReason({ name, dataType }: StructField, misfit: string): string {
  return `'The value ' || (${misfit}) || ${quoteText(` does not fit the column "${name}" ${sqlType(dataType)}.`)}`;
}

/** SQL of all reasons that are not NULL, one after the other. */
export function joinReasons(reasons: readonly string[]): string {
  return reasons.length === 0 ? "''" : `concat_ws(' ', ${reasons.join(", ")})`;
}
