import { type ChangedFile, differenceOf, scan } from "@sluice/delta";
import type { InputSlice } from "@sluice/pipelines";
import { type Attribute, field, STRING } from "@sluice/query";
import { quoteText } from "../compile/identifier.ts";
import { keepOnly } from "./deleted-rows.ts";
import { emptyRows } from "./file-scan.ts";
import { chosenFiles, type FilesRead, fileRows, type TableReading } from "./table-rows.ts";

type Changes = Extract<InputSlice, { kind: "TableChanges" }>;
type Snapshot = Parameters<typeof scan>[0];

const CHANGE_TYPE = "_change_type";

/** A SELECT of the changes of a Delta table, with columns named as `columns`; those that the table lacked at the last version of the range are NULL. */
export async function changeRows(
  reading: TableReading,
  slice: Changes,
  columns: readonly Attribute[],
): Promise<string> {
  const table = reading.tables.at(slice.location);
  const snapshot = await table.snapshot({ version: slice.through });
  const changes =
    slice.after === null ? rowsAsInserts(snapshot, slice) : await table.changes(slice.after + 1, slice.through);
  const [recorded, whole, part] = (["Recorded", "Whole", "Part"] as const).map((kind) =>
    changes.filter((one) => one.kind === kind),
  );
  const parts = [
    await rowsOf(reading, snapshot, recorded ?? [], columns, { stored: [field(CHANGE_TYPE, STRING)] }),
    await rowsOf(reading, snapshot, whole ?? [], columns, {}),
    await rowsOf(reading, snapshot, part ?? [], columns, await partOf(reading, snapshot.root, part ?? [])),
  ].filter((sql) => sql !== undefined);
  return parts.length === 0 ? emptyRows({ columns }) : parts.join(" UNION ALL ");
}

function rowsAsInserts(snapshot: Snapshot, slice: Changes): readonly ChangedFile[] {
  const { version, timestamp } = snapshot;
  return chosenFiles(scan(snapshot).files, slice).map((file) => ({
    kind: "Whole",
    type: "insert",
    file,
    version,
    timestamp,
  }));
}

async function rowsOf(
  reading: TableReading,
  snapshot: Snapshot,
  changes: readonly ChangedFile[],
  columns: readonly Attribute[],
  read: FilesRead,
): Promise<string | undefined> {
  if (changes.length === 0) return undefined;
  const files = changes.map((one) => one.file);
  return await fileRows(reading, snapshot, files, columns, { ...read, told: factsOf(changes) });
}

/** What holds for all rows of a file: its commit, and what happened to them unless each of them says so. */
function factsOf(changes: readonly ChangedFile[]): NonNullable<FilesRead["told"]> {
  const rows = changes.map((one, i) => {
    const type = one.kind === "Recorded" ? "NULL" : quoteText(one.type);
    return `(${i}, ${type}, ${one.version}, make_timestamptz(${Math.trunc(one.timestamp)}000))`;
  });
  const isRecorded = changes[0]?.kind === "Recorded";
  return {
    columns: {
      ...(isRecorded ? {} : { [CHANGE_TYPE]: "c.t" }),
      _commit_version: "c.v",
      _commit_timestamp: "c.ts",
    },
    join: ` JOIN (VALUES ${rows.join(", ")}) AS c(i, t, v, ts) ON c.i = r.file_index`,
  };
}

async function partOf(
  { connection, tables }: TableReading,
  root: string,
  changes: readonly ChangedFile[],
): Promise<FilesRead> {
  if (changes.length === 0) return {};
  const sets = await Promise.all(
    changes.map(async (one) => {
      const marked = await tables.deletions.rowsOf(root, one.file);
      const except = one.kind === "Part" ? one.except : undefined;
      const before = except && (await tables.deletions.rowsOf(root, { ...one.file, deletionVector: except }));
      if (marked === undefined) throw new Error(`changes of ${one.file.path} without a deletion vector`);
      return before === undefined ? marked : differenceOf(marked, before);
    }),
  );
  return { rows: await keepOnly(connection, sets) };
}
