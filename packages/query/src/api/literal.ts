import {
  BINARY,
  BOOLEAN,
  type DataType,
  DOUBLE,
  decimal,
  INTEGER,
  LONG,
  STRING,
  TIMESTAMP,
  VOID,
} from "../data-type/data-type.ts";
import type { Expression, Literal, Value } from "../expression/expression.ts";
import { apiError } from "./problem.ts";

/** Anything that holds an expression: a Column of any copy of the package. */
export interface ColumnLike {
  readonly expression: Expression;
}

/** What may stand where a value is expected. Numbers become int, bigint or double by their value, dates become timestamps. */
export type LiteralValue = null | boolean | number | bigint | string | Date | Uint8Array;

/** A column or a value. */
export type ColumnOrValue = ColumnLike | LiteralValue;

/** A column or the name of one. */
export type ColumnOrName = ColumnLike | string;

const INT_LIMIT = 2 ** 31;
const LONG_LIMIT = 2n ** 63n;

/** Whether a value is a Column, recognised by its shape. */
export function isColumnLike(value: unknown): value is ColumnLike {
  return typeof value === "object" && value !== null && "expression" in value;
}

/** A value as a literal, a column as its expression, an array as a call of `array`. */
export function valueExpression(value: unknown): Expression {
  if (isColumnLike(value)) return value.expression;
  if (Array.isArray(value)) return { kind: "Call", name: "array", args: value.map(valueExpression) };
  return literal(value);
}

/** @throws QueryError for values that SQL has no literal for. */
export function literal(value: unknown): Literal {
  switch (typeof value) {
    case "string":
      return of(value, STRING);
    case "boolean":
      return of(value, BOOLEAN);
    case "number":
      return numberLiteral(value);
    case "bigint":
      return bigintLiteral(value);
    default:
      return objectLiteral(value);
  }
}

function numberLiteral(value: number): Literal {
  if (!Number.isInteger(value) || Object.is(value, -0)) return of(value, DOUBLE);
  if (value >= -INT_LIMIT && value < INT_LIMIT) return of(value, INTEGER);
  return Number.isSafeInteger(value) ? of(BigInt(value), LONG) : of(value, DOUBLE);
}

function bigintLiteral(value: bigint): Literal {
  if (value >= -LONG_LIMIT && value < LONG_LIMIT) return of(value, LONG);
  const digits = value.toString().replace("-", "").length;
  if (digits > 38) throw unsupported(`the number ${value} with more than 38 digits`);
  return of(value.toString(), decimal(digits, 0));
}

function objectLiteral(value: unknown): Literal {
  if (value === null || value === undefined) return of(null, VOID);
  if (value instanceof Uint8Array) return of(value, BINARY);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return of(BigInt(value.getTime()) * 1000n, TIMESTAMP);
  throw unsupported(value instanceof Date ? "a Date without a time" : `a value of type ${typeof value}`);
}

function of(value: Value, dataType: DataType): Literal {
  return { kind: "Literal", value, dataType };
}

function unsupported(what: string): Error {
  return apiError(
    "UNSUPPORTED_FEATURE.LITERAL_TYPE",
    `There is no literal for ${what}. Give a string, number, bigint, boolean, Date, Uint8Array or null.`,
    { value: what },
  );
}
