import type { FileEntry } from "@sluice/pipelines";
import { bytesOf, unreadable } from "./file-bytes.ts";

const SAFE_BYTES = 16 << 20;

/**
 * A number of bytes that no line of plain files exceeds, at least 1 MB. DuckDB must be told: it may leave out a line at the end of a file that is longer.
 * Only files large enough to hold a line over 16 MB are looked into.
 */
export async function longestLine(files: readonly FileEntry[]): Promise<number> {
  let longest = 1 << 20;
  for (const file of files) {
    const small = file.sizeBytes < SAFE_BYTES;
    longest = Math.max(longest, small ? 3 * file.sizeBytes : await longestIn(file));
  }
  return longest + 1;
}

async function longestIn(file: FileEntry): Promise<number> {
  let longest = 0;
  let open = 0;
  try {
    for await (const chunk of bytesOf(file.path)) {
      let at = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, at)) {
        longest = Math.max(longest, open + end - at);
        open = 0;
        at = end + 1;
      }
      open += chunk.length - at;
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  return Math.max(longest, open);
}
