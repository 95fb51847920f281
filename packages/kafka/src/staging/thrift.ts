import { ByteList } from "./byte-list.ts";

/** A value in Thrift's compact protocol, in which Parquet describes itself. */
export type Thrift =
  | { readonly kind: "Int32" | "Int64"; readonly value: number }
  | { readonly kind: "Text"; readonly value: string }
  | { readonly kind: "True" }
  | { readonly kind: "List"; readonly items: readonly Thrift[] }
  /** By field number, ascending. */
  | { readonly kind: "Struct"; readonly fields: readonly (readonly [number, Thrift])[] };

export const int32 = (value: number): Thrift => ({ kind: "Int32", value });
export const int64 = (value: number): Thrift => ({ kind: "Int64", value });
export const text = (value: string): Thrift => ({ kind: "Text", value });
export const list = (items: readonly Thrift[]): Thrift => ({ kind: "List", items });

/** A struct of the fields given; those that are undefined are left out. */
export function struct(fields: Readonly<Record<number, Thrift | undefined>>): Thrift {
  const given = Object.entries(fields).flatMap(([id, value]): [number, Thrift][] =>
    value === undefined ? [] : [[Number(id), value]],
  );
  return { kind: "Struct", fields: given };
}

const TYPES: Readonly<Record<Thrift["kind"], number>> = { True: 1, Int32: 5, Int64: 6, Text: 8, List: 9, Struct: 12 };

/** The bytes of a struct. */
export function encodeThrift(value: Thrift): Buffer {
  const out = new ByteList(256);
  write(value, out);
  return Buffer.from(out.written);
}

function write(value: Thrift, out: ByteList): void {
  if (value.kind === "Int32" || value.kind === "Int64") out.unsigned(zigzag(value.value));
  if (value.kind === "Text") writeText(Buffer.from(value.value), out);
  if (value.kind === "List") writeList(value.items, out);
  if (value.kind === "Struct") writeStruct(value.fields, out);
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function writeText(bytes: Buffer, out: ByteList): void {
  out.unsigned(bytes.length);
  out.bytes(bytes);
}

function writeList(items: readonly Thrift[], out: ByteList): void {
  const type = TYPES[items[0]?.kind ?? "Int32"];
  out.byte((Math.min(items.length, 15) << 4) | type);
  if (items.length >= 15) out.unsigned(items.length);
  for (const item of items) write(item, out);
}

function writeStruct(fields: readonly (readonly [number, Thrift])[], out: ByteList): void {
  let last = 0;
  for (const [id, value] of fields) {
    out.byte(((id - last) << 4) | TYPES[value.kind]);
    write(value, out);
    last = id;
  }
  out.byte(0);
}
