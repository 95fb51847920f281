import { type AddFile, BLOCK_BYTES, fileKey, openStore, type RowSet, readDeletionVector } from "@sluice/delta";

const MOST_BYTES = 64 * 1024 * 1024;

/** The deletion vectors of tables, the ones used last kept: what one says never changes. */
export class DeletionVectors {
  readonly #known = new Map<string, RowSet>();
  #bytes = 0;

  /** The rows of a file that are deleted; undefined when it has no deletion vector. `root` is the table's. @throws DELTA_DELETION_VECTOR_CORRUPT */
  async rowsOf(root: string, file: AddFile): Promise<RowSet | undefined> {
    if (file.deletionVector === undefined) return undefined;
    const key = `${root}\n${fileKey(file)}`;
    const known = this.#known.get(key);
    const rows = known ?? (await readDeletionVector(openStore(root), file.deletionVector));
    this.#keep(key, rows);
    return rows;
  }

  /** Keeps what is about to be written as the vector of a file, so that it need not be read. */
  keep(root: string, file: AddFile, rows: RowSet): void {
    this.#keep(`${root}\n${fileKey(file)}`, rows);
  }

  #keep(key: string, rows: RowSet): void {
    if (!this.#known.delete(key)) this.#bytes += sizeOf(rows);
    this.#known.set(key, rows);
    this.#giveUpOldest();
  }

  #giveUpOldest(): void {
    for (const [key, rows] of this.#known) {
      if (this.#bytes <= MOST_BYTES) return;
      this.#known.delete(key);
      this.#bytes -= sizeOf(rows);
    }
  }
}

function sizeOf({ blocks }: RowSet): number {
  return blocks.size * BLOCK_BYTES;
}
