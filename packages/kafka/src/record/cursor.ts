/** Reads numbers of variable length, one after the other. Moved by hand over what is not a number. */
export class Cursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Up to 32 bits. @throws Error past the end */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#next();
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw new Error("a number is longer than 32 bits");
  }

  /** Zigzag, up to 64 bits; exact below 2^53. @throws Error past the end */
  signed(): number {
    let byte = this.#next();
    if (byte < 128) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 127;
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = this.#next();
      value += (byte & 127) * scale;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #next(): number {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new Error("the records end in the middle of a number");
    this.at += 1;
    return byte;
  }
}
