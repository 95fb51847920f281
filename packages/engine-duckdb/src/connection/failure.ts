import { fileURLToPath } from "node:url";
import { EngineError, type EngineErrorFacts } from "@sluice/pipelines";

interface Pattern {
  readonly when: RegExp;
  readonly facts: Pick<EngineErrorFacts, "condition"> & Partial<EngineErrorFacts>;
  readonly say?: (message: string) => string;
}

const PATTERNS: readonly Pattern[] = [
  {
    when: /Out of Memory Error|std::bad_alloc/i,
    facts: { condition: "OUT_OF_MEMORY", domain: "external" },
    say: (message) =>
      `The engine ran out of memory. Raise its memory limit (engine option "memoryLimit", now ${limitOf(message)}) or lower the rows of a batch (maxFilesPerTrigger).`,
  },
  {
    when: /The schema registry at \S+ did not answer/i,
    facts: { condition: "SCHEMA_REGISTRY_NOT_REACHED", domain: "external", retry: "backoff" },
  },
  {
    when: /No space left on device|Disk quota exceeded|max_temp_directory_size/i,
    facts: { condition: "DISK_FULL", domain: "external", retry: "backoff" },
  },
  {
    when: /Permission denied/i,
    facts: { condition: "FAILED_READ_FILE.NO_HINT", domain: "external", retry: "backoff" },
  },
  {
    when: /No files found that match|No such file or directory|Cannot open file/i,
    facts: { condition: "FAILED_READ_FILE.FILE_NOT_EXIST", domain: "external", retry: "backoff" },
    say: (message) =>
      `The file "${placeOf(message).file ?? "of this read"}" cannot be opened: it was there when the source was listed and is gone, or it may not be read.`,
  },
  {
    when: /No magic bytes found|too small to be a Parquet file|not a parquet file|Invalid footer|TProtocolException|Invalid Parquet|Failed to read Parquet|input is not a GZIP/i,
    facts: { condition: "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", domain: "user" },
  },
  { when: /Malformed JSON|JSON transform error/i, facts: { condition: "MALFORMED_RECORD_IN_PARSING", domain: "user" } },
  { when: /CSV Error/i, facts: { condition: "MALFORMED_RECORD_IN_PARSING", domain: "user" } },
  { when: /maximum_object_size|line size/i, facts: { condition: "RECORD_TOO_LARGE", domain: "user" } },
  { when: /Conversion Error/i, facts: { condition: "CAST_INVALID_INPUT", domain: "user" } },
  {
    when: /Map keys must be unique/,
    facts: { condition: "DUPLICATED_MAP_KEY", domain: "user" },
    say: () => "A map would have a key twice. Leave out repeated keys before they become a map.",
  },
  { when: /division by zero/i, facts: { condition: "DIVIDE_BY_ZERO", domain: "user" } },
  { when: /Out of Range Error|Overflow in/i, facts: { condition: "ARITHMETIC_OVERFLOW", domain: "user" } },
  {
    when: /INTERNAL Error|FATAL Error|database has been invalidated/i,
    facts: { condition: "INTERNAL_ERROR", domain: "external", retry: "backoff" },
  },
  { when: /IO Error/i, facts: { condition: "FAILED_READ_FILE.NO_HINT", domain: "external", retry: "backoff" } },
];

/** Whether an error has made the DuckDB instance useless. */
export function isFatal(error: unknown): boolean {
  return error instanceof Error && /INTERNAL Error|FATAL Error|database has been invalidated/i.test(error.message);
}

/**
 * An error of DuckDB as an EngineError with the place that DuckDB's text names; errors that are already one pass through. Spark's condition stands first
 * when the engine's own SQL raised it as `[CONDITION] text`.
 */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const condition = /\[([A-Z][A-Z0-9_.]+)\]/.exec(message)?.[1];
  const pattern = PATTERNS.find((one) => one.when.test(message)) ?? systemFailure(error);
  const facts: EngineErrorFacts = {
    condition: condition ?? pattern?.facts.condition ?? "ENGINE_FAILED",
    domain: condition === undefined ? (pattern?.facts.domain ?? "user") : "user",
    retry: condition === undefined ? (pattern?.facts.retry ?? "never") : "never",
    ...placeOf(message),
  };
  const text = pattern?.say?.(message) ?? tidy(message);
  return new EngineError(text, facts, error);
}

/** Node's own errors of the file system carry the call that failed. */
function systemFailure(error: unknown): Pick<Pattern, "facts" | "say"> | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  return { facts: { condition: "STORAGE_FAILED", domain: "external", retry: "backoff" } };
}

function placeOf(message: string): Pick<EngineErrorFacts, "file" | "row"> {
  const file =
    /\bfile "([^"]+)"/i.exec(message) ?? /file '([^']+)'/i.exec(message) ?? /^\s*file = (.+)$/m.exec(message);
  const pattern = file ?? /pattern "([^"]+)"/.exec(message);
  const row = /\bin line (\d+)/.exec(message) ?? /CSV Error on Line: (\d+)/.exec(message);
  return {
    ...(pattern?.[1] === undefined ? {} : { file: localPath(pattern[1]) }),
    ...(row?.[1] === undefined ? {} : { row: Number(row[1]) }),
  };
}

function localPath(path: string): string {
  if (path.startsWith("file:///")) return fileURLToPath(path);
  return path.replace(/\[([[*?])\]/g, "$1");
}

function limitOf(message: string): string {
  return /\/([\d.]+ [KMGT]i?B) used/.exec(message)?.[1] ?? "reached";
}

/** DuckDB's text without the class of its exception and without advice about its own options. */
function tidy(message: string): string {
  return message
    .replace(/^[A-Za-z ]*Error: \[[A-Z][A-Z0-9_.]+\] /, "")
    .replace(/^(Invalid Input|IO|Conversion|Binder|Parser|Catalog|Out of Range|Constraint) Error: /, "")
    .replace(
      /\n(Try increasing|Possible Solution|\s+(delimiter|quote|escape|new_line|header|skip_rows|comment|strict_mode|date_format|timestamp_format|null_padding|sample_size|ignore_errors|all_varchar) = )[^\n]*/g,
      "",
    )
    .replace(/\n\s*LINE \d+: [\s\S]*$/, "")
    .replace(/\nPossible fixes:[\s\S]*$/, "")
    .trim();
}
