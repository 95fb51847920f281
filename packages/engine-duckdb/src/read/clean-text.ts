import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import type { FileEntry } from "@sluice/pipelines";
import { textOf, unreadable } from "./csv-text.ts";

/** Copies a text file with every byte that is not UTF-8 replaced by U+FFFD; answers the copy's path. */
export async function cleanText(file: FileEntry, folder: string): Promise<string> {
  const path = join(folder, `clean-${crypto.randomUUID()}.txt`);
  const out = createWriteStream(path);
  try {
    for await (const text of textOf(file)) if (!out.write(text)) await once(out, "drain");
  } catch (error) {
    out.destroy();
    throw unreadable(file, error);
  }
  out.end();
  await once(out, "close");
  return path;
}
