import { protobufShape } from "@sluice/query";
import { declareFunction } from "../connection/declared-function.ts";
import { decodingFunction } from "./bytes-function.ts";

/** A call of `from_protobuf`, all that the function depends on. */
export interface FromProtobuf {
  readonly message: string;
  /** A FileDescriptorSet, in hexadecimal digits. */
  readonly descriptors: string;
  readonly permissive: boolean;
}

/** The name of the SQL function from BLOB to structs of the message's fields. */
export function declareFromProtobuf(call: FromProtobuf): string {
  return declareFunction("from_protobuf", call, async (name, duck) => {
    const { protobufCells } = await import("./protobuf-cells.ts");
    const shape = protobufShape(Buffer.from(call.descriptors, "hex"), call.message);
    const malformed = { permissive: call.permissive, condition: "MALFORMED_PROTOBUF_MESSAGE", format: "Protobuf" };
    return decodingFunction(name, duck, shape.dataType, protobufCells(shape), malformed);
  });
}
