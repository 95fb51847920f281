import { type AvroSchema, avroShape } from "@sluice/query";
import { declareFunction, type FunctionWorld, type WriterSchema } from "../connection/declared-function.ts";
import { avroCells } from "./avro-cells.ts";
import type { AvroDecoder } from "./avro-decoder.ts";
import { decodingFunction } from "./bytes-function.ts";
import { MalformedPayload } from "./cell.ts";

/** A call of `from_avro`, all that the function depends on. */
export interface FromAvro {
  /** The schema that messages are written with, in JSON; with a registry that of the result. */
  readonly schema: string;
  /** The schema that they are read as, when it is another one. */
  readonly wanted?: string | undefined;
  readonly permissive: boolean;
  /** Messages begin with the id of their own schema, known to the registry that these options describe. */
  readonly registry?: Readonly<Record<string, string>>;
}

/** The name of the SQL function from BLOB to values of the schema's type. */
export function declareFromAvro(call: FromAvro): string {
  return declareFunction("from_avro", call, async (name, duck, world) => {
    const { avroDecoder } = await import("./avro-decoder.ts");
    const shape = avroShape(parse(call.wanted ?? call.schema));
    const convert = avroCells(shape);
    const decoderOf = (written: string) => avroDecoder(parse(written), wantedSchema(call));
    const decode = call.registry === undefined ? bare(decoderOf(call.schema)) : framed(call.registry, decoderOf, world);
    const malformed = { permissive: call.permissive, condition: "MALFORMED_AVRO_MESSAGE", format: "Avro" };
    return decodingFunction(name, duck, shape.dataType, (bytes) => convert(decode(bytes)), malformed);
  });
}

type Decode = (bytes: Buffer) => unknown;

function bare(decoder: AvroDecoder, start = 0): Decode {
  return (bytes) => {
    try {
      const { value, end } = decoder.decode(bytes, start);
      if (end >= 0) return value;
    } catch (error) {
      throw new MalformedPayload(error instanceof Error ? error.message : String(error));
    }
    throw new MalformedPayload("it ends within a value");
  };
}

const HEADER = 5;

/** Confluent's framing: a zero, the id of the writer's schema as a big-endian INT, the message. */
function framed(
  registry: Readonly<Record<string, string>>,
  decoderOf: (written: string) => AvroDecoder,
  world: FunctionWorld,
): Decode {
  const decoders = new Map<number, Decode>();
  return (bytes) => {
    if (bytes.length < HEADER || bytes[0] !== 0)
      throw new MalformedPayload("it does not begin with the id of a schema");
    const id = bytes.readInt32BE(1);
    const known = decoders.get(id) ?? ofWriter(id, world.writerSchema(registry, id), decoderOf);
    decoders.set(id, known);
    return known(bytes);
  };
}

/** Messages of a writer whose schema is unknown, or cannot be read as the wanted one, are malformed one by one. */
function ofWriter(id: number, written: WriterSchema | undefined, decoderOf: (written: string) => AvroDecoder): Decode {
  if (written?.kind !== "AVRO") return refusing(`the registry has no Avro schema with the id ${id}`);
  try {
    return bare(decoderOf(written.schema), HEADER);
  } catch (error) {
    return refusing(`schema ${id} cannot be read as the wanted one: ${error instanceof Error ? error.message : error}`);
  }
}

function refusing(why: string): Decode {
  return () => {
    throw new MalformedPayload(why);
  };
}

function wantedSchema({ wanted, registry, schema }: FromAvro): AvroSchema | undefined {
  const text = wanted ?? (registry === undefined ? undefined : schema);
  return text === undefined ? undefined : parse(text);
}

function parse(text: string): AvroSchema {
  return JSON.parse(text) as AvroSchema;
}
