import type { FileEntry, FileRead, InputSlice, Inputs } from "@sluice/pipelines";
import type { Attribute, Plan, ScanPlan, Typed } from "@sluice/query";
import { duckType } from "../compile/duck-type.ts";
import { quoteName } from "../compile/identifier.ts";
import { visitPlan } from "../compile/walk.ts";
import type { Connection } from "../connection/duck-db.ts";
import type { WorkFolder } from "../connection/work-folder.ts";
import type { BadRecords, LeftOut } from "./bad-records.ts";
import { cleanText } from "./bytes/clean-text.ts";
import { entryAt, plainCopies } from "./bytes/plain-copies.ts";
import { areManySmall } from "./bytes/small-files.ts";
import { changeRows } from "./change-rows.ts";
import type { DeltaTables } from "./delta-tables.ts";
import { fileUri } from "./file-list.ts";
import { emptyRows } from "./file-scan.ts";
import type { FileFormat } from "./format.ts";
import { formatOf } from "./formats.ts";
import { literalRows } from "./literal-rows.ts";
import { type LocalCopies, type LocalEntry, type LocalFile, sourcePath } from "./local-copies.ts";
import { columnsToWatch, stopAtNewFields } from "./new-fields.ts";
import { presentFiles, stageGrown } from "./settle-files.ts";
import { type RowRestriction, tableRows, type WantedKeys } from "./table-rows.ts";
import { tickRows } from "./tick-rows.ts";
import { type Care, careFor, careForCopy, type Tolerance } from "./tolerance.ts";

/** What reading needs beside the plan. */
export interface ReadContext {
  readonly connection: Connection;
  /** Where staged files go. */
  readonly folder: WorkFolder;
  readonly tables: DeltaTables;
  /** Where objects are read: local copies that last as long as the statements. */
  readonly copies: LocalCopies;
  readonly inputs: Inputs;
  readonly tolerance: Tolerance;
  /** What is left out of files and to be kept. */
  readonly badRecords: BadRecords;
}

/**
 * The SQL of each scan of the plans, its columns under the names of their attributes; found by `ScanPlan.scan`. `wanted` says which rows of a scan are of use,
 * beside what a Filter above it says: others may be left out.
 */
export async function prepareScans(
  plans: readonly Plan[],
  context: ReadContext,
  known: readonly ScanSource[] = [],
  wanted: ReadonlyMap<number, WantedRows> = new Map(),
): Promise<ReadonlyMap<number, ScanSource>> {
  const sources = new Map(known.map((source) => [source.scan.scan, source]));
  for (const plan of plans) {
    const passed = new Set(plan.output.map((one) => one.id));
    for (const found of scansOf(plan)) {
      if (sources.has(found.scan.scan)) continue;
      sources.set(found.scan.scan, { scan: found.scan, sql: await scanRows(found, passed, context, wanted) });
    }
  }
  return sources;
}

/** Which rows of a table a join can use: what holds for all of them, and the keys that it looks for. */
export interface WantedRows {
  readonly condition: Typed;
  readonly keys: WantedKeys;
}

/** A scan and its rows: a SELECT whose columns are named as the attributes of the scan's output. */
export interface ScanSource {
  readonly scan: ScanPlan;
  readonly sql: string;
  /** The quoted name of a column in the SELECT, where it is not that of the attribute. */
  readonly nameOf?: (attribute: Attribute) => string;
}

/** A scan with its columns under the names that they bear in a statement. */
export function scanWithNames(source: ScanSource, name: (attribute: Attribute) => string): string {
  const nameOf = source.nameOf ?? ((one: Attribute) => quoteName(one.name));
  const columns = source.scan.output.map((one) => `CAST(${nameOf(one)} AS ${duckType(one.dataType)}) AS ${name(one)}`);
  return `(SELECT ${columns.join(", ") || "1 AS one"} FROM (${source.sql}))`;
}

/** A scan and the condition of the Filter right above it. */
interface FoundScan {
  readonly scan: ScanPlan;
  readonly above: Plan | undefined;
}

function scansOf(plan: Plan): readonly FoundScan[] {
  const found = new Map<number, FoundScan>();
  visitPlan(plan, {
    plan: (node) => {
      if (node.kind === "Scan" && !found.has(node.scan)) found.set(node.scan, { scan: node, above: undefined });
      if (node.kind === "Filter" && node.input.kind === "Scan" && !found.has(node.input.scan)) {
        found.set(node.input.scan, { scan: node.input, above: node });
      }
    },
  });
  return [...found.values()];
}

async function scanRows(
  { scan, above }: FoundScan,
  passed: ReadonlySet<number>,
  context: ReadContext,
  wanted: ReadonlyMap<number, WantedRows>,
): Promise<string> {
  const slice = context.inputs.get(scan.scan);
  if (slice === undefined) throw new Error(`no input was given for scan ${scan.scan}`);
  switch (slice.kind) {
    case "Rows":
      return literalRows(scan.output, slice);
    case "Ticks":
      return tickRows(scan.output, slice);
    case "Files":
      return await fileRows(
        scan,
        slice,
        scan.output.every((one) => passed.has(one.id)),
        context,
      );
    case "TableChanges":
      return await changeRows(context, slice, scan.output);
    case "TableVersion":
    case "TableAppends":
      return await tableRows(context, slice, scan.output, restrictionOf(above, wanted.get(scan.scan)));
  }
}

function restrictionOf(above: Plan | undefined, wanted: WantedRows | undefined): RowRestriction {
  const filter = above?.kind === "Filter" ? [above.condition] : [];
  if (wanted === undefined) return { conditions: filter };
  return { conditions: [...filter, wanted.condition], keys: wanted.keys };
}

async function fileRows(
  scan: ScanPlan,
  slice: Extract<InputSlice, { kind: "Files" }>,
  whole: boolean,
  context: ReadContext,
): Promise<string> {
  const { read } = slice;
  const { tolerance, connection } = context;
  const listed = await context.copies.sourceFiles(slice.files);
  const files = presentFiles(listed, read, tolerance);
  const leftOut = context.badRecords.of(scan.scan, read);
  if (leftOut !== undefined) noteFiles(leftOut, listed, files, tolerance);
  if (files.length === 0) return emptyRows({ columns: scan.output });
  const format = formatOf(read);
  const copies = await stageCopies(files, read, format, context);
  const rows = await format.rows({
    files,
    read,
    columns: columnsToWatch(scan.output, read),
    whole: whole && hasAll(scan, read),
    isTolerant: (file) => copies.careOf(file) > 0,
    cautious: tolerance.all > 0 || tolerance.files.size > 0,
    identify: tolerance.identify,
    written: tolerance.written,
    plainOf: copies.plainOf,
    unmarked: (marked) => context.tables.variants.plain(marked.map(asLocal), context.copies),
    connection,
    ...(leftOut === undefined ? {} : { leaveOut: (records: string) => leftOut.records.push(records) }),
    get folder() {
      return context.folder.path;
    },
    lastingFolder: context.folder.parent,
  });
  return stopAtNewFields(rows, scan.output, read);
}

/** A file of a source may be another one later. */
function asLocal(file: FileEntry): LocalFile {
  const { path, sizeBytes, modifiedAt } = file;
  return { path: sourcePath(file), local: path, sizeBytes, version: String(modifiedAt) };
}

/** Which files of a read are left out, and why. */
function noteFiles(
  leftOut: LeftOut,
  listed: readonly LocalEntry[],
  present: readonly FileEntry[],
  { without }: Tolerance,
): void {
  const there = new Set(present.map((file) => file.path));
  for (const file of listed.filter((one) => !there.has(one.path))) {
    const reason = without.get(file.path) ?? "The file was there when the source was listed and is gone.";
    leftOut.files.push({ path: fileUri(sourcePath(file)), reason });
  }
}

/** Whether a scan gives every column of its reader. */
function hasAll(scan: ScanPlan, read: FileRead): boolean {
  const names = new Set(scan.output.map((one) => one.name));
  return read.schema.fields.every((one) => names.has(one.name));
}

interface Copies {
  readonly plainOf: (file: FileEntry) => FileEntry;
  readonly careOf: (file: FileEntry) => Care;
}

/** Makes copies of the files that cannot be read where they are: those that have grown, that are packed or in another charset, or that are no valid text. Many small files are put together anyway. */
async function stageCopies(
  files: readonly FileEntry[],
  read: FileRead,
  { content }: FileFormat,
  { tolerance, folder }: ReadContext,
): Promise<Copies> {
  const copies = new Map<string, FileEntry>();
  const plainOf = (file: FileEntry): FileEntry => copies.get(file.path) ?? file;
  const careOf = (file: FileEntry): Care =>
    copies.has(file.path) ? careForCopy(tolerance) : careFor(tolerance, file.path);
  if (content === "Bytes" || areManySmall(files, read)) return { plainOf, careOf };
  for (const [path, copy] of await stageGrown(files, read, folder)) copies.set(path, copy);
  for (const [path, copy] of await plainCopies(files, plainOf, read, () => folder.path)) copies.set(path, copy);
  for (const file of files.filter((one) => careOf(one) === 2)) {
    copies.set(file.path, entryAt(await cleanText(plainOf(file), folder.path), file));
  }
  return { plainOf, careOf };
}
