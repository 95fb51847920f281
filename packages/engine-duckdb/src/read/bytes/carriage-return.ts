import { closeSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { FileEntry } from "@sluice/pipelines";
import { unreadable } from "./file-bytes.ts";

const CARRIAGE_RETURN = 13;
const CHUNK = 1 << 20;

/** Whether any of these plain files has a carriage return. DuckDB's reader of lines must not see files whose lines end in several ways: it may never come back. */
export async function haveCarriageReturn(files: readonly FileEntry[]): Promise<boolean> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (const file of files) if (await hasOne(file, buffer)) return true;
  return false;
}

async function hasOne(file: FileEntry, buffer: Buffer): Promise<boolean> {
  try {
    const handle = openSync(file.path, "r");
    try {
      for (;;) {
        const count = readSync(handle, buffer, 0, CHUNK, null);
        if (count === 0) return false;
        const at = buffer.indexOf(CARRIAGE_RETURN);
        if (at >= 0 && at < count) return true;
        await setImmediate();
      }
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw unreadable(file, error);
  }
}
