import { EngineError, formatDiagnostic, fromQueryError, isPipelineError, isQueryError } from "@sluice/pipelines";
import colors from "picocolors";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";

/** What to tell a person about a failure, its label in front, and the exit code. A bug is told with its stack. */
export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

/** Sorts a thrown value: a word of a command, a mistake in a query or pipeline, trouble of the world, or a bug. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof CommandError)
    return { text: labelled(withNext(error.message, error.next)), exitCode: error.exitCode };
  if (isQueryError(error)) return { text: fromQueryError(error).map(diagnostic).join("\n"), exitCode: EXIT.wrong };
  if (isPipelineError(error)) return { text: diagnostic(error), exitCode: EXIT.wrong };
  if (
    error instanceof Error &&
    "errors" in error &&
    Array.isArray(error.errors) &&
    error.errors.every(isPipelineError)
  ) {
    return { text: error.errors.map(diagnostic).join("\n"), exitCode: EXIT.wrong };
  }
  if (error instanceof EngineError) return { text: labelled(withCondition(error)), exitCode: EXIT.failed };
  if (error instanceof Error && error.name === "DeltaError")
    return { text: labelled(error.message), exitCode: EXIT.failed };
  const system = systemTrouble(error);
  if (system !== undefined) return { text: labelled(system), exitCode: EXIT.failed };
  return {
    text: labelled(error instanceof Error ? `This is a bug in Sluice. ${error.stack ?? error.message}` : String(error)),
    exitCode: EXIT.failed,
  };
}

function withCondition({ message, facts: { condition } }: EngineError): string {
  return message.startsWith(`[${condition}]`) ? message : `[${condition}] ${message}`;
}

const SYSTEM_TROUBLE: Readonly<Record<string, string>> = {
  ENOSPC: "The disk is full. Free some space and run again: what was committed stays, the rest is done anew.",
  EDQUOT: "The disk quota is used up. Free some space and run again: what was committed stays, the rest is done anew.",
  EROFS: "It lies on a file system that cannot be written. Give another folder with --storage.",
  EACCES: "Permission is denied. Give yourself the right to it, or another folder with --storage.",
  EPERM: "Permission is denied. Give yourself the right to it, or another folder with --storage.",
  ENOTDIR: "A part of the path is a file and not a folder. Correct the path.",
  EISDIR: "It is a folder and not a file. Correct the path.",
  EMFILE: "Too many files are open. Raise the limit (ulimit -n) and run again.",
  EIO: "The disk could not be read or written. Check it, and run again.",
};

/** Trouble that the operating system tells of, in words for people; undefined for anything else. */
function systemTrouble(error: unknown): string | undefined {
  const isFolderRefused = error instanceof Error && "syscall" in error && error.syscall === "mkdir";
  const code = isFolderRefused ? "EACCES" : error instanceof Error && "code" in error ? String(error.code) : "";
  const words = SYSTEM_TROUBLE[code];
  if (words === undefined || !(error instanceof Error)) return undefined;
  if (isFolderRefused && "path" in error) {
    return `The folder "${String(error.path)}" cannot be made: ${error.message.split(",")[0]}. Give another folder with --storage.`;
  }
  const path = "path" in error ? `"${String(error.path)}" cannot be used. ` : "";
  return `[${code}] ${path}${words}`;
}

function labelled(text: string): string {
  return `${colors.red("error")} ${text}`;
}

function diagnostic(error: Parameters<typeof formatDiagnostic>[0]): string {
  return formatDiagnostic(error, { color: colors.isColorSupported, relativeTo: process.cwd() });
}

function withNext(message: string, next: string | undefined): string {
  return next === undefined ? message : `${message}\n  next: ${next}`;
}
