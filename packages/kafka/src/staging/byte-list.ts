const SHORT = 16;
const LONG = 4096;

/** Bytes that are written one after the other; the room grows as needed and is kept when they are cleared. */
export class ByteList {
  length = 0;
  #bytes: Buffer;
  /**
   * What parts were last taken from, as a copy at the end of the room: to move bytes within one buffer costs a quarter of what it costs to copy them from
   * another, for which Node makes an object each time.
   */
  #source: Buffer | undefined;
  #sourceAt: number;

  constructor(room: number = 1 << 16) {
    this.#bytes = Buffer.allocUnsafe(room);
    this.#sourceAt = room;
  }

  clear(): void {
    this.length = 0;
    this.#source = undefined;
    this.#sourceAt = this.#bytes.length;
  }

  /** What was written; valid until more is. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** Seven bits a byte, lowest first. */
  unsigned(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128);
    this.byte(rest);
  }

  int32(value: number): void {
    this.#reserve(4);
    this.length = this.#bytes.writeInt32LE(value, this.length);
  }

  bytes(source: Buffer): void {
    this.#reserve(source.length);
    this.length += source.copy(this.#bytes, this.length);
  }

  /** Length in four bytes, then that part of a buffer. */
  sized(source: Buffer, from: number, size: number): void {
    this.int32(size);
    if (size > LONG || size === source.length) this.bytes(source.subarray(from, from + size));
    else if (size > SHORT) this.#part(source, from, size);
    else {
      this.#reserve(size);
      for (let i = 0; i < size; i++) this.#bytes[this.length + i] = source[from + i] as number;
      this.length += size;
    }
  }

  #part(source: Buffer, from: number, size: number): void {
    if (this.#source !== source) this.#bring(source);
    this.#reserve(size);
    const start = this.#sourceAt + from;
    this.#bytes.copyWithin(this.length, start, start + size);
    this.length += size;
  }

  #bring(source: Buffer): void {
    this.#source = undefined;
    this.#sourceAt = this.#bytes.length;
    this.#reserve(source.length);
    this.#sourceAt = this.#bytes.length - source.length;
    source.copy(this.#bytes, this.#sourceAt);
    this.#source = source;
  }

  #reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.#sourceAt) return;
    const source = this.#source;
    const room = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2) + (source?.length ?? 0));
    this.#bytes.copy(room, 0, 0, this.length);
    this.#bytes = room;
    this.#sourceAt = room.length;
    if (source !== undefined) this.#bring(source);
  }
}
