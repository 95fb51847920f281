import type { Origin, Span } from "../expression/expression.ts";

/** A place in a text without a file. Both count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Where a span begins: in the user's file when the text's own place is known, else in the text. Lines and columns count from 1. */
export function locate(span: Span): Origin | TextPosition {
  const { line, column } = positionIn(span.text, span.start);
  if (span.origin === undefined) return { line, column };
  const { file, line: firstLine, column: firstColumn } = span.origin;
  return { file, line: firstLine + line - 1, column: line === 1 ? firstColumn + column - 1 : column };
}

/** The line of the text on which a span begins, and below it carets under the span (up to the end of the line). */
export function excerpt(span: Span): string {
  const begin = span.text.lastIndexOf("\n", span.start - 1) + 1;
  const newline = span.text.indexOf("\n", span.start);
  const end = newline < 0 ? span.text.length : newline;
  const line = span.text.slice(begin, end).replace(/\r$/, "");
  const indent = span.text.slice(begin, span.start).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(span.end, begin + line.length) - span.start));
  return `${line}\n${indent}${carets}`;
}

function positionIn(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}
