import {
  array,
  BINARY,
  BOOLEAN,
  type DataType,
  DOUBLE,
  FLOAT,
  field,
  INTEGER,
  LONG,
  map,
  STRING,
  struct,
  TIMESTAMP,
} from "../data-type/data-type.ts";
import {
  type Descriptors,
  type EnumDescriptor,
  type FieldDescriptor,
  type MessageDescriptor,
  readDescriptors,
} from "./protobuf-descriptor.ts";

/** What a field of a message holds. `kind` is the wire's view: a scalar's type, an enum, or a message and what Spark makes of it. */
export type ProtobufKind =
  | { readonly kind: "scalar"; readonly type: number }
  | { readonly kind: "enum"; readonly values: EnumDescriptor }
  | { readonly kind: "message"; readonly message: ProtobufShape }
  | { readonly kind: "timestamp" | "duration" };

/** A field with everything resolved. A map has the kinds of its keys and values. */
export interface ProtobufField {
  readonly descriptor: FieldDescriptor;
  readonly dataType: DataType;
  readonly value: ProtobufKind;
  readonly key?: ProtobufKind;
  /** Of the value of a map. */
  readonly entry?: readonly [key: FieldDescriptor, value: FieldDescriptor];
}

/** A message with every name resolved: fields in the order of the descriptor. */
export interface ProtobufShape {
  /** Full, without a point before it. */
  readonly name: string;
  readonly fields: readonly ProtobufField[];
  readonly dataType: DataType;
}

/**
 * The shape of a message in a descriptor set, its types as Spark reads them: enums are texts, Timestamp and Duration times, other messages structs.
 *
 * @param name - Full, or without its package when only one message has it.
 * @throws Error for bytes that are no descriptor set, for unknown messages, and for messages that contain themselves
 */
export function protobufShape(descriptors: Uint8Array, name: string): ProtobufShape {
  const all = readDescriptors(descriptors);
  return shapeOf(messageCalled(all, name), all, []);
}

function messageCalled({ messages }: Descriptors, name: string): MessageDescriptor {
  const exact = messages.get(name);
  if (exact !== undefined) return exact;
  const ending = [...messages.values()].filter((one) => one.name.split(".").at(-1) === name);
  const [only, ...others] = ending;
  if (only !== undefined && others.length === 0) return only;
  const known = [...messages.keys()].slice(0, 10).join(", ");
  throw new Error(
    only === undefined ? `it has no message ${name}, but ${known}` : `several of its messages are called ${name}`,
  );
}

function shapeOf(message: MessageDescriptor, all: Descriptors, around: readonly string[]): ProtobufShape {
  if (around.includes(message.name)) throw new Error(`the message ${message.name} contains itself`);
  const inside = [...around, message.name];
  const fields = message.fields
    .map((one) => resolved(one, all, inside))
    .filter(({ dataType }) => dataType.kind !== "struct" || dataType.fields.length > 0);
  const dataType = struct(fields.map(({ descriptor, dataType }) => field(descriptor.name, dataType)));
  return { name: message.name, fields, dataType };
}

function resolved(descriptor: FieldDescriptor, all: Descriptors, around: readonly string[]): ProtobufField {
  const message = all.messages.get(descriptor.typeName);
  if (message?.mapEntry === true && descriptor.repeated) return mapField(descriptor, message, all, around);
  const { value, dataType } = kindOf(descriptor, all, around);
  return { descriptor, value, dataType: descriptor.repeated ? array(dataType) : dataType };
}

function mapField(
  descriptor: FieldDescriptor,
  { fields }: MessageDescriptor,
  all: Descriptors,
  around: readonly string[],
): ProtobufField {
  const [first, second] = [fields.find((one) => one.number === 1), fields.find((one) => one.number === 2)];
  if (first === undefined || second === undefined) throw new Error(`the map ${descriptor.name} has no key or no value`);
  const [key, value] = [kindOf(first, all, around), kindOf(second, all, around)];
  const dataType = map(key.dataType, value.dataType);
  return { descriptor, dataType, key: key.value, value: value.value, entry: [first, second] };
}

interface Kind {
  readonly value: ProtobufKind;
  readonly dataType: DataType;
}

const ENUM = 14;
const MESSAGE = 11;

/** By Protobuf's number of the type. Numbers without sign are read as ones with, as Spark does. */
const SCALARS: Readonly<Record<number, DataType>> = {
  ...{ 1: DOUBLE, 2: FLOAT, 3: LONG, 4: LONG, 5: INTEGER, 6: LONG, 7: INTEGER, 8: BOOLEAN, 9: STRING },
  ...{ 12: BINARY, 13: INTEGER, 15: INTEGER, 16: LONG, 17: INTEGER, 18: LONG },
};

function kindOf({ type, typeName, name }: FieldDescriptor, all: Descriptors, around: readonly string[]): Kind {
  if (type === ENUM) {
    const values = all.enums.get(typeName) ?? { names: new Map(), numbers: new Map() };
    return { value: { kind: "enum", values }, dataType: STRING };
  }
  if (type !== MESSAGE) {
    const dataType = SCALARS[type];
    if (dataType === undefined) throw new Error(`the field ${name} has a type that is not read`);
    return { value: { kind: "scalar", type }, dataType };
  }
  if (typeName === "google.protobuf.Timestamp") return { value: { kind: "timestamp" }, dataType: TIMESTAMP };
  if (typeName === "google.protobuf.Duration") {
    return { value: { kind: "duration" }, dataType: { kind: "interval_day_time" } };
  }
  const inner = all.messages.get(typeName);
  if (inner === undefined) throw new Error(`it lacks the message ${typeName}: write it with --include_imports`);
  const message = shapeOf(inner, all, around);
  return { value: { kind: "message", message }, dataType: message.dataType };
}
