/** The types without parameters, under the names that Spark's JSON form and Delta's schemas use. */
export type AtomicKind =
  | "void"
  | "boolean"
  | "byte"
  | "short"
  | "integer"
  | "long"
  | "float"
  | "double"
  | "string"
  | "binary"
  | "date"
  | "timestamp"
  | "timestamp_ntz"
  | "interval_calendar"
  | "variant";

/** A type without parameters. */
export interface AtomicType {
  readonly kind: AtomicKind;
}

/** A fixed-point number: `precision` digits in all (1 to 38), `scale` of them after the point. */
export interface DecimalType {
  readonly kind: "decimal";
  readonly precision: number;
  readonly scale: number;
}

/** A time of day, to 10^-`precision` seconds (0 to 6). It can be computed with, not stored: Delta has no such type. */
export interface TimeType {
  readonly kind: "time";
  readonly precision: number;
}

/** The fields of intervals of months, longest first. */
export const YEAR_MONTH_FIELDS = ["year", "month"] as const;
/** The fields of intervals of microseconds, longest first. */
export const DAY_TIME_FIELDS = ["day", "hour", "minute", "second"] as const;
/** A field of an interval of months. */
export type YearMonthField = (typeof YEAR_MONTH_FIELDS)[number];
/** A field of an interval of microseconds. */
export type DayTimeField = (typeof DAY_TIME_FIELDS)[number];

/** A number of months, told in years, in months or in both: `INTERVAL YEAR TO MONTH`. One field when start and end are the same. */
export interface YearMonthIntervalType {
  readonly kind: "interval_year_month";
  readonly startField: YearMonthField;
  readonly endField: YearMonthField;
}

/** A number of microseconds, told in the fields from `startField` down to `endField`: `INTERVAL DAY TO SECOND`. One field when they are the same. */
export interface DayTimeIntervalType {
  readonly kind: "interval_day_time";
  readonly startField: DayTimeField;
  readonly endField: DayTimeField;
}

/** A list of elements of one type. `containsNull`: elements may be NULL. */
export interface ArrayType {
  readonly kind: "array";
  readonly element: DataType;
  readonly containsNull: boolean;
}

/** Entries from unique keys, never NULL, to values. `valueContainsNull`: values may be NULL. */
export interface MapType {
  readonly kind: "map";
  readonly key: DataType;
  readonly value: DataType;
  readonly valueContainsNull: boolean;
}

/** A column of a schema, or a field of a struct. Names compare ignoring case unless said otherwise. */
export interface StructField {
  readonly name: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
  /** Free-form facts about the column, as in Spark: `comment`, `delta.*` keys. Empty when there are none. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Fields in order: the type of a row, and of a struct column. */
export interface StructType {
  readonly kind: "struct";
  readonly fields: readonly StructField[];
}

/** Spark's data types. `timestamp` is an instant, `timestamp_ntz` a wall-clock time without a zone. */
export type DataType =
  | AtomicType
  | DecimalType
  | TimeType
  | YearMonthIntervalType
  | DayTimeIntervalType
  | ArrayType
  | MapType
  | StructType;

/** The type of a bare NULL. */
export const VOID: AtomicType = { kind: "void" };
/** TRUE or FALSE. */
export const BOOLEAN: AtomicType = { kind: "boolean" };
/** Spark's TINYINT: a whole number of 8 bits. */
export const BYTE: AtomicType = { kind: "byte" };
/** Spark's SMALLINT: a whole number of 16 bits. */
export const SHORT: AtomicType = { kind: "short" };
/** Spark's INT: a whole number of 32 bits. */
export const INTEGER: AtomicType = { kind: "integer" };
/** Spark's BIGINT: a whole number of 64 bits. */
export const LONG: AtomicType = { kind: "long" };
/** A floating-point number of 32 bits. */
export const FLOAT: AtomicType = { kind: "float" };
/** A floating-point number of 64 bits. */
export const DOUBLE: AtomicType = { kind: "double" };
/** Unicode text. */
export const STRING: AtomicType = { kind: "string" };
/** Bytes. */
export const BINARY: AtomicType = { kind: "binary" };
/** A day of the proleptic Gregorian calendar. */
export const DATE: AtomicType = { kind: "date" };
/** An instant, to the microsecond. */
export const TIMESTAMP: AtomicType = { kind: "timestamp" };
/** A wall-clock time without a zone, to the microsecond. */
export const TIMESTAMP_NTZ: AtomicType = { kind: "timestamp_ntz" };
/** INTERVAL YEAR TO MONTH: a number of months. */
export const INTERVAL_YEAR_MONTH: YearMonthIntervalType = yearMonthInterval("year", "month");
/** INTERVAL DAY TO SECOND: a number of microseconds. */
export const INTERVAL_DAY_TIME: DayTimeIntervalType = dayTimeInterval("day", "second");
/** Months, days and microseconds, as Spark's legacy INTERVAL; not comparable, not storable. */
export const INTERVAL_CALENDAR: AtomicType = { kind: "interval_calendar" };
/** A value that carries its own type. */
export const VARIANT: AtomicType = { kind: "variant" };

/** A decimal type. Spark's default is (10, 0). */
export function decimal(precision = 10, scale = 0): DecimalType {
  return { kind: "decimal", precision, scale };
}

/** A type of intervals of months, in one field unless an end is given. */
export function yearMonthInterval(
  startField: YearMonthField,
  endField: YearMonthField = startField,
): YearMonthIntervalType {
  return { kind: "interval_year_month", startField, endField };
}

/** A type of intervals of microseconds, in one field unless an end is given. */
export function dayTimeInterval(startField: DayTimeField, endField: DayTimeField = startField): DayTimeIntervalType {
  return { kind: "interval_day_time", startField, endField };
}

/** A type for times of day. Spark's default is to the microsecond. */
export function time(precision = 6): TimeType {
  return { kind: "time", precision };
}

/** An array type; elements may be NULL unless said otherwise. */
export function array(element: DataType, containsNull = true): ArrayType {
  return { kind: "array", element, containsNull };
}

/** A map type; values may be NULL unless said otherwise. */
export function map(key: DataType, value: DataType, valueContainsNull = true): MapType {
  return { kind: "map", key, value, valueContainsNull };
}

/** A struct type of these fields, in order. */
export function struct(fields: readonly StructField[]): StructType {
  return { kind: "struct", fields };
}

/** One column of a schema; nullable and without metadata unless said. */
export function field(
  name: string,
  dataType: DataType,
  nullable = true,
  metadata: Readonly<Record<string, unknown>> = {},
): StructField {
  return { name, dataType, nullable, metadata };
}

/** Whether two types hold the same values: names and shapes, without nullability and metadata. Field names compare as written. */
export function sameType(left: DataType, right: DataType): boolean {
  if (left.kind !== right.kind) return false;
  switch (left.kind) {
    case "decimal":
      return right.kind === "decimal" && left.precision === right.precision && left.scale === right.scale;
    case "time":
      return right.kind === "time" && left.precision === right.precision;
    case "interval_year_month":
    case "interval_day_time":
      return right.kind === left.kind && left.startField === right.startField && left.endField === right.endField;
    case "array":
      return right.kind === "array" && sameType(left.element, right.element);
    case "map":
      return right.kind === "map" && sameType(left.key, right.key) && sameType(left.value, right.value);
    case "struct":
      return right.kind === "struct" && sameFields(left.fields, right.fields);
    default:
      return true;
  }
}

function sameFields(left: readonly StructField[], right: readonly StructField[]): boolean {
  return (
    left.length === right.length &&
    left.every((one, i) => {
      const other = right[i];
      return other !== undefined && one.name === other.name && sameType(one.dataType, other.dataType);
    })
  );
}
