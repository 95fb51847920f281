import { scanText, type TextOrigin, type TextPart } from "@sluice/query";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { SourceStatement } from "./source-statements.ts";
import type { TextPlaces } from "./text-places.ts";

/** A statement with the values of its parameters put in: text as it is parsed, and where that stands in the file. */
export interface StatementText {
  readonly text: string;
  readonly origin: TextOrigin;
  /** Keys that are not set; a word stands for each of them in `text`, so that the rest can be read all the same. */
  readonly errors: readonly PipelineError[];
}

const REFERENCE = /\$\{([^{}]*)\}/g;
const DEEPEST = 40;

const PLACEHOLDER = "unset_parameter";

/** Puts the values of `${key}` in, also inside of strings and names, not in comments; values may hold references themselves. */
export function substitute(
  statement: SourceStatement,
  values: ReadonlyMap<string, string>,
  places: TextPlaces,
): StatementText {
  const origin = places.at(statement.offset);
  if (!statement.text.includes("${")) return { text: statement.text, origin, errors: [] };
  const errors: PipelineError[] = [];
  const parts: TextPart[] = [];
  let text = "";
  let copied = 0;
  for (const { key, start, end } of references(statement.text)) {
    const value = resolved(key, values);
    if (value === undefined) errors.push(notSet(key, values, places, statement.offset + start));
    text += statement.text.slice(copied, start);
    parts.push({ offset: text.length, ...lineOf(places, statement.offset + start), inserted: true });
    text += value ?? PLACEHOLDER;
    parts.push({ offset: text.length, ...lineOf(places, statement.offset + end), inserted: false });
    copied = end;
  }
  return { text: text + statement.text.slice(copied), origin: { ...origin, parts }, errors };
}

interface Reference {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

function* references(text: string): Generator<Reference> {
  for (const stretch of scanText(text)) {
    if (stretch.kind === "comment") continue;
    for (const found of text.slice(stretch.start, stretch.end).matchAll(REFERENCE)) {
      const start = stretch.start + found.index;
      yield { key: (found[1] ?? "").trim(), start, end: start + found[0].length };
    }
  }
}

function resolved(key: string, values: ReadonlyMap<string, string>, depth = 0): string | undefined {
  const value = values.get(key);
  if (value === undefined || depth >= DEEPEST) return undefined;
  let missing = false;
  const whole = value.replace(REFERENCE, (_all, inner: string) => {
    const found = resolved(inner.trim(), values, depth + 1);
    missing ||= found === undefined;
    return found ?? "";
  });
  return missing ? undefined : whole;
}

function notSet(key: string, values: ReadonlyMap<string, string>, places: TextPlaces, offset: number): PipelineError {
  const closest = closestMatch(key, values.keys());
  const params = { key, ...(closest === undefined ? {} : { closest }) };
  return new PipelineError("PARAMETER_NOT_SET", params, { origin: places.at(offset) });
}

function lineOf(places: TextPlaces, offset: number): { readonly line: number; readonly column: number } {
  const { line, column } = places.at(offset);
  return { line, column };
}
