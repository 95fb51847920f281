import { join } from "node:path";
import type { FileRead, Inputs } from "@sluice/pipelines";
import { badRecordsPath, readFlag } from "../compile/read-option.ts";
import { toEngineError } from "../connection/failure.ts";
import { WRITTEN } from "../connection/written-number.ts";

/** How carefully files are read: 0 at full speed, 1 record by record, 2 likewise after their bytes were made valid UTF-8. */
export type Care = 0 | 1 | 2;

/** The care for all files of an attempt. */
export interface Tolerance {
  /** The least care for all files. */
  readonly all: Care;
  readonly files: ReadonlyMap<string, Care>;
  /** The files to be left out because they are corrupt, and what was said of each. */
  readonly without: ReadonlyMap<string, string>;
  /** Whether rows must know their file although clean rows do not need it. */
  readonly identify: boolean;
  /** Whether numbers of JSON must be kept as they are written: an attempt came upon one that its reader may have changed. */
  readonly written: boolean;
}

/** Full speed for every file. */
const STRICT: Tolerance = { all: 0, files: new Map(), without: new Map(), identify: false, written: false };

/** What an attempt says that came upon a row which must know its file. */
export const IDENTIFY = "a value does not fit and its file is not known";

const COPY = "marked-";

/** A path below `folder` for a copy of a file that is read in its stead: what DuckDB says about it is said about the file. */
export function markedCopyOf(path: string, folder: string): string {
  return join(folder, `${COPY}${crypto.randomUUID()}`, path);
}

function withoutCopy(path: string): string {
  return path.replace(new RegExp(`^.*/${COPY}[0-9a-f-]{36}(?=/)`), "");
}

/** The care for one file. */
export function careFor(tolerance: Tolerance, path: string): Care {
  return Math.max(tolerance.files.get(path) ?? 0, tolerance.all) as Care;
}

/** The care for a copy of a file, whose path is another in each attempt. */
export function careForCopy(tolerance: Tolerance): Care {
  return Math.max(tolerance.all, ...tolerance.files.values()) as Care;
}

const STUMBLED =
  /Malformed JSON|JSON transform error|CSV Error|CSV Parser|maximum_object_size|line size|Invalid unicode|not utf-8 encoded/i;

/** The care with which to try again after an error; undefined when more care would not help. */
function moreTolerant(tolerance: Tolerance, error: unknown): Tolerance | undefined {
  const message = duckMessage(error);
  if (message.includes(IDENTIFY)) return tolerance.identify ? undefined : { ...tolerance, identify: true };
  if (message.includes(WRITTEN)) return tolerance.written ? undefined : { ...tolerance, written: true };
  if (!STUMBLED.test(message)) return undefined;
  const path = /file "([^"]+)"/.exec(message)?.[1] ?? /^\s*file = (.+)$/m.exec(message)?.[1];
  return path === undefined ? forAll(tolerance) : forFile(tolerance, withoutCopy(path), message);
}

function forAll(tolerance: Tolerance): Tolerance | undefined {
  return tolerance.all === 2 ? undefined : { ...tolerance, all: tolerance.all === 0 ? 1 : 2 };
}

function forFile(tolerance: Tolerance, path: string, message: string): Tolerance | undefined {
  const care = careFor(tolerance, path);
  const badText =
    /invalid UTF-8|Invalid unicode|not utf-8/i.test(message) || (care === 1 && /CSV (Error|Parser)/.test(message));
  if (care === 2 || (care === 1 && !badText)) return undefined;
  const files = new Map(tolerance.files).set(path, badText ? 2 : 1);
  const all = tolerance.all === 0 && tolerance.files.size >= 2 ? 1 : tolerance.all;
  return { ...tolerance, all, files };
}

/** The same without the file that an error is about; undefined when it is about none that can be left out. */
function withoutCorrupt(tolerance: Tolerance, error: unknown): Tolerance | undefined {
  const failure = toEngineError(error);
  const { condition, file } = failure.facts;
  const isCorrupt = condition.startsWith("FAILED_READ_FILE") && condition !== "FAILED_READ_FILE.FILE_NOT_EXIST";
  if (!isCorrupt || file === undefined || tolerance.without.has(file)) return undefined;
  return { ...tolerance, without: new Map(tolerance.without).set(file, failure.message) };
}

/** Whether a read goes on without files that are corrupt. */
export function leavesOutCorrupt(read: Pick<FileRead, "options">): boolean {
  return readFlag(read, "ignoreCorruptFiles", false) || badRecordsPath(read) !== undefined;
}

/** Whether any read of files among the inputs leaves corrupt files out. */
export function ignoresCorruptFiles(inputs: Inputs): boolean {
  return [...inputs.values()].some((slice) => slice.kind === "Files" && leavesOutCorrupt(slice.read));
}

/** Runs `work` with ever more care until it succeeds or fails for another reason; with `ignoresCorrupt` corrupt files are left out. */
export async function withTolerance<Result>(
  work: (tolerance: Tolerance) => Promise<Result>,
  ignoresCorrupt = false,
): Promise<Result> {
  for (let tolerance = STRICT; ; ) {
    try {
      return await work(tolerance);
    } catch (error) {
      const next = moreTolerant(tolerance, error) ?? (ignoresCorrupt ? withoutCorrupt(tolerance, error) : undefined);
      if (next === undefined) throw error;
      tolerance = next;
    }
  }
}

function duckMessage(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.cause instanceof Error ? error.cause.message : error.message;
}
