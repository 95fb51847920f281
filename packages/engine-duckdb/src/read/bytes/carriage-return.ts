import type { FileEntry } from "@sluice/pipelines";
import { anyBytes } from "./find-bytes.ts";

const CARRIAGE_RETURN = 13;

/** Whether any of these plain files has a carriage return. DuckDB's reader of lines must not see files whose lines end in several ways: it may never come back. */
export async function haveCarriageReturn(files: readonly FileEntry[]): Promise<boolean> {
  for (const file of files) if (await anyBytes(file, 0, (bytes) => bytes.includes(CARRIAGE_RETURN))) return true;
  return false;
}
