import { ByteList } from "./byte-list.ts";
import { Levels, writeSized } from "./levels.ts";

/** Parquet's numbers for its physical types. */
export const PHYSICAL = { int32: 1, int64: 2, bytes: 6 } as const;

/** A column of a row group as bytes, its values described as Parquet does. */
export interface ColumnPages {
  /** Values that the page refers to; absent when they stand in it. */
  readonly dictionary?: { readonly bytes: Buffer; readonly count: number };
  readonly data: readonly Buffer[];
  /** Number of values, NULLs included. */
  readonly count: number;
}

/** A column that is being written. */
export interface Column {
  readonly type: number;
  /** Names from the top to the column. */
  readonly path: readonly string[];
  /** Bytes held. */
  readonly size: number;
  pages(): ColumnPages;
  clear(): void;
}

const TWO_32 = 2 ** 32;

/** Whole numbers below 2^53 in 64 bits, none NULL. */
export class NumberColumn implements Column {
  readonly type: number = PHYSICAL.int64;
  readonly path: readonly string[];
  /** Two of each number, the lower one first, as Parquet wants it and as machines that Node runs on have it. */
  #halves = new Int32Array(1 << 14);
  #count = 0;

  constructor(name: string) {
    this.path = [name];
  }

  get size(): number {
    return 8 * this.#count;
  }

  add(value: number): void {
    if (2 * this.#count === this.#halves.length) this.#grow();
    this.#halves[2 * this.#count] = value | 0;
    this.#halves[2 * this.#count + 1] = Math.floor(value / TWO_32);
    this.#count += 1;
  }

  pages(): ColumnPages {
    return { data: [Buffer.from(this.#halves.buffer, 0, this.size)], count: this.#count };
  }

  clear(): void {
    this.#count = 0;
  }

  #grow(): void {
    const halves = new Int32Array(2 * this.#halves.length);
    halves.set(this.#halves);
    this.#halves = halves;
  }
}

/** Bytes or NULL. */
export class BytesColumn implements Column {
  readonly type: number = PHYSICAL.bytes;
  readonly path: readonly string[];
  readonly #values = new ByteList();
  readonly #present = new Levels();

  constructor(name: string) {
    this.path = [name];
  }

  get size(): number {
    return this.#values.length;
  }

  /** Part of a buffer; NULL for a negative length. */
  add(bytes: Buffer, at: number, length: number): void {
    this.#present.add(length < 0 ? 0 : 1);
    if (length >= 0) this.#values.sized(bytes, at, length);
  }

  pages(): ColumnPages {
    const levels = new ByteList(64);
    writeSized(this.#present, 1, levels);
    return { data: [levels.written, this.#values.written], count: this.#present.count };
  }

  clear(): void {
    this.#values.clear();
    this.#present.clear();
  }
}

/** Few values, each for many rows in a row; none NULL. */
export class RunColumn implements Column {
  readonly type: number;
  readonly path: readonly string[];
  readonly #values: (string | number)[] = [];
  readonly #places = new Levels();

  constructor(name: string, type: number) {
    this.type = type;
    this.path = [name];
  }

  get size(): number {
    return 0;
  }

  add(value: string | number, count: number): void {
    const found = this.#values.indexOf(value);
    if (found < 0) this.#values.push(value);
    this.#places.add(found < 0 ? this.#values.length - 1 : found, count);
  }

  pages(): ColumnPages {
    const bits = Math.max(1, Math.ceil(Math.log2(this.#values.length)));
    const places = new ByteList(64);
    places.byte(bits);
    this.#places.write(bits, places);
    return { dictionary: this.#dictionary(), data: [places.written], count: this.#places.count };
  }

  clear(): void {
    this.#values.length = 0;
    this.#places.clear();
  }

  #dictionary(): NonNullable<ColumnPages["dictionary"]> {
    const out = new ByteList(64);
    for (const value of this.#values) {
      if (typeof value === "number") out.int32(value);
      else out.sized(Buffer.from(value), 0, Buffer.byteLength(value));
    }
    return { bytes: out.written, count: this.#values.length };
  }
}
