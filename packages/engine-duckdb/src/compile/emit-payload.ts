import { constantOptions, protobufOptions, type TypedCall } from "@sluice/query";
import { declareFromAvro } from "../payload/from-avro.ts";
import { declareFromProtobuf } from "../payload/from-protobuf.ts";
import { declareToAvro, type ToAvro } from "../payload/to-avro.ts";
import { declareToProtobuf, type ToProtobuf } from "../payload/to-protobuf.ts";
import { castTo, sqlOf, textOf, typeOf } from "./call-argument.ts";
import type { EmitterTable, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";

/** The option that says where the schemas of messages are: messages with it begin with the id of their schema. */
const REGISTRY = "confluent.schema.registry.address";
/** The option with the id of the schema that `to_avro` and `to_protobuf` write: messages then begin with it. */
const ID = "confluent.schema.registry.id";

function fromAvro(call: TypedCall, scope: Scope): string {
  const options = constantOptions(call.args[2]) ?? {};
  const name = declareFromAvro({
    schema: textOf(call, 1) ?? "",
    wanted: options["avroschema"],
    permissive: options["mode"]?.toUpperCase() === "PERMISSIVE",
    ...(options[REGISTRY] === undefined ? {} : { registry: options }),
  });
  return `${name}(${sqlOf(call, 0, scope)})`;
}

/** What a call of `to_avro` says. */
export function toAvroCall(call: TypedCall): ToAvro {
  const id = constantOptions(call.args[2])?.[ID];
  return {
    type: typeOf(call, 0),
    nullable: call.args[0]?.nullable ?? true,
    schema: textOf(call, 1),
    ...(id === undefined ? {} : { id: Number(id) }),
  };
}

function toAvro(call: TypedCall, scope: Scope): string {
  return `${declareToAvro(toAvroCall(call))}(${castTo(sqlOf(call, 0, scope), duckType(typeOf(call, 0)))})`;
}

/** The message that a call names, and its descriptors in hexadecimal digits. */
function messageOf(call: TypedCall): Pick<ToProtobuf, "message" | "descriptors"> {
  const descriptors = call.args[2];
  const bytes = descriptors?.kind === "Literal" && descriptors.value instanceof Uint8Array ? descriptors.value : [];
  return { message: textOf(call, 1) ?? "", descriptors: Buffer.from(bytes).toString("hex") };
}

function fromProtobuf(call: TypedCall, scope: Scope): string {
  const options = constantOptions(call.args[3]) ?? {};
  const name = declareFromProtobuf({
    ...messageOf(call),
    permissive: options["mode"]?.toUpperCase() === "PERMISSIVE",
    options: protobufOptions(options),
    ...(options[REGISTRY] === undefined ? {} : { registry: options }),
  });
  return `${name}(${sqlOf(call, 0, scope)})`;
}

/** What a call of `to_protobuf` says. */
export function toProtobufCall(call: TypedCall): ToProtobuf {
  const id = constantOptions(call.args[3])?.[ID];
  return { ...messageOf(call), type: typeOf(call, 0), ...(id === undefined ? {} : { id: Number(id) }) };
}

function toProtobuf(call: TypedCall, scope: Scope): string {
  const value = castTo(sqlOf(call, 0, scope), duckType(typeOf(call, 0)));
  return `${declareToProtobuf(toProtobufCall(call))}(${value})`;
}

/** Bytes of messages. */
export const PAYLOAD_FUNCTIONS: EmitterTable = {
  from_avro: fromAvro,
  to_avro: toAvro,
  from_protobuf: fromProtobuf,
  to_protobuf: toProtobuf,
};
