import { EngineError, formatDiagnostic, fromQueryError, isPipelineError, isQueryError } from "@sluice/pipelines";
import colors from "picocolors";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";

/** What to tell a person about a failure, and the exit code. A bug is told with its stack. */
export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

/** Sorts a thrown value: a word of a command, a mistake in a query or pipeline, trouble of the world, or a bug. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof CommandError) return { text: withNext(error.message, error.next), exitCode: error.exitCode };
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
  if (error instanceof EngineError)
    return { text: `[${error.facts.condition}] ${error.message}`, exitCode: EXIT.failed };
  return {
    text: error instanceof Error ? `This is a bug in Sluice. ${error.stack ?? error.message}` : String(error),
    exitCode: EXIT.failed,
  };
}

function diagnostic(error: Parameters<typeof formatDiagnostic>[0]): string {
  return formatDiagnostic(error, { color: colors.isColorSupported, relativeTo: process.cwd() });
}

function withNext(message: string, next: string | undefined): string {
  return next === undefined ? message : `${message}\n  next: ${next}`;
}
