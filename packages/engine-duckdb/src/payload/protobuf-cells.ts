import type { FieldDescriptor, ProtobufField, ProtobufKind, ProtobufOptions, ProtobufShape } from "@sluice/query";
import { type Cell, MalformedPayload } from "./cell.ts";
import { defaultCell } from "./protobuf-default.ts";
import { PROTOBUF_SCALARS } from "./protobuf-scalar.ts";
import { WireReader } from "./wire-reader.ts";

/** What is gathered of a message while its bytes are read: by field, undefined where there was nothing. */
type Slots = (unknown | undefined)[];

/** Reads one value of a kind; `known` is what there was of it before, which messages are merged with. */
interface Value {
  readonly wire: number;
  /** Whether values may be written together. */
  readonly packable: boolean;
  /** Undefined: as if it was not there. */
  readonly read: (reader: WireReader, known: unknown) => unknown;
  readonly finish: (gathered: unknown) => Cell;
  /** What it is where it is not there, in a map. */
  readonly zero: () => unknown;
  /** Whether a field without presence that has this value is not there. */
  readonly isZero: (cell: Cell) => boolean;
}

/** Makes cells of Protobuf's bytes by a shape. A field that is not there is NULL, and so is one that cannot say that it is there and is zero, as Spark has it; with `emitDefaults` that is zero. */
export function protobufCells(
  shape: ProtobufShape,
  { emitDefaults }: Pick<ProtobufOptions, "emitDefaults">,
): (bytes: Buffer) => Cell {
  const message = new Message(shape, emitDefaults);
  return (bytes) => message.finish(message.read(new WireReader(bytes, 0, bytes.length), []));
}

class Message {
  readonly #fields: readonly Slot[];
  readonly #byNumber: ReadonlyMap<number, number>;
  readonly #count: number;

  constructor({ fields }: ProtobufShape, emitDefaults: boolean) {
    this.#fields = fields.map((one) => slotOf(one, emitDefaults));
    this.#byNumber = new Map(fields.map((one, i) => [one.descriptor.number, i]));
    this.#count = fields.length;
  }

  read(reader: WireReader, slots: Slots): Slots {
    while (reader.at < reader.end) {
      const key = reader.int32();
      const [number, wire] = [key >>> 3, key & 7];
      const at = this.#byNumber.get(number);
      const field = at === undefined ? undefined : this.#fields[at];
      if (number === 0) throw new MalformedPayload("there is no field 0");
      if (at === undefined || field === undefined || !field.take(reader, wire, slots, at)) reader.skip(wire, number);
      else if (field.oneof !== undefined) this.#clearOthers(field.oneof, at, slots);
    }
    return slots;
  }

  finish(slots: Slots): readonly Cell[] {
    const cells: Cell[] = new Array(this.#count);
    for (let i = 0; i < this.#count; i++) cells[i] = this.#fields[i]?.finish(slots[i]) ?? null;
    return cells;
  }

  #clearOthers(oneof: number, at: number, slots: Slots): void {
    for (const [i, one] of this.#fields.entries()) if (i !== at && one.oneof === oneof) slots[i] = undefined;
  }
}

/** A field's way from bytes to a cell. */
interface Slot {
  readonly oneof: number | undefined;
  /** Takes a value into the slot at `at`; false: its wire type is another, so it is somebody else's. */
  take(reader: WireReader, wire: number, slots: Slots, at: number): boolean;
  finish(gathered: unknown): Cell;
}

function slotOf(field: ProtobufField, emitDefaults: boolean): Slot {
  if (field.key !== undefined && field.entry !== undefined) return mapSlot(field, field.key, field.entry, emitDefaults);
  return field.descriptor.repeated ? listSlot(field, emitDefaults) : singleSlot(field, emitDefaults);
}

function singleSlot({ descriptor, value: kind }: ProtobufField, emitDefaults: boolean): Slot {
  const value = valueReader(kind, descriptor, emitDefaults);
  const zero = emitDefaults && !descriptor.presence ? value.finish(value.zero()) : null;
  const missing = descriptor.defaultValue === undefined ? zero : defaultCell(descriptor, kind);
  return {
    oneof: descriptor.oneof,
    take: (reader, wire, slots, at) => {
      if (wire !== value.wire) return false;
      slots[at] = value.read(reader, slots[at]) ?? slots[at];
      return true;
    },
    finish: (gathered) => {
      if (gathered === undefined) {
        if (descriptor.required) throw new MalformedPayload(`it lacks the required field ${descriptor.name}`);
        return missing;
      }
      const cell = value.finish(gathered);
      return !descriptor.presence && value.isZero(cell) ? zero : cell;
    },
  };
}

function listSlot({ descriptor, value: kind }: ProtobufField, emitDefaults: boolean): Slot {
  const value = valueReader(kind, descriptor, emitDefaults);
  const one = (reader: WireReader, list: unknown[]): void => {
    const read = value.read(reader, undefined);
    if (read !== undefined) list.push(read);
  };
  return {
    oneof: undefined,
    take: (reader, wire, slots, at) => {
      const isPacked = value.packable && wire === 2;
      if (wire !== value.wire && !isPacked) return false;
      slots[at] ??= [];
      const list = slots[at] as unknown[];
      const part = isPacked ? reader.part() : undefined;
      if (part === undefined) one(reader, list);
      else while (part.at < part.end) one(part, list);
      return true;
    },
    finish: (gathered) => ((gathered ?? []) as readonly unknown[]).map(value.finish),
  };
}

function mapSlot(
  field: ProtobufField,
  keyKind: ProtobufKind,
  [key, item]: NonNullable<ProtobufField["entry"]>,
  emitDefaults: boolean,
): Slot {
  const [keys, values] = [valueReader(keyKind, key, emitDefaults), valueReader(field.value, item, emitDefaults)];
  return {
    oneof: undefined,
    take: (reader, wire, slots, at) => {
      if (wire !== 2) return false;
      slots[at] ??= new Map<Cell, Cell>();
      const entry = reader.part();
      let [name, value]: [unknown, unknown] = [keys.zero(), values.zero()];
      while (entry.at < entry.end) {
        const tag = entry.int32();
        if (tag === ((1 << 3) | keys.wire)) name = keys.read(entry, undefined);
        else if (tag === ((2 << 3) | values.wire)) value = values.read(entry, value);
        else entry.skip(tag & 7, tag >>> 3);
      }
      if (value !== undefined) (slots[at] as Map<Cell, Cell>).set(keys.finish(name), values.finish(value));
      return true;
    },
    finish: (gathered) => ({ entries: [...((gathered ?? new Map()) as ReadonlyMap<Cell, Cell>)] }),
  };
}

function valueReader(kind: ProtobufKind, descriptor: FieldDescriptor, emitDefaults: boolean): Value {
  switch (kind.kind) {
    case "scalar":
      return kind.upcast ? upcastValue(kind.type, descriptor) : scalarValue(kind.type, descriptor);
    case "enum":
      return kind.asInt ? scalarValue(INT32, descriptor) : enumValue(kind.values.names, descriptor);
    case "message": {
      const message = new Message(kind.message, emitDefaults);
      return messageValue(
        (reader, known) => message.read(reader, (known ?? []) as Slots),
        (gathered) => message.finish(gathered as Slots),
      );
    }
    default:
      return messageValue(readMoment, (gathered) => momentMicros(gathered as Moment));
  }
}

/** Protobuf's number of the type that enums are written as. */
const INT32 = 5;

/** A number without sign, as BIGINT or as the unscaled value of a DECIMAL. */
function upcastValue(type: number, descriptor: FieldDescriptor): Value {
  const value = scalarValue(type, descriptor);
  const unsigned = (cell: unknown) =>
    typeof cell === "bigint" ? BigInt.asUintN(64, cell) : BigInt((cell as number) >>> 0);
  return { ...value, finish: (gathered) => unsigned(gathered), isZero: (cell) => cell === 0n };
}

function scalarValue(type: number, descriptor: FieldDescriptor): Value {
  const scalar = PROTOBUF_SCALARS[type];
  if (scalar === undefined) throw new Error(`no scalar of Protobuf has the number ${type}`);
  const isBytes = scalar.zero instanceof Uint8Array;
  return {
    wire: scalar.wire,
    packable: scalar.wire !== 2,
    read: (reader) => scalar.read(reader, descriptor),
    finish: (gathered) => gathered as Cell,
    zero: () => scalar.zero,
    isZero: (cell) => (isBytes ? (cell as Uint8Array).length === 0 : Object.is(cell, scalar.zero)),
  };
}

/** Names; of an unknown number what Java calls it in proto3, nothing in proto2. */
function enumValue(names: ReadonlyMap<number, string>, { typeName, proto3 }: FieldDescriptor): Value {
  const unknown = (code: number) => (proto3 ? `UNKNOWN_ENUM_VALUE_${typeName.split(".").at(-1)}_${code}` : undefined);
  const zero = names.get(0);
  return {
    wire: 0,
    packable: true,
    read: (reader) => {
      const code = reader.int32();
      return names.get(code) ?? unknown(code);
    },
    finish: (gathered) => gathered as Cell,
    zero: () => zero ?? [...names.values()][0],
    isZero: (cell) => cell === zero,
  };
}

function messageValue(read: (part: WireReader, known: unknown) => unknown, finish: Value["finish"]): Value {
  return {
    wire: 2,
    packable: false,
    read: (reader, known) => read(reader.part(), known),
    finish,
    zero: () => read(new WireReader(Buffer.alloc(0), 0, 0), undefined),
    isZero: () => false,
  };
}

interface Moment {
  seconds: bigint;
  nanos: number;
}

/** Timestamp and Duration: seconds, and nanoseconds of the same sign. */
function readMoment(part: WireReader, known: unknown): Moment {
  const moment = (known ?? { seconds: 0n, nanos: 0 }) as Moment;
  while (part.at < part.end) {
    const key = part.int32();
    if (key === 8) moment.seconds = part.int64();
    else if (key === 16) moment.nanos = part.int32();
    else part.skip(key & 7, key >>> 3);
  }
  return moment;
}

function momentMicros({ seconds, nanos }: Moment): bigint {
  return seconds * 1_000_000n + BigInt(Math.trunc(nanos / 1000));
}
