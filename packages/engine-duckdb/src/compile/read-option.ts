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

/** The option `lineSep` when it is not what lines end with anyway. */
export function lineSeparator(read: Pick<FileRead, "options">): string | undefined {
  const given = readOption(read, "lineSep");
  return given === undefined || given === "" || given === "\n" || given === "\r\n" ? undefined : given;
}

/** What becomes of a record that is no record of its format. */
export type ParseMode = "PERMISSIVE" | "DROPMALFORMED" | "FAILFAST";

/** The folder where records and files are kept that cannot be read and are left out for that; undefined when they are not. */
export function badRecordsPath(read: Pick<FileRead, "options">): string | undefined {
  const path = readOption(read, "badRecordsPath");
  return path === "" ? undefined : path;
}

/** Spark's option `mode`; with `badRecordsPath` malformed records are left out. @throws EngineError for another word */
export function parseMode(read: Pick<FileRead, "options">): ParseMode {
  if (badRecordsPath(read) !== undefined) return "DROPMALFORMED";
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
