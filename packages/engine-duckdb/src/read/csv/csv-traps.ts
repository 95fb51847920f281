import type { FileEntry } from "@sluice/pipelines";
import { anyBytes } from "../bytes/find-bytes.ts";
import type { CsvDialect } from "./csv-parser.ts";

const LINE_ENDS = ["\n", "\r"].map((end) => Buffer.from(end));

/**
 * Whether a plain file holds what DuckDB's reader takes otherwise than Spark's without a word: in files with quotes it drops an escape character that escapes
 * nothing, and the blank before a quote; a comment begins for it in the middle of a line, too.
 */
export async function hasTraps(file: FileEntry, dialect: CsvDialect): Promise<boolean> {
  const [quote, mark, comment, separator] = [dialect.quote, dialect.escape, dialect.comment, dialect.separator].map(
    (one) => Buffer.from(one),
  ) as [Buffer, Buffer, Buffer, Buffer];
  const spaced = Buffer.concat([Buffer.from(" "), quote]);
  const starts = [separator, ...LINE_ENDS];
  let [quotes, marks] = [false, false];
  return await anyBytes(file, separator.length + spaced.length, (bytes, isFirst) => {
    quotes ||= quote.length > 0 && bytes.includes(quote);
    marks ||= mark.length > 0 && !mark.equals(quote) && escapesNothing(bytes, mark, quote);
    const isBehind = (place: number, before: readonly Buffer[]) =>
      place === 0 ? isFirst : before.some((one) => endsAt(bytes, one, place));
    if (comment.length > 0 && places(bytes, comment).some((at) => at > 0 && !isBehind(at, LINE_ENDS))) return true;
    return quotes && (marks || places(bytes, spaced).some((at) => isBehind(at, starts)));
  });
}

function escapesNothing(bytes: Buffer, mark: Buffer, quote: Buffer): boolean {
  return places(bytes, mark).some((at) => {
    const next = bytes.subarray(at + mark.length);
    return next.length >= quote.length && ![quote, mark].some((one) => next.subarray(0, one.length).equals(one));
  });
}

function endsAt(bytes: Buffer, text: Buffer, place: number): boolean {
  return place >= text.length && bytes.subarray(place - text.length, place).equals(text);
}

function places(bytes: Buffer, wanted: Buffer): readonly number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + wanted.length)) found.push(at);
  return found;
}
