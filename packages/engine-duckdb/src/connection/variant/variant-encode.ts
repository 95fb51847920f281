import { isList, Numeral } from "../json-value.ts";
import { ByteWriter } from "./byte-writer.ts";
import {
  ARRAY,
  KIND,
  OBJECT,
  PRIMITIVE,
  SHORT_STRING,
  SHORT_STRING_BYTES,
  type VariantBytes,
  widthOf,
} from "./variant-bytes.ts";
import { daysOf, microsecondsOf } from "./variant-moment.ts";
import { numeralKind, type Tag, tagged, type Variant } from "./variant-value.ts";

/** A variant in Parquet's encoding, as Spark writes it: each number as small as it can be, names in the order in which they come. */
export function encodeVariant(value: Variant): VariantBytes {
  VALUE.clear();
  const names: Names = new Map();
  writeValue(value, names);
  return { value: VALUE.copy(), metadata: metadataOf(names) };
}

/** The numbers of names. */
type Names = Map<string, number>;

/** Encoding is never interrupted, so one is enough. */
const VALUE = new ByteWriter();
const METADATA = new ByteWriter();

function metadataOf(names: Names): Uint8Array {
  METADATA.clear();
  const lengths = [...names.keys()].map((name) => Buffer.byteLength(name));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const width = widthOf(Math.max(total, names.size));
  METADATA.byte(1 | ((width - 1) << 6));
  METADATA.unsigned(names.size, width);
  writeOffsets(METADATA, lengths, width);
  let i = 0;
  for (const name of names.keys()) METADATA.text(name, lengths[i++] ?? 0);
  return METADATA.copy();
}

/** Where parts of some lengths begin that follow one another, and where the last ends. */
function writeOffsets(to: ByteWriter, lengths: readonly number[], width: number): void {
  let offset = 0;
  to.unsigned(offset, width);
  for (const length of lengths) {
    offset += length;
    to.unsigned(offset, width);
  }
}

function writeValue(value: Variant, names: Names): void {
  if (value === null) writeKind(KIND.null);
  else if (typeof value === "boolean") writeKind(value ? KIND.true : KIND.false);
  else if (value instanceof Numeral) writeNumeral(value);
  else if (typeof value === "string") writeText(value);
  else if (isList(value)) writeList(value, names);
  else writeObject(value, names);
}

function writeKind(kind: number): void {
  VALUE.byte(PRIMITIVE | (kind << 2));
}

function writeList(items: readonly Variant[], names: Names): void {
  const start = VALUE.end;
  const lengths = items.map((item) => writePart(item, names));
  const width = widthOf(VALUE.end - start);
  const count = items.length > 0xff ? 4 : 1;
  const size = VALUE.end - start;
  VALUE.insert(start, 1 + count + (items.length + 1) * width);
  VALUE.byte(ARRAY | ((width - 1) << 2) | (count === 4 ? 1 << 4 : 0));
  VALUE.unsigned(items.length, count);
  writeOffsets(VALUE, lengths, width);
  VALUE.end += size;
}

function writeObject(members: ReadonlyMap<string, Variant>, names: Names): void {
  const start = VALUE.end;
  const ids: number[] = [];
  const lengths: number[] = [];
  for (const [name, item] of members) {
    ids.push(numberOf(name, names));
    lengths.push(writePart(item, names));
  }
  const size = VALUE.end - start;
  const width = widthOf(size);
  const idWidth = widthOf(ids.reduce((most, id) => Math.max(most, id), 0));
  const count = ids.length > 0xff ? 4 : 1;
  VALUE.insert(start, 1 + count + ids.length * idWidth + (ids.length + 1) * width);
  VALUE.byte(OBJECT | ((width - 1) << 2) | ((idWidth - 1) << 4) | (count === 4 ? 1 << 6 : 0));
  VALUE.unsigned(ids.length, count);
  for (const id of ids) VALUE.unsigned(id, idWidth);
  writeOffsets(VALUE, lengths, width);
  VALUE.end += size;
}

/** Answers how many bytes it took. */
function writePart(value: Variant, names: Names): number {
  const start = VALUE.end;
  writeValue(value, names);
  return VALUE.end - start;
}

function numberOf(name: string, names: Names): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  names.set(name, names.size);
  return names.size - 1;
}

function writeNumeral(value: Numeral): void {
  const kind = numeralKind(value);
  if (kind === "double") writeDouble(Number(value.text));
  else if (kind === "decimal") writeDecimal(value.text);
  else if (value.text.length <= 15) writeWhole(Number(value.text));
  else writeLong(BigInt(value.text));
}

function writeDouble(value: number): void {
  writeKind(KIND.double);
  VALUE.double(value);
}

function writeWhole(value: number): void {
  if (value >= -0x80 && value < 0x80) writeSigned(KIND.byte, value, 1);
  else if (value >= -0x8000 && value < 0x8000) writeSigned(KIND.short, value, 2);
  else if (value >= -0x8000_0000 && value < 0x8000_0000) writeSigned(KIND.integer, value, 4);
  else writeLong(BigInt(value));
}

function writeSigned(kind: number, value: number, size: number): void {
  writeKind(kind);
  VALUE.signed(value, size);
}

function writeLong(value: bigint): void {
  writeKind(KIND.long);
  VALUE.long(value);
}

const MOST_DIGITS = 38;

function writeDecimal(text: string): void {
  const [, sign = "", whole = "", point = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const fraction = point === "0" && whole.length >= MOST_DIGITS ? "" : point;
  const unscaled = BigInt(`${sign}${whole}${fraction}`);
  const precision = String(unscaled < 0n ? -unscaled : unscaled).length;
  const digits = Math.max(precision, fraction.length);
  writeKind(digits <= 9 ? KIND.decimal4 : digits <= 18 ? KIND.decimal8 : KIND.decimal16);
  VALUE.byte(fraction.length);
  if (digits <= 9) VALUE.signed(Number(unscaled), 4);
  else VALUE.long(BigInt.asIntN(64, unscaled));
  if (digits > 18) VALUE.long(unscaled >> 64n);
}

function writeText(value: string): void {
  const { tag, text } = tagged(value) ?? { tag: "S", text: value };
  if (tag === "S") writeString(text);
  else if (tag === "B") writeBinary(Buffer.from(text, "base64"));
  else if (tag === "U") writeUuid(text);
  else writeTagged(tag, text);
}

function writeString(text: string): void {
  const length = Buffer.byteLength(text);
  if (length <= SHORT_STRING_BYTES) VALUE.byte(SHORT_STRING | (length << 2));
  else {
    writeKind(KIND.string);
    VALUE.unsigned(length, 4);
  }
  VALUE.text(text, length);
}

function writeBinary(bytes: Uint8Array): void {
  writeKind(KIND.binary);
  VALUE.unsigned(bytes.length, 4);
  VALUE.bytes(bytes);
}

function writeUuid(text: string): void {
  writeKind(KIND.uuid);
  VALUE.bytes(Buffer.from(text.replaceAll("-", ""), "hex"));
}

function writeTagged(tag: Exclude<Tag, "S" | "B" | "U">, text: string): void {
  switch (tag) {
    case "D":
      writeSigned(KIND.date, daysOf(text), 4);
      break;
    case "T":
    case "N":
      writeKind(tag === "T" ? KIND.timestamp : KIND.timestampNtz);
      VALUE.long(microsecondsOf(text));
      break;
    case "F":
      writeKind(KIND.float);
      VALUE.float(Number(text));
      break;
    case "I":
      writeDouble(Number(text));
  }
}
