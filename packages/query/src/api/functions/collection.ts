import type { Expression } from "../../expression/expression.ts";
import { Column } from "../column.ts";
import { type ColumnLike, type ColumnOrName, type ColumnOrValue, valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import {
  type Binary,
  columns,
  countExpression,
  invoke,
  type Unary,
  type Variadic,
  variadic,
  type WithTwoValues,
  type WithValue,
  withValues,
} from "./define.ts";

/** One row for each element of an array or entry of a map; none for an empty or NULL one. */
export const explode: Unary = columns("explode");
/** As `explode`; one row of NULL for an empty or NULL one. */
export const explodeOuter: Unary = columns("explode_outer");
/** As `explode`, with the position from 0. */
export const posexplode: Unary = columns("posexplode");
/** As `posexplode`; one row of NULLs for an empty or NULL one. */
export const posexplodeOuter: Unary = columns("posexplode_outer");
/** One row for each struct of an array, its fields as columns. */
export const inline: Unary = columns("inline");
/** As `inline`; one row of NULLs for an empty or NULL one. */
export const inlineOuter: Unary = columns("inline_outer");
/** Several rows of the values: `stack(lit(2), ...)`. */
export const stack: Variadic = variadic("stack");

/** The number of elements or entries. */
export const size: Unary = columns("size");
/** The number of elements or entries; NULL for NULL. */
export const cardinality: Unary = columns("cardinality");
/** The number of elements; NULL for NULL. */
export const arraySize: Unary = columns("array_size");
/** Whether an array has a value. */
export const arrayContains: WithValue = withValues("array_contains");
/** The different elements. */
export const arrayDistinct: Unary = columns("array_distinct");
/** The elements without a value. */
export const arrayRemove: WithValue = withValues("array_remove");
/** The position of a value from 1; 0 without it. */
export const arrayPosition: WithValue = withValues("array_position");
/** The array with a value at its end. */
export const arrayAppend: WithValue = withValues("array_append");
/** The array with a value at its start. */
export const arrayPrepend: WithValue = withValues("array_prepend");
/** The array with a value put in at a position, from 1, or from the end when negative. */
export function arrayInsert(column: ColumnOrName, position: ColumnOrName | number, value: ColumnOrValue): Column {
  return invoke("array_insert", columnExpression(column), countExpression(position), valueExpression(value));
}
/** The elements without NULLs. */
export const arrayCompact: Unary = columns("array_compact");
/** The elements as one text, NULLs left out or replaced. */
export const arrayJoin: (column: ColumnOrName, delimiter: ColumnOrValue, nullReplacement?: ColumnOrValue) => Column =
  withValues("array_join");
/** The greatest element. */
export const arrayMax: Unary = columns("array_max");
/** The least element. */
export const arrayMin: Unary = columns("array_min");
/** The elements in order, NULLs last. */
export const arraySort: Unary = columns("array_sort");
/** The elements in order, NULLs first when ascending. */
export function sortArray(column: ColumnOrName, ascending = true): Column {
  return invoke("sort_array", columnExpression(column), valueExpression(ascending));
}
/** The different elements of both. */
export const arrayUnion: Binary = columns("array_union");
/** The different elements that both have. */
export const arrayIntersect: Binary = columns("array_intersect");
/** The different elements that the second does not have. */
export const arrayExcept: Binary = columns("array_except");
/** Whether both have an element. */
export const arraysOverlap: Binary = columns("arrays_overlap");
/** An array of structs of the elements at the same positions. */
export const arraysZip: Variadic = variadic("arrays_zip");
/** A value several times. */
export function arrayRepeat(column: ColumnOrName, count: ColumnOrName | number): Column {
  return invoke("array_repeat", columnExpression(column), countExpression(count));
}
/** An array of arrays as one array. */
export const flatten: Unary = columns("flatten");
/** The elements from a position (1 is the first) of a length. */
export const slice: WithTwoValues = withValues("slice");
/** The numbers or times from start to stop, both included. */
export function sequence(start: ColumnOrName, stop: ColumnOrName, step?: ColumnOrName): Column {
  return invoke("sequence", ...[start, stop, ...(step === undefined ? [] : [step])].map(columnExpression));
}
/** The element at a position (1 is the first, negative from the end) or key; NULL when there is none. */
export const elementAt: WithValue = withValues("element_at");
/** As `elementAt`; NULL in every mode when there is none. */
export const tryElementAt: WithValue = withValues("try_element_at");
/** The element at a position from 0; NULL when there is none. */
export const get: WithValue = withValues("get");
/** The elements in random order. */
export const shuffle: Unary = columns("shuffle");

/** The keys of a map. */
export const mapKeys: Unary = columns("map_keys");
/** The values of a map. */
export const mapValues: Unary = columns("map_values");
/** The entries of a map as an array of structs. */
export const mapEntries: Unary = columns("map_entries");
/** A map of an array of keys and an array of values. */
export const mapFromArrays: Binary = columns("map_from_arrays");
/** A map of an array of structs. */
export const mapFromEntries: Unary = columns("map_from_entries");
/** The entries of several maps. */
export const mapConcat: Variadic = variadic("map_concat");
/** Whether a map has a key. */
export const mapContainsKey: WithValue = withValues("map_contains_key");
/** A map from text such as `a:1,b:2`. */
export const strToMap: (column: ColumnOrName, pairs?: ColumnOrValue, keyValue?: ColumnOrValue) => Column =
  withValues("str_to_map");

/** What a higher-order function asks of each element. */
export type ElementFunction = (element: Column) => ColumnLike;
/** What a higher-order function asks of each element and its position from 0, or of each key and value. */
export type PairFunction = (first: Column, second: Column) => ColumnLike;

/** What `mapZipWith` asks of each key and its two values, of which one may be NULL. */
export type EntriesFunction = (key: Column, first: Column, second: Column) => ColumnLike;

/** Each element changed; the function may take the position from 0 too. */
export function transform(column: ColumnOrName, change: PairFunction): Column {
  return invoke("transform", columnExpression(column), lambda(change));
}
/** The elements for which a condition holds; the function may take the position from 0 too. */
export function filter(column: ColumnOrName, condition: PairFunction): Column {
  return invoke("filter", columnExpression(column), lambda(condition));
}
/** Whether a condition holds for some element. */
export function exists(column: ColumnOrName, condition: ElementFunction): Column {
  return invoke("exists", columnExpression(column), lambda(condition));
}
/** Whether a condition holds for all elements. */
export function forall(column: ColumnOrName, condition: ElementFunction): Column {
  return invoke("forall", columnExpression(column), lambda(condition));
}
/** The elements brought together one by one, beginning with a value. */
export function aggregate(
  column: ColumnOrName,
  initialValue: ColumnOrValue,
  merge: PairFunction,
  finish?: ElementFunction,
): Column {
  const last = finish === undefined ? [] : [lambda(finish)];
  return invoke("aggregate", columnExpression(column), valueExpression(initialValue), lambda(merge), ...last);
}
/** As `aggregate`. */
export const reduce: typeof aggregate = aggregate;
/** The elements of two arrays at the same positions, brought together. */
export function zipWith(left: ColumnOrName, right: ColumnOrName, merge: PairFunction): Column {
  return invoke("zip_with", columnExpression(left), columnExpression(right), lambda(merge));
}
/** The entries of a map for which a condition on key and value holds. */
export function mapFilter(column: ColumnOrName, condition: PairFunction): Column {
  return invoke("map_filter", columnExpression(column), lambda(condition));
}
/** The values of two maps under the same keys, brought together. */
export function mapZipWith(left: ColumnOrName, right: ColumnOrName, merge: EntriesFunction): Column {
  return invoke("map_zip_with", columnExpression(left), columnExpression(right), lambda(merge));
}
/** The keys of a map changed, from key and value. */
export function transformKeys(column: ColumnOrName, change: PairFunction): Column {
  return invoke("transform_keys", columnExpression(column), lambda(change));
}
/** The values of a map changed, from key and value. */
export function transformValues(column: ColumnOrName, change: PairFunction): Column {
  return invoke("transform_values", columnExpression(column), lambda(change));
}

let lambdaDepth = 0;

function lambda(body: ElementFunction | PairFunction | EntriesFunction): Expression {
  const names = ["x", "y", "z"].slice(0, Math.max(1, body.length)).map((letter) => `${letter}_${lambdaDepth}`);
  const parameters = names.map((name) => new Column({ kind: "ColumnReference", name: [name] }));
  lambdaDepth += 1;
  try {
    const result = (body as (...arguments_: readonly (Column | undefined)[]) => ColumnLike)(...parameters);
    return { kind: "Lambda", parameters: names, body: result.expression };
  } finally {
    lambdaDepth -= 1;
  }
}
