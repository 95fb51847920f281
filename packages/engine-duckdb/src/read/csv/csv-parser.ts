/** How a CSV file is written: Spark's options `sep`, `quote`, `escape`, `comment`. */
export interface CsvDialect {
  readonly separator: string;
  /** Empty: no quoting. */
  readonly quote: string;
  readonly escape: string;
  readonly comment: string;
  /** Line breaks inside quotes belong to the value. */
  readonly multiLine: boolean;
}

/** A record as read: `undefined` for an empty value without quotes. `open` when a quote was never closed. */
export interface CsvRecord {
  readonly values: readonly (string | undefined)[];
  readonly text: string;
  readonly open: boolean;
}

/**
 * Splits CSV text into records without ever failing: a quote that is doubled or escaped stands for itself, text after a closing quote belongs to the value.
 * Blank lines and comments are no records.
 */
export class CsvParser {
  readonly #dialect: CsvDialect;
  #rest = "";

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
  }

  /** The records complete so far; `last` gives the rest too. */
  push(text: string, last: boolean): readonly CsvRecord[] {
    this.#rest += text;
    const records: CsvRecord[] = [];
    for (let end = this.#recordEnd(last); end >= 0; end = this.#recordEnd(last)) {
      const line = this.#rest.slice(0, end).replace(/\r$/, "");
      this.#rest = this.#rest.slice(end + 1);
      if (line !== "" && !this.#isComment(line)) records.push(splitRecord(line, this.#dialect));
    }
    return records;
  }

  #isComment(line: string): boolean {
    return this.#dialect.comment !== "" && line.startsWith(this.#dialect.comment);
  }

  #recordEnd(last: boolean): number {
    let end = this.#rest.indexOf("\n");
    while (end >= 0 && this.#dialect.multiLine && splitRecord(this.#rest.slice(0, end), this.#dialect).open) {
      const next = this.#rest.indexOf("\n", end + 1);
      if (next < 0) return last ? this.#rest.length : -1;
      end = next;
    }
    if (end >= 0) return end;
    return last && this.#rest !== "" ? this.#rest.length : -1;
  }
}

/** Splits one record. */
function splitRecord(line: string, dialect: CsvDialect): CsvRecord {
  const values: (string | undefined)[] = [];
  let at = 0;
  let open = false;
  for (;;) {
    const value =
      dialect.quote !== "" && line.startsWith(dialect.quote, at) ? quoted(line, at, dialect) : plain(line, at, dialect);
    values.push(value.text);
    open ||= value.open;
    if (value.end >= line.length) break;
    at = value.end + dialect.separator.length;
  }
  return { values, text: line, open };
}

interface Scanned {
  readonly text: string | undefined;
  readonly end: number;
  readonly open: boolean;
}

function plain(line: string, at: number, dialect: CsvDialect): Scanned {
  const found = line.indexOf(dialect.separator, at);
  const end = found < 0 ? line.length : found;
  return { text: end === at ? undefined : line.slice(at, end), end, open: false };
}

function quoted(line: string, start: number, dialect: CsvDialect): Scanned {
  const { quote, escape: mark } = dialect;
  let text = "";
  let at = start + quote.length;
  while (at < line.length) {
    if (mark !== quote && mark !== "" && line.startsWith(mark + quote, at)) {
      text += quote;
      at += mark.length + quote.length;
    } else if (line.startsWith(quote + quote, at)) {
      text += quote;
      at += 2 * quote.length;
    } else if (line.startsWith(quote, at)) {
      const after = plain(line, at + quote.length, dialect);
      return { ...after, text: text + (after.text ?? "") };
    } else {
      text += line[at];
      at += 1;
    }
  }
  return { text, end: line.length, open: true };
}
