import {
  array,
  BINARY,
  BOOLEAN,
  type DataType,
  DOUBLE,
  decimal,
  FLOAT,
  field,
  INTEGER,
  INTERVAL_DAY_TIME,
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
import { type ProtobufOptions, protobufOptions } from "./protobuf-options.ts";

/** What a field of a message holds. `kind` is the wire's view: a scalar's type, an enum, or a message and what Spark makes of it. */
export type ProtobufKind =
  | { readonly kind: "scalar"; readonly type: number; readonly upcast: boolean }
  | { readonly kind: "enum"; readonly values: EnumDescriptor; readonly asInt: boolean }
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
 * @throws Error for bytes that are no descriptor set, for unknown messages, and for messages that contain themselves unless the options say how often
 */
export function protobufShape(
  descriptors: Uint8Array,
  name: string,
  options: ProtobufOptions = protobufOptions(),
): ProtobufShape {
  const all = { ...readDescriptors(descriptors), options };
  return shapeOf(messageCalled(all, name), all, []);
}

interface Known extends Descriptors {
  readonly options: ProtobufOptions;
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

function shapeOf(message: MessageDescriptor, all: Known, around: readonly string[]): ProtobufShape {
  const inside = [...around, message.name];
  const fields = message.fields
    .filter((one) => !isTooDeep(one, all, inside))
    .map((one) => resolved(one, all, inside))
    .filter(({ dataType }) => !isEmpty(dataType));
  const dataType = struct(fields.map(({ descriptor, dataType }) => field(descriptor.name, dataType)));
  return { name: message.name, fields, dataType };
}

/** Whether values of a type are messages without fields, which Spark leaves out. */
function isEmpty(type: DataType): boolean {
  if (type.kind === "array") return isEmpty(type.element);
  if (type.kind === "map") return isEmpty(type.value);
  return type.kind === "struct" && type.fields.length === 0;
}

/** Whether a field holds a message that it is inside of already, as often as it may. */
function isTooDeep({ typeName, repeated }: FieldDescriptor, all: Known, around: readonly string[]): boolean {
  const message = all.messages.get(typeName);
  const entry = message?.mapEntry === true && repeated ? message.fields.find((one) => one.number === 2) : undefined;
  const name = entry?.typeName ?? typeName;
  const times = around.filter((one) => one === name).length;
  if (times === 0) return false;
  const { depth } = all.options;
  if (depth > 0) return times >= depth;
  throw new Error(`the message ${name} contains itself; the option recursive.fields.max.depth says how often it may`);
}

function resolved(descriptor: FieldDescriptor, all: Known, around: readonly string[]): ProtobufField {
  const message = all.messages.get(descriptor.typeName);
  if (message?.mapEntry === true && descriptor.repeated) return mapField(descriptor, message, all, around);
  const { value, dataType } = kindOf(descriptor, all, around);
  return { descriptor, value, dataType: descriptor.repeated ? array(dataType) : dataType };
}

function mapField(
  descriptor: FieldDescriptor,
  { fields }: MessageDescriptor,
  all: Known,
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

/** Numbers without sign, as types that hold them all. */
const UNSIGNED: Readonly<Record<number, DataType>> = { 4: decimal(20, 0), 6: decimal(20, 0), 7: LONG, 13: LONG };

function kindOf({ type, typeName, name }: FieldDescriptor, all: Known, around: readonly string[]): Kind {
  if (type === ENUM) {
    const values = all.enums.get(typeName) ?? { names: new Map(), numbers: new Map() };
    const { enumsAsInts: asInt } = all.options;
    return { value: { kind: "enum", values, asInt }, dataType: asInt ? INTEGER : STRING };
  }
  if (type !== MESSAGE) {
    const upcast = all.options.upcast && UNSIGNED[type] !== undefined;
    const dataType = upcast ? UNSIGNED[type] : SCALARS[type];
    if (dataType === undefined) throw new Error(`the field ${name} has a type that is not read`);
    return { value: { kind: "scalar", type, upcast }, dataType };
  }
  if (typeName === "google.protobuf.Timestamp") return { value: { kind: "timestamp" }, dataType: TIMESTAMP };
  if (typeName === "google.protobuf.Duration") {
    return { value: { kind: "duration" }, dataType: INTERVAL_DAY_TIME };
  }
  const inner = all.messages.get(typeName);
  if (inner === undefined) throw new Error(`it lacks the message ${typeName}: write it with --include_imports`);
  const message = shapeOf(inner, all, around);
  return { value: { kind: "message", message }, dataType: message.dataType };
}
