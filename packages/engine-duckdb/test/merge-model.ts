import { field, LONG, STRING, type StructType, struct } from "@sluice/query";

/** What tables of the model hold. */
export const MODEL_SCHEMA: StructType = struct([field("id", LONG), field("name", STRING), field("p", STRING)]);

export type ModelRow = readonly [id: bigint, name: string | null, p: string];

/** A row of the change feed without its version. */
export type ModelChange = readonly [...ModelRow, type: string];

interface RandomMerge {
  readonly gone: readonly bigint[];
  readonly come: readonly ModelRow[];
  readonly changes: readonly ModelChange[];
  readonly counts: { readonly inserted: number; readonly updated: number; readonly deleted: number };
}

/** A table as a map, and merges that look random and are the same in each run. */
export class MergeModel {
  readonly rows = new Map<bigint, ModelRow>();
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Deletes, updates and inserts, among them rows that are there just so already. */
  next(): RandomMerge {
    const gone: bigint[] = [];
    const come: ModelRow[] = [];
    const changes: ModelChange[] = [];
    const ids = new Set(Array.from({ length: this.#roll(40) }, () => BigInt(this.#roll(150))));
    for (const id of ids) {
      const present = this.rows.get(id);
      const after = this.#successor(id, present);
      if (present !== undefined) gone.push(id);
      if (after !== undefined) come.push(after);
      changes.push(...changesOf(present, after));
      this.rows.delete(id);
      if (after !== undefined) this.rows.set(id, after);
    }
    const count = (type: string) => changes.filter((change) => change[3] === type).length;
    const counts = { inserted: count("insert"), updated: count("update_postimage"), deleted: count("delete") };
    return { gone, come, changes, counts };
  }

  #successor(id: bigint, present: ModelRow | undefined): ModelRow | undefined {
    const kind = this.#roll(4);
    const next: ModelRow = [id, this.#roll(5) === 0 ? null : `n${this.#roll(9)}`, `p${id % 3n}`];
    if (present === undefined) return next;
    return kind === 0 ? undefined : kind === 1 ? present : next;
  }

  #roll(n: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return (this.#state >>> 8) % n;
  }
}

function changesOf(before: ModelRow | undefined, after: ModelRow | undefined): readonly ModelChange[] {
  if (before === undefined) return after === undefined ? [] : [[...after, "insert"]];
  if (after === undefined) return [[...before, "delete"]];
  if (before[1] === after[1]) return [];
  return [
    [...before, "update_preimage"],
    [...after, "update_postimage"],
  ];
}
