import type { Action } from "../action/action.ts";
import { DeltaError } from "../storage/delta-error.ts";
import type { ObjectStore, StoredFile } from "../storage/object-store.ts";
import { parseActions } from "./commit.ts";
import { LOG_FOLDER } from "./file-names.ts";
import { withLocalFiles } from "./local-files.ts";
import type { ParquetCodec } from "./parquet-codec.ts";
import type { CheckpointFiles } from "./segment.ts";

/** All actions of a checkpoint, those in sidecar files included. @throws DELTA_LOG_CORRUPT */
export async function readCheckpoint(
  store: ObjectStore,
  checkpoint: CheckpointFiles,
  codec: ParquetCodec,
): Promise<readonly Action[]> {
  const top = await readFiles(store, checkpoint.files, codec);
  const sidecars = top.flatMap((action) => (action.kind === "Sidecar" ? [sidecarPath(action.path)] : []));
  if (sidecars.length === 0) return top;
  return top.concat(await readParquet(store, sidecars, codec));
}

async function readFiles(
  store: ObjectStore,
  files: readonly StoredFile[],
  codec: ParquetCodec,
): Promise<readonly Action[]> {
  const [first] = files;
  if (first?.path.endsWith(".json")) return readJson(store, first.path);
  const paths = files.map((file) => file.path);
  return readParquet(store, paths, codec);
}

async function readJson(store: ObjectStore, path: string): Promise<readonly Action[]> {
  const content = await store.read(path);
  if (content === undefined) throw new DeltaError("DELTA_LOG_CORRUPT", { file: path, reason: "the file is gone" });
  return parseActions(path, new TextDecoder().decode(content).split("\n"));
}

async function readParquet(
  store: ObjectStore,
  paths: readonly string[],
  codec: ParquetCodec,
): Promise<readonly Action[]> {
  const file = paths[0] ?? "";
  try {
    return parseActions(file, await withLocalFiles(store, paths, (local) => codec.readCheckpoint(local)));
  } catch (error) {
    if (error instanceof DeltaError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeltaError("DELTA_LOG_CORRUPT", { file, reason }, error);
  }
}

/** Sidecars are named relative to their folder; only those of this table can be read. */
function sidecarPath(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return `${LOG_FOLDER}/_sidecars/${decodeURIComponent(name)}`;
}
