import type { FileStore } from "../engine/file-store.ts";

/** A restatement that will be done, whatever stops the process: its keys and changes are in tables below its folder. */
export interface RestateRecord {
  /** Canonical name of the table. */
  readonly dataset: string;
  /** Its folder, relative to the storage. */
  readonly folder: string;
  /** The version of its transaction in the table and in what is remembered of its changes. */
  readonly number: number;
  readonly where: string;
  /** The clock of the restatement: microseconds since the epoch, as text. */
  readonly now: string;
}

const INTENT = "restates/intent.json";

/** The restatement that was begun and not finished; undefined: none. */
export async function unfinishedRestate(store: FileStore): Promise<RestateRecord | undefined> {
  const content = await store.read(INTENT);
  return content && (JSON.parse(new TextDecoder().decode(content)) as RestateRecord);
}

/** From now on the restatement will be done, by a later update if need be. */
export async function beginRestate(record: RestateRecord, store: FileStore): Promise<void> {
  await store.put(INTENT, new TextEncoder().encode(JSON.stringify(record)));
}

/** Forgets a restatement that has ended, or that a full refresh of its table has overtaken. */
export async function settleRestate({ folder }: RestateRecord, store: FileStore): Promise<void> {
  await store.delete(INTENT);
  await removeFolder(store, folder);
}

/** Removes a folder with all that is below it. */
export async function removeFolder(store: FileStore, folder: string): Promise<void> {
  const files = (await store.list(folder)).filter(({ path }) => path.startsWith(`${folder}/`));
  await Promise.all(files.map(({ path }) => store.delete(path)));
}
