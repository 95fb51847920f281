import {
  array,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  INTEGER,
  LONG,
  map,
  STRING,
  struct,
  TIMESTAMP,
  TIMESTAMP_NTZ,
  time,
} from "../data-type/data-type.ts";
import { castsImplicitly, isInVariant } from "../data-type/implicit-cast.ts";
import { isAnsiInterval } from "../data-type/interval-type.ts";
import { isComparable, isIntegral, isInterval, isNested, isNumeric, isOrderable } from "../data-type/type-class.ts";
import type { TypeContext } from "./function-entry.ts";

/** What one parameter takes: the type an argument is cast to, or undefined when it does not fit. */
export interface Accept {
  readonly expected: string;
  readonly optional: boolean;
  readonly take: (type: DataType, context: TypeContext) => DataType | undefined;
}

function accept(expected: string, take: Accept["take"]): Accept {
  return { expected, optional: false, take };
}

/** Takes what casts implicitly to `to`. */
export function exactly(to: DataType, expected: string): Accept {
  return accept(expected, (type, context) => (castsImplicitly(type, to, context) ? to : undefined));
}

/** Takes a type that one of the alternatives takes as it is, else the first that takes it with a cast. */
export function oneOf(...alternatives: readonly Accept[]): Accept {
  const expected = alternatives.map((one) => one.expected).join(" or ");
  return accept(expected, (type, context) => {
    const takes = alternatives.map((one) => one.take(type, context));
    return takes.find((taken) => taken?.kind === type.kind) ?? takes.find((taken) => taken !== undefined);
  });
}

/** The same, and may be left out. */
export function optional(one: Accept): Accept {
  return { ...one, optional: true };
}

export const anything: Accept = accept("any type", (type) => type);
export const text: Accept = exactly(STRING, "STRING");
export const bytes: Accept = exactly(BINARY, "BINARY");
export const bool: Accept = exactly(BOOLEAN, "BOOLEAN");
/** Takes a BOOLEAN, and nothing that would have to be cast. */
export const condition: Accept = accept("BOOLEAN", (type) => (type.kind === "boolean" ? type : undefined));
export const int: Accept = exactly(INTEGER, "INT");
export const long: Accept = exactly(LONG, "BIGINT");
export const double: Accept = exactly(DOUBLE, "DOUBLE");
export const date: Accept = exactly(DATE, "DATE");
export const timestamp: Accept = exactly(TIMESTAMP, "TIMESTAMP");
export const timestampNtz: Accept = exactly(TIMESTAMP_NTZ, "TIMESTAMP_NTZ");

/** Any number; text becomes double. */
export const numeric: Accept = accept("NUMERIC", (type) =>
  isNumeric(type) ? type : type.kind === "string" || type.kind === "void" ? DOUBLE : undefined,
);

export const integral: Accept = accept("INTEGRAL", (type, context) =>
  isIntegral(type) ? type : type.kind === "void" ? INTEGER : widensToLong(type, context) ? LONG : undefined,
);

function widensToLong(type: DataType, context: TypeContext): boolean {
  return !(context.ansi && isNumeric(type)) && castsImplicitly(type, LONG, context);
}

export const interval: Accept = accept("INTERVAL", (type) => (isInterval(type) ? type : undefined));
/** Numbers and all intervals. */
export const numericOrInterval: Accept = oneOf(numeric, interval);
/** Numbers and intervals that are one number. */
export const measure: Accept = oneOf(
  numeric,
  accept("INTERVAL", (type) => (isAnsiInterval(type) ? type : undefined)),
);

/** STRING or BINARY as they are, all else as STRING. */
export const textOrBinary: Accept = accept("STRING or BINARY", (type, context) =>
  type.kind === "binary" ? BINARY : castsImplicitly(type, STRING, context) ? STRING : undefined,
);

/** Bytes of text or binary; other types are not taken. */
export const bytesOfText: Accept = accept("BINARY", (type) =>
  type.kind === "binary" || type.kind === "string" || type.kind === "void" ? BINARY : undefined,
);

export const orderable: Accept = accept("an orderable type", (type) => (isOrderable(type) ? type : undefined));
export const comparable: Accept = accept("a comparable type", (type) => (isComparable(type) ? type : undefined));
export const anyArray: Accept = accept("ARRAY", (type) =>
  type.kind === "array" ? type : type.kind === "void" ? array(type) : undefined,
);
export const anyMap: Accept = accept("MAP", (type) =>
  type.kind === "map" ? type : type.kind === "void" ? map(type, type) : undefined,
);
export const anyStruct: Accept = accept("STRUCT", (type) =>
  type.kind === "struct" ? type : type.kind === "void" ? struct([]) : undefined,
);
export const arrayOfText: Accept = exactly(array(STRING), "ARRAY<STRING>");
/** What `to_variant_object` makes an object or a list of. */
export const variantParts: Accept = accept("ARRAY, MAP<STRING, ..> or STRUCT", (type) =>
  isNested(type) && isInVariant(type, true) ? type : undefined,
);

export const variant: Accept = accept("VARIANT", (type) =>
  type.kind === "variant" || type.kind === "void" ? type : undefined,
);

/** TIMESTAMP, TIMESTAMP_NTZ as they are; DATE and STRING as TIMESTAMP. */
export const anyTimestamp: Accept = accept("TIMESTAMP", (type, context) =>
  type.kind === "timestamp_ntz" ? type : castsImplicitly(type, TIMESTAMP, context) ? TIMESTAMP : undefined,
);

export const timeOfDay: Accept = accept("TIME", (type) =>
  type.kind === "time" ? type : type.kind === "void" ? time() : undefined,
);

/** DATE, TIMESTAMP, TIMESTAMP_NTZ or STRING as they are: `to_date` and its kind tell them apart themselves. */
export const momentOrText: Accept = accept("STRING, DATE or TIMESTAMP", (type) =>
  ["string", "date", "timestamp", "timestamp_ntz"].includes(type.kind)
    ? type
    : type.kind === "void"
      ? STRING
      : undefined,
);

/** The same, or a number of seconds. */
export const momentTextOrNumber: Accept = oneOf(momentOrText, numeric);

/** A lambda: checked by the analyzer, whose result type is taken as it is. */
export const lambda: Accept = accept("a lambda", (type) => type);
