import type { FileEntry } from "@sluice/pipelines";
import { textOf, unreadable } from "../bytes/file-bytes.ts";

const LINES = 5_000;

/** The member names of the first JSON records of some files, in order of first appearance. Lines that are no objects are passed over. */
export async function firstKeys(files: readonly FileEntry[]): Promise<readonly string[]> {
  const keys = new Set<string>();
  let left = LINES;
  for (const file of files) {
    if (left <= 0) break;
    const lines = await firstLines(file, left);
    left -= Math.max(1, lines.length);
    for (const line of lines) for (const key of keysOf(line)) keys.add(key);
  }
  return [...keys];
}

async function firstLines(file: FileEntry, count: number): Promise<readonly string[]> {
  let text = "";
  try {
    for await (const part of textOf(file)) {
      text += part;
      if (text.length > count * 200 || text.split("\n").length > count) break;
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  return text.split("\n").slice(0, count);
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
