import { Members, Numeral } from "../json-value.ts";
import { floatText } from "../prelude-number.ts";
import { ARRAY, KIND, OBJECT, PRIMITIVE, SHORT_STRING, type VariantBytes } from "./variant-bytes.ts";
import { dateText, instantText, wallText } from "./variant-moment.ts";
import { areInOrder, decimalNumeral, doubleVariant, markedText, type Variant } from "./variant-value.ts";

/**
 * The variant of Parquet's encoding, whoever wrote it; instants are told in the time zone.
 *
 * @throws Error `MALFORMED_VARIANT` for bytes that are none, `UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT` for types that Spark has not
 */
export function decodeVariant({ value, metadata }: VariantBytes, timeZone: string): Variant {
  const bytes = bufferOf(value);
  try {
    return readValue({ bytes, names: namesOf(metadata), timeZone }, 0, 0);
  } catch (error) {
    throw error instanceof RangeError ? malformed() : error;
  }
}

interface Source {
  readonly bytes: Buffer;
  readonly names: readonly string[];
  readonly timeZone: string;
}

const DEEPEST = 500;

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Rows that follow one another mostly have the same names. */
let lastMetadata = Buffer.alloc(0);
let lastNames: readonly string[] = [];

function namesOf(metadata: Uint8Array): readonly string[] {
  const bytes = bufferOf(metadata);
  if (bytes.equals(lastMetadata)) return lastNames;
  const header = bytes.readUInt8(0);
  if ((header & 0x0f) !== 1) throw malformed();
  const width = (header >> 6) + 1;
  const count = unsigned(bytes, 1, width);
  const start = 1 + (count + 2) * width;
  const names: string[] = [];
  for (let i = 0; i < count; i++) {
    const at = 1 + (i + 1) * width;
    names.push(textAt(bytes, start + unsigned(bytes, at, width), start + unsigned(bytes, at + width, width)));
  }
  lastMetadata = Buffer.from(bytes);
  lastNames = names;
  return names;
}

function textAt(bytes: Buffer, start: number, end: number): string {
  if (end < start || end > bytes.length) throw malformed();
  return bytes.toString("utf8", start, end);
}

function readValue(source: Source, at: number, depth: number): Variant {
  if (depth > DEEPEST) throw malformed();
  const header = source.bytes.readUInt8(at);
  const rest = header >> 2;
  switch (header & 3) {
    case PRIMITIVE:
      return readPrimitive(source, rest, at + 1);
    case SHORT_STRING:
      return stringOf(textAt(source.bytes, at + 1, at + 1 + rest));
    case OBJECT:
      return readObject(
        source,
        { at, idWidth: ((rest >> 2) & 3) + 1, width: (rest & 3) + 1, isLarge: (rest & 16) !== 0 },
        depth,
      );
    case ARRAY:
      return readList(source, { at, idWidth: 0, width: (rest & 3) + 1, isLarge: (rest & 4) !== 0 }, depth);
    default:
      throw malformed();
  }
}

/** A number of few bytes, mostly one. */
function unsigned(bytes: Buffer, at: number, width: number): number {
  return width === 1 ? bytes.readUInt8(at) : bytes.readUIntLE(at, width);
}

/** How an object or a list is laid out. */
interface Layout {
  readonly at: number;
  readonly idWidth: number;
  readonly width: number;
  readonly isLarge: boolean;
}

interface Parts {
  readonly count: number;
  readonly id: (i: number) => number;
  readonly place: (i: number) => number;
}

function partsOf({ bytes }: Source, { at, idWidth, width, isLarge }: Layout): Parts {
  const countWidth = isLarge ? 4 : 1;
  const count = unsigned(bytes, at + 1, countWidth);
  const ids = at + 1 + countWidth;
  const offsets = ids + count * idWidth;
  const values = offsets + (count + 1) * width;
  if (values > bytes.length) throw malformed();
  return {
    count,
    id: (i) => unsigned(bytes, ids + i * idWidth, idWidth),
    place: (i) => values + unsigned(bytes, offsets + i * width, width),
  };
}

function readList(source: Source, layout: Layout, depth: number): Variant {
  const { count, place } = partsOf(source, layout);
  return Array.from({ length: count }, (_, i) => readValue(source, place(i), depth + 1));
}

/** Writers may order names by their bytes; ours are by UTF-16. */
function readObject(source: Source, layout: Layout, depth: number): Variant {
  const { count, id, place } = partsOf(source, layout);
  const names = Array.from({ length: count }, (_, i) => known(source.names[id(i)]));
  const members = new Members();
  if (areInOrder(names)) {
    for (const [i, name] of names.entries()) members.set(name, readValue(source, place(i), depth + 1));
    return members;
  }
  const places = new Map(names.map((name, i) => [name, place(i)]));
  for (const name of names.sort()) members.set(name, readValue(source, places.get(name) ?? 0, depth + 1));
  return members;
}

function known(name: string | undefined): string {
  if (name === undefined) throw malformed();
  return name;
}

function readPrimitive(source: Source, kind: number, at: number): Variant {
  switch (kind) {
    case KIND.null:
      return null;
    case KIND.true:
      return true;
    case KIND.false:
      return false;
    case KIND.string:
    case KIND.binary:
    case KIND.uuid:
      return readSized(source.bytes, kind, at);
    case KIND.date:
    case KIND.timestamp:
    case KIND.timestampNtz:
      return readMoment(source, kind, at);
    default:
      return readNumber(source.bytes, kind, at);
  }
}

function readSized(bytes: Buffer, kind: number, at: number): Variant {
  if (kind === KIND.uuid) return markedText("U", uuidText(bytes.subarray(at, at + 16).toString("hex")));
  const start = at + 4;
  const end = start + bytes.readUInt32LE(at);
  if (end > bytes.length) throw malformed();
  if (kind === KIND.binary) return markedText("B", bytes.toString("base64", start, end));
  return stringOf(bytes.toString("utf8", start, end));
}

function uuidText(digits: string): string {
  if (digits.length !== 32) throw malformed();
  return [...[0, 8, 12, 16, 20]].map((from, i, all) => digits.slice(from, all[i + 1] ?? 32)).join("-");
}

function readMoment({ bytes, timeZone }: Source, kind: number, at: number): Variant {
  if (kind === KIND.date) return markedText("D", dateText(bytes.readInt32LE(at)));
  const micros = bytes.readBigInt64LE(at);
  return kind === KIND.timestamp ? markedText("T", instantText(micros, timeZone)) : markedText("N", wallText(micros));
}

function readNumber(bytes: Buffer, kind: number, at: number): Variant {
  switch (kind) {
    case KIND.byte:
      return new Numeral(String(bytes.readInt8(at)));
    case KIND.short:
      return new Numeral(String(bytes.readInt16LE(at)));
    case KIND.integer:
      return new Numeral(String(bytes.readInt32LE(at)));
    case KIND.long:
      return new Numeral(String(bytes.readBigInt64LE(at)));
    case KIND.double:
      return doubleVariant(bytes.readDoubleLE(at));
    case KIND.float:
      return markedText("F", floatText(bytes.readFloatLE(at)));
    default:
      return readDecimal(bytes, kind, at);
  }
}

function readDecimal(bytes: Buffer, kind: number, at: number): Variant {
  const scale = () => bytes.readUInt8(at);
  switch (kind) {
    case KIND.decimal4:
      return decimalNumeral(BigInt(bytes.readInt32LE(at + 1)), scale());
    case KIND.decimal8:
      return decimalNumeral(bytes.readBigInt64LE(at + 1), scale());
    case KIND.decimal16:
      return decimalNumeral((bytes.readBigInt64LE(at + 9) << 64n) | bytes.readBigUInt64LE(at + 1), scale());
    default:
      throw new Error(
        `[UNKNOWN_PRIMITIVE_TYPE_IN_VARIANT] Unknown primitive type with id ${kind} was found in a variant value.`,
      );
  }
}

function stringOf(text: string): Variant {
  return text.startsWith("\0") ? markedText("S", text) : text;
}

function malformed(): Error {
  return new Error("[MALFORMED_VARIANT] Variant binary is malformed. Please check the data source is valid.");
}
