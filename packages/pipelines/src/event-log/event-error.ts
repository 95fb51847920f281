import type { ErrorRecord, EventError, StackFrame } from "./pipeline-event.ts";

const MOST_CAUSES = 8;
const MOST_FRAMES = 20;

/** An error and its causes as the event log keeps them. */
export function toEventError(error: unknown, fatal: boolean): EventError {
  const exceptions: ErrorRecord[] = [];
  for (let one = error; one !== undefined && one !== null && exceptions.length < MOST_CAUSES; ) {
    exceptions.push(errorRecord(one));
    one = one instanceof Error ? one.cause : undefined;
  }
  return { fatal, exceptions };
}

/** The message of anything thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function errorRecord(error: unknown): ErrorRecord {
  if (!(error instanceof Error)) return { class_name: typeof error, message: String(error), stack: [] };
  return { class_name: error.name, message: error.message, stack: stackFrames(error.stack ?? "") };
}

function stackFrames(stack: string): readonly StackFrame[] {
  return stack
    .split("\n")
    .map((line) => /^\s*at (?:async )?(?:(.*?) \()?(.+?):(\d+):\d+\)?$/.exec(line))
    .filter((match) => match !== null)
    .slice(0, MOST_FRAMES)
    .map((match) => stackFrame(match[1] ?? "<anonymous>", match[2] ?? "", Number(match[3])));
}

function stackFrame(callee: string, file: string, line: number): StackFrame {
  const dot = callee.lastIndexOf(".");
  return {
    declaring_class: dot < 0 ? "" : callee.slice(0, dot),
    method_name: callee.slice(dot + 1),
    file_name: file.replace(/^file:\/\//, ""),
    line_number: line,
  };
}
