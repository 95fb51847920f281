import { closeSync, openSync, readSync } from "node:fs";

/** What a column of framed rows is: bytes with their length, or an array of pairs of such. */
export type FramedShape = "Bytes" | "Pairs";

const CHUNK_BYTES = 4 << 20;

/** Rows that an engine has exported as `framed`, one after the other. Nothing is made for a row: its parts are places in `bytes`, valid until the next. */
export class FramedRows {
  /** Where each column's bytes begin in `bytes`; of pairs, where the first begins. One more stands for a column that is not there. */
  readonly starts: number[];
  /** How many bytes each column has, or pairs; -1 for NULL, and for the column that is not there. */
  readonly lengths: number[];
  bytes: Buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  /** How many rows were given. */
  count = 0;
  readonly #shapes: readonly FramedShape[];
  readonly #file: number;
  #at = 0;
  #end = 0;

  constructor(path: string, shapes: readonly FramedShape[]) {
    this.#shapes = shapes;
    this.starts = [...shapes.map(() => 0), 0];
    this.lengths = [...shapes.map(() => -1), -1];
    this.#file = openSync(path, "r");
  }

  /** Moves to the next row; false at the end. @throws Error when the file ends within a row */
  next(): boolean {
    for (;;) {
      const end = this.#parse();
      if (end >= 0) {
        this.#at = end;
        this.count += 1;
        return true;
      }
      if (!this.#read()) {
        if (this.#at < this.#end) throw new Error("the exported rows end within a row");
        return false;
      }
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Where the row at hand ends; -1 when it is not there in full. */
  #parse(): number {
    let at = this.#at;
    if (at === this.#end) return -1;
    for (let column = 0; column < this.#shapes.length; column++) {
      if (at + 4 > this.#end) return -1;
      const length = this.bytes.readInt32BE(at);
      at += 4;
      this.starts[column] = at;
      this.lengths[column] = length;
      at = this.#shapes[column] === "Bytes" ? at + Math.max(length, 0) : this.#skip(at, 2 * length);
      if (at < 0 || at > this.#end) return -1;
    }
    return at;
  }

  #skip(from: number, values: number): number {
    let at = from;
    for (let left = values; left > 0; left--) {
      if (at + 4 > this.#end) return -1;
      at += 4 + Math.max(this.bytes.readInt32BE(at), 0);
    }
    return at;
  }

  /** Brings more of the file, behind what is left. */
  #read(): boolean {
    const left = this.#end - this.#at;
    const room = left > this.bytes.length / 2 ? Buffer.allocUnsafe(this.bytes.length * 2) : this.bytes;
    this.bytes.copy(room, 0, this.#at, this.#end);
    this.bytes = room;
    this.#at = 0;
    this.#end = left + readSync(this.#file, room, left, room.length - left, null);
    return this.#end > left;
  }
}
