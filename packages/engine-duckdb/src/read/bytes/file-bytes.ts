import { createReadStream } from "node:fs";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { EngineError, type FileEntry } from "@sluice/pipelines";
import { decoderOf } from "./charset.ts";
import { CODECS } from "./codecs.ts";

/** Whether a file is packed, by its name. */
export function isPacked(path: string): boolean {
  return extname(path).toLowerCase() in CODECS;
}

/** The bytes of a file, read so many at a time, unpacked when its name says that it is packed. An error of the file ends the stream with that error. */
export function bytesOf(path: string, chunkBytes: number = 1 << 20): Readable {
  const raw = createReadStream(path, { highWaterMark: chunkBytes });
  const codec = CODECS[extname(path).toLowerCase()];
  if (codec === undefined) return raw;
  const unpacked = codec();
  raw.on("error", (error) => unpacked.destroy(error));
  return raw.pipe(unpacked);
}

/** The text of a file, a byte order mark left out, unpacked when its name says that it is packed. */
export async function* textOf(file: FileEntry, charset = "UTF-8", chunkBytes?: number): AsyncGenerator<string> {
  const decoder = decoderOf(charset);
  let first = true;
  for await (const chunk of bytesOf(file.path, chunkBytes)) {
    const text = decoder.write(chunk);
    if (text === "") continue;
    yield first ? text.replace(/^\ufeff/, "") : text;
    first = false;
  }
  yield decoder.end();
}

/** A file that cannot be read. */
export function unreadable(file: FileEntry, error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const gone = code === "ENOENT";
  const condition = gone ? "FAILED_READ_FILE.FILE_NOT_EXIST" : "FAILED_READ_FILE.NO_HINT";
  const why = gone ? "it no longer exists" : error instanceof Error ? error.message : String(error);
  const facts = { condition, domain: "external", retry: "backoff", file: file.path } as const;
  return new EngineError(`The file "${file.path}" cannot be read: ${why}.`, facts, error);
}
