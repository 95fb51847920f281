import { localPatternRefusal, type PatternRefusal, patternRefusal } from "@sluice/query";
import { formatMoment, type Zone } from "./format-moment.ts";
import { parseMoment } from "./parse-moment.ts";
import { perPattern } from "./per-pattern.ts";

/**
 * What reads a text by a pattern, which decides what a pattern is that Spark refuses: an error for functions, of instants and dates or of local times;
 * NULL for files and JSON, but an error when Spark took it until its version 2; always NULL for local times in these, and where a function tries.
 */
export type PatternReader = "function" | "local function" | "record" | "trial";

const REFUSALS: Readonly<Record<PatternReader, (pattern: string) => PatternRefusal | undefined>> = {
  function: perPattern((pattern) => patternRefusal(pattern, "parse")),
  "local function": perPattern((pattern) => localPatternRefusal(pattern, "parse")),
  record: perPattern((pattern) => patternRefusal(pattern, "parse")),
  trial: perPattern((pattern) => localPatternRefusal(pattern, "parse")),
};

/** Text read by a pattern, as `parseMoment` gives it; null when it does not fit. @throws Error with Spark's condition for a refused pattern */
export function readMoment(text: string, pattern: string, reader: PatternReader): string | null {
  const refusal = REFUSALS[reader](pattern);
  if (refusal === undefined) return parseMoment(text, pattern);
  const raised = reader !== "trial" && (reader !== "record" || refusal.condition.endsWith("PATTERN_RECOGNITION"));
  if (raised) throw failure(refusal);
  return null;
}

const printRefusal = perPattern((pattern) => patternRefusal(pattern, "print"));

/** A local time (microseconds, as if it were UTC) printed by a pattern. @throws Error with Spark's condition for a refused pattern */
export function printMoment(local: bigint, pattern: string, zone: Zone): string {
  const refusal = printRefusal(pattern);
  if (refusal !== undefined) throw failure(refusal);
  return formatMoment(local, pattern, zone);
}

function failure({ condition, message }: PatternRefusal): Error {
  return new Error(`[${condition}] ${message}`);
}
