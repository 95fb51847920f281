/** A field of a message, as its descriptor has it. `type` is Protobuf's number of the type, 1 (double) to 18 (sint64). */
export interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly type: number;
  /** Of messages and enums: the full name, without a point before it. */
  readonly typeName: string;
  readonly repeated: boolean;
  /** Whether the numbers of a repeated field are written together, behind one length. */
  readonly packed: boolean;
  readonly required: boolean;
  /** Whether a message says of the field that it is there, though its value be zero. */
  readonly presence: boolean;
  /** Of proto2: the value of a field that is not there, as text. */
  readonly defaultValue?: string;
  /** Fields with the same number exclude each other. */
  readonly oneof?: number;
  /** Whether its file is proto3: enums may have numbers without a name, texts must be UTF-8. */
  readonly proto3: boolean;
}

/** A message. */
export interface MessageDescriptor {
  readonly name: string;
  readonly fields: readonly FieldDescriptor[];
  /** Whether it stands for an entry of a map: its fields are key and value. */
  readonly mapEntry: boolean;
}

/** An enum: of a number with several names the first, of each name the number. */
export interface EnumDescriptor {
  readonly names: ReadonlyMap<number, string>;
  readonly numbers: ReadonlyMap<string, number>;
}

/** All messages and enums, by full name. */
export interface Descriptors {
  readonly messages: ReadonlyMap<string, MessageDescriptor>;
  readonly enums: ReadonlyMap<string, EnumDescriptor>;
  /** The names of the messages of the last file, each before those inside of it. */
  readonly own: readonly string[];
}

type Values = ReadonlyMap<number, readonly (number | Uint8Array)[]>;

/** Reads a FileDescriptorSet, as `protoc --include_imports --descriptor_set_out` writes it. @throws Error when the bytes are none */
export function readDescriptors(bytes: Uint8Array): Descriptors {
  const found = {
    messages: new Map<string, MessageDescriptor>(),
    enums: new Map<string, EnumDescriptor>(),
    own: [] as string[],
  };
  for (const file of nested(fieldsOf(bytes), 1)) {
    const space = text(file, 2);
    const syntax = text(file, 12) || "proto2";
    found.own.length = 0;
    if (syntax === "editions") throw new Error("files of Protobuf editions are not read; write proto2 or proto3");
    for (const message of nested(file, 4)) addMessage(message, space, syntax === "proto3", found);
    for (const one of nested(file, 5)) addEnum(one, space, found);
  }
  if (found.messages.size === 0) throw new Error("it holds no message");
  return found;
}

interface Found {
  readonly messages: Map<string, MessageDescriptor>;
  readonly enums: Map<string, EnumDescriptor>;
  readonly own: string[];
}

function addMessage(message: Values, space: string, proto3: boolean, found: Found): void {
  const name = joined(space, text(message, 1));
  const [options] = nested(message, 7);
  const fields = nested(message, 2).map((one) => fieldOf(one, proto3));
  found.own.push(name);
  found.messages.set(name, { name, fields, mapEntry: options !== undefined && number(options, 7) === 1 });
  for (const inner of nested(message, 3)) addMessage(inner, name, proto3, found);
  for (const inner of nested(message, 4)) addEnum(inner, name, found);
}

const OPTIONAL_MESSAGE = 11;
const GROUP = 10;
const REQUIRED = 2;
const REPEATED = 3;

function fieldOf(field: Values, proto3: boolean): FieldDescriptor {
  const [label, type] = [number(field, 4), number(field, 5)];
  const repeated = label === REPEATED;
  const [options] = nested(field, 8);
  const implicit = proto3 && type !== OPTIONAL_MESSAGE && !field.has(9) && number(field, 17) !== 1;
  if (type === GROUP) throw new Error(`the field ${text(field, 1)} is a group, which is not read`);
  return {
    name: text(field, 1),
    number: number(field, 3),
    type,
    typeName: text(field, 6).replace(/^\./, ""),
    repeated,
    packed: repeated && ![9, 11, 12].includes(type) && (options?.has(2) ? number(options, 2) === 1 : proto3),
    required: label === REQUIRED,
    presence: !repeated && !implicit,
    ...(field.has(7) ? { defaultValue: text(field, 7) } : {}),
    ...(field.has(9) ? { oneof: number(field, 9) } : {}),
    proto3,
  };
}

function addEnum(one: Values, space: string, found: Found): void {
  const names = new Map<number, string>();
  const numbers = new Map<string, number>();
  for (const value of nested(one, 2)) {
    const [name, code] = [text(value, 1), number(value, 2) | 0];
    if (!names.has(code)) names.set(code, name);
    numbers.set(name, code);
  }
  found.enums.set(joined(space, text(one, 1)), { names, numbers });
}

function joined(space: string, name: string): string {
  return space === "" ? name : `${space}.${name}`;
}

function nested(values: Values, field: number): readonly Values[] {
  return (values.get(field) ?? []).flatMap((one) => (typeof one === "number" ? [] : [fieldsOf(one)]));
}

function text(values: Values, field: number): string {
  const last = values.get(field)?.at(-1);
  return last === undefined || typeof last === "number" ? "" : new TextDecoder().decode(last);
}

function number(values: Values, field: number): number {
  const last = values.get(field)?.at(-1);
  return typeof last === "number" ? last : 0;
}

/** The fields of a message by number: numbers of at most 32 bits, or bytes. @throws Error when the bytes are no message */
function fieldsOf(bytes: Uint8Array): Values {
  const fields = new Map<number, (number | Uint8Array)[]>();
  const reader = new Reader(bytes);
  while (reader.at < bytes.length) {
    const key = reader.varint();
    const list = fields.get(key >>> 3) ?? [];
    list.push(reader.value(key & 7));
    fields.set(key >>> 3, list);
  }
  return fields;
}

class Reader {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new Error("it ends too early");
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new Error("it is no descriptor of files");
  }

  value(wire: number): number | Uint8Array {
    if (wire === 0) return this.varint();
    const length = wire === 2 ? this.varint() : wire === 1 ? 8 : wire === 5 ? 4 : -1;
    if (length < 0 || this.at + length > this.#bytes.length) throw new Error("it is no descriptor of files");
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }
}
