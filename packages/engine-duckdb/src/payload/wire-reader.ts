import { MalformedPayload } from "./cell.ts";

/** Reads Protobuf's wire format from a part of bytes. All methods throw MalformedPayload where it ends too early. */
export class WireReader {
  at: number;
  readonly end: number;
  readonly bytes: Buffer;

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The lowest 32 bits of a number, as one with a sign. */
  int32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new MalformedPayload("a number is too long");
  }

  /** A number of 64 bits, as one with a sign. */
  int64(): bigint {
    let [low, high] = [0, 0];
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else if (shift === 28) {
        low |= (byte & 0x7f) << 28;
        high = (byte & 0x7f) >> 4;
      } else if (shift < 64) high |= (byte & 0x7f) << (shift - 32);
      if (byte < 0x80) return (BigInt(high | 0) << 32n) | BigInt(low >>> 0);
    }
    throw new MalformedPayload("a number is too long");
  }

  /** Where `length` bytes begin; afterwards it stands behind them. */
  take(length: number): number {
    const start = this.at;
    if (length < 0 || start + length > this.end) throw new MalformedPayload("it ends within a value");
    this.at = start + length;
    return start;
  }

  /** A reader of the bytes whose number comes next. */
  part(): WireReader {
    const length = this.int32();
    const start = this.take(length);
    return new WireReader(this.bytes, start, start + length);
  }

  /** Passes over a value. */
  skip(wire: number, field: number): void {
    if (wire === 0) this.int64();
    else if (wire === 1) this.take(8);
    else if (wire === 2) this.part();
    else if (wire === 5) this.take(4);
    else if (wire === 3) this.#skipGroup(field);
    else throw new MalformedPayload(`there is no value of the wire type ${wire}`);
  }

  #skipGroup(field: number): void {
    for (;;) {
      const key = this.int32();
      if ((key & 7) === 4 && key >>> 3 === field) return;
      this.skip(key & 7, key >>> 3);
    }
  }

  private byte(): number {
    if (this.at >= this.end) throw new MalformedPayload("it ends within a value");
    return this.bytes[this.at++] ?? 0;
  }
}
