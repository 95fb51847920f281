import { setImmediate } from "node:timers/promises";
import {
  type AddFile,
  type DeletionVectorFile,
  type FileUpdate,
  packDeletionVectors,
  type RowSet,
  unionOf,
} from "@sluice/delta";
import type { DeletionVectors } from "../../read/deletion-vectors.ts";
import type { StagedFiles } from "../stage-files.ts";

/** A file that loses rows. */
export interface TouchedFile {
  readonly number: number;
  readonly file: AddFile;
  /** Rows in the file, deleted ones included. */
  readonly physical: number;
}

/** The vectors that are known of a table, and its folder. */
export interface TableVectors {
  readonly deletions: DeletionVectors;
  readonly root: string;
}

/** A file of vectors, and the sets in it in the order of its descriptors. */
export interface PackedVectors extends DeletionVectorFile {
  readonly sets: readonly RowSet[];
}

/** What the vectors of files hold from now on; `gone` is by the numbers of the files. DuckDB writes the rows meanwhile. */
export async function packVectors(
  { deletions, root }: TableVectors,
  files: readonly TouchedFile[],
  gone: ReadonlyMap<number, RowSet>,
): Promise<PackedVectors> {
  // The statement that writes the rows is sent first.
  await setImmediate();
  const sets = await Promise.all(
    files.map(async ({ number, file }) => {
      const before = await deletions.rowsOf(root, file);
      const now = gone.get(number);
      if (now === undefined) throw new Error("a file without removed rows gets no vector");
      return before === undefined ? now : unionOf(before, now);
    }),
  );
  return { ...packDeletionVectors(sets), sets };
}

/** Writes the vectors, and answers what becomes of their files. */
export async function stageVectors(
  output: StagedFiles,
  { deletions, root }: TableVectors,
  files: readonly TouchedFile[],
  packed: PackedVectors,
): Promise<readonly FileUpdate[]> {
  if (files.length === 0) return [];
  await output.writeBytes(packed.path, packed.content);
  return files.flatMap(({ file, physical }, i) => {
    const [deletionVector, rows] = [packed.descriptors[i], packed.sets[i]];
    if (deletionVector === undefined || rows === undefined) return [];
    deletions.keep(root, { ...file, deletionVector }, rows);
    return [{ file, deletionVector, numRecords: physical }];
  });
}
