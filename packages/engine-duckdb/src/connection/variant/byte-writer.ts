/** Little-endian numbers and texts in bytes that grow, at places that can be written again. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(256);
  /** Where the next byte goes. */
  end = 0;

  /** Begins anew; what was copied out stays. */
  clear(): void {
    this.end = 0;
  }

  /** A copy of what is written. */
  copy(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.end));
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.end++] = value;
  }

  /** An unsigned number in 1 to 4 bytes. */
  unsigned(value: number, size: number): void {
    this.#room(size);
    if (size === 1) this.#bytes[this.end++] = value;
    else this.end = this.#bytes.writeUIntLE(value, this.end, size);
  }

  /** A number with a sign in 1 to 4 bytes. */
  signed(value: number, size: number): void {
    this.#room(size);
    this.end = this.#bytes.writeIntLE(value, this.end, size);
  }

  /** A number with a sign in 8 bytes. */
  long(value: bigint): void {
    this.#room(8);
    this.end = this.#bytes.writeBigInt64LE(value, this.end);
  }

  float(value: number): void {
    this.#room(4);
    this.end = this.#bytes.writeFloatLE(value, this.end);
  }

  double(value: number): void {
    this.#room(8);
    this.end = this.#bytes.writeDoubleLE(value, this.end);
  }

  bytes(value: Uint8Array): void {
    this.#room(value.length);
    this.#bytes.set(value, this.end);
    this.end += value.length;
  }

  /** A text in UTF-8, of which the length is known. */
  text(value: string, length: number): void {
    this.#room(length);
    this.end += this.#bytes.write(value, this.end);
  }

  /** Moves what is written from `start` on by `size` bytes, and goes back to `start`, to write before it. */
  insert(start: number, size: number): void {
    this.#room(size);
    this.#bytes.copyWithin(start + size, start, this.end);
    this.end = start;
  }

  #room(size: number): void {
    if (this.end + size <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.end + size));
    this.#bytes.copy(bytes, 0, 0, this.end);
    this.#bytes = bytes;
  }
}
