import type { DataType, Typed, TypedCall, TypedLambda } from "@sluice/query";
import { sameType } from "@sluice/query";
import { operandOf, sqlOf, typeOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { sortedList } from "./order.ts";
import { operand } from "./template.ts";

function lambdaOf(call: TypedCall, index: number): TypedLambda {
  const lambda = call.args[index];
  if (lambda?.kind !== "Lambda") throw new Error(`argument ${index + 1} of ${call.name} is a lambda`);
  return lambda;
}

/** The lambda's body with parameters replaced by SQL. */
function bodyWith(lambda: TypedLambda, replacements: readonly string[], scope: Scope): string {
  const byId = new Map(lambda.parameters.map((parameter, i) => [parameter.id, replacements[i] ?? "NULL"]));
  const inner: Scope = {
    ...scope,
    name: (column) => byId.get(column.id) ?? scope.name(column),
    sql: (expression) => scope.compileIn(expression, inner),
  };
  return inner.sql(lambda.body);
}

/** A name for a lambda of our own, apart from those of other calls around it. */
function fresh(letter: string, lambda: TypedLambda): string {
  return `"_${letter}${lambda.parameters[0]?.id ?? 0}"`;
}

function parameterNames(lambda: TypedLambda, scope: Scope): readonly string[] {
  return lambda.parameters.map((parameter) => scope.name(parameter));
}

/** Spark counts elements from 0, DuckDB from 1. */
function elementLambda(lambda: TypedLambda, scope: Scope): string {
  const [item = '"_x"', index] = parameterNames(lambda, scope);
  if (index === undefined) return `lambda ${item}: ${scope.sql(lambda.body)}`;
  return `lambda ${item}, ${index}: ${bodyWith(lambda, [item, `CAST(${index} - 1 AS INTEGER)`], scope)}`;
}

function transform(call: TypedCall, scope: Scope): string {
  return `list_transform(${sqlOf(call, 0, scope)}, ${elementLambda(lambdaOf(call, 1), scope)})`;
}

function filter(call: TypedCall, scope: Scope): string {
  return `list_filter(${sqlOf(call, 0, scope)}, ${elementLambda(lambdaOf(call, 1), scope)})`;
}

/** Three-valued: TRUE counts 2, NULL 1, FALSE 0; the greatest (or least) decides. One pass over the list. */
function quantified(name: "list_max" | "list_min", of: "0" | "2"): Emitter {
  return (call, scope) => {
    const lambda = lambdaOf(call, 1);
    const [item = '"_x"'] = parameterNames(lambda, scope);
    const votes = `list_transform(${sqlOf(call, 0, scope)}, lambda ${item}: coalesce(2 * CAST(${scope.sql(lambda.body)} AS INTEGER), 1))`;
    return `[false, NULL, true][${name}(${votes} || [${of}]) + 1]`;
  };
}

function elementType(type: DataType): DataType {
  return type.kind === "array" ? type.element : { kind: "void" };
}

/** list_reduce keeps one type for elements and result: where Spark's differ, both travel in a struct. */
function aggregate(call: TypedCall, scope: Scope): string {
  const list = sqlOf(call, 0, scope);
  const merge = lambdaOf(call, 2);
  const zero = sqlOf(call, 1, scope);
  const [accumulator = '"_a"', item = '"_x"'] = parameterNames(merge, scope);
  const type = merge.dataType;
  const element = elementType(typeOf(call, 0));
  const same = sameType(type, element);
  const folded = same
    ? `list_reduce(${list}, lambda ${accumulator}, ${item}: ${scope.sql(merge.body)}, CAST(${zero} AS ${duckType(type)}))`
    : foldStructs({ list, zero, merge, type, element }, scope);
  const finish = call.args[3];
  const guarded = `CASE WHEN ${operandOf(call, 0, scope)} IS NOT NULL THEN ${folded} END`;
  return finish?.kind === "Lambda" ? bodyWith(finish, [`(${guarded})`], scope) : guarded;
}

interface Folding {
  readonly list: string;
  readonly zero: string;
  readonly merge: TypedLambda;
  readonly type: DataType;
  readonly element: DataType;
}

function foldStructs({ list, zero, merge, type, element }: Folding, scope: Scope): string {
  const [of, as] = [duckType(type), element.kind === "void" ? "INTEGER" : duckType(element)];
  const wrapped = `list_transform(${list}, lambda "_x": struct_pack(a := CAST(NULL AS ${of}), x := "_x"))`;
  const start = `struct_pack(a := CAST(${zero} AS ${of}), x := CAST(NULL AS ${as}))`;
  const [left, right] = [fresh("l", merge), fresh("r", merge)];
  const body = bodyWith(merge, [`struct_extract(${left}, 'a')`, `struct_extract(${right}, 'x')`], scope);
  const step = `struct_pack(a := CAST(${body} AS ${of}), x := struct_extract(${right}, 'x'))`;
  return `struct_extract(list_reduce(${wrapped}, lambda ${left}, ${right}: ${step}, ${start}), 'a')`;
}

function zipWith(call: TypedCall, scope: Scope): string {
  const [left, right] = [operandOf(call, 0, scope), operandOf(call, 1, scope)];
  const lambda = lambdaOf(call, 2);
  const index = fresh("i", lambda);
  const body = bodyWith(lambda, [`${left}[${index}]`, `${right}[${index}]`], scope);
  return `CASE WHEN ${left} IS NOT NULL AND ${right} IS NOT NULL THEN list_transform(range(1, greatest(len(${left}), len(${right})) + 1), lambda ${index}: ${body}) END`;
}

/** Without a comparator NULLs come last; with one, each element's place is the number of those before it. */
function arraySort(call: TypedCall, scope: Scope): string {
  const list = sqlOf(call, 0, scope);
  const lambda: Typed | undefined = call.args[1];
  if (lambda?.kind !== "Lambda") {
    const type = call.dataType;
    return sortedList(list, type.kind === "array" ? type.element : type, "ASC", "LAST");
  }
  const [x, y, i, j] = ["x", "y", "i", "j"].map((letter) => fresh(letter, lambda));
  const body = operand(bodyWith(lambda, [y ?? "", x ?? ""], scope));
  const rank = `len(list_filter(${list}, lambda ${y}, ${j}: ${body} < 0 OR ${body} = 0 AND ${j} < ${i}))`;
  const ranked = `list_transform(${list}, lambda ${x}, ${i}: struct_pack(r := ${rank}, x := ${x}))`;
  return `list_transform(list_sort(${ranked}), lambda "_z": struct_extract("_z", 'x'))`;
}

function entryParts(lambda: TypedLambda): { readonly entry: string; readonly key: string; readonly value: string } {
  const entry = fresh("e", lambda);
  return { entry, key: `struct_extract(${entry}, 'key')`, value: `struct_extract(${entry}, 'value')` };
}

function mapFilter(call: TypedCall, scope: Scope): string {
  const { entry, key, value } = entryParts(lambdaOf(call, 1));
  const body = bodyWith(lambdaOf(call, 1), [key, value], scope);
  return `map_from_entries(list_filter(map_entries(${sqlOf(call, 0, scope)}), lambda ${entry}: ${body}))`;
}

function transformEntries(call: TypedCall, what: "key" | "value", scope: Scope): string {
  const parts = entryParts(lambdaOf(call, 1));
  const body = bodyWith(lambdaOf(call, 1), [parts.key, parts.value], scope);
  const [key, value] = what === "key" ? [body, parts.value] : [parts.key, body];
  return `map_from_entries(list_transform(map_entries(${sqlOf(call, 0, scope)}), lambda ${parts.entry}: struct_pack(key := ${key}, value := ${value})))`;
}

function mapZipWith(call: TypedCall, scope: Scope): string {
  const [left, right] = [operandOf(call, 0, scope), operandOf(call, 1, scope)];
  const key = fresh("k", lambdaOf(call, 2));
  const body = bodyWith(lambdaOf(call, 2), [key, `${left}[${key}]`, `${right}[${key}]`], scope);
  const keys = `sp_array_distinct(map_keys(${left}) || map_keys(${right}))`;
  return `map_from_entries(list_transform(${keys}, lambda ${key}: struct_pack(key := ${key}, value := ${body})))`;
}

/** Functions that take a lambda. */
export const HIGHER_ORDER_FUNCTIONS: EmitterTable = {
  transform,
  filter,
  exists: quantified("list_max", "0"),
  forall: quantified("list_min", "2"),
  aggregate,
  zip_with: zipWith,
  array_sort: arraySort,
  map_filter: mapFilter,
  map_zip_with: mapZipWith,
  transform_keys: (call, scope) => transformEntries(call, "key", scope),
  transform_values: (call, scope) => transformEntries(call, "value", scope),
};
