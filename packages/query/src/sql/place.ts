import type { Origin, Span, TextPart } from "../expression/expression.ts";

/** A place in a text without a file. Both count from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Where a span begins: in the user's file when the text's own place is known, else in the text. Lines and columns count from 1. */
export function locate(span: Span): Origin | TextPosition {
  return originOf(span) ?? positionIn(span.text, 0, span.start);
}

/** Where a span begins in the user's file; undefined without a span, or when its text is from no file. */
export function originOf(span: Span | undefined): Origin | undefined {
  if (span?.origin === undefined) return undefined;
  const { file, line, column, parts = [] } = span.origin;
  const start: TextPart = { offset: 0, line, column, inserted: false };
  const part = parts.findLast((one) => one.offset <= span.start) ?? start;
  if (part.inserted) return { file, line: part.line, column: part.column };
  const within = positionIn(span.text, part.offset, span.start);
  const first = within.line === 1;
  return { file, line: part.line + within.line - 1, column: first ? part.column + within.column - 1 : within.column };
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

function positionIn(text: string, from: number, offset: number): TextPosition {
  const before = text.slice(from, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: before.length - lineStart + 1 };
}
