import { type DataType, messagePlaces, protobufShape } from "@sluice/query";
import { declareFunction } from "../connection/declared-function.ts";
import { encodingFunction } from "./bytes-function.ts";
import type { Cell } from "./cell.ts";
import { protobufWriter } from "./protobuf-values.ts";
import { WireWriter } from "./wire-writer.ts";

/** A call of `to_protobuf`, all that the function depends on. */
export interface ToProtobuf {
  readonly type: DataType;
  readonly message: string;
  /** A FileDescriptorSet, in hexadecimal digits. */
  readonly descriptors: string;
  /** The id of the schema in a registry, which messages then begin with. */
  readonly id?: number | undefined;
}

/** Why values of the type cannot be written; undefined when they can. */
export function toProtobufProblem(call: ToProtobuf): string | undefined {
  try {
    writerOf(call);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The name of the SQL function from structs of the type to BLOB. */
export function declareToProtobuf(call: ToProtobuf): string {
  return declareFunction("to_protobuf", call, async (name, duck) => {
    const write = writerOf(call);
    const header = headerOf(call);
    const encode = (cell: Cell) => (header.length === 0 ? write(cell) : Buffer.concat([header, write(cell)]));
    return encodingFunction(name, duck, call.type, encode);
  });
}

function writerOf({ type, message, descriptors }: ToProtobuf): ReturnType<typeof protobufWriter> {
  return protobufWriter(type, protobufShape(Buffer.from(descriptors, "hex"), message));
}

/** Confluent's framing: see `declareFromProtobuf`. */
function headerOf({ id, message, descriptors }: ToProtobuf): Buffer {
  if (id === undefined) return Buffer.alloc(0);
  const place = messagePlaces(Buffer.from(descriptors, "hex")).find(({ name }) => name === message);
  if (place === undefined) throw new Error(`the descriptors have no message ${message}`);
  const { indexes } = place;
  const writer = new WireWriter();
  writer.fixed(1, (bytes, at) => bytes.writeUInt8(0, at));
  writer.fixed(4, (bytes, at) => bytes.writeInt32BE(id, at));
  if (indexes.length === 1 && indexes[0] === 0) writer.uint32(0);
  else for (const one of [indexes.length, ...indexes]) writer.uint32(2 * one);
  return writer.finish();
}
