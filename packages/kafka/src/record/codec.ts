import zlib, { gunzipSync, gzipSync } from "node:zlib";
import { decompress as unpackZstandard } from "fzstd";

/** What unpacks blocks of Snappy and frames of LZ4. */
export interface BlockCodecs {
  readonly snappy: (bytes: Buffer) => Buffer;
  readonly lz4: (bytes: Buffer) => Buffer;
}

/** What packs them. */
export interface BlockPackers {
  readonly packSnappy: (bytes: Buffer) => Buffer;
  readonly packLz4: (bytes: Buffer) => Buffer;
}

/** The names of `compression.type`, each at its number. */
export const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"] as const;

export type CodecName = (typeof CODECS)[number];

/** Node 22.15 and later. */
const packZstandard = (zlib as { readonly zstdCompressSync?: (bytes: Buffer) => Buffer }).zstdCompressSync;

/** Whether this Node can pack by a codec. */
export function canPack(name: CodecName): boolean {
  return name !== "zstd" || packZstandard !== undefined;
}

/** What packs the records of batches by a codec. @throws Error for one that this Node has not */
export function packer(name: CodecName, { packSnappy, packLz4 }: BlockPackers): (bytes: Buffer) => Buffer {
  switch (name) {
    case "none":
      return (bytes) => bytes;
    case "gzip":
      return (bytes) => gzipSync(bytes);
    case "snappy":
      return packSnappy;
    case "lz4":
      return packLz4;
    case "zstd":
      if (packZstandard === undefined) throw new Error("this Node cannot pack zstd");
      return packZstandard;
  }
}

/** Unpacks the records of a batch by the number of its codec, 1 to 4. @throws Error for another number, or damaged bytes */
export function unpack(codec: number, bytes: Buffer, { snappy, lz4 }: BlockCodecs): Buffer {
  switch (codec) {
    case 1:
      return gunzipSync(bytes);
    case 2:
      return unpackSnappy(bytes, snappy);
    case 3:
      return lz4(bytes);
    case 4:
      return asBuffer(unpackZstandard(bytes));
    default:
      throw new Error(`there is no compression of number ${codec}`);
  }
}

function asBuffer({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}

const JAVA_FRAME = "\x82SNAPPY\0";
const JAVA_HEADING = 16;

/** Java frames its blocks: a heading, then length and block in turn. Others send one bare block. */
function unpackSnappy(bytes: Buffer, block: BlockCodecs["snappy"]): Buffer {
  if (bytes.toString("latin1", 0, JAVA_FRAME.length) !== JAVA_FRAME) return block(bytes);
  const blocks: Buffer[] = [];
  for (let at = JAVA_HEADING; at < bytes.length; ) {
    const start = at + 4;
    at = start + bytes.readInt32BE(at);
    blocks.push(block(bytes.subarray(start, at)));
  }
  return Buffer.concat(blocks);
}
