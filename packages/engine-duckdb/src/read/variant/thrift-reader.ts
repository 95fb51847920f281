/** The types of values in Thrift's compact protocol. */
const TYPE = { true: 1, false: 2, byte: 3, double: 7, binary: 8, list: 9, set: 10, map: 11, struct: 12 } as const;

/** A field of a structure: where its number stands, when it is not told as a difference, and the type of its value. */
export interface ThriftField {
  readonly id: number;
  readonly type: number;
  readonly idAt: number | undefined;
}

/** Reads Thrift's compact protocol, in which the footers of Parquet files are written. Throws RangeError where bytes end too early. */
export class ThriftReader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The fields of a structure one by one; whoever is given one reads its value or skips it. */
  *fields(): Generator<ThriftField> {
    let id = 0;
    for (;;) {
      const header = this.byte();
      if (header === 0) return;
      const difference = header >> 4;
      const idAt = difference === 0 ? this.at : undefined;
      id = difference === 0 ? this.integer() : id + difference;
      yield { id, type: header & 0x0f, idAt };
    }
  }

  /** How many elements a list has; afterwards it stands at the first. */
  listLength(): number {
    return this.#listHeader().length;
  }

  /** A number of 16 or 32 bits with a sign. */
  integer(): number {
    const bits = this.#varint();
    return bits % 2 === 0 ? bits / 2 : -(bits + 1) / 2;
  }

  text(): string {
    const length = this.#varint();
    const start = this.#pass(length);
    return this.#bytes.toString("utf8", start, start + length);
  }

  /** Passes over a value. */
  skip(type: number): void {
    switch (type) {
      case TYPE.true:
      case TYPE.false:
        return;
      case TYPE.byte:
        this.#pass(1);
        return;
      case TYPE.double:
        this.#pass(8);
        return;
      case TYPE.binary:
        this.#pass(this.#varint());
        return;
      default:
        this.#skipNested(type);
    }
  }

  byte(): number {
    return this.#bytes.readUInt8(this.at++);
  }

  #skipNested(type: number): void {
    if (type === TYPE.list || type === TYPE.set) {
      const { length, element } = this.#listHeader();
      for (let i = 0; i < length; i++) this.#skipElement(element);
    } else if (type === TYPE.map) this.#skipMap();
    else if (type === TYPE.struct) for (const field of this.fields()) this.skip(field.type);
    else this.#varint();
  }

  #skipMap(): void {
    const length = this.#varint();
    const types = length === 0 ? 0 : this.byte();
    for (let i = 0; i < length; i++) {
      this.#skipElement(types >> 4);
      this.#skipElement(types & 0x0f);
    }
  }

  /** In a list a truth value takes a byte. */
  #skipElement(type: number): void {
    if (type === TYPE.true || type === TYPE.false) this.#pass(1);
    else this.skip(type);
  }

  #listHeader(): { readonly length: number; readonly element: number } {
    const header = this.byte();
    const length = header >> 4;
    return { length: length === 15 ? this.#varint() : length, element: header & 0x0f };
  }

  #varint(): number {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }

  #pass(length: number): number {
    const start = this.at;
    if (start + length > this.#bytes.length) throw new RangeError("it ends within a value");
    this.at = start + length;
    return start;
  }
}
