import { EngineError, type FileEntry, type FileRead, type InputSlice, type Inputs } from "@sluice/pipelines";
import type { Attribute, Plan, ScanPlan } from "@sluice/query";
import { duckType } from "../compile/duck-type.ts";
import { quoteName } from "../compile/identifier.ts";
import { visitPlan } from "../compile/walk.ts";
import type { Connection } from "../connection/duck-db.ts";
import type { WorkFolder } from "../connection/work-folder.ts";
import { cleanText } from "./clean-text.ts";
import { csvRows } from "./csv-rows.ts";
import type { DeltaTables } from "./delta-tables.ts";
import type { FileScan } from "./file-scan.ts";
import { jsonRows } from "./json-rows.ts";
import { literalRows } from "./literal-rows.ts";
import type { LocalCopies } from "./local-copies.ts";
import { columnsToWatch, stopAtNewFields } from "./new-fields.ts";
import { emptyRows, parquetRows } from "./parquet-rows.ts";
import { presentFiles, stageGrown } from "./settle-files.ts";
import { tableRows } from "./table-rows.ts";
import { binaryRows, textRows } from "./text-rows.ts";
import { careFor, type Tolerance } from "./tolerance.ts";

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
}

/** The SQL of each scan of the plans, its columns under the names of their attributes; found by `ScanPlan.scan`. */
export async function prepareScans(
  plans: readonly Plan[],
  context: ReadContext,
  known: readonly ScanSource[] = [],
): Promise<ReadonlyMap<number, ScanSource>> {
  const sources = new Map(known.map((source) => [source.scan.scan, source]));
  for (const plan of plans) {
    const passed = new Set(plan.output.map((one) => one.id));
    for (const found of scansOf(plan)) {
      if (sources.has(found.scan.scan)) continue;
      sources.set(found.scan.scan, { scan: found.scan, sql: await scanRows(found, passed, context) });
    }
  }
  return sources;
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
): Promise<string> {
  const slice = context.inputs.get(scan.scan);
  if (slice === undefined) throw new Error(`no input was given for scan ${scan.scan}`);
  switch (slice.kind) {
    case "Rows":
      return literalRows(scan.output, slice);
    case "Files":
      return await fileRows(
        scan,
        slice,
        scan.output.every((one) => passed.has(one.id)),
        context,
      );
    case "TableVersion":
    case "TableAppends":
      return await tableRows(context, slice, scan.output, above);
  }
}

async function fileRows(
  scan: ScanPlan,
  slice: Extract<InputSlice, { kind: "Files" }>,
  whole: boolean,
  context: ReadContext,
): Promise<string> {
  const present = presentFiles(await context.copies.sourceFiles(slice.files), slice.read, context.tolerance);
  if (present.length === 0) return emptyRows({ columns: scan.output });
  const grown = await stageGrown(present, slice.read, context.folder);
  const staged = new Map([...grown, ...(await stageClean(present, grown, context))]);
  const files: FileScan = {
    files: present,
    read: slice.read,
    columns: columnsToWatch(scan.output, slice.read),
    whole: whole && hasAll(scan, slice.read),
    isTolerant: (file) => careFor(context.tolerance, file.path) > 0,
    pathOf: (file) => staged.get(file.path) ?? file.path,
    connection: context.connection,
    get folder() {
      return context.folder.path;
    },
  };
  return stopAtNewFields(await readFormat(files), scan.output, slice.read);
}

/** Whether a scan gives every column of its reader. */
function hasAll(scan: ScanPlan, read: FileRead): boolean {
  const names = new Set(scan.output.map((one) => one.name));
  return read.schema.fields.every((one) => names.has(one.name));
}

async function stageClean(
  files: readonly FileEntry[],
  grown: ReadonlyMap<string, string>,
  { tolerance, folder }: ReadContext,
): Promise<ReadonlyMap<string, string>> {
  const staged = new Map<string, string>();
  for (const file of files) {
    if (careFor(tolerance, file.path) === 2)
      staged.set(file.path, await cleanText({ ...file, path: grown.get(file.path) ?? file.path }, folder.path));
  }
  return staged;
}

async function readFormat(files: FileScan): Promise<string> {
  switch (files.read.format.toLowerCase()) {
    case "json":
      return await jsonRows(files);
    case "csv":
      return await csvRows(files);
    case "parquet":
      return await parquetRows(files);
    case "text":
      return await textRows(files);
    case "binaryfile":
      return binaryRows(files);
    default:
      throw new EngineError(
        `The file format "${files.read.format}" cannot be read by this engine. Formats it reads: json, csv, parquet, text, binaryFile, delta.`,
        { condition: "DATA_SOURCE_NOT_FOUND", domain: "user", retry: "never" },
      );
  }
}
