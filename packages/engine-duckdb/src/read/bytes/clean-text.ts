import { open } from "node:fs/promises";
import { join } from "node:path";
import type { FileEntry } from "@sluice/pipelines";
import { textOf, unreadable } from "./file-bytes.ts";

/** Copies a text file with every byte that is not UTF-8 replaced by U+FFFD, and so the control character 1, which would end a line's text; answers the copy's path. */
export async function cleanText(file: FileEntry, folder: string): Promise<string> {
  const path = join(folder, `clean-${crypto.randomUUID()}.txt`);
  const out = await open(path, "w");
  try {
    for await (const text of textOf(file)) await out.write(text.replaceAll("\u0001", "\ufffd"));
  } catch (error) {
    throw unreadable(file, error);
  } finally {
    await out.close();
  }
  return path;
}
