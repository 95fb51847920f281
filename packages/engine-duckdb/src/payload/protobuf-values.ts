import {
  type DataType,
  type FieldDescriptor,
  type ProtobufField,
  type ProtobufKind,
  type ProtobufShape,
  simpleString,
} from "@sluice/query";
import type { Cell, CellMap } from "./cell.ts";
import { PROTOBUF_SCALARS } from "./protobuf-scalar.ts";
import { SCALAR_WRITERS } from "./protobuf-scalar-writer.ts";
import { WireWriter } from "./wire-writer.ts";

type Struct = Extract<DataType, { kind: "struct" }>;
type Write = (writer: WireWriter, cell: Cell) => void;

/** How values of a type are written as a kind. */
interface ValueWriter {
  readonly wire: number;
  readonly write: Write;
  /** Whether a field that cannot say that it is there leaves this value out. */
  readonly isZero: (cell: Cell) => boolean;
}

/** Where the value of a field is among those of its struct, and how it gets there. */
interface FieldWriter {
  readonly at: number;
  readonly number: number;
  readonly oneof: number | undefined;
  readonly write: Write;
}

/**
 * Writes structs of a type as messages of a shape. Fields are matched by name, ignoring case; one that is NULL is not written, nor is a zero that cannot say that
 * it is there; of a `oneof` the last of the struct's is. They come in the order of their numbers.
 *
 * @throws Error, naming the field, when values of the type cannot be written by the shape. What it gives throws for values that cannot.
 */
export function protobufWriter(type: DataType, shape: ProtobufShape): (cell: Cell) => Buffer {
  if (type.kind !== "struct")
    throw new Error(`the value is ${simpleString(type)}, not a struct with the message's fields`);
  const write = messageWriter(type, shape, "");
  return (cell) => {
    const writer = new WireWriter();
    write(writer, cell);
    return writer.finish();
  };
}

function messageWriter(type: Struct, shape: ProtobufShape, path: string): Write {
  const find = (name: string) => type.fields.findIndex((one) => one.name.toLowerCase() === name.toLowerCase());
  const names = new Set(shape.fields.map(({ descriptor }) => descriptor.name.toLowerCase()));
  const extra = type.fields.find(({ name }) => !names.has(name.toLowerCase()));
  if (extra !== undefined) throw new Error(`the message ${shape.name} has no field for \`${path}${extra.name}\``);
  const fields = shape.fields.flatMap((field): readonly FieldWriter[] => {
    const { name, number, oneof, required } = field.descriptor;
    const at = find(name);
    const column = type.fields[at];
    if (column !== undefined)
      return [{ at, number, oneof, write: fieldWriter(column.dataType, field, `${path}${name}`) }];
    if (required) throw new Error(`the struct lacks \`${path}${name}\`, which the message ${shape.name} requires`);
    return [];
  });
  const inOrder = fields.sort((left, right) => left.number - right.number);
  const hasChoices = fields.some(({ oneof }) => oneof !== undefined);
  return (writer, cell) => {
    const cells = cell as readonly Cell[];
    const chosen = hasChoices ? choicesOf(fields, cells) : undefined;
    for (const { at, oneof, write } of inOrder) {
      if (oneof === undefined || chosen?.get(oneof) === at) write(writer, cells[at] ?? null);
    }
  };
}

/** Of each `oneof` the last field of the struct that has a value. */
function choicesOf(fields: readonly FieldWriter[], cells: readonly Cell[]): ReadonlyMap<number, number> {
  const chosen = new Map<number, number>();
  for (const { at, oneof } of fields) {
    if (oneof !== undefined && cells[at] !== null && at >= (chosen.get(oneof) ?? 0)) chosen.set(oneof, at);
  }
  return chosen;
}

function fieldWriter(type: DataType, field: ProtobufField, path: string): Write {
  if (field.key !== undefined && field.entry !== undefined) return mapWriter(type, field, field.key, field.entry, path);
  return field.descriptor.repeated ? listWriter(type, field, path) : singleWriter(type, field, path);
}

function singleWriter(type: DataType, { descriptor, value: kind }: ProtobufField, path: string): Write {
  const { number, presence, required } = descriptor;
  const value = valueWriter(type, kind, descriptor, path);
  return (writer, cell) => {
    if (cell === null) {
      if (required) throw nullAt(path, "its message requires a value");
      return;
    }
    if (!presence && value.isZero(cell)) return;
    writer.key(number, value.wire);
    value.write(writer, cell);
  };
}

function listWriter(type: DataType, { descriptor, value: kind }: ProtobufField, path: string): Write {
  if (type.kind !== "array") throw unlike(path, type, "a repeated field");
  const { number, packed } = descriptor;
  const value = valueWriter(type.element, kind, descriptor, `an element of ${path}`);
  const each = (cells: readonly Cell[], write: (cell: Cell) => void): void => {
    for (const cell of cells) {
      if (cell === null) throw nullAt(path, "elements of a repeated field have values");
      write(cell);
    }
  };
  return (writer, cell) => {
    const cells = (cell ?? []) as readonly Cell[];
    if (!packed) {
      each(cells, (one) => {
        writer.key(number, value.wire);
        value.write(writer, one);
      });
      return;
    }
    if (cells.length === 0) return;
    const inner = new WireWriter();
    each(cells, (one) => value.write(inner, one));
    writer.key(number, 2);
    writer.bytes(inner.finish());
  };
}

function mapWriter(
  type: DataType,
  { descriptor, value: valueKind }: ProtobufField,
  keyKind: ProtobufKind,
  [key, item]: readonly [FieldDescriptor, FieldDescriptor],
  path: string,
): Write {
  if (type.kind !== "map") throw unlike(path, type, "a map");
  const keys = valueWriter(type.key, keyKind, key, `a key of ${path}`);
  const values = valueWriter(type.value, valueKind, item, `a value of ${path}`);
  return (writer, cell) => {
    for (const [name, one] of (cell as CellMap | null)?.entries ?? []) {
      if (one === null) throw nullAt(path, "entries of a map have values");
      const entry = new WireWriter();
      entry.key(1, keys.wire);
      keys.write(entry, name);
      entry.key(2, values.wire);
      values.write(entry, one);
      writer.key(descriptor.number, 2);
      writer.bytes(entry.finish());
    }
  };
}

function valueWriter(type: DataType, kind: ProtobufKind, descriptor: FieldDescriptor, path: string): ValueWriter {
  switch (kind.kind) {
    case "scalar":
      return scalarWriter(type, kind.type, path);
    case "enum":
      return enumWriter(type, kind, descriptor, path);
    case "message":
      return inside(innerWriter(type, kind.message, path));
    case "timestamp":
      if (type.kind !== "timestamp") throw unlike(path, type, "a Timestamp");
      return inside(writeMoment((micros) => micros - modulo(micros)));
    default:
      if (type.kind !== "interval_day_time") throw unlike(path, type, "a Duration");
      return inside(writeMoment((micros) => micros - (micros % MICROS)));
  }
}

function scalarWriter(type: DataType, number: number, path: string): ValueWriter {
  const [scalar, writer] = [PROTOBUF_SCALARS[number], SCALAR_WRITERS[number]];
  if (scalar === undefined || writer === undefined) throw new Error(`no scalar of Protobuf has the number ${number}`);
  const { wire, zero } = scalar;
  if (!writer.types.includes(type.kind)) throw unlike(path, type, `a field that holds ${writer.types.at(-1)}`);
  const isZero =
    zero instanceof Uint8Array
      ? (cell: Cell) => (cell as Uint8Array).length === 0
      : (cell: Cell) => Object.is(cell, zero);
  return { wire, write: writer.write, isZero };
}

function enumWriter(
  type: DataType,
  { values: { names, numbers } }: Extract<ProtobufKind, { kind: "enum" }>,
  { typeName }: FieldDescriptor,
  path: string,
): ValueWriter {
  if (type.kind !== "string" && type.kind !== "integer") throw unlike(path, type, "an enum");
  const codeOf = (cell: Cell): number => {
    const code = typeof cell === "number" && names.has(cell) ? cell : numbers.get(String(cell));
    if (code !== undefined) return code;
    const known = [...numbers.keys()].join(", ");
    throw new Error(
      `[CANNOT_CONVERT_SQL_VALUE_TO_PROTOBUF_ENUM_TYPE] ${path}: the enum ${typeName} has no ${cell}, but ${known}`,
    );
  };
  return { wire: 0, write: (writer, cell) => writer.int32(codeOf(cell)), isZero: (cell) => codeOf(cell) === 0 };
}

/** A struct, or what a wrapper such as `google.protobuf.Int64Value` wraps. */
function innerWriter(type: DataType, shape: ProtobufShape, path: string): Write {
  if (type.kind === "struct") return messageWriter(type, shape, `${path}.`);
  const [only] = shape.fields;
  if (only === undefined || !/^google\.protobuf\.\w+Value$/.test(shape.name)) throw unlike(path, type, "a message");
  return fieldWriter(type, only, path);
}

/** A message behind its length. */
function inside(write: Write): ValueWriter {
  return {
    wire: 2,
    write: (writer, cell) => {
      const inner = new WireWriter();
      write(inner, cell);
      writer.bytes(inner.finish());
    },
    isZero: () => false,
  };
}

const MICROS = 1_000_000n;

function modulo(micros: bigint): bigint {
  return ((micros % MICROS) + MICROS) % MICROS;
}

/** Seconds and nanoseconds of microseconds; `whole` gives the part of them that is whole seconds. */
function writeMoment(whole: (micros: bigint) => bigint): Write {
  return (writer, cell) => {
    const micros = cell as bigint;
    const seconds = whole(micros);
    if (seconds !== 0n) {
      writer.key(1, 0);
      writer.int64(seconds / MICROS);
    }
    if (micros === seconds) return;
    writer.key(2, 0);
    writer.int32(Number(micros - seconds) * 1000);
  };
}

function unlike(path: string, type: DataType, wanted: string): Error {
  return new Error(`\`${path}\` is ${simpleString(type)}, which cannot be written as ${wanted}: cast it`);
}

function nullAt(path: string, why: string): Error {
  return new Error(`[PROTOBUF_NULL_VALUE] ${path} is NULL, but ${why}`);
}
