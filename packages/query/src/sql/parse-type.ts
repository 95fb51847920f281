import type { AtomicKind, DataType, StructField, StructType } from "../data-type/data-type.ts";
import { array, decimal, field, map, struct, time } from "../data-type/data-type.ts";
import { intervalTypeOf } from "../data-type/interval-type.ts";
import type { Span } from "../expression/expression.ts";
import type { Parser } from "./cursor.ts";
import { parseString } from "./parse-literal.ts";
import { problemAt } from "./syntax-problem.ts";

const ATOMIC: Readonly<Record<string, AtomicKind>> = {
  ...{ BOOLEAN: "boolean", TINYINT: "byte", BYTE: "byte", SMALLINT: "short", SHORT: "short" },
  ...{ INT: "integer", INTEGER: "integer", BIGINT: "long", LONG: "long", FLOAT: "float", REAL: "float" },
  ...{ DOUBLE: "double", DATE: "date", TIMESTAMP: "timestamp", TIMESTAMP_LTZ: "timestamp" },
  ...{ TIMESTAMP_NTZ: "timestamp_ntz", STRING: "string", BINARY: "binary", VOID: "void", NULL: "void" },
  ...{ VARIANT: "variant" },
};

/** Reads a data type in any of Spark's spellings. CHAR(n) and VARCHAR(n) are strings. */
export function parseType(parser: Parser): DataType {
  return parser.nested(() => {
    const token = parser.next();
    if (token.kind !== "word") throw parser.fail("expected a data type", token);
    const reader = READERS[token.key];
    if (reader) return reader(parser, parser.span(token.start));
    const kind = ATOMIC[token.key];
    if (kind === undefined) throw unknownType(parser.span(token.start), token.value);
    if (kind === "string" && parser.accept("COLLATE")) parser.name("a collation");
    return { kind };
  });
}

type TypeReader = (parser: Parser, span: Span) => DataType;

const READERS: Readonly<Record<string, TypeReader>> = {
  ...{ DECIMAL: fixedPoint, DEC: fixedPoint, NUMERIC: fixedPoint },
  ...{ CHAR: sized, CHARACTER: sized, VARCHAR: sized, INTERVAL: interval },
  TIME: timeOfDay,
  ARRAY: (parser) => angled(parser, () => array(parseType(parser))),
  MAP: (parser) =>
    angled(parser, () => {
      const key = parseType(parser);
      parser.expect(",");
      return map(key, parseType(parser));
    }),
  STRUCT: (parser) => {
    if (parser.accept("<>")) return struct([]);
    return angled(parser, () => struct(parser.at(">") ? [] : parser.list(() => parseColumn(parser))));
  },
};

function angled<T extends DataType>(parser: Parser, inner: () => T): T {
  parser.expect("<");
  const type = inner();
  parser.expect(">");
  return type;
}

function fixedPoint(parser: Parser, span: Span): DataType {
  if (!parser.accept("(")) return decimal();
  const precision = wholeNumber(parser);
  const scale = parser.accept(",") ? wholeNumber(parser) : 0;
  parser.expect(")");
  if (precision > 38) {
    throw problemAt(
      parser.span(span.start),
      `Decimal precision ${precision} exceeds max precision 38.`,
      { precision: String(precision), maxPrecision: "38" },
      { condition: "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", sqlState: "22003" },
    );
  }
  if (scale <= precision) return decimal(precision, scale);
  throw problemAt(
    parser.span(span.start),
    `Decimal scale (${scale}) cannot be greater than precision (${precision}).`,
    {},
    { condition: "INVALID_DECIMAL_SCALE", sqlState: "42611" },
  );
}

function timeOfDay(parser: Parser, span: Span): DataType {
  if (!parser.accept("(")) return time();
  const precision = wholeNumber(parser);
  parser.expect(")");
  if (precision <= 6) return time(precision);
  throw problemAt(
    parser.span(span.start),
    `The seconds precision ${precision} of the TIME data type is out of the supported range [0, 6].`,
    { precision: String(precision), minSupported: "0", maxSupported: "6" },
    { condition: "UNSUPPORTED_TIME_PRECISION", sqlState: "0A001" },
  );
}

function wholeNumber(parser: Parser): number {
  const token = parser.peek();
  if (token.kind !== "number" || !/^\d+$/.test(token.value)) throw parser.fail("expected a whole number");
  parser.next();
  return Number(token.value);
}

function sized(parser: Parser, span: Span): DataType {
  const name = span.text.slice(span.start, span.end).toUpperCase();
  if (!parser.accept("(")) {
    throw problemAt(
      span,
      `DataType "${name}" requires a length parameter, for example "${name}"(10). Please specify the length.`,
      { type: `"${name}"` },
      { condition: "DATATYPE_MISSING_SIZE", sqlState: "42K01" },
    );
  }
  wholeNumber(parser);
  parser.expect(")");
  return { kind: "string" };
}

const RANGE_WORDS = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];

function interval(parser: Parser, span: Span): DataType {
  const from = parser.acceptAny(...RANGE_WORDS);
  if (from === undefined) return { kind: "interval_calendar" };
  const to = parser.accept("TO") ? parser.acceptAny(...RANGE_WORDS) : from;
  if (to === undefined) throw parser.fail(`expected one of ${RANGE_WORDS.join(", ")}`);
  const type = intervalTypeOf(from, to);
  if (type === undefined) throw noRange(parser.span(span.start), from, to);
  return type;
}

function noRange(span: Span, from: string, to: string): Error {
  return problemAt(
    span,
    `${from} TO ${to} is no range of an interval. Use YEAR TO MONTH, or two of DAY, HOUR, MINUTE, SECOND in this order.`,
    { intervalInput: "", from, to },
    { condition: "_LEGACY_ERROR_TEMP_0028", sqlState: "42601" },
  );
}

function unknownType(span: Span, name: string): Error {
  const shown = name.toUpperCase();
  return problemAt(
    span,
    `Unsupported data type "${shown}". Use a type of Spark such as STRING, BIGINT, DECIMAL(10, 2), ARRAY<INT>.`,
    { typeName: `"${shown}"` },
    { condition: "UNSUPPORTED_DATATYPE", sqlState: "0A000" },
  );
}

/** Whether a time of day is part of a type: no file and no table has a column for it. */
function holdsTime(type: DataType): boolean {
  if (type.kind === "array") return holdsTime(type.element);
  if (type.kind === "map") return holdsTime(type.key) || holdsTime(type.value);
  return type.kind === "time";
}

/** Reads a column of a schema or a field of a struct: `name[:] type [NOT NULL] [COMMENT '..']`. */
export function parseColumn(parser: Parser): StructField {
  const name = parser.name("a column name");
  parser.accept(":");
  const { start } = parser.peek();
  const dataType = parseType(parser);
  if (holdsTime(dataType)) throw unknownType(parser.span(start), "TIME");
  let nullable = true;
  let comment: string | undefined;
  for (;;) {
    if (parser.accept("NOT", "NULL")) nullable = false;
    else if (parser.sees(["COMMENT"]) && parser.peek(1).kind === "string") comment = commentText(parser);
    else break;
  }
  return field(name, dataType, nullable, comment === undefined ? {} : { comment });
}

function commentText(parser: Parser): string {
  parser.expect("COMMENT");
  return String(parseString(parser).value);
}

/** Reads the columns of a schema, or one `STRUCT<..>`, up to the end of the text. */
export function parseColumns(parser: Parser): StructType {
  const whole = parser.sees(["STRUCT", "<"]) || parser.sees(["STRUCT", "<>"]);
  const type = whole ? parseType(parser) : undefined;
  if (type?.kind === "struct") return type;
  return struct(parser.peek().kind === "end" ? [] : parser.list(() => parseColumn(parser)));
}
