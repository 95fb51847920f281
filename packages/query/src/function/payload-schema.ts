import type { Value } from "../expression/expression.ts";
import { type AvroShape, avroShape } from "./avro-schema.ts";
import { type ArgumentFault, mismatch } from "./function-entry.ts";
import { protobufOptions } from "./protobuf-options.ts";
import { type ProtobufShape, protobufShape } from "./protobuf-schema.ts";

/** The shape of a constant Avro schema, the argument at `position`; a fault when it is no constant, no schema, or contains itself. */
export function avroSchema(text: Value | undefined, position: number): AvroShape | ArgumentFault {
  if (typeof text !== "string") {
    const message = "the schema must be a constant text, an Avro schema in JSON";
    return mismatch("TYPE_CHECK_FAILURE_WITH_HINT", message, position);
  }
  try {
    return avroShape(JSON.parse(text));
  } catch (error) {
    return unreadable("the Avro schema", error, position);
  }
}

function unreadable(what: string, error: unknown, argument: number): ArgumentFault {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `${what} cannot be read: ${reason}`;
  return { kind: "Fault", condition: "INVALID_SCHEMA.PARSE_ERROR", message, argument };
}

/** The shape of a message in a constant descriptor set, the arguments at 1 and 2; a fault when they are none. */
export function protobufMessage(
  name: Value | undefined,
  descriptors: Value | undefined,
  options?: Readonly<Record<string, string>>,
): ProtobufShape | ArgumentFault {
  if (typeof name !== "string") {
    return mismatch("TYPE_CHECK_FAILURE_WITH_HINT", "the name of the message must be a constant text", 1);
  }
  if (!(descriptors instanceof Uint8Array)) {
    const message = "the descriptor set must be constant bytes, or the path of a file where a query is declared";
    return mismatch("TYPE_CHECK_FAILURE_WITH_HINT", message, 2);
  }
  try {
    return protobufShape(descriptors, name, protobufOptions(options));
  } catch (error) {
    return unreadable("the Protobuf descriptor set", error, 2);
  }
}
