import { existsSync, readFileSync } from "node:fs";
import { styleText } from "node:util";
import type { Origin, Span } from "@sluice/query";
import { type PipelineError, queryProblem } from "./pipeline-error.ts";

/** How a diagnostic is shown. `color` uses terminal colours; `relativeTo` shortens the paths of files below it. */
export interface FormatOptions {
  readonly color?: boolean;
  readonly relativeTo?: string;
}

type Paint = (style: "red" | "yellow" | "cyan" | "dim" | "bold", text: string) => string;

/**
 * A mistake as a person reads it: severity and code, the sentence, the place, the line with a caret when the file can be read, the SQL text at fault if there
 * is some, and what to do next. Several lines, no line break at the end.
 */
export function formatDiagnostic(error: PipelineError, options: FormatOptions = {}): string {
  const paint: Paint =
    options.color === true ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
  const label = error.severity === "warning" ? paint("yellow", "warning") : paint("red", "error");
  const span = queryProblem(error)?.span;
  return [
    `${label} ${paint("dim", `[${error.condition}]`)} ${paint("bold", error.message)}`,
    ...place(error.origin, options.relativeTo, paint),
    ...(span === undefined || span.origin !== undefined ? [] : sqlExcerpt(span, paint)),
    ...(error.next === undefined ? [] : [`  ${paint("cyan", "next:")} ${error.next}`]),
  ].join("\n");
}

function place(origin: Origin | undefined, relativeTo: string | undefined, paint: Paint): readonly string[] {
  if (origin === undefined) return [];
  const prefix = relativeTo === undefined ? "" : `${relativeTo.replace(/\/$/, "")}/`;
  const file = prefix !== "" && origin.file.startsWith(prefix) ? origin.file.slice(prefix.length) : origin.file;
  const line = readLine(origin);
  return [
    `  ${paint("dim", "at")} ${file}:${origin.line}:${origin.column}`,
    ...(line === undefined ? [] : excerpt(String(origin.line), line, origin.column, 1, paint)),
  ];
}

function readLine(origin: Origin): string | undefined {
  if (!existsSync(origin.file)) return undefined;
  try {
    return readFileSync(origin.file, "utf8").split(/\r?\n/)[origin.line - 1];
  } catch {
    return undefined;
  }
}

function sqlExcerpt(span: Span, paint: Paint): readonly string[] {
  const before = span.text.slice(0, span.start).split("\n");
  const line = span.text.split("\n")[before.length - 1] ?? "";
  const column = (before.at(-1)?.length ?? 0) + 1;
  return excerpt("sql", line, column, Math.min(span.end - span.start, line.length - column + 1), paint);
}

/** So much of a long line is shown, in characters, and so much of that before the caret. */
const SHOWN = 140;
const BEFORE_CARET = 100;

function excerpt(label: string, line: string, column: number, width: number, paint: Paint): readonly string[] {
  const gutter = " ".repeat(label.length);
  const start = Math.max(0, column - 1 - BEFORE_CARET);
  const isCutOff = line.length > start + SHOWN;
  const shown = `${start > 0 ? "…" : ""}${line.slice(start > 0 ? start + 1 : 0, start + SHOWN)}${isCutOff ? "…" : ""}`;
  const indent = shown.slice(0, column - 1 - start).replaceAll(/[^\t]/g, " ");
  return [
    `  ${paint("dim", `${label} |`)} ${shown}`,
    `  ${paint("dim", `${gutter} |`)} ${indent}${paint("red", "^".repeat(Math.max(1, Math.min(width, shown.length - indent.length))))}`,
  ];
}
