import { open } from "node:fs/promises";
import { inParallel } from "./in-parallel.ts";
import type { LocalFile } from "./object-client.ts";

const PART_BYTES = 8 << 20;
const MOST_PARTS = 5_000;
const PARALLEL = 4;

/** A stretch of a local file. */
export interface FilePart {
  readonly start: number;
  readonly length: number;
}

/** The parts that a file of a size is sent in: of 8 MiB, larger ones when there would be too many. One for a small file, none for an empty one. */
export function partsOf(sizeBytes: number): readonly FilePart[] {
  const size = Math.max(PART_BYTES, Math.ceil(sizeBytes / MOST_PARTS));
  return Array.from({ length: Math.ceil(sizeBytes / size) }, (_, i) => ({
    start: i * size,
    length: Math.min(size, sizeBytes - i * size),
  }));
}

/** Reads the parts of a file and sends them, some at a time; the answers stand in the parts' order. */
export async function sendParts<Answer>(
  file: LocalFile,
  parts: readonly FilePart[],
  send: (content: Uint8Array, index: number) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers = new Array<Answer>(parts.length);
  const handle = await open(file.path);
  try {
    await inParallel(parts, PARALLEL, async ({ start, length }, index) => {
      const content = new Uint8Array(length);
      await handle.read(content, 0, length, start);
      answers[index] = await send(content, index);
    });
  } finally {
    await handle.close();
  }
  return answers;
}
