import type { Cell } from "./cell.ts";
import type { WireWriter } from "./wire-writer.ts";

/** How a scalar is written, by Protobuf's number of the type: see `ProtobufScalar`. */
export interface ScalarWriter {
  /** The Spark types whose cells it takes. */
  readonly types: readonly string[];
  readonly write: (writer: WireWriter, cell: Cell) => void;
}

const WHOLE = ["byte", "short", "integer"];

const INT32: ScalarWriter = { types: WHOLE, write: (writer, cell) => writer.int32(cell as number) };
const INT64: ScalarWriter = { types: ["long"], write: (writer, cell) => writer.int64(cell as bigint) };
const FIXED32: ScalarWriter = {
  types: WHOLE,
  write: (writer, cell) => writer.fixed(4, (bytes, at) => bytes.writeInt32LE(cell as number, at)),
};
const FIXED64: ScalarWriter = {
  types: ["long"],
  write: (writer, cell) => writer.fixed(8, (bytes, at) => bytes.writeBigInt64LE(cell as bigint, at)),
};

/** Numbers without a sign are taken as ones with, as Java has them. */
export const SCALAR_WRITERS: Readonly<Record<number, ScalarWriter>> = {
  1: {
    types: ["double"],
    write: (writer, cell) => writer.fixed(8, (bytes, at) => bytes.writeDoubleLE(cell as number, at)),
  },
  2: {
    types: ["float"],
    write: (writer, cell) => writer.fixed(4, (bytes, at) => bytes.writeFloatLE(cell as number, at)),
  },
  3: INT64,
  4: INT64,
  5: INT32,
  6: FIXED64,
  7: FIXED32,
  8: { types: ["boolean"], write: (writer, cell) => writer.uint32(cell === true ? 1 : 0) },
  9: { types: ["string"], write: (writer, cell) => writer.bytes(Buffer.from(cell as string)) },
  12: { types: ["binary"], write: (writer, cell) => writer.bytes(cell as Uint8Array) },
  13: { types: WHOLE, write: (writer, cell) => writer.uint32((cell as number) >>> 0) },
  15: FIXED32,
  16: FIXED64,
  17: {
    types: WHOLE,
    write: (writer, cell) => {
      const value = cell as number;
      writer.uint32(((value << 1) ^ (value >> 31)) >>> 0);
    },
  },
  18: {
    types: ["long"],
    write: (writer, cell) => {
      const value = cell as bigint;
      writer.int64((value << 1n) ^ (value >> 63n));
    },
  },
};
