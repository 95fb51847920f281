import { createWriteStream, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { EngineError, type FileEntry, type FileRead } from "@sluice/pipelines";
import { readOption } from "../../compile/read-option.ts";
import { isUtf8 } from "./charset.ts";
import { bytesOf, isPacked, textOf, unreadable } from "./file-bytes.ts";

const AT_ONCE = 4;

/** Packings that files may have and that are not read here. */
const FOREIGN = new Set([".lz4", ".lzo", ".xz", ".br", ".zip"]);

/** The charset of a read's files: the options `encoding` or `charset`. */
export function charsetOf(read: Pick<FileRead, "options">): string {
  return readOption(read, "encoding") ?? readOption(read, "charset") ?? "UTF-8";
}

/**
 * Plain UTF-8 copies of those files of a text format that are packed or in another charset, by path; `contentOf` is where their bytes stand. All of a packed file is unpacked before the first
 * row is read: damage at its end must not go unnoticed, which DuckDB's own readers let happen.
 *
 * @throws EngineError naming a file that is damaged, or packed in a way that is not read here
 */
export async function plainCopies(
  files: readonly FileEntry[],
  contentOf: (file: FileEntry) => FileEntry,
  read: Pick<FileRead, "options">,
  folder: () => string,
): Promise<ReadonlyMap<string, FileEntry>> {
  const charset = charsetOf(read);
  const copies = new Map<string, FileEntry>();
  const wanted = files.filter((file) => mustCopy(file, charset));
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let file = wanted[next++]; file !== undefined; file = wanted[next++]) {
      copies.set(file.path, entryAt(await copyPlain(file, contentOf(file), charset, folder()), file));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.length) }, worker));
  return copies;
}

/** A copy of a file, of its age. */
export function entryAt(path: string, { modifiedAt }: FileEntry): FileEntry {
  return { path, sizeBytes: statSync(path).size, modifiedAt };
}

/** Whether a file is not packed in any way, by its name. */
export function isPlainName(path: string): boolean {
  return path.endsWith(".json") || !(isPacked(path) || isForeign(path));
}

function isForeign(path: string): boolean {
  return FOREIGN.has(extname(path).toLowerCase());
}

function mustCopy(file: FileEntry, charset: string): boolean {
  if (isForeign(file.path)) throw foreign(file);
  return isPacked(file.path) || !isUtf8(charset);
}

async function copyPlain(file: FileEntry, content: FileEntry, charset: string, folder: string): Promise<string> {
  const name = isPacked(file.path) ? basename(file.path, extname(file.path)) : basename(file.path);
  const path = join(folder, `plain-${crypto.randomUUID()}${extname(name)}`);
  const from = isUtf8(charset) ? bytesOf(content.path) : Readable.from(textOf(content, charset));
  await pipeline(from, createWriteStream(path)).catch((error) => {
    throw unreadable(file, error);
  });
  return path;
}

function foreign(file: FileEntry): EngineError {
  const packing = extname(file.path);
  return new EngineError(
    `The file "${file.path}" is packed as ${packing}, which is not read here; pack it as .gz, .zst, .bz2, .snappy or .deflate, or leave it out with pathGlobFilter.`,
    { condition: "FAILED_READ_FILE.UNSUPPORTED_COMPRESSION", domain: "user", retry: "never", file: file.path },
  );
}
