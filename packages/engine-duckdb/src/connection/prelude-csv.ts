import { type CsvFormat, csvFormat, recordOfText } from "@sluice/query";
import type { PreludeFunction } from "./prelude-definition.ts";

/** How values are written: the format of records, and what stands for values of their own kind. */
interface CsvStyle extends CsvFormat {
  readonly nullValue: string;
  readonly quotesAll: boolean;
  readonly quotesQuotes: boolean;
}

type Options = Readonly<Record<string, string>>;

const FORMATS = new Map<string, CsvFormat>();
const STYLES = new Map<string, CsvStyle>();

function formatOf(options: string): CsvFormat {
  return known(FORMATS, options, (given) => csvFormat((name) => given[name.toLowerCase()]));
}

/** Blanks around values are left out unless options keep them, unlike on reading. */
function styleOf(options: string): CsvStyle {
  return known(STYLES, options, (given) => ({
    ...csvFormat((name) => given[name.toLowerCase()]),
    emptyValue: given["emptyvalue"] ?? '""',
    comment: given["comment"] ?? "#",
    trimsStart: given["ignoreleadingwhitespace"]?.toLowerCase() !== "false",
    trimsEnd: given["ignoretrailingwhitespace"]?.toLowerCase() !== "false",
    nullValue: given["nullvalue"] ?? "",
    quotesAll: given["quoteall"]?.toLowerCase() === "true",
    quotesQuotes: given["escapequotes"]?.toLowerCase() !== "false",
  }));
}

function known<Found>(cache: Map<string, Found>, options: string, make: (options: Options) => Found): Found {
  const found = cache.get(options) ?? make(JSON.parse(options));
  cache.set(options, found);
  return found;
}

/** A line; null when nothing stands in it. */
function lineOf(values: readonly (string | null)[], style: CsvStyle): string | null {
  const line = values.map((value, i) => written(value, style, i === 0)).join(style.separator);
  return line === "" ? null : line;
}

function written(value: string | null, style: CsvStyle, isFirst: boolean): string {
  if (value === null) return style.quotesAll ? quoted(style.nullValue, style) : style.nullValue;
  const start = style.trimsStart ? value.replace(/^[\0- ]+/, "") : value;
  const text = style.trimsEnd ? start.replace(/[\0- ]+$/, "") : start;
  if (text === "") return style.emptyValue;
  return style.quotesAll || needsQuotes(text, style, isFirst) ? quoted(text, style) : text;
}

function needsQuotes(text: string, { separator, quote, quotesQuotes, comment }: CsvStyle, isFirst: boolean): boolean {
  if (quote === "") return false;
  if (isFirst && comment !== "" && text.startsWith(comment)) return true;
  return text.includes(separator) || /[\r\n]/.test(text) || (quotesQuotes && text.includes(quote));
}

function quoted(text: string, { quote, escape: mark, escapeOfEscape }: CsvStyle): string {
  const marked = mark === quote || escapeOfEscape === "" ? text : text.replaceAll(mark, escapeOfEscape + mark);
  return `${quote}${marked.replaceAll(quote, mark + quote)}${quote}`;
}

/** Texts of CSV, read and written by Spark's rules. */
export const CSV_FUNCTIONS: Readonly<Record<string, PreludeFunction>> = {
  js_csv_values: {
    parameters: ["VARCHAR", "VARCHAR"],
    returns: "VARCHAR[]",
    apply: (text, options) =>
      recordOfText(String(text), formatOf(String(options)))?.values.map((value) => value ?? null) ?? null,
  },
  js_csv_line: {
    parameters: ["VARCHAR[]", "VARCHAR"],
    returns: "VARCHAR",
    apply: (values, options) => (Array.isArray(values) ? lineOf(values, styleOf(String(options))) : null),
  },
};
