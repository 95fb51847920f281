import { type DataType, protobufShape } from "@sluice/query";
import { declareFunction } from "../connection/declared-function.ts";
import { encodingFunction } from "./bytes-function.ts";
import { protobufWriter } from "./protobuf-values.ts";

/** A call of `to_protobuf`, all that the function depends on. */
export interface ToProtobuf {
  readonly type: DataType;
  readonly message: string;
  /** A FileDescriptorSet, in hexadecimal digits. */
  readonly descriptors: string;
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
  return declareFunction("to_protobuf", call, async (name, duck) =>
    encodingFunction(name, duck, call.type, writerOf(call)),
  );
}

function writerOf({ type, message, descriptors }: ToProtobuf): ReturnType<typeof protobufWriter> {
  return protobufWriter(type, protobufShape(Buffer.from(descriptors, "hex"), message));
}
