import type { AtomicKind, DataType } from "./data-type.ts";

const INTEGRAL_ORDER: readonly AtomicKind[] = ["byte", "short", "integer", "long"];
const INTEGRAL: ReadonlySet<string> = new Set(INTEGRAL_ORDER);
const FRACTIONAL: ReadonlySet<string> = new Set(["float", "double", "decimal"]);
const DATETIME: ReadonlySet<string> = new Set(["date", "timestamp", "timestamp_ntz"]);
const INTERVAL: ReadonlySet<string> = new Set(["interval_year_month", "interval_day_time", "interval_calendar"]);
const NESTED: ReadonlySet<string> = new Set(["array", "map", "struct"]);

/** Whether the type is byte, short, integer or long. */
export function isIntegral(type: DataType): boolean {
  return INTEGRAL.has(type.kind);
}

/** Whether the type is float, double or decimal. */
export function isFractional(type: DataType): boolean {
  return FRACTIONAL.has(type.kind);
}

/** Whether the type counts or measures: integral or fractional. */
export function isNumeric(type: DataType): boolean {
  return isIntegral(type) || isFractional(type);
}

/** Whether the type is date, timestamp or timestamp_ntz. */
export function isDatetime(type: DataType): boolean {
  return DATETIME.has(type.kind);
}

/** Whether the type is one of the three interval types. */
export function isInterval(type: DataType): boolean {
  return INTERVAL.has(type.kind);
}

/** Whether the type holds other types. */
export function isNested(type: DataType): boolean {
  return NESTED.has(type.kind);
}

/** The place of a numeric type in Spark's widening order byte < short < integer < long < float < double; undefined for others. */
export function numericRank(type: DataType): number | undefined {
  const rank = ["byte", "short", "integer", "long", "float", "double"].indexOf(type.kind);
  return rank < 0 ? undefined : rank;
}

/** Whether values of the type can be sorted and compared with `<`. */
export function isOrderable(type: DataType): boolean {
  switch (type.kind) {
    case "map":
    case "variant":
    case "interval_calendar":
      return false;
    case "array":
      return isOrderable(type.element);
    case "struct":
      return type.fields.every((field) => isOrderable(field.dataType));
    default:
      return true;
  }
}

/** Whether the type is VARIANT or has one inside. */
export function holdsVariant(type: DataType): boolean {
  switch (type.kind) {
    case "array":
      return holdsVariant(type.element);
    case "map":
      return holdsVariant(type.value);
    case "struct":
      return type.fields.some((field) => holdsVariant(field.dataType));
    default:
      return type.kind === "variant";
  }
}

/** Whether values of the type can be grouped by and compared with `=`: all but those with a map or a variant inside. */
export function isComparable(type: DataType): boolean {
  switch (type.kind) {
    case "map":
    case "variant":
      return false;
    case "array":
      return isComparable(type.element);
    case "struct":
      return type.fields.every((field) => isComparable(field.dataType));
    default:
      return true;
  }
}
