import { branch, Column } from "../column.ts";
import { type ColumnLike, type ColumnOrName, type ColumnOrValue, valueExpression } from "../literal.ts";
import { columnExpression, reference } from "../name.ts";
import { apiError } from "../problem.ts";
import { expressionFromText } from "../text.ts";
import { type Binary, columns, invoke, type Unary, type Variadic, variadic } from "./define.ts";

/** The column of a name; dots reach into structs and sides of a join, back-ticks hold names with dots, `"*"` is all columns. */
export function col(name: string): Column {
  return new Column(reference(name));
}
/** As `col`. */
export const column: typeof col = col;
/** A value as a column; a Column stays as it is, an array becomes an array of values. */
export function lit(value: ColumnOrValue | readonly ColumnOrValue[]): Column {
  return new Column(valueExpression(value));
}
/** A computation in SQL: `expr("amount * 1.19")`. */
export function expr(text: string): Column {
  return new Column(expressionFromText(text));
}
/** The value of the first branch whose condition holds: `when(a, 1).when(b, 2).otherwise(3)`. */
export function when(condition: ColumnLike, value: ColumnOrValue): Column {
  return new Column({ kind: "Case", branches: [branch(condition, value)] });
}
/** A call of any built-in function by its SQL name; strings are column names. */
export function callFunction(name: string, ...args: readonly ColumnOrName[]): Column {
  return invoke(name.toLowerCase(), ...args.map(columnExpression));
}

/** Sorts ascending by a column. */
export function asc(column: ColumnOrName): Column {
  return new Column(columnExpression(column)).asc();
}
/** Sorts descending by a column. */
export function desc(column: ColumnOrName): Column {
  return new Column(columnExpression(column)).desc();
}
/** Sorts ascending, NULLs first. */
export function ascNullsFirst(column: ColumnOrName): Column {
  return new Column(columnExpression(column)).ascNullsFirst();
}
/** Sorts ascending, NULLs last. */
export function ascNullsLast(column: ColumnOrName): Column {
  return new Column(columnExpression(column)).ascNullsLast();
}
/** Sorts descending, NULLs first. */
export function descNullsFirst(column: ColumnOrName): Column {
  return new Column(columnExpression(column)).descNullsFirst();
}
/** Sorts descending, NULLs last. */
export function descNullsLast(column: ColumnOrName): Column {
  return new Column(columnExpression(column)).descNullsLast();
}

/** The first value that is not NULL. */
export const coalesce: Variadic = variadic("coalesce");
/** The second when the first is NULL. */
export const ifnull: Binary = columns("ifnull");
/** The second when the first is NULL. */
export const nvl: Binary = columns("nvl");
/** The second when the first is not NULL, else the third. */
export const nvl2: (test: ColumnOrName, notNull: ColumnOrName, isNull: ColumnOrName) => Column = columns("nvl2");
/** NULL when both are equal, else the first. */
export const nullif: Binary = columns("nullif");
/** The second when the first is not a number. */
export const nanvl: Binary = columns("nanvl");
/** Whether a value is NULL. */
export const isnull: Unary = columns("isnull");
/** Whether a value is not NULL. */
export const isnotnull: Unary = columns("isnotnull");
/** Whether a number is NaN. */
export const isnan: Unary = columns("isnan");
/** The opposite of a condition. */
export const not: Unary = columns("not");
/** The greatest of several columns, NULLs left out. */
export const greatest: Variadic = variadic("greatest");
/** The least of several columns, NULLs left out. */
export const least: Variadic = variadic("least");

/** A struct of columns, their names as field names. */
export const struct: Variadic = variadic("struct");
/** An array of columns. */
export const array: Variadic = variadic("array");
/** A map of keys and values in turn. */
export const createMap: Variadic = variadic("map");
/** A struct of names and values in turn: `namedStruct(lit("a"), col("x"))`. */
export const namedStruct: Variadic = variadic("named_struct");

/** A user-defined function: refused. */
export function udf(..._arguments: readonly unknown[]): never {
  throw apiError(
    "UNSUPPORTED_FEATURE",
    "User-defined functions are not supported: a query is computed by the engine, not in JavaScript. Use the built-in functions, or expr() with SQL.",
  );
}
/** The same DataFrame: which side of a join is copied is the engine's choice. */
export function broadcast<Frame>(frame: Frame): Frame {
  return frame;
}
/** Whether two values are equal, NULLs equal to each other. */
export const equalNull: Binary = columns("equal_null");
/** NULL for 0, else the number. */
export const nullifzero: Unary = columns("nullifzero");
/** 0 for NULL, else the number. */
export const zeroifnull: Unary = columns("zeroifnull");
