import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { ObjectStore } from "../storage/object-store.ts";

/** Runs work in a new folder for temporary files, which is gone afterwards. */
export async function withTemporaryFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = join(tmpdir(), `sluice-delta-${randomUUID()}`);
  await mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs work with local paths of files of a store: the files themselves on a local disk, else copies that are gone afterwards. */
export async function withLocalFiles<Result>(
  store: ObjectStore,
  paths: readonly string[],
  work: (localPaths: readonly string[]) => Promise<Result>,
): Promise<Result> {
  if (isAbsolute(store.root)) return work(paths.map((path) => join(store.root, path)));
  return withTemporaryFolder(async (folder) => {
    const copies = paths.map((_path, index) => join(folder, `${index}.parquet`));
    await Promise.all(paths.map((path, index) => copyTo(store, path, copies[index] ?? "")));
    return work(copies);
  });
}

async function copyTo(store: ObjectStore, path: string, copy: string): Promise<void> {
  const found = await store.download(path, copy);
  if (found === undefined) throw new Error(`there is no file "${path}" in "${store.root}"`);
}
