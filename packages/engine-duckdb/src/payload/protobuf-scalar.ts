import type { FieldDescriptor } from "@sluice/query";
import { type Cell, MalformedPayload } from "./cell.ts";
import type { WireReader } from "./wire-reader.ts";

/** How a scalar is written, and read. */
export interface ProtobufScalar {
  /** 0: a number of variable length; 1: 8 bytes; 2: a length and bytes; 5: 4 bytes. */
  readonly wire: 0 | 1 | 2 | 5;
  /** The value of a field that is not there. */
  readonly zero: Cell;
  readonly read: (reader: WireReader, field: FieldDescriptor) => Cell;
}

const STRICT = new TextDecoder("utf-8", { fatal: true });

function readText(reader: WireReader, { proto3 }: FieldDescriptor): string {
  const { bytes, at, end } = reader.part();
  const text = bytes.toString("utf8", at, end);
  if (!proto3 || !text.includes("\ufffd")) return text;
  try {
    return STRICT.decode(bytes.subarray(at, end));
  } catch {
    throw new MalformedPayload("a text is not UTF-8");
  }
}

const INT32: ProtobufScalar = { wire: 0, zero: 0, read: (reader) => reader.int32() };
const INT64: ProtobufScalar = { wire: 0, zero: 0n, read: (reader) => reader.int64() };
const FIXED32: ProtobufScalar = { wire: 5, zero: 0, read: (reader) => reader.bytes.readInt32LE(reader.take(4)) };
const FIXED64: ProtobufScalar = { wire: 1, zero: 0n, read: (reader) => reader.bytes.readBigInt64LE(reader.take(8)) };

/** By Protobuf's number of the type. Numbers without a sign are read as ones with, as Java has them. */
export const PROTOBUF_SCALARS: Readonly<Record<number, ProtobufScalar>> = {
  1: { wire: 1, zero: 0, read: (reader) => reader.bytes.readDoubleLE(reader.take(8)) },
  2: { wire: 5, zero: 0, read: (reader) => reader.bytes.readFloatLE(reader.take(4)) },
  3: INT64,
  4: INT64,
  5: INT32,
  6: FIXED64,
  7: FIXED32,
  8: { wire: 0, zero: false, read: (reader) => reader.int64() !== 0n },
  9: { wire: 2, zero: "", read: readText },
  12: {
    wire: 2,
    zero: new Uint8Array(0),
    read: (reader) => {
      const { bytes, at, end } = reader.part();
      return bytes.subarray(at, end);
    },
  },
  13: INT32,
  15: FIXED32,
  16: FIXED64,
  17: {
    wire: 0,
    zero: 0,
    read: (reader) => {
      const value = reader.int32();
      return (value >>> 1) ^ -(value & 1);
    },
  },
  18: {
    wire: 0,
    zero: 0n,
    read: (reader) => {
      const value = BigInt.asUintN(64, reader.int64());
      return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    },
  },
};
