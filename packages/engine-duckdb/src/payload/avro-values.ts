import type { AvroShape, DataType } from "@sluice/query";
import type { Cell, CellMap } from "./cell.ts";

type Convert = (cell: Cell) => unknown;

/**
 * Makes of cells of a type what avsc encodes by a shape. Fields are matched by name, ignoring case.
 *
 * @throws Error, naming the field, when values of the type cannot be written by the shape
 */
export function avroValues(type: DataType, shape: AvroShape, path = "the value"): Convert {
  if (shape.kind === "union") return unionValues(type, shape, path);
  const convert = plainValues(type, shape, path);
  return (cell) => {
    if (cell === null && shape.kind !== "null") {
      throw new Error(`[AVRO_NULL_VALUE] ${path} is NULL, which its Avro schema does not allow`);
    }
    return convert(cell);
  };
}

function unionValues(type: DataType, shape: AvroShape, path: string): Convert {
  const present = shape.children.map((child) => child.shape).filter((one) => one.kind !== "null");
  const [only, ...others] = present;
  if (only === undefined) return () => null;
  if (others.length > 0) throw new Error(`${path} is a union of several types, of which none is written here`);
  const convert = plainValues(type, only, path);
  const mayBeNull = shape.children.length > 1;
  return (cell) => {
    if (cell === null && mayBeNull) return null;
    return { [only.name]: convert(cell) };
  };
}

function plainValues(type: DataType, shape: AvroShape, path: string): Convert {
  if (type.kind === "void") return () => null;
  if (type.kind === "struct" && shape.kind === "record") return recordValues(type, shape, path);
  if (type.kind === "array" && shape.kind === "array") {
    const item = avroValues(type.element, childOf(shape), `an element of ${path}`);
    return (cell) => (cell as readonly Cell[]).map(item);
  }
  if (type.kind === "map" && shape.kind === "map" && type.key.kind === "string") {
    const value = avroValues(type.value, childOf(shape), `a value of ${path}`);
    return (cell) => Object.fromEntries((cell as CellMap).entries.map(([key, one]) => [String(key), value(one)]));
  }
  const convert = scalarValues(type, shape);
  if (convert === undefined) {
    const wanted = shape.logical === undefined ? shape.kind : `${shape.kind} (${shape.logical})`;
    throw new Error(`${path} has the type ${type.kind}, which cannot be written as Avro's ${wanted}`);
  }
  return convert;
}

function childOf({ children }: AvroShape): AvroShape {
  const [child] = children;
  if (child === undefined) throw new Error("an array or map without elements");
  return child.shape;
}

function recordValues(type: Extract<DataType, { kind: "struct" }>, shape: AvroShape, path: string): Convert {
  const wanted = new Set(shape.children.map(({ name }) => name.toLowerCase()));
  const extra = type.fields.find(({ name }) => !wanted.has(name.toLowerCase()));
  if (extra !== undefined) throw new Error(`the Avro schema has no field for \`${extra.name}\` of ${path}`);
  const fields = shape.children.map(({ name, shape: inner }) => {
    const at = type.fields.findIndex((one) => one.name.toLowerCase() === name.toLowerCase());
    const field = type.fields[at];
    if (field !== undefined) return { name, at, convert: avroValues(field.dataType, inner, `\`${name}\``) };
    if (inner.kind === "union" && inner.children.some((one) => one.shape.kind === "null")) {
      return { name, at, convert: () => null };
    }
    throw new Error(`${path} lacks the field \`${name}\`, which the Avro schema asks for`);
  });
  return (cell) => {
    const values = cell as readonly Cell[];
    return Object.fromEntries(fields.map(({ name, at, convert }) => [name, convert(values[at] ?? null)]));
  };
}

const SAME: Convert = (cell) => cell;

/** `type kind`, and the logical type where it matters. */
const SCALARS: Readonly<Record<string, Convert>> = {
  "void null": () => null,
  "boolean boolean": SAME,
  "byte int": SAME,
  "short int": SAME,
  "integer int": SAME,
  "long long": SAME,
  "float float": SAME,
  "double double": SAME,
  "string string": SAME,
  "string enum": SAME,
  "binary bytes": asBuffer,
  "binary fixed": asBuffer,
  "date int": SAME,
  "timestamp long": toMillis,
  "timestamp long timestamp-millis": toMillis,
  "timestamp long timestamp-micros": SAME,
  "timestamp_ntz long local-timestamp-millis": toMillis,
  "timestamp_ntz long local-timestamp-micros": SAME,
  "interval_year_month int": SAME,
  "interval_day_time long": SAME,
};

function scalarValues(type: DataType, { kind, logical, dataType, size }: AvroShape): Convert | undefined {
  if (type.kind === "decimal") {
    const same = dataType.kind === "decimal" && dataType.precision === type.precision && dataType.scale === type.scale;
    return same ? (cell) => twosComplement(cell as bigint, kind === "fixed" ? size : undefined) : undefined;
  }
  if (dataType.kind === "decimal") return undefined;
  return (
    (logical === undefined ? undefined : SCALARS[`${type.kind} ${kind} ${logical}`]) ?? SCALARS[`${type.kind} ${kind}`]
  );
}

function asBuffer(cell: Cell): Buffer {
  const bytes = cell as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toMillis(cell: Cell): bigint {
  const micros = cell as bigint;
  return micros >= 0n ? micros / 1000n : -((-micros + 999n) / 1000n);
}

/** Big-endian two's complement in `size` bytes, or in as few as hold the value. */
function twosComplement(value: bigint, size: number | undefined): Buffer {
  let length = size ?? 1;
  if (size === undefined) while (BigInt.asIntN(8 * length, value) !== value) length++;
  const hex = BigInt.asUintN(8 * length, value)
    .toString(16)
    .padStart(2 * length, "0");
  return Buffer.from(hex, "hex");
}
