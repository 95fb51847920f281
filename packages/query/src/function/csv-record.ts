/** How records of CSV are written: Spark's options `sep`, `quote`, `escape`, `charToEscapeQuoteEscaping`, `comment` and so on. */
export interface CsvFormat {
  readonly separator: string;
  /** Empty: no quoting. */
  readonly quote: string;
  readonly escape: string;
  /** What stands before an escape character that means itself; empty: nothing can. */
  readonly escapeOfEscape: string;
  readonly comment: string;
  readonly trimsStart: boolean;
  readonly trimsEnd: boolean;
  /** What a value of quotes with nothing between them is. */
  readonly emptyValue: string;
}

/** A record as read: `undefined` for an empty value without quotes. `open` when a quote was never closed. */
export interface CsvRecord {
  readonly values: readonly (string | undefined)[];
  readonly text: string;
  readonly open: boolean;
}

/** The format that Spark's options give; `option` finds one by its name, ignoring case. */
export function csvFormat(option: (name: string) => string | undefined): CsvFormat {
  const quote = option("quote") ?? '"';
  const mark = option("escape") ?? "\\";
  const isTrue = (name: string) => option(name)?.trim().toLowerCase() === "true";
  return {
    separator: (option("sep") ?? option("delimiter") ?? ",").replaceAll("\\t", "\t"),
    quote: quote === "\0" ? "" : quote,
    escape: mark,
    escapeOfEscape: option("charToEscapeQuoteEscaping") ?? (mark === quote ? "" : mark),
    comment: option("comment") ?? "",
    trimsStart: isTrue("ignoreLeadingWhiteSpace"),
    trimsEnd: isTrue("ignoreTrailingWhiteSpace"),
    emptyValue: option("emptyValue") ?? "",
  };
}

/** Whether a line is no record but a comment. */
export function isComment(line: string, { comment }: CsvFormat): boolean {
  return comment !== "" && line.startsWith(comment);
}

/** A text that is one record, its line breaks as they are; undefined when it is empty or a comment. */
export function recordOfText(text: string, format: CsvFormat): CsvRecord | undefined {
  return text === "" || isComment(text, format) ? undefined : splitRecord(text, format);
}

/**
 * Splits a record without ever failing, as Spark's parser does: a value in quotes after which something else than a separator follows was none in quotes, and goes on
 * to the next separator with all its quotes.
 */
export function splitRecord(line: string, format: CsvFormat): CsvRecord {
  const values: (string | undefined)[] = [];
  let open = false;
  for (let at = 0; ; ) {
    const start = format.trimsStart ? afterBlanks(line, at, format) : at;
    const isQuoted = format.quote !== "" && line.startsWith(format.quote, start);
    const value = isQuoted ? quoted(line, start, format) : plain(line, start, format);
    values.push(value.text);
    open ||= value.open;
    if (value.end >= line.length) break;
    at = value.end + format.separator.length;
  }
  return { values, text: line, open };
}

function afterBlanks(line: string, from: number, { separator }: CsvFormat): number {
  let at = from;
  while (at < line.length && (line[at] ?? "") <= " " && !line.startsWith(separator, at)) at += 1;
  return at;
}

interface Scanned {
  readonly text: string | undefined;
  readonly end: number;
  readonly open: boolean;
}

function plain(line: string, at: number, format: CsvFormat): Scanned {
  const found = line.indexOf(format.separator, at);
  const end = found < 0 ? line.length : found;
  const text = format.trimsEnd ? line.slice(at, end).trimEnd() : line.slice(at, end);
  return { text: text === "" ? undefined : text, end, open: false };
}

function quoted(line: string, start: number, format: CsvFormat): Scanned {
  const { quote } = format;
  let text = "";
  let at = start + quote.length;
  while (at < line.length) {
    const escaped = escapedAt(line, at, format);
    if (escaped !== undefined) {
      text += escaped.text;
      at = escaped.end;
    } else if (line.startsWith(quote, at)) {
      const end = afterBlanks(line, at + quote.length, format);
      const closes = end >= line.length || line.startsWith(format.separator, end);
      if (!closes) return unescaped(line, quote + text, at, format);
      return { text: text === "" ? format.emptyValue : text, end, open: false };
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
  { quote, escape: mark, escapeOfEscape: before }: CsvFormat,
): { readonly text: string; readonly end: number } | undefined {
  if (mark === "") return undefined;
  if (line.startsWith(mark + quote, at)) return { text: quote, end: at + mark.length + quote.length };
  const isMark = before !== "" && line.startsWith(before + mark, at);
  return isMark ? { text: mark, end: at + before.length + mark.length } : undefined;
}

/** A value that turned out not to be in quotes: what was read of it, and the rest. */
function unescaped(line: string, soFar: string, at: number, format: CsvFormat): Scanned {
  const rest = plain(line, at, format);
  return { ...rest, text: soFar + (rest.text ?? "") };
}
