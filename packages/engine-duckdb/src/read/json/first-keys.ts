import type { FileEntry } from "@sluice/pipelines";
import { textOf, unreadable } from "../bytes/file-bytes.ts";

/** So many lines tell the order of members. */
export const MOST_LINES = 5_000;

/** So many nearly always do. */
export const FEW_LINES = 100;

const CHUNK_BYTES = 64 * 1024;

/** The member names of the first JSON records of some files, in order of first appearance. Lines that are no objects are passed over. */
export async function firstKeys(files: readonly FileEntry[], most: number): Promise<readonly string[]> {
  const keys = new Set<string>();
  let left = most;
  for (const file of files) {
    if (left <= 0) break;
    const lines = await firstLines(file, left);
    left -= Math.max(1, lines.length);
    for (const line of lines) for (const key of keysOf(line)) keys.add(key);
  }
  return [...keys];
}

async function firstLines(file: FileEntry, count: number): Promise<readonly string[]> {
  const lines = [""];
  let length = 0;
  try {
    for await (const part of textOf(file, "UTF-8", CHUNK_BYTES)) {
      const [first = "", ...more] = part.split("\n");
      lines.push(`${lines.pop()}${first}`, ...more);
      length += part.length;
      if (lines.length > count || length > count * 200) break;
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  return lines.slice(0, count);
}

function keysOf(line: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(line);
    const records: readonly unknown[] = Array.isArray(value) ? value : [value];
    return records.flatMap((one) =>
      typeof one === "object" && one !== null && !Array.isArray(one) ? Object.keys(one) : [],
    );
  } catch {
    return [];
  }
}
