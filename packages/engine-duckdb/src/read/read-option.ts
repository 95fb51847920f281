import { EngineError, type FileRead } from "@sluice/pipelines";

/** The value of a reader's option, whose name compares ignoring case. */
export function readOption(read: Pick<FileRead, "options">, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(read.options).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** A Boolean option. @throws EngineError for another word */
export function readFlag(read: Pick<FileRead, "options">, name: string, otherwise: boolean): boolean {
  const value = readOption(read, name)?.trim().toLowerCase();
  if (value === undefined) return otherwise;
  if (value === "true") return true;
  if (value === "false") return false;
  throw unsupportedOption(name, value, 'use "true" or "false"');
}

/** What becomes of a record that is no record of its format. */
export type ParseMode = "PERMISSIVE" | "DROPMALFORMED" | "FAILFAST";

/** Spark's option `mode`. @throws EngineError for another word */
export function parseMode(read: Pick<FileRead, "options">): ParseMode {
  const value = (readOption(read, "mode") ?? "PERMISSIVE").toUpperCase();
  if (value === "PERMISSIVE" || value === "DROPMALFORMED" || value === "FAILFAST") return value;
  throw unsupportedOption("mode", value, "use PERMISSIVE, DROPMALFORMED or FAILFAST");
}

/** An option that this engine cannot honour, with what to do instead. */
function unsupportedOption(name: string, value: string, advice: string): EngineError {
  return new EngineError(`The reader option "${name}" = "${value}" is not supported here: ${advice}.`, {
    condition: "UNSUPPORTED_READ_OPTION",
    domain: "user",
    retry: "never",
  });
}

/** @throws EngineError when an option is set to anything but what this engine does anyway. */
export function refuseOptions(
  read: Pick<FileRead, "options">,
  only: Readonly<Record<string, readonly string[]>>,
): void {
  for (const [name, allowed] of Object.entries(only)) {
    const value = readOption(read, name);
    if (value === undefined || allowed.some((one) => one.toLowerCase() === value.toLowerCase())) continue;
    throw unsupportedOption(name, value, `only ${allowed.map((one) => JSON.stringify(one)).join(" or ")} can be read`);
  }
}

const JAVA_TO_STRPTIME: Readonly<Record<string, string>> = {
  yyyy: "%Y",
  yy: "%y",
  MM: "%m",
  M: "%-m",
  MMM: "%b",
  MMMM: "%B",
  dd: "%d",
  d: "%-d",
  HH: "%H",
  H: "%-H",
  hh: "%I",
  mm: "%M",
  m: "%-M",
  ss: "%S",
  s: "%-S",
  SSS: "%g",
  SSSSSS: "%f",
  a: "%p",
  XXX: "%z",
  X: "%z",
  Z: "%z",
  EEE: "%a",
  EEEE: "%A",
};

/** A `dateFormat` or `timestampFormat` option in DuckDB's letters; undefined when the option is absent. */
export function timeFormat(read: Pick<FileRead, "options">, name: string): string | undefined {
  const pattern = readOption(read, name);
  if (pattern === undefined) return undefined;
  return pattern
    .split(/('(?:[^']|'')*')/)
    .map((part) =>
      part.startsWith("'") ? part.slice(1, -1).replaceAll("''", "'") || "'" : part.replace(/([A-Za-z])\1*/g, letters),
    )
    .join("");

  function letters(run: string): string {
    const format = JAVA_TO_STRPTIME[run];
    if (format === undefined) throw unsupportedOption(name, pattern ?? "", `the letters "${run}" are not understood`);
    return format;
  }
}
