import type { DataSource, StructType } from "@sluice/query";
import { field, LONG, STRING, struct, TIMESTAMP } from "@sluice/query";
import type { FileEntry, FileRead } from "../engine/engine.ts";
import { parseGlob } from "./file-source-glob.ts";
import { listPaths } from "./file-source-listing.ts";
import { ReaderOptions } from "./reader-options.ts";

/** A directory or glob of files as a source, after mounts were applied and options checked. */
export interface FileSource {
  readonly format: string;
  /** Absolute paths, folders, files or globs. */
  readonly paths: readonly string[];
  /** Options of the reader, those of `cloudFiles` taken out. */
  readonly options: Readonly<Record<string, string>>;
  /** Columns as the reader gives them, rescued-data column included. */
  readonly schema: StructType;
  readonly rescuedDataColumn?: string;
  /** At most this many files in a micro-batch. */
  readonly maxFilesPerTrigger?: number;
  /** Absolute folder for inferred schema versions; absent with an explicit schema. */
  readonly schemaLocation?: string;
  /** Whether files in any subfolder belong to the source, as with Auto Loader; otherwise only those in `key=value` folders. */
  readonly recursive: boolean;
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

/** The files that belong to a source now, without those known already, oldest first and then by path. */
export function listFiles(source: FileListing, isKnown?: (path: string) => boolean): Promise<readonly FileEntry[]> {
  const options = new ReaderOptions(source.options);
  const nameFilter = options.get("pathGlobFilter") ?? options.get("fileNamePattern");
  const modifiedAfter = options.time("modifiedAfter");
  const modifiedBefore = options.time("modifiedBefore");
  return listPaths({
    paths: source.paths,
    recursive: source.recursive,
    ...(nameFilter === undefined ? {} : { nameFilter }),
    ...(modifiedAfter === undefined ? {} : { modifiedAfter }),
    ...(modifiedBefore === undefined ? {} : { modifiedBefore }),
    ...(isKnown === undefined ? {} : { isKnown }),
  });
}

/** What listing must know of a source. */
export type FileListing = Pick<FileSource, "paths" | "options" | "recursive">;

/** How an engine turns the files of a source into rows. */
export function fileRead(source: FileSource): FileRead {
  return {
    format: source.format,
    schema: source.schema,
    options: source.options,
    ...(source.rescuedDataColumn === undefined ? {} : { rescuedDataColumn: source.rescuedDataColumn }),
    basePath: basePathOf(source),
  };
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
