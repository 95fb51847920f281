import type { closeSync, openSync, readSync, writeSync } from "node:fs";

/** The calls of `node:fs` that copying needs. */
export interface FileCalls {
  readonly openSync: typeof openSync;
  readonly readSync: typeof readSync;
  readonly writeSync: typeof writeSync;
  readonly closeSync: typeof closeSync;
}

/** Which files to put together where: plain data, so that another thread can be given it at little cost. */
export interface CopyJob {
  /** Paths, NUL between them. */
  readonly paths: string;
  /** The most bytes to take from each. */
  readonly sizes: Float64Array<ArrayBuffer>;
  readonly target: string;
}

/**
 * Writes the lines of files one after the other into a new file; the last line of each ends with a newline there, if it did or not. Stops now and then for
 * whoever wants to do something else meanwhile. Needs nothing but its arguments: its text is also what other threads run.
 *
 * @throws what the system says, with `at`, the place of the file
 */
export function* copyLines(fs: FileCalls, job: CopyJob): Generator<undefined, void> {
  const paths = job.paths.split("\0");
  const buffer = Buffer.allocUnsafe(4 << 20);
  const target = fs.openSync(job.target, "w");
  let length = 0;
  const flush = (): void => {
    for (let at = 0; at < length; ) at += fs.writeSync(target, buffer, at, length - at);
    length = 0;
  };
  const append = (source: number, most: number): void => {
    for (let left = most; left > 0; ) {
      if (length === buffer.length) flush();
      const count = fs.readSync(source, buffer, length, Math.min(left, buffer.length - length), null);
      if (count === 0) break;
      length += count;
      left -= count;
    }
    if (length === 0 || buffer[length - 1] === 10) return;
    if (length === buffer.length) flush();
    buffer[length++] = 10;
  };
  const copy = (path: string, most: number): void => {
    const source = fs.openSync(path, "r");
    try {
      append(source, most);
    } finally {
      fs.closeSync(source);
    }
  };
  try {
    for (let at = 0; at < paths.length; at++) {
      if (at % 128 === 127) yield;
      try {
        copy(paths[at] ?? "", job.sizes[at] ?? 0);
      } catch (error) {
        throw Object.assign(error as Error, { at });
      }
    }
    flush();
  } finally {
    fs.closeSync(target);
  }
}
