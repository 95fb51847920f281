import type * as fs from "node:fs";

/**
 * Looks at files, NUL between their paths: bytes and when they were last changed (milliseconds since the epoch, whole) of each in turn; twice NaN where there is no
 * file. Needs nothing but its arguments: its text is also what other threads run.
 *
 * @throws what the system says, with `at`, the place of the file
 */
export function* fileFacts(
  fileSystem: Pick<typeof fs, "statSync">,
  paths: string,
): Generator<undefined, Float64Array<ArrayBuffer>> {
  const all = paths === "" ? [] : paths.split("\0");
  const facts = new Float64Array(2 * all.length).fill(Number.NaN);
  for (let at = 0; at < all.length; at++) {
    if (at % 256 === 255) yield;
    try {
      const found = fileSystem.statSync(all[at] ?? "", { throwIfNoEntry: false });
      if (!found?.isFile()) continue;
      facts[2 * at] = found.size;
      facts[2 * at + 1] = Math.trunc(found.mtimeMs);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOTDIR" && code !== "ELOOP") throw Object.assign(error as Error, { at });
    }
  }
  return facts;
}
