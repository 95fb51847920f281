import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { FileStore } from "../engine/file-store.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";

const OWNER = "system/pipeline.json";

type Identity = Pick<PipelineSettings, "id" | "storage">;

/**
 * The error of a storage that another pipeline has written: both would write the same tables, and neither could tell what it has read. Undefined when the
 * storage is this pipeline's, or nobody's yet.
 */
export async function foreignStorage(store: FileStore, settings: Identity): Promise<PipelineError | undefined> {
  const content = await store.read(OWNER);
  if (content === undefined) return undefined;
  const owner = (JSON.parse(new TextDecoder().decode(content)) as { readonly id: string }).id;
  if (owner === settings.id) return undefined;
  return new PipelineError("STORAGE_OF_ANOTHER_PIPELINE", { storage: settings.storage, owner, id: settings.id });
}

/**
 * Makes a storage this pipeline's for good.
 *
 * @throws PipelineError when it is another's.
 */
export async function claimStorage(store: FileStore, settings: Identity): Promise<void> {
  const before = await store.read(OWNER);
  if (before === undefined) {
    await store.putIfAbsent(OWNER, new TextEncoder().encode(JSON.stringify({ id: settings.id })));
  }
  const error = await foreignStorage(store, settings);
  if (error !== undefined) throw error;
}
