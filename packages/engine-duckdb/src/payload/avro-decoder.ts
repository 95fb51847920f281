import type { AvroSchema } from "@sluice/query";
import avsc from "avsc";
import { typesOf } from "./avro-bounds.ts";

/** Decodes the records of blocks. */
export interface AvroDecoder {
  /** The record at `at`, and where the next one begins; below 0 when the bytes end within it. */
  decode(bytes: Buffer, at: number): { readonly value: unknown; readonly end: number };
}

const LONG = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => shortened(bytes.readBigInt64LE()),
  toBuffer: (value: bigint | number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === "bigint" || Number.isInteger(value),
  compare: (left: bigint, right: bigint) => (left < right ? -1 : left > right ? 1 : 0),
});

function shortened(value: bigint): bigint | number {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/**
 * A decoder of records written with one schema, read with another when there is one: fields are found by name or alias, those missing get their defaults.
 *
 * @throws Error when a schema is none, or the one cannot be read as the other
 */
export function avroDecoder(written: AvroSchema, wanted: AvroSchema | undefined): AvroDecoder {
  const writer = avroType(written);
  if (wanted === undefined) return decoderOf(writer, undefined);
  const reader = avroType(wanted);
  return decoderOf(reader, reader.createResolver(writer));
}

function decoderOf(type: avsc.Type, resolver: ReturnType<avsc.Type["createResolver"]> | undefined): AvroDecoder {
  return {
    decode: (bytes, at) => {
      const { value, offset } = type.decode(bytes, at, resolver as never) as { value: unknown; offset: number };
      return { value, end: offset };
    },
  };
}

/** @throws Error when the schema is none */
export function avroType(schema: AvroSchema): avsc.Type {
  return avsc.Type.forSchema(schema as avsc.Schema, {
    registry: { long: LONG },
    wrapUnions: true,
    typeHook: typesOf(LONG),
  });
}
