/** Up to here a loop is faster than Node's copy, which makes an object for each part of a buffer. */
const SHORT = 512;

/** Bytes that are written one after the other; the room grows as needed and is kept when they are cleared. */
export class ByteList {
  length = 0;
  #bytes: Buffer;

  constructor(room: number = 1 << 16) {
    this.#bytes = Buffer.allocUnsafe(room);
  }

  clear(): void {
    this.length = 0;
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

  bytes(source: Buffer, from = 0, to: number = source.length): void {
    const size = to - from;
    this.#reserve(size);
    if (size > SHORT) source.copy(this.#bytes, this.length, from, to);
    else copyShort(source, from, this.#bytes, this.length, size);
    this.length += size;
  }

  /** Length in four bytes, then the bytes. */
  sized(source: Buffer, from: number, size: number): void {
    this.int32(size);
    this.bytes(source, from, from + size);
  }

  #reserve(size: number): void {
    const needed = this.length + size;
    if (needed <= this.#bytes.length) return;
    const room = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(room, 0, 0, this.length);
    this.#bytes = room;
  }
}

function copyShort(source: Buffer, from: number, target: Buffer, to: number, size: number): void {
  for (let i = 0; i < size; i++) target[to + i] = source[from + i] as number;
}
