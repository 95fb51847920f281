import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { EngineError, type FileEntry } from "@sluice/pipelines";
import type { AvroSchema } from "@sluice/query";
import avsc from "avsc";
import { decompress } from "fzstd";
import Bunzip from "seek-bzip";
import { uncompress } from "snappyjs";
import { unreadable } from "../bytes/file-bytes.ts";

const HEADER = avsc.Type.forSchema({
  type: "record",
  name: "Header",
  fields: [
    { name: "magic", type: { type: "fixed", name: "Magic", size: 4 } },
    { name: "meta", type: { type: "map", values: "bytes" } },
    { name: "sync", type: { type: "fixed", name: "Sync", size: 16 } },
  ],
});

/** An Avro object container file: its schema, and its blocks of records as they are packed. */
export interface AvroContainer {
  readonly schema: AvroSchema;
  /** The schema as written in the file. */
  readonly schemaText: string;
  /** The unpacked blocks one by one: how many records, and their bytes. */
  readonly blocks: () => Iterable<{ readonly count: number; readonly bytes: Buffer }>;
}

interface Header {
  readonly meta: Readonly<Record<string, Buffer | undefined>>;
  readonly sync: Buffer;
}

/**
 * Opens an Avro file. Blocks are checked as they are read.
 *
 * @throws EngineError naming the file when it is none, or is damaged
 */
export function openAvro(file: FileEntry): AvroContainer {
  const bytes = readBytes(file);
  if (bytes.toString("latin1", 0, 4) !== "Obj\u0001") throw notAvro(file, "it does not begin as one");
  const { value, offset } = HEADER.decode(bytes, 0) as { value: Header; offset: number };
  const schemaText = value.meta["avro.schema"]?.toString("utf8");
  if (offset < 0 || schemaText === undefined) throw notAvro(file, "it ends within its header");
  const codec = value.meta["avro.codec"]?.toString("utf8") ?? "null";
  const unpack = CODECS[codec];
  if (unpack === undefined) throw notAvro(file, `its codec "${codec}" is not read here`);
  const schema: AvroSchema = JSON.parse(schemaText);
  return { schema, schemaText, blocks: () => readBlocks(file, bytes, { at: offset, sync: value.sync, unpack }) };
}

const CODECS: Readonly<Record<string, (bytes: Buffer) => Uint8Array>> = {
  null: (bytes) => bytes,
  deflate: (bytes) => inflateRawSync(bytes),
  snappy: (bytes) => uncompress(bytes.subarray(0, -4)),
  zstandard: (bytes) => decompress(bytes),
  bzip2: (bytes) => Bunzip.decode(bytes),
};

interface Start {
  readonly at: number;
  readonly sync: Buffer;
  readonly unpack: (bytes: Buffer) => Uint8Array;
}

function* readBlocks(
  file: FileEntry,
  bytes: Buffer,
  { at: start, sync, unpack }: Start,
): Generator<{ readonly count: number; readonly bytes: Buffer }> {
  for (let at = start; at < bytes.length; ) {
    const count = readLong(bytes, at);
    const size = readLong(bytes, count.end);
    const end = size.end + size.value;
    if (size.value < 0 || end + sync.length > bytes.length) throw notAvro(file, "it ends within a block");
    if (!bytes.subarray(end, end + sync.length).equals(sync)) throw notAvro(file, `the block at byte ${at} is damaged`);
    yield { count: count.value, bytes: unpacked(file, bytes.subarray(size.end, end), unpack) };
    at = end + sync.length;
  }
}

function unpacked(file: FileEntry, bytes: Buffer, unpack: (bytes: Buffer) => Uint8Array): Buffer {
  try {
    return Buffer.from(unpack(bytes));
  } catch (error) {
    throw notAvro(file, "a block cannot be unpacked", error);
  }
}

/** A number in Avro's zigzag form, at most 2^53. */
function readLong(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let factor = 1;
  for (let end = at; ; end++) {
    const byte = bytes[end] ?? 0;
    value += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte < 0x80 || end - at > 9) {
      return { value: value % 2 === 0 ? value / 2 : -(value + 1) / 2, end: end + 1 };
    }
  }
}

function readBytes(file: FileEntry): Buffer {
  try {
    return readFileSync(file.path);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** A file that is no Avro file, or a damaged one. */
export function notAvro(file: FileEntry, why: string, cause?: unknown): EngineError {
  return new EngineError(
    `The file "${file.path}" is no Avro file that can be read: ${why}.`,
    { condition: "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", domain: "user", retry: "never", file: file.path },
    cause,
  );
}
