import { type CsvFormat, type CsvRecord, isComment, splitRecord } from "@sluice/query";

/** How a CSV file is written: its records, and how they follow each other. */
export interface CsvDialect extends CsvFormat {
  /** What records end with; absent: LF, CR LF or CR. */
  readonly lineEnd?: string;
  /** Line breaks inside quotes belong to the value. */
  readonly multiLine: boolean;
  /** Lines left out at the start of a file. */
  readonly skip: number;
}

/**
 * Splits CSV text into records without ever failing, as Spark's parser does: a value in quotes after which something else than a separator follows was none in
 * quotes, and goes on to the next separator with all its quotes. Blank lines and comments are no records.
 */
export class CsvParser {
  readonly #dialect: CsvDialect;
  #rest = "";
  #skip: number;

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
    this.#skip = dialect.skip;
  }

  /** The records complete so far; `last` gives the rest too. */
  push(text: string, last: boolean): readonly CsvRecord[] {
    const whole = this.#rest + text;
    const records: CsvRecord[] = [];
    let at = this.#skipped(whole, last);
    for (;;) {
      const end = this.#skip > 0 ? undefined : this.#recordEnd(whole, at, last);
      if (end === undefined) break;
      const line = whole.slice(at, end.start);
      if (line.trim() !== "" && !isComment(line, this.#dialect)) records.push(splitRecord(line, this.#dialect));
      at = end.next;
    }
    this.#rest = whole.slice(at);
    return records;
  }

  #skipped(text: string, last: boolean): number {
    let at = 0;
    for (; this.#skip > 0 && at < text.length; this.#skip--) {
      const end = this.#lineEnd(text, at, last);
      if (end === undefined) break;
      at = end.next;
    }
    return at;
  }

  /** Where the record from `from` ends and the next one starts. */
  #recordEnd(text: string, from: number, last: boolean): LineEnd | undefined {
    if (from >= text.length) return undefined;
    let end = this.#lineEnd(text, from, last);
    while (
      end !== undefined &&
      this.#dialect.multiLine &&
      splitRecord(text.slice(from, end.start), this.#dialect).open
    ) {
      const next = end.next >= text.length ? undefined : this.#lineEnd(text, end.next, last);
      if (next === undefined) return last ? { start: text.length, next: text.length } : undefined;
      end = next;
    }
    return end;
  }

  #lineEnd(text: string, from: number, last: boolean): LineEnd | undefined {
    const { lineEnd } = this.#dialect;
    const start = lineEnd === undefined ? nextLineEnd(text, from) : text.indexOf(lineEnd, from);
    if (start < 0) return last ? { start: text.length, next: text.length } : undefined;
    if (lineEnd !== undefined) return { start, next: start + lineEnd.length };
    const isReturn = text[start] === "\r";
    if (isReturn && start + 1 === text.length && !last) return undefined;
    return { start, next: start + (isReturn && text[start + 1] === "\n" ? 2 : 1) };
  }
}

interface LineEnd {
  readonly start: number;
  readonly next: number;
}

function nextLineEnd(text: string, from: number): number {
  const feed = text.indexOf("\n", from);
  const before = feed < 0 ? text.length : feed;
  const line = text.slice(from, before);
  const at = line.indexOf("\r");
  return at >= 0 ? from + at : feed;
}
