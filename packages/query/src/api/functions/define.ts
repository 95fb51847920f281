import type { DataType } from "../../data-type/data-type.ts";
import { sqlType } from "../../data-type/simple-string.ts";
import type { Expression } from "../../expression/expression.ts";
import { Column } from "../column.ts";
import { plainType } from "../data-types.ts";
import { type ColumnLike, type ColumnOrName, type ColumnOrValue, isColumnLike, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";

/** A function without arguments. */
export type Nullary = () => Column;
/** A function of one column; a string is a column's name. */
export type Unary = (column: ColumnOrName) => Column;
/** A function of two columns; strings are column names. */
export type Binary = (left: ColumnOrName, right: ColumnOrName) => Column;
/** A function of three columns; strings are column names. */
export type Ternary = (first: ColumnOrName, second: ColumnOrName, third: ColumnOrName) => Column;
/** A function of any number of columns; strings are column names. */
export type Variadic = (...columns: readonly (ColumnOrName | readonly ColumnOrName[])[]) => Column;
/** A function of a column and a value; a string for the column is its name, one for the value is text. */
export type WithValue = (column: ColumnOrName, value: ColumnOrValue) => Column;
/** A function of a column and a value that may be left out. */
export type WithOptionalValue = (column: ColumnOrName, value?: ColumnOrValue) => Column;
/** A function of a column and two values. */
export type WithTwoValues = (column: ColumnOrName, first: ColumnOrValue, second: ColumnOrValue) => Column;
/** A function of a column and a number; a string for the number is a column's name. */
export type WithCount = (column: ColumnOrName, count: ColumnOrName | number) => Column;

/** A function without arguments. */
export function nullary(name: string): Nullary {
  return () => invoke(name);
}

/** A function whose arguments are all columns: one, two, three, as its written type says. */
export function columns(name: string): (...columns: readonly ColumnOrName[]) => Column {
  return (...args) => invoke(name, ...args.map(columnExpression));
}

/** A function of any number of columns, also in arrays. */
export function variadic(name: string): Variadic {
  return (...args) => invoke(name, ...args.flat().map(columnExpression));
}

/** A function of a column followed by values; values that are left out are not passed. */
export function withValues(
  name: string,
): (column: ColumnOrName, ...values: readonly (ColumnOrValue | undefined)[]) => Column {
  return (column, ...values) => invoke(name, columnExpression(column), ...given(values));
}

/** A function of a column and a number, where a string is a column's name. */
export function withCount(name: string): WithCount {
  return (column, count) => invoke(name, columnExpression(column), countExpression(count));
}

/** A call of a catalogue function. */
export function invoke(name: string, ...args: readonly Expression[]): Column {
  return new Column({ kind: "Call", name, args });
}

/** The values that were given, as expressions. */
export function given(values: readonly (ColumnOrValue | undefined)[]): readonly Expression[] {
  return values.filter((value) => value !== undefined).map(valueExpression);
}

/** A number as a literal; a string as a column's name. */
export function countExpression(count: ColumnOrName | number): Expression {
  return typeof count === "number" ? valueExpression(count) : columnExpression(count);
}

/** A schema argument as the DDL text that functions take: text as it is, a type printed, a Column itself. */
export function schemaArgument(schema: string | DataType | ColumnLike): Expression {
  if (isColumnLike(schema)) return schema.expression;
  return valueExpression(typeof schema === "string" ? schema : sqlType(plainType(schema)));
}

/** Options as the map that functions take; none when there are none. */
export function optionsArgument(options: Readonly<Record<string, string>> | undefined): readonly Expression[] {
  const entries = Object.entries(options ?? {});
  return entries.length === 0 ? [] : [{ kind: "Call", name: "map", args: entries.flat().map(valueExpression) }];
}
