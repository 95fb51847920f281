import { readHeaders } from "../record/read-batches.ts";
import { ByteList } from "./byte-list.ts";
import { type Column, type ColumnPages, PHYSICAL } from "./column.ts";
import { Levels, writeSized } from "./levels.ts";

/** Levels of a value inside of `headers`: the list is NULL, its value is, there is one. A name is never NULL. */
const NO_LIST = 0;
const NULL_VALUE = 2;
const NAME = 2;
const VALUE = 3;
const BITS = 2;

/** The headers of each record, as two columns side by side: names and values. NULL for a record without. */
export class HeaderColumns {
  readonly names: Column;
  readonly values: Column;
  readonly #names = new HeaderColumn("key");
  readonly #values = new HeaderColumn("value");

  constructor() {
    this.names = this.#names;
    this.values = this.#values;
  }

  add(bytes: Buffer, at: number): void {
    let isFirst = true;
    const count = readHeaders(bytes, at, (name, value) => {
      this.#names.add(isFirst, NAME, name);
      this.#values.add(isFirst, value === null ? NULL_VALUE : VALUE, value);
      isFirst = false;
    });
    if (count > 0) return;
    this.#names.add(true, NO_LIST, null);
    this.#values.add(true, NO_LIST, null);
  }
}

class HeaderColumn implements Column {
  readonly type = PHYSICAL.bytes;
  readonly path: readonly string[];
  readonly #content = new ByteList();
  readonly #repeated = new Levels();
  readonly #defined = new Levels();

  constructor(name: string) {
    this.path = ["headers", "list", "element", name];
  }

  get size(): number {
    return this.#content.length;
  }

  add(isFirst: boolean, level: number, content: Buffer | null): void {
    this.#repeated.add(isFirst ? 0 : 1);
    this.#defined.add(level);
    if (content !== null) this.#content.sized(content, 0, content.length);
  }

  pages(): ColumnPages {
    const levels = new ByteList(64);
    writeSized(this.#repeated, 1, levels);
    writeSized(this.#defined, BITS, levels);
    return { data: [levels.written, this.#content.written], count: this.#defined.count };
  }

  clear(): void {
    this.#content.clear();
    this.#repeated.clear();
    this.#defined.clear();
  }
}
