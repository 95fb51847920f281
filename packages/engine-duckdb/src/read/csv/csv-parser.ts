/** How a CSV file is written: Spark's options `sep`, `quote`, `escape`, `charToEscapeQuoteEscaping`, `comment` and so on. */
export interface CsvDialect {
  readonly separator: string;
  /** Empty: no quoting. */
  readonly quote: string;
  readonly escape: string;
  /** What stands before an escape character that means itself; empty: nothing can. */
  readonly escapeOfEscape: string;
  readonly comment: string;
  /** What records end with; absent: LF, CR LF or CR. */
  readonly lineEnd?: string;
  /** Line breaks inside quotes belong to the value. */
  readonly multiLine: boolean;
  readonly trimsStart: boolean;
  readonly trimsEnd: boolean;
  /** Lines left out at the start of a file. */
  readonly skip: number;
  /** What a value of quotes with nothing between them is. */
  readonly emptyValue: string;
}

/** A record as read: `undefined` for an empty value without quotes. `open` when a quote was never closed. */
export interface CsvRecord {
  readonly values: readonly (string | undefined)[];
  readonly text: string;
  readonly open: boolean;
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
      if (line.trim() !== "" && !this.#isComment(line)) records.push(splitRecord(line, this.#dialect));
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

  #isComment(line: string): boolean {
    return this.#dialect.comment !== "" && line.startsWith(this.#dialect.comment);
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

/** Splits one record. */
function splitRecord(line: string, dialect: CsvDialect): CsvRecord {
  const values: (string | undefined)[] = [];
  let open = false;
  for (let at = 0; ; ) {
    const start = dialect.trimsStart ? afterBlanks(line, at, dialect) : at;
    const isQuoted = dialect.quote !== "" && line.startsWith(dialect.quote, start);
    const value = isQuoted ? quoted(line, start, dialect) : plain(line, start, dialect);
    values.push(value.text);
    open ||= value.open;
    if (value.end >= line.length) break;
    at = value.end + dialect.separator.length;
  }
  return { values, text: line, open };
}

function afterBlanks(line: string, from: number, { separator }: CsvDialect): number {
  let at = from;
  while (at < line.length && (line[at] ?? "") <= " " && !line.startsWith(separator, at)) at += 1;
  return at;
}

interface Scanned {
  readonly text: string | undefined;
  readonly end: number;
  readonly open: boolean;
}

function plain(line: string, at: number, dialect: CsvDialect): Scanned {
  const found = line.indexOf(dialect.separator, at);
  const end = found < 0 ? line.length : found;
  const text = dialect.trimsEnd ? line.slice(at, end).trimEnd() : line.slice(at, end);
  return { text: text === "" ? undefined : text, end, open: false };
}

function quoted(line: string, start: number, dialect: CsvDialect): Scanned {
  const { quote } = dialect;
  let text = "";
  let at = start + quote.length;
  while (at < line.length) {
    const escaped = escapedAt(line, at, dialect);
    if (escaped !== undefined) {
      text += escaped.text;
      at = escaped.end;
    } else if (line.startsWith(quote, at)) {
      const end = afterBlanks(line, at + quote.length, dialect);
      const closes = end >= line.length || line.startsWith(dialect.separator, end);
      if (!closes) return unescaped(line, quote + text, at, dialect);
      return { text: text === "" ? dialect.emptyValue : text, end, open: false };
    } else {
      text += line[at];
      at += 1;
    }
  }
  return { text, end: line.length, open: true };
}

/** The quote or escape character that an escape stands for here. */
function escapedAt(
  line: string,
  at: number,
  { quote, escape: mark, escapeOfEscape: before }: CsvDialect,
): { readonly text: string; readonly end: number } | undefined {
  if (mark === "") return undefined;
  if (line.startsWith(mark + quote, at)) return { text: quote, end: at + mark.length + quote.length };
  const isMark = before !== "" && line.startsWith(before + mark, at);
  return isMark ? { text: mark, end: at + before.length + mark.length } : undefined;
}

/** A value that turned out not to be in quotes: what was read of it, and the rest. */
function unescaped(line: string, soFar: string, at: number, dialect: CsvDialect): Scanned {
  const rest = plain(line, at, dialect);
  return { ...rest, text: soFar + (rest.text ?? "") };
}
