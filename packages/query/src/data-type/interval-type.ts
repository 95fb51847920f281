import {
  DAY_TIME_FIELDS,
  type DataType,
  type DayTimeIntervalType,
  dayTimeInterval,
  INTERVAL_DAY_TIME,
  INTERVAL_YEAR_MONTH,
  YEAR_MONTH_FIELDS,
  type YearMonthIntervalType,
  yearMonthInterval,
} from "./data-type.ts";

/** An interval that is one number: of months, or of microseconds. */
export type AnsiIntervalType = YearMonthIntervalType | DayTimeIntervalType;

/** Whether the type is an interval of months or one of microseconds; calendar intervals are not. */
export function isAnsiInterval(type: DataType): type is AnsiIntervalType {
  return type.kind === "interval_year_month" || type.kind === "interval_day_time";
}

/** The interval type of two fields in any case, one field when they are the same; undefined when they make no type. */
export function intervalTypeOf(start: string, end: string = start): AnsiIntervalType | undefined {
  const [first, last] = [start.toLowerCase(), end.toLowerCase()];
  return (
    rangeOf(YEAR_MONTH_FIELDS, first, last, yearMonthInterval) ?? rangeOf(DAY_TIME_FIELDS, first, last, dayTimeInterval)
  );
}

function rangeOf<Field extends string, Type>(
  fields: readonly Field[],
  first: string,
  last: string,
  make: (start: Field, end: Field) => Type,
): Type | undefined {
  const [start, end] = [fields.find((one) => one === first), fields.find((one) => one === last)];
  return start && end && fields.indexOf(start) <= fields.indexOf(end) ? make(start, end) : undefined;
}

/** The type with all fields of its kind, as computed intervals have them; calendar intervals as they are. */
export function allFields(type: DataType): DataType {
  if (type.kind === "interval_year_month") return INTERVAL_YEAR_MONTH;
  return type.kind === "interval_day_time" ? INTERVAL_DAY_TIME : type;
}

/** The fields of an interval, longest first. */
export function intervalFields({ startField, endField }: AnsiIntervalType): readonly string[] {
  const all: readonly string[] = [...YEAR_MONTH_FIELDS, ...DAY_TIME_FIELDS];
  return all.slice(all.indexOf(startField), all.indexOf(endField) + 1);
}

/** `day to second`; `day` for the one field. */
export function fieldsText({ startField, endField }: AnsiIntervalType): string {
  return startField === endField ? startField : `${startField} to ${endField}`;
}

/** The type with the fields of both and all between; undefined when one counts months and the other microseconds. */
export function widerInterval(left: DataType, right: DataType): AnsiIntervalType | undefined {
  if (!isAnsiInterval(left) || !isAnsiInterval(right) || left.kind !== right.kind) return undefined;
  const order: readonly string[] = [...YEAR_MONTH_FIELDS, ...DAY_TIME_FIELDS];
  const found = [left, right].flatMap(({ startField, endField }) => [
    order.indexOf(startField),
    order.indexOf(endField),
  ]);
  return intervalTypeOf(order[Math.min(...found)] ?? "", order[Math.max(...found)] ?? "");
}
