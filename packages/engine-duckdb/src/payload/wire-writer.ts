/** Writes Protobuf's wire format into bytes that grow. */
export class WireWriter {
  #bytes = Buffer.allocUnsafe(64);
  #end = 0;

  /** What has been written. It is not written over later. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  /** A number of 32 bits by its bits: one with a sign in ten bytes when it is negative. */
  int32(value: number): void {
    if (value < 0) this.int64(BigInt(value));
    else this.uint32(value);
  }

  /** A number from 0 to below 2^32. */
  uint32(value: number): void {
    let rest = value;
    this.#room(5);
    while (rest > 0x7f) {
      this.#bytes[this.#end++] = (rest & 0x7f) | 0x80;
      rest = rest >>> 7;
    }
    this.#bytes[this.#end++] = rest;
  }

  /** A number of 64 bits by its bits. */
  int64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    this.#room(10);
    while (rest > 0x7fn) {
      this.#bytes[this.#end++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#end++] = Number(rest);
  }

  /** The number of a field and how its value is written. */
  key(field: number, wire: number): void {
    this.uint32(((field << 3) | wire) >>> 0);
  }

  /** A length and so many bytes. */
  bytes(value: Uint8Array): void {
    this.uint32(value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#end);
    this.#end += value.length;
  }

  /** So many bytes, as `write` puts them at a place. */
  fixed(size: number, write: (bytes: Buffer, at: number) => void): void {
    this.#room(size);
    write(this.#bytes, this.#end);
    this.#end += size;
  }

  #room(size: number): void {
    if (this.#end + size <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#end + size));
    this.#bytes.copy(bytes, 0, 0, this.#end);
    this.#bytes = bytes;
  }
}
