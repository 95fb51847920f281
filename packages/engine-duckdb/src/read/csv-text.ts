import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { EngineError, type FileEntry } from "@sluice/pipelines";

/** The bytes of a file, unpacked when its name ends in `.gz`. An error of the file ends the stream with that error. */
export function bytesOf(path: string): Readable {
  const raw = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!path.endsWith(".gz")) return raw;
  const unpacked = createGunzip();
  raw.on("error", (error) => unpacked.destroy(error));
  return raw.pipe(unpacked);
}

/** The text of a file, a byte order mark left out, unpacked when its name ends in `.gz`. */
export async function* textOf(file: FileEntry): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8");
  for await (const chunk of bytesOf(file.path)) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** A file that cannot be read. */
export function unreadable(file: FileEntry, error: unknown): EngineError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const gone = code === "ENOENT";
  const condition = gone ? "FAILED_READ_FILE.FILE_NOT_EXIST" : "FAILED_READ_FILE.NO_HINT";
  const why = gone ? "it no longer exists" : error instanceof Error ? error.message : String(error);
  const facts = { condition, domain: "external", retry: "backoff", file: file.path } as const;
  return new EngineError(`The file "${file.path}" cannot be read: ${why}.`, facts, error);
}
