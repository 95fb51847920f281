import { closestMatch } from "../diagnostics/closest-match.ts";
import type { OptionMistake } from "./option-mistake.ts";
import { COUNT, checkShape, FLAG, type OptionShape, type OptionTable, shapeOf, TEXT } from "./option-shape.ts";

/** An option whose value decides nothing here: it speaks of writing, or of how Spark does its work. */
const IDLE: OptionShape = TEXT;

function only(value: string, why: string): OptionShape {
  return { kind: "Refused", allowed: [value], why };
}

function oneOf(...values: readonly string[]): OptionShape {
  return { kind: "OneOf", values };
}

const MODE = oneOf("PERMISSIVE", "DROPMALFORMED", "FAILFAST");
const CHARSET = oneOf(
  ...["UTF-8", "UTF8", "US-ASCII", "ASCII", "ISO-8859-1", "latin1", "UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"],
  ...["windows-1252", "cp1252"],
);
const LOCALE: OptionShape = {
  kind: "Refused",
  allowed: ["US", "en-US", "en_US", "en"],
  why: "numbers and names of months are read as in English; read the column as text and convert it in the query",
};
const REBASE: OptionShape = {
  kind: "Refused",
  allowed: ["CORRECTED", "EXCEPTION"],
  why: "dates before 1582 are taken as they stand in the file; leave it out",
};

/** What all formats of text have in common. */
const TEXTS: OptionTable = { encoding: CHARSET, charset: CHARSET, lineSep: TEXT, compression: IDLE };

/** What formats have in common whose values are texts to be understood. */
const VALUES: OptionTable = {
  ...TEXTS,
  columnNameOfCorruptRecord: TEXT,
  dateFormat: TEXT,
  locale: LOCALE,
  mode: MODE,
  multiLine: FLAG,
  samplingRatio: IDLE,
  timestampFormat: TEXT,
  timestampNTZFormat: TEXT,
  timeZone: TEXT,
};

const JSON_OPTIONS: OptionTable = {
  ...VALUES,
  allowBackslashEscapingAnyCharacter: FLAG,
  allowComments: FLAG,
  allowNonNumericNumbers: FLAG,
  allowNumericLeadingZeros: FLAG,
  allowSingleQuotes: FLAG,
  allowUnquotedControlChars: FLAG,
  allowUnquotedFieldNames: FLAG,
  dropFieldIfAllNull: FLAG,
  inferTimestamp: FLAG,
  prefersDecimal: FLAG,
  primitivesAsString: FLAG,
  singleVariantColumn: TEXT,
  writeNonAsciiCharacterAsCodePoint: IDLE,
  ignoreNullFields: IDLE,
};

const CSV_OPTIONS: OptionTable = {
  ...VALUES,
  charToEscapeQuoteEscaping: TEXT,
  comment: TEXT,
  delimiter: TEXT,
  emptyValue: TEXT,
  enforceSchema: only("true", "columns are matched by position without a header, by name with one"),
  escape: TEXT,
  escapeQuotes: IDLE,
  extension: IDLE,
  header: FLAG,
  ignoreLeadingWhiteSpace: FLAG,
  ignoreTrailingWhiteSpace: FLAG,
  inferSchema: FLAG,
  inputBufferSize: IDLE,
  maxCharsPerColumn: IDLE,
  maxColumns: COUNT,
  mergeSchema: IDLE,
  nanValue: TEXT,
  negativeInf: TEXT,
  nullValue: TEXT,
  parserCaseSensitive: only("true", "names must be written as in the schema; columns of another case are rescued"),
  positiveInf: TEXT,
  preferDate: only("true", "name the column with schemaHints, as day TIMESTAMP"),
  prefersDate: only("true", "name the column with schemaHints, as day TIMESTAMP"),
  quote: TEXT,
  quoteAll: IDLE,
  singleVariantColumn: TEXT,
  sep: TEXT,
  skipRows: TEXT,
  unescapedQuoteHandling: only(
    "STOP_AT_DELIMITER",
    "a value with a quote inside, not at its ends, goes on to the next separator",
  ),
};

const XML_OPTIONS: OptionTable = {
  ...VALUES,
  arrayElementName: IDLE,
  attributePrefix: TEXT,
  declaration: IDLE,
  excludeAttribute: FLAG,
  ignoreNamespace: FLAG,
  ignoreSurroundingSpaces: FLAG,
  inferSchema: FLAG,
  nullValue: TEXT,
  prefersDecimal: FLAG,
  rootTag: IDLE,
  rowTag: TEXT,
  singleVariantColumn: TEXT,
  rowValidationXSDPath: { kind: "Refused", why: "check the rows with expectations" },
  validateName: IDLE,
  valueTag: TEXT,
  wildcardColName: { kind: "Refused", why: "elements that the schema lacks are kept in _rescued_data" },
};

/** The options of each file format; names compare ignoring case. */
const FORMAT_OPTIONS: Readonly<Record<string, OptionTable>> = {
  json: JSON_OPTIONS,
  csv: CSV_OPTIONS,
  xml: XML_OPTIONS,
  parquet: { mergeSchema: FLAG, datetimeRebaseMode: REBASE, int96RebaseMode: REBASE, compression: IDLE },
  avro: {
    avroSchema: TEXT,
    compression: IDLE,
    datetimeRebaseMode: REBASE,
    enableStableIdentifiersForUnionType: only("false", "branches of a union are called member0, member1 and on"),
    ignoreExtension: IDLE,
    mergeSchema: FLAG,
    mode: only("FAILFAST", "a damaged file ends the read; leave it out with ignoreCorruptFiles"),
    positionalFieldMatching: only("false", "fields are found by name; write aliases into avroSchema"),
    recordName: IDLE,
    recordNamespace: IDLE,
    recursiveFieldMaxDepth: { kind: "Refused", why: "a schema that contains itself cannot be a table's" },
  },
  text: { ...TEXTS, wholeText: FLAG },
  binaryfile: { compression: IDLE },
};

/** The formats that have an option, when it is one of a file format. */
function formatsWith(option: string): readonly string[] {
  return Object.keys(FORMAT_OPTIONS).filter((format) => shapeOf(FORMAT_OPTIONS[format] ?? {}, option) !== undefined);
}

/**
 * What is wrong with an option of a file format. One of another format has no effect, as in Spark; a name that no format has is a mistake when it is close to
 * one that this format has, as misspelled names are.
 */
export function checkFormatOption(option: string, value: string, format: string | undefined): readonly OptionMistake[] {
  const table = format === undefined ? undefined : FORMAT_OPTIONS[format];
  const shape = table === undefined ? undefined : shapeOf(table, option);
  if (shape !== undefined) return checkShape(option, value, shape);
  if (table === undefined || formatsWith(option).length > 0) return [];
  const known = Object.keys(table);
  return closestMatch(option, known) === undefined ? [] : [{ kind: "Unknown", option, known }];
}
