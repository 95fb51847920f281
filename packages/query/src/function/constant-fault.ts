import { localPatternRefusal, type PatternRefusal, patternRefusal } from "./datetime-pattern.ts";
import type { Argument, ArgumentFault } from "./function-entry.ts";
import { javaRegex } from "./java-regex.ts";
import { variantSteps } from "./variant-path.ts";

type Check = (constant: string, name: string, args: readonly Argument[]) => PatternRefusal | undefined;

/** Texts become moments by the pattern, and nothing else is read by it. */
const read: Check = (pattern, _, [value]) =>
  value?.dataType.kind === "string" ? patternRefusal(pattern, "parse") : undefined;
const readLocal: Check = (pattern, _, [value]) =>
  value?.dataType.kind === "string" ? localPatternRefusal(pattern, "parse") : undefined;
const print: Check = (pattern) => patternRefusal(pattern, "print");

const regex: Check = (pattern, name) => {
  if (javaRegex(pattern) !== undefined) return undefined;
  const message = `the value of \`regexp\` in \`${name}\` is no regular expression: '${pattern}'`;
  return { condition: "INVALID_PARAMETER_VALUE.PATTERN", message };
};

const variantPath: Check = (path, name) => {
  if (variantSteps(path) !== undefined) return undefined;
  const message = `the path \`${path}\` is not a valid variant extraction path in \`${name}\`: it begins with $, and steps such as [0], .name and ['name'] follow`;
  return { condition: "INVALID_VARIANT_GET_PATH", message };
};

const like: Check = (pattern, _, args) => {
  const mark = args.length > 2 ? args[2]?.constant : "\\";
  if (typeof mark !== "string") return undefined;
  const letters = [...pattern];
  for (let at = letters.indexOf(mark); at >= 0; at = letters.indexOf(mark, at + 2)) {
    const next = letters[at + 1];
    if (next === undefined) {
      const message = `the pattern '${pattern}' ends with the escape character ${mark}: write it twice to mean itself`;
      return { condition: "INVALID_FORMAT.ESC_AT_THE_END", message };
    }
    if (next !== "_" && next !== "%" && next !== mark) {
      const message = `the pattern '${pattern}' has the escape character ${mark} before '${next}', not before _, % or itself: write it twice to mean itself`;
      return { condition: "INVALID_FORMAT.ESC_IN_THE_MIDDLE", message };
    }
  }
  return undefined;
};

/** What the second argument is, by function. */
const CHECKS: Readonly<Record<string, Check>> = {
  date_format: print,
  from_unixtime: print,
  to_date: read,
  try_to_date: read,
  to_timestamp: read,
  try_to_timestamp: read,
  to_timestamp_ltz: read,
  unix_timestamp: read,
  to_unix_timestamp: read,
  to_timestamp_ntz: readLocal,
  to_time: readLocal,
  try_to_time: readLocal,
  rlike: regex,
  regexp_replace: regex,
  regexp_extract: regex,
  regexp_extract_all: regex,
  regexp_count: regex,
  regexp_instr: regex,
  regexp_substr: regex,
  split: regex,
  like,
  ilike: like,
  variant_get: variantPath,
  try_variant_get: variantPath,
};

/** Why Spark fails at a call whatever its rows are: a constant pattern or path that means nothing. Undefined when it does not. */
export function constantFault(name: string, args: readonly Argument[]): ArgumentFault | undefined {
  const constant = args[1]?.constant;
  const refusal = typeof constant === "string" ? CHECKS[name]?.(constant, name, args) : undefined;
  return refusal && { kind: "Fault", ...refusal, argument: 1 };
}
