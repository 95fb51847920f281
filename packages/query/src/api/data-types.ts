import type { AtomicKind, DataType } from "../data-type/data-type.ts";
import * as plain from "../data-type/data-type.ts";

/** One column of a `StructType`, as PySpark's class of that name. */
export class StructField {
  readonly name: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;

  constructor(name: string, dataType: DataType, nullable = true, metadata: Readonly<Record<string, unknown>> = {}) {
    this.name = name;
    this.dataType = dataType;
    this.nullable = nullable;
    this.metadata = metadata;
  }
}

/** The columns of a table or the fields of a struct. Never changes: `add` gives a new one. */
export class StructType {
  readonly kind = "struct";
  readonly fields: readonly plain.StructField[];

  constructor(fields: readonly plain.StructField[] = []) {
    this.fields = fields;
  }

  /** The same fields and one more at the end. */
  add(name: string, dataType: DataType, nullable = true, metadata: Readonly<Record<string, unknown>> = {}): StructType {
    return new StructType([...this.fields, plain.field(name, dataType, nullable, metadata)]);
  }

  /** The names of the fields, in order. */
  fieldNames(): readonly string[] {
    return this.fields.map((field) => field.name);
  }
}

/** An array type; its elements may be null unless said. */
export class ArrayType {
  readonly kind = "array";
  readonly element: DataType;
  readonly containsNull: boolean;

  constructor(elementType: DataType, containsNull = true) {
    this.element = elementType;
    this.containsNull = containsNull;
  }
}

/** A map type; its values may be null unless said. */
export class MapType {
  readonly kind = "map";
  readonly key: DataType;
  readonly value: DataType;
  readonly valueContainsNull: boolean;

  constructor(keyType: DataType, valueType: DataType, valueContainsNull = true) {
    this.key = keyType;
    this.value = valueType;
    this.valueContainsNull = valueContainsNull;
  }
}

/** A fixed-point number; (10, 0) unless said. */
export class DecimalType {
  readonly kind = "decimal";
  readonly precision: number;
  readonly scale: number;

  constructor(precision = 10, scale = 0) {
    this.precision = precision;
    this.scale = scale;
  }
}

/** Spans of days, hours, minutes and seconds: of the fields from `startField` to `endField`, all of them unless said, one when only the first is. */
export class DayTimeIntervalType {
  readonly kind = "interval_day_time";
  readonly startField: plain.DayTimeField;
  readonly endField: plain.DayTimeField;

  constructor(startField?: plain.DayTimeField, endField?: plain.DayTimeField) {
    this.startField = startField ?? "day";
    this.endField = endField ?? startField ?? "second";
  }
}

/** Spans of years and months: of both unless said, of one when only the first is. */
export class YearMonthIntervalType {
  readonly kind = "interval_year_month";
  readonly startField: plain.YearMonthField;
  readonly endField: plain.YearMonthField;

  constructor(startField?: plain.YearMonthField, endField?: plain.YearMonthField) {
    this.startField = startField ?? "year";
    this.endField = endField ?? startField ?? "month";
  }
}

/** The constructor of a type without parameters: `new StringType()`. */
export type AtomicTypeClass<Kind extends AtomicKind> = new () => { readonly kind: Kind };

function atomic<Kind extends AtomicKind>(kind: Kind): AtomicTypeClass<Kind> {
  return class {
    readonly kind: Kind = kind;
  };
}

/** The type of NULL alone. */
export const NullType: AtomicTypeClass<"void"> = atomic("void");
/** True and false. */
export const BooleanType: AtomicTypeClass<"boolean"> = atomic("boolean");
/** Integers of 8 bits. */
export const ByteType: AtomicTypeClass<"byte"> = atomic("byte");
/** Integers of 16 bits. */
export const ShortType: AtomicTypeClass<"short"> = atomic("short");
/** Integers of 32 bits. */
export const IntegerType: AtomicTypeClass<"integer"> = atomic("integer");
/** Integers of 64 bits. */
export const LongType: AtomicTypeClass<"long"> = atomic("long");
/** Floating-point numbers of 32 bits. */
export const FloatType: AtomicTypeClass<"float"> = atomic("float");
/** Floating-point numbers of 64 bits. */
export const DoubleType: AtomicTypeClass<"double"> = atomic("double");
/** Text. */
export const StringType: AtomicTypeClass<"string"> = atomic("string");
/** Bytes. */
export const BinaryType: AtomicTypeClass<"binary"> = atomic("binary");
/** Days. */
export const DateType: AtomicTypeClass<"date"> = atomic("date");
/** Instants, to the microsecond. */
export const TimestampType: AtomicTypeClass<"timestamp"> = atomic("timestamp");
/** Wall-clock times without a zone, to the microsecond. */
export const TimestampNTZType: AtomicTypeClass<"timestamp_ntz"> = atomic("timestamp_ntz");
/** JSON-like values of any shape. */
export const VariantType: AtomicTypeClass<"variant"> = atomic("variant");

/** The type as the plain records that trees hold, whatever classes it is made of. */
export function plainType(type: DataType): DataType {
  switch (type.kind) {
    case "decimal":
      return plain.decimal(type.precision, type.scale);
    case "array":
      return plain.array(plainType(type.element), type.containsNull);
    case "map":
      return plain.map(plainType(type.key), plainType(type.value), type.valueContainsNull);
    case "struct":
      return plainStruct(type);
    case "time":
      return plain.time(type.precision);
    case "interval_year_month":
      return plain.yearMonthInterval(type.startField, type.endField);
    case "interval_day_time":
      return plain.dayTimeInterval(type.startField, type.endField);
    default:
      return { kind: type.kind };
  }
}

/** A schema as plain records. */
export function plainStruct(type: plain.StructType): plain.StructType {
  return plain.struct(
    type.fields.map((field) => plain.field(field.name, plainType(field.dataType), field.nullable, field.metadata)),
  );
}
