import { ByteList } from "./byte-list.ts";

/** Small numbers of a column, equal ones in a row told once: Parquet's levels and places in a dictionary. */
export class Levels {
  readonly #runs: { value: number; count: number }[] = [];
  #count = 0;

  add(value: number, count = 1): void {
    const last = this.#runs.at(-1);
    if (last !== undefined && last.value === value) last.count += count;
    else this.#runs.push({ value, count });
    this.#count += count;
  }

  get count(): number {
    return this.#count;
  }

  clear(): void {
    this.#runs.length = 0;
    this.#count = 0;
  }

  /** Runs of numbers of so many bits; packed eight by eight where that is shorter. */
  write(bits: number, out: ByteList): void {
    const size = Math.ceil(bits / 8);
    if (this.#runs.length * (size + 1) > (this.#count * bits) / 8 + 8) this.#pack(bits, out);
    else this.#writeRuns(size, out);
  }

  #writeRuns(size: number, out: ByteList): void {
    for (const { value, count } of this.#runs) {
      out.unsigned(count * 2);
      for (let i = 0; i < size; i++) out.byte((value >>> (8 * i)) & 255);
    }
  }

  #pack(bits: number, out: ByteList): void {
    const groups = Math.ceil(this.#count / 8);
    out.unsigned(groups * 2 + 1);
    const bytes = Buffer.alloc(groups * bits);
    let at = 0;
    for (const { value, count } of this.#runs) {
      for (let i = 0; i < count; i++) {
        for (let bit = 0; bit < bits; bit++, at++) {
          if (((value >>> bit) & 1) === 1) bytes[at >>> 3] = (bytes[at >>> 3] ?? 0) | (1 << (at & 7));
        }
      }
    }
    out.bytes(bytes);
  }
}

/** Levels as they stand before the values of a page: their length in bytes first. */
export function writeSized(levels: Levels, bits: number, out: ByteList): void {
  const bytes = new ByteList(64);
  levels.write(bits, bytes);
  out.sized(bytes.written, 0, bytes.length);
}
