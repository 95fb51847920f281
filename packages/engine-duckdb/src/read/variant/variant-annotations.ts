import { type FileHandle, open } from "node:fs/promises";
import { ThriftReader } from "./thrift-reader.ts";

/** What a Parquet file says of its variants. */
export interface VariantAnnotations {
  /** The places in the file of the numbers that make groups variants; none in a file of before there was such a number. */
  readonly at: readonly number[];
  /** Whether parts of them lie in columns of their own. */
  readonly isShredded: boolean;
}

const NONE: VariantAnnotations = { at: [], isShredded: false };
const END_BYTES = 8;

/** Reads the footer of a local file. One that is no Parquet file has none: whoever reads its rows says what is wrong. */
export async function variantAnnotations(path: string): Promise<VariantAnnotations> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    if (size < END_BYTES) return NONE;
    const end = await part(file, size - END_BYTES, END_BYTES);
    const length = end.readUInt32LE(0);
    if (end.toString("latin1", 4) !== "PAR1" || length > size - END_BYTES) return NONE;
    const start = size - END_BYTES - length;
    return annotationsOf(await part(file, start, length), start);
  } finally {
    await file.close();
  }
}

async function part(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer } = await file.read({ buffer: Buffer.alloc(length), position });
  return buffer;
}

const SCHEMA = 2;

function annotationsOf(footer: Buffer, start: number): VariantAnnotations {
  const reader = new ThriftReader(footer);
  for (const field of reader.fields()) {
    if (field.id === SCHEMA) return elementsOf(reader, start);
    reader.skip(field.type);
  }
  return NONE;
}

function elementsOf(reader: ThriftReader, start: number): VariantAnnotations {
  const at: number[] = [];
  let isShredded = false;
  const count = reader.listLength();
  for (let i = 0; i < count; i++) {
    const { children, variantAt } = readElement(reader);
    if (variantAt === undefined) continue;
    at.push(start + variantAt);
    isShredded ||= children > 2;
  }
  return { at, isShredded };
}

const CHILDREN = 5;
const LOGICAL_TYPE = 10;
const VARIANT = 16;

function readElement(reader: ThriftReader): { readonly children: number; readonly variantAt: number | undefined } {
  let children = 0;
  let variantAt: number | undefined;
  for (const field of reader.fields()) {
    if (field.id === CHILDREN) children = reader.integer();
    else if (field.id === LOGICAL_TYPE) variantAt = readLogicalType(reader);
    else reader.skip(field.type);
  }
  return { children, variantAt };
}

/** Where it says that the type is a variant; undefined for other types. */
function readLogicalType(reader: ThriftReader): number | undefined {
  let found: number | undefined;
  for (const field of reader.fields()) {
    if (field.id === VARIANT) found = field.idAt;
    reader.skip(field.type);
  }
  return found;
}

/** The number 63 as it is written, which no logical type has. */
const NO_TYPE = Buffer.from([126]);

/** Takes annotations out of a local file that nobody else reads: readers then find plain groups of `value` and `metadata`. */
export async function removeAnnotations(path: string, { at }: VariantAnnotations): Promise<void> {
  const file = await open(path, "r+");
  try {
    for (const position of at) await file.write(NO_TYPE, 0, 1, position);
  } finally {
    await file.close();
  }
}
