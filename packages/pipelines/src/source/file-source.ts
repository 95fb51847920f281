import type { DataSource, StructType } from "@sluice/query";
import { field, LONG, STRING, struct, TIMESTAMP } from "@sluice/query";
import type { FileEntry, FileRead } from "../engine/engine.ts";
import type { OpenStore } from "../engine/file-store.ts";
import type { CleanPolicy } from "./clean-source.ts";
import { parseGlob } from "./file-source-glob.ts";
import { listPaths } from "./file-source-listing.ts";
import { ReaderOptions } from "./reader-options.ts";
import type { SchemaHint } from "./schema-hints.ts";

/** A directory or glob of files as a source, after mounts were applied and options checked. */
export interface FileSource {
  readonly format: string;
  /** Absolute paths or URLs of object stores: folders, files or globs. */
  readonly paths: readonly string[];
  /** Options of the reader, those of `cloudFiles` taken out. */
  readonly options: Readonly<Record<string, string>>;
  /** Columns as the reader gives them, rescued-data column included. */
  readonly schema: StructType;
  readonly rescuedDataColumn?: string;
  /** Whether the columns of CSV files are found by the names in their headers, as Auto Loader does; else by position. */
  readonly byName?: boolean;
  /** At most this many files in a micro-batch. */
  readonly maxFilesPerTrigger?: number;
  /** Files beyond that many belong to a micro-batch too while it has no more bytes than this. */
  readonly smallBatchBytes?: number;
  /** A micro-batch ends with the file that reaches so many bytes. */
  readonly maxBytesPerTrigger?: number;
  /** Files that were changed longer ago than so many milliseconds are not read, and forgotten. */
  readonly maxFileAge?: number;
  /** Whether a file that has changed since is read again, whole. */
  readonly allowOverwrites?: boolean;
  /** Whether files that are there when the stream begins are read. */
  readonly includeExistingFiles?: boolean;
  readonly clean?: CleanPolicy;
  /** Absolute folder for inferred schema versions; absent with an explicit schema. */
  readonly schemaLocation?: string;
  /** How the columns follow those of new files; absent: they stay as they are. Only with `schemaLocation`, or with `FailOnNewColumns`. */
  readonly evolution?: SchemaEvolution;
  /** Whether files in any subfolder belong to the source, as with Auto Loader; otherwise only those in `key=value` folders. */
  readonly recursive: boolean;
}

/** What happens when a file has fields that the schema lacks. */
export interface SchemaEvolution {
  readonly mode: "AddNewColumns" | "AddNewColumnsWithTypeWidening" | "FailOnNewColumns";
  /** Whether values without a type of their own get one that fits; else they are text. */
  readonly inferTypes: boolean;
  readonly hints: readonly SchemaHint[];
}

/** What `_metadata` holds for files: hidden until a query names it. */
export const FILE_METADATA: StructType = struct([
  field(
    "_metadata",
    struct([
      field("file_path", STRING, false),
      field("file_name", STRING, false),
      field("file_size", LONG, false),
      field("file_block_start", LONG, false),
      field("file_block_length", LONG, false),
      field("file_modification_time", TIMESTAMP, false),
    ]),
    false,
  ),
]);

/** The files that belong to a source now, without those known already, oldest first and then by path; of more than `sample` files, so many of them. */
export function listFiles(
  source: FileListing,
  isKnown?: (path: string) => boolean,
  openStore: OpenStore = noStore,
  sample?: number,
): Promise<readonly FileEntry[]> {
  const options = new ReaderOptions(source.options);
  const nameFilter = options.get("pathGlobFilter") ?? options.get("fileNamePattern");
  const modifiedAfter = options.time("modifiedAfter");
  const modifiedBefore = options.time("modifiedBefore");
  const rules = {
    paths: source.paths,
    recursive: source.recursive,
    ...(nameFilter === undefined ? {} : { nameFilter }),
    ...(modifiedAfter === undefined ? {} : { modifiedAfter }),
    ...(modifiedBefore === undefined ? {} : { modifiedBefore }),
    ...(isKnown === undefined ? {} : { isKnown }),
    ...(sample === undefined ? {} : { sample }),
  };
  return listPaths(rules, openStore);
}

function noStore(root: string): never {
  throw new Error(`nothing was given to open "${root}" with`);
}

/** What listing must know of a source. */
export type FileListing = Pick<FileSource, "paths" | "options" | "recursive">;

/** How an engine turns the files of a source into rows. With `stops`, a record with fields that the schema lacks ends the read where the source evolves. */
export function fileRead(source: FileSource, stops: "Stops" | "GoesOn" = "GoesOn"): FileRead {
  const watches = stops === "Stops" && source.evolution !== undefined && !namesItsColumns(source.format);
  const rescuedDataColumn = source.rescuedDataColumn ?? (watches ? HIDDEN_RESCUED : undefined);
  return {
    format: source.format,
    schema: source.schema,
    options: source.options,
    ...(rescuedDataColumn === undefined ? {} : { rescuedDataColumn }),
    basePath: basePathOf(source),
    ...(source.byName === true ? { byName: true } : {}),
    ...(watches ? { stopAt: stopAt(source.evolution) } : {}),
  };
}

/** A column that no schema has, for sources that watch for new fields and were asked to keep no rescued data. */
const HIDDEN_RESCUED = "__rescued_data";

function stopAt(evolution: SchemaEvolution | undefined): "NewFields" | "NewFieldsOrTypes" {
  return evolution?.mode === "AddNewColumnsWithTypeWidening" ? "NewFieldsOrTypes" : "NewFields";
}

/** Whether files of a format say which columns they have, so that new ones are known before a row is read. */
export function namesItsColumns(format: string): boolean {
  return ["parquet", "avro", "orc"].includes(format);
}

/** The folder that `key=value` path parts are counted from: the deepest one, without wildcards, that all paths of the source lie in. */
export function basePathOf(source: FileListing): string {
  const bases = source.paths.flatMap(parseGlob).map((pattern) => pattern.base.split("/"));
  const first = bases[0] ?? [];
  const cut = first.findIndex((part, i) => bases.some((base) => base[i] !== part));
  const common = cut === -1 ? first : first.slice(0, cut);
  return common.join("/") || "/";
}

/** Whether a relation reads files, by its format. */
export function readsFiles(leaf: DataSource): boolean {
  return leaf.format.toLowerCase() !== "delta";
}
