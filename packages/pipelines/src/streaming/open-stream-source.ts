import type { Tables } from "../engine/engine.ts";
import type { FileStore, OpenStore } from "../engine/file-store.ts";
import type { FlowRead } from "../graph/dataflow-graph.ts";
import { DeltaStreamSource } from "../source/delta-stream-source.ts";
import { fileRead, listFiles } from "../source/file-source.ts";
import { type FileStreamOptions, FileStreamSource } from "../source/file-stream-source.ts";
import type { StreamSource } from "../source/stream-source.ts";

/** What a streaming read needs to be opened. `listed` hears of each listing of files. */
export interface StreamSourceWorld {
  readonly tables: Tables;
  readonly store: FileStore;
  /** Opens object stores that files are read from. */
  readonly openStore?: OpenStore;
  readonly listed?: (listing: FileListingReport) => void;
  readonly signal?: AbortSignal | undefined;
}

/** One listing of a source's files; `files` counts the new ones. */
export interface FileListingReport {
  readonly path: string;
  readonly files: number;
  readonly durationMs: number;
}

/** The stream behind a read. `folder` is where its log is kept, relative to the store; `target` the table that the flow writes, for messages. */
export function openStreamSource(
  read: FlowRead,
  folder: string,
  target: string,
  world: StreamSourceWorld,
): StreamSource {
  if (read.kind === "Connector")
    return read.source.stream({ signal: world.signal, target, store: world.store, folder });
  if (read.kind !== "Files") {
    const name = read.kind === "Dataset" ? read.dataset : read.name;
    const options = "options" in read.leaf ? read.leaf.options : {};
    const { location, changes } = read;
    return new DeltaStreamSource(world.tables, { name, location, options, target, ...(changes && { changes }) });
  }
  const { source } = read;
  const { paths, maxFilesPerTrigger, smallBatchBytes, maxBytesPerTrigger, maxFileAge } = source;
  const { allowOverwrites, includeExistingFiles, clean } = source;
  const options: FileStreamOptions = {
    paths,
    read: fileRead(source, "Stops"),
    list: async (isKnown) => {
      const startedAt = Date.now();
      const files = await listFiles(source, isKnown, world.openStore);
      world.listed?.({ path: paths.join(","), files: files.length, durationMs: Date.now() - startedAt });
      return files;
    },
    ...(maxFilesPerTrigger === undefined ? {} : { maxFilesPerTrigger }),
    ...(smallBatchBytes === undefined ? {} : { smallBatchBytes }),
    ...(maxBytesPerTrigger === undefined ? {} : { maxBytesPerTrigger }),
    ...(maxFileAge === undefined ? {} : { maxFileAge }),
    ...(allowOverwrites === undefined ? {} : { allowOverwrites }),
    ...(includeExistingFiles === undefined ? {} : { includeExistingFiles }),
    ...(clean === undefined ? {} : { clean }),
  };
  return new FileStreamSource(options, world.store, folder);
}
