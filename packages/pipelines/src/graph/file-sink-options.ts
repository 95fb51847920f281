import type { FileExport } from "../engine/engine.ts";
import type { OptionMistake } from "../source/option-mistake.ts";

/** What files are written with, of the options that Spark's writers have. */
export interface FileWriting extends Pick<FileExport, "compression" | "header" | "delimiter"> {
  /** Options of `to_json`, for the lines of JSON files. */
  readonly json: Readonly<Record<string, string>>;
}

/** The formats of files that are written. */
export type FileFormat = "json" | "csv" | "parquet";

/** What files are written with, and what is wrong with what was asked for. */
export interface WrittenFiles {
  readonly writing: FileWriting;
  readonly mistakes: readonly OptionMistake[];
}

/** What becomes of an option: what it gives to the files; or why it is not there, and what to do instead. */
type OptionRule =
  | {
      readonly expected: string;
      /** Undefined: the value is none of those. */
      readonly take: (value: string, option: string) => Partial<FileWriting> | undefined;
    }
  | { readonly instead: string };

const FORMATTED = 'make the column a text in the query, as with date_format(at, "yyyy-MM-dd")';
const QUOTED = "leave it out: values are quoted as Spark quotes them by default";
const NUMBERS = "leave it out, and replace such numbers in the query, as with CASE WHEN isnan(x) THEN .. END";
const ONE_FILE =
  "leave it out: a batch is one file, and smaller batches make smaller files, as with maxFilesPerTrigger";
const RETENTION = "leave it out, and remove old files where they are: there is no log of files that would name them";

const FLAG: Readonly<Record<string, boolean>> = { true: true, false: false };
const UTF8 = same("UTF-8 (files are always written in it)", /^utf-?8$/i);
const LINE_FEED = same("a line feed, which all lines end with", /^\n$/);
const TEXT_COMPRESSION = oneOf({ none: "none", uncompressed: "none", gzip: "gzip" });
const PARQUET_COMPRESSION = oneOf({
  ...{ none: "none", uncompressed: "none", snappy: "snappy", gzip: "gzip" },
  ...{ zstd: "zstd", lz4_raw: "lz4_raw", brotli: "brotli" },
});
const JSON_OPTION: OptionRule = { expected: "a text", take: (value, option) => ({ json: { [option]: value } }) };
const DELIMITER: OptionRule = {
  expected: "one character that is no quote, backslash or line end",
  take: (delimiter) => (/^[^"\\\r\n]$/u.test(delimiter) ? { delimiter } : undefined),
};
const EVERYWHERE: Readonly<Record<string, OptionRule>> = {
  maxRecordsPerFile: { instead: ONE_FILE },
  retention: { instead: RETENTION },
};
const TEXTS: Readonly<Record<string, OptionRule>> = {
  ...EVERYWHERE,
  compression: TEXT_COMPRESSION,
  encoding: UTF8,
  charset: UTF8,
  lineSep: LINE_FEED,
  timestampNTZFormat: { instead: FORMATTED },
  timeZone: { instead: "set spark.sql.session.timeZone" },
  locale: { instead: FORMATTED },
};

/** The options that Spark's writers of files have, by format. */
const OPTIONS: Readonly<Record<FileFormat, Readonly<Record<string, OptionRule>>>> = {
  json: {
    ...TEXTS,
    dateFormat: JSON_OPTION,
    timestampFormat: JSON_OPTION,
    ignoreNullFields: {
      expected: "true or false",
      take: (value) => (flag(value) === undefined ? undefined : { json: { ignoreNullFields: value.toLowerCase() } }),
    },
    pretty: { instead: "leave it out: a row is a line" },
    writeNonAsciiCharacterAsCodePoint: { instead: "leave it out: files are in UTF-8" },
  },
  csv: {
    ...TEXTS,
    header: {
      expected: "true or false",
      take: (value) => (flag(value) === undefined ? undefined : { header: flag(value) === true }),
    },
    sep: DELIMITER,
    delimiter: DELIMITER,
    codec: TEXT_COMPRESSION,
    dateFormat: { instead: FORMATTED },
    timestampFormat: { instead: FORMATTED },
    quote: { instead: QUOTED },
    quoteAll: { instead: QUOTED },
    escape: { instead: QUOTED },
    escapeQuotes: { instead: QUOTED },
    charToEscapeQuoteEscaping: { instead: QUOTED },
    nullValue: { instead: "replace NULL in the query, as with coalesce(name, 'none')" },
    emptyValue: { instead: "replace empty texts in the query, as with nullif(name, '')" },
    ignoreLeadingWhiteSpace: { instead: "say ltrim(name) in the query" },
    ignoreTrailingWhiteSpace: { instead: "say rtrim(name) in the query" },
    nanValue: { instead: NUMBERS },
    positiveInf: { instead: NUMBERS },
    negativeInf: { instead: NUMBERS },
  },
  parquet: {
    ...EVERYWHERE,
    compression: PARQUET_COMPRESSION,
    "parquet.compression": PARQUET_COMPRESSION,
    "parquet.block.size": { instead: "leave it out: row groups have the engine's size" },
    "parquet.page.size": { instead: "leave it out: pages have the engine's size" },
    "parquet.enable.dictionary": { instead: "leave it out: the engine finds out where a dictionary pays" },
  },
};

/** What files of a format are written with, and what is wrong with options, whose names are taken in any case. `own` are options that are not about files. */
export function fileWriting(
  format: FileFormat,
  options: Readonly<Record<string, string>>,
  own: readonly string[],
): WrittenFiles {
  const mistakes: OptionMistake[] = [];
  let writing: FileWriting = { json: {} };
  for (const [given, value] of Object.entries(options)) {
    if (own.some((one) => isSame(one, given))) continue;
    const found = Object.entries(OPTIONS[format]).find(([one]) => isSame(one, given));
    const [option, rule] = found ?? [given];
    const taken = rule !== undefined && "take" in rule ? rule.take(value, option) : undefined;
    if (taken !== undefined) writing = { ...writing, ...taken, json: { ...writing.json, ...taken.json } };
    else mistakes.push(mistakeOf(option, value, rule, [...own, ...Object.keys(OPTIONS[format])]));
  }
  return { writing, mistakes };
}

function mistakeOf(
  option: string,
  value: string,
  rule: OptionRule | undefined,
  known: readonly string[],
): OptionMistake {
  if (rule === undefined) return { kind: "Unknown", option, known };
  if ("instead" in rule) return { kind: "NotSupported", option, value, why: rule.instead };
  return { kind: "BadValue", option, value, expected: rule.expected };
}

function oneOf(values: Readonly<Record<string, NonNullable<FileExport["compression"]>>>): OptionRule {
  const byName = new Map(Object.entries(values));
  return {
    expected: `one of ${Object.keys(values).join(", ")}`,
    take: (value) => {
      const compression = byName.get(value.trim().toLowerCase());
      return compression && { compression };
    },
  };
}

function same(expected: string, pattern: RegExp): OptionRule {
  return { expected, take: (value) => (pattern.test(value) ? {} : undefined) };
}

function flag(value: string): boolean | undefined {
  return FLAG[value.trim().toLowerCase()];
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
