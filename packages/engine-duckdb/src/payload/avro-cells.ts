import type { AvroShape, DataType } from "@sluice/query";
import { type Cell, MalformedPayload } from "./cell.ts";

type Convert = (value: unknown) => Cell;

/** Makes cells of what avsc decodes by a shape. Values of unions come wrapped, as `{branch: value}`. */
export function avroCells(shape: AvroShape): Convert {
  switch (shape.kind) {
    case "record": {
      const fields = shape.children.map(({ name, shape }) => ({ name, convert: avroCells(shape) }));
      return (value) => fields.map(({ name, convert }) => convert((value as Readonly<Record<string, unknown>>)[name]));
    }
    case "array": {
      const convert = childCells(shape);
      return (value) => (value as readonly unknown[]).map(convert);
    }
    case "map": {
      const convert = childCells(shape);
      return (value) => ({
        entries: Object.entries(value as Readonly<Record<string, unknown>>).map(([key, one]) => [key, convert(one)]),
      });
    }
    case "union":
      return unionCells(shape);
    default:
      return scalarCells(shape);
  }
}

function childCells({ children }: AvroShape): Convert {
  const [child] = children;
  return child === undefined ? () => null : avroCells(child.shape);
}

/** A union of one type and null, or of widths of a number, is its value; any other a struct with one field that is not NULL. */
function unionCells({ children, dataType }: AvroShape): Convert {
  const present = children.filter(({ shape }) => shape.kind !== "null").map(({ shape }) => shape);
  const isStruct = dataType.kind === "struct" && present.length > 1;
  const branches = new Map(present.map((shape, place) => [shape.name, { place, convert: avroCells(shape) }]));
  const widen = present.length > 1 ? widening(dataType) : (cell: Cell) => cell;
  return (value) => {
    if (value === null || value === undefined) return null;
    for (const name in value) {
      const branch = branches.get(name);
      if (branch === undefined) break;
      const cell = branch.convert((value as Readonly<Record<string, unknown>>)[name]);
      return isStruct ? present.map((_, i) => (i === branch.place ? cell : null)) : widen(cell);
    }
    return null;
  };
}

function widening(type: DataType): (cell: Cell) => Cell {
  return type.kind === "long" ? (cell) => BigInt(cell as number | bigint) : (cell) => cell;
}

function scalarCells({ kind, logical, dataType }: AvroShape): Convert {
  if (dataType.kind === "decimal") {
    const limit = 10n ** BigInt(dataType.precision);
    return (value) => decimalCell(value as Buffer, limit);
  }
  if (logical?.endsWith("-millis")) return (value) => BigInt(value as number | bigint) * 1000n;
  if (kind === "long") return (value) => BigInt(value as number | bigint);
  return kind === "null" ? () => null : (value) => value as Cell;
}

function decimalCell(bytes: Buffer, limit: bigint): bigint {
  const unscaled =
    bytes.length === 0 || bytes.length > 6 ? longInteger(bytes) : BigInt(bytes.readIntBE(0, bytes.length));
  if (unscaled >= limit || unscaled <= -limit)
    throw new MalformedPayload("a decimal has more digits than its precision");
  return unscaled;
}

/** Big-endian two's complement of any length. */
function longInteger(bytes: Buffer): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return (bytes[0] ?? 0) > 0x7f ? value - (1n << BigInt(8 * bytes.length)) : value;
}
