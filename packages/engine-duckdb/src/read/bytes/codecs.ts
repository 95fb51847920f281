import { Transform, type TransformCallback } from "node:stream";
import { createGunzip, createInflate } from "node:zlib";
import { Decompress } from "fzstd";
import Bunzip from "seek-bzip";
import { uncompress } from "snappyjs";

/** A stream from the packed bytes of one file to its bytes; it fails when they are damaged or end too early. */
type Codec = () => Transform;

/** How packed files are unpacked, by extension, as Hadoop names them. */
export const CODECS: Readonly<Record<string, Codec>> = {
  ".gz": createGunzip,
  ".gzip": createGunzip,
  ".deflate": createInflate,
  ".zst": unzstd,
  ".zstd": unzstd,
  ".bz2": () => whole(unbzip),
  ".snappy": () => whole(unsnappy),
};

function unzstd(): Transform {
  const stream = new Transform({
    transform: (chunk: Buffer, _encoding, done) => attempt(done, () => unpacker.push(chunk)),
    flush: (done) => attempt(done, () => unpacker.push(new Uint8Array(0), true)),
  });
  const unpacker = new Decompress((bytes) => void stream.push(bytes));
  return stream;
}

/** A codec that wants all bytes at once. */
function whole(unpack: (bytes: Buffer) => Uint8Array): Transform {
  const chunks: Buffer[] = [];
  const stream: Transform = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
    flush: (done) => attempt(done, () => void stream.push(unpack(Buffer.concat(chunks)))),
  });
  return stream;
}

function attempt(done: TransformCallback, work: () => void): void {
  try {
    work();
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

function unbzip(bytes: Buffer): Uint8Array {
  return bytes.length === 0 ? bytes : Bunzip.decode(bytes, undefined, true);
}

/** Hadoop's framing: blocks of a length, then chunks with lengths of their own until the block has that many bytes. */
function unsnappy(bytes: Buffer): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at < bytes.length) {
    let left = bytes.readUInt32BE(at);
    at += 4;
    while (left > 0) {
      const length = bytes.readUInt32BE(at);
      if (at + 4 + length > bytes.length) throw new Error("the Snappy data ends too early");
      const part = uncompress(bytes.subarray(at + 4, at + 4 + length));
      parts.push(part);
      left -= part.length;
      at += 4 + length;
    }
  }
  return Buffer.concat(parts);
}
