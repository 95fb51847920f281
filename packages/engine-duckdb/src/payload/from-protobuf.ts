import { type ProtobufOptions, protobufShape } from "@sluice/query";
import { declareFunction, type FunctionWorld, type WriterSchema } from "../connection/declared-function.ts";
import { decodingFunction } from "./bytes-function.ts";
import { MalformedPayload } from "./cell.ts";
import { WireReader } from "./wire-reader.ts";

/** A call of `from_protobuf`, all that the function depends on. */
export interface FromProtobuf {
  readonly message: string;
  /** A FileDescriptorSet, in hexadecimal digits. */
  readonly descriptors: string;
  readonly permissive: boolean;
  readonly options: ProtobufOptions;
  /** Messages begin with the id of their own schema, known to the registry that these options describe, and the place of their message in it. */
  readonly registry?: Readonly<Record<string, string>>;
}

/** The name of the SQL function from BLOB to structs of the message's fields. */
export function declareFromProtobuf(call: FromProtobuf): string {
  return declareFunction("from_protobuf", call, async (name, duck, world) => {
    const { protobufCells } = await import("./protobuf-cells.ts");
    const shape = protobufShape(Buffer.from(call.descriptors, "hex"), call.message, call.options);
    const malformed = { permissive: call.permissive, condition: "MALFORMED_PROTOBUF_MESSAGE", format: "Protobuf" };
    const cells = protobufCells(shape, call.options);
    const body = call.registry === undefined ? undefined : framed(shape.name, call.registry, world);
    const decode = (bytes: Buffer) => cells(body === undefined ? bytes : body(bytes));
    return decodingFunction(name, duck, shape.dataType, decode, malformed);
  });
}

const HEADER = 5;

/** Confluent's framing: a zero, the id of the writer's schema as a big-endian INT, the place of the message in it, the message. Gives the message. */
function framed(message: string, registry: Readonly<Record<string, string>>, world: FunctionWorld): Body {
  const written = new Map<number, WriterSchema | undefined>();
  return (bytes) => {
    if (bytes.length <= HEADER || bytes[0] !== 0)
      throw new MalformedPayload("it does not begin with the id of a schema and the place of a message");
    const id = bytes.readInt32BE(1);
    if (!written.has(id)) written.set(id, world.writerSchema(registry, id));
    const schema = written.get(id);
    if (schema?.kind !== "PROTOBUF")
      throw new MalformedPayload(`the registry has no Protobuf schema with the id ${id}`);
    const { place, at } = readPlace(bytes);
    const name = schema.messages.get(place);
    if (name === message) return bytes.subarray(at);
    throw new MalformedPayload(
      `it is ${name === undefined ? `no message of schema ${id}` : `a ${name}`}, not a ${message}`,
    );
  };
}

type Body = (bytes: Buffer) => Buffer;

/** How many indexes there are and the indexes, zigzag; none stands for the first message. */
function readPlace(bytes: Buffer): { readonly place: string; readonly at: number } {
  const reader = new WireReader(bytes, HEADER, bytes.length);
  const next = (): number => unzigzag(reader.int32());
  const count = next();
  if (count < 0 || count > bytes.length) throw new MalformedPayload("the place of its message is none");
  const indexes = Array.from({ length: count }, next);
  return { place: count === 0 ? "0" : indexes.join("."), at: reader.at };
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}
