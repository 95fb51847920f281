import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { EngineError, type FileEntry } from "@sluice/pipelines";

/** The text of a file, a byte order mark left out, unpacked when its name ends in `.gz`. */
export async function* textOf(file: FileEntry): AsyncGenerator<string> {
  const raw = createReadStream(file.path);
  const bytes = file.path.endsWith(".gz") ? raw.on("error", (error) => bytesFailed(error)).pipe(createGunzip()) : raw;
  function bytesFailed(error: Error): void {
    bytes.destroy(error);
  }
  const decoder = new TextDecoder("utf-8");
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
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
