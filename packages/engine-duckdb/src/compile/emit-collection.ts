import type { DataType, TypedCall } from "@sluice/query";
import { allSql, castTo, integerOf, operandOf, sqlOf, textOf, typeOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { quoteName } from "./identifier.ts";
import { nullWhenNull } from "./null-guard.ts";
import { extremeOf, sortedList } from "./order.ts";
import { operand } from "./template.ts";

function elementType(type: DataType): DataType {
  return type.kind === "array" ? type.element : { kind: "void" };
}

function listOf(call: TypedCall, scope: Scope): string {
  return call.args.length === 0 ? `CAST([] AS ${emptyList(call.dataType)})` : `[${allSql(call, scope).join(", ")}]`;
}

function emptyList(type: DataType): string {
  return elementType(type).kind === "void" ? "INTEGER[]" : duckType(type);
}

function size(call: TypedCall, scope: Scope): string {
  const length = `${typeOf(call, 0).kind === "map" ? "cardinality" : "len"}(${sqlOf(call, 0, scope)})`;
  return castTo(call.name === "size" && !scope.session.ansi ? `coalesce(${length}, -1)` : length, "INTEGER");
}

/** `array[i]` from 0, `map[k]`. */
function element(call: TypedCall, scope: Scope): string {
  const value = operandOf(call, 0, scope);
  if (typeOf(call, 0).kind === "map") return `${value}[${sqlOf(call, 1, scope)}]`;
  const known = integerOf(call, 1);
  if (scope.session.ansi) return `sp_index_checked(${sqlOf(call, 0, scope)}, ${sqlOf(call, 1, scope)})`;
  if (known !== undefined && known >= 0) return `${value}[${known + 1}]`;
  return `sp_index(${sqlOf(call, 0, scope)}, ${sqlOf(call, 1, scope)})`;
}

function get(call: TypedCall, scope: Scope): string {
  const known = integerOf(call, 1);
  if (known !== undefined && known >= 0) return `${operandOf(call, 0, scope)}[${known + 1}]`;
  return `sp_index(${sqlOf(call, 0, scope)}, ${sqlOf(call, 1, scope)})`;
}

/** From 1, negative from the end. */
function elementAt(call: TypedCall, scope: Scope): string {
  const value = operandOf(call, 0, scope);
  if (typeOf(call, 0).kind === "map") return `${value}[${sqlOf(call, 1, scope)}]`;
  const known = integerOf(call, 1);
  const checked = scope.session.ansi && call.name === "element_at";
  if (checked) return `sp_element_at_checked(${sqlOf(call, 0, scope)}, ${sqlOf(call, 1, scope)})`;
  if (known !== undefined && known !== 0) return `${value}[${known}]`;
  return `sp_element_at(${sqlOf(call, 0, scope)}, ${sqlOf(call, 1, scope)})`;
}

function arraysZip(call: TypedCall, scope: Scope): string {
  const type = elementType(call.dataType);
  const lists = allSql(call, scope);
  if (type.kind !== "struct" || lists.length === 0) return `CAST([] AS ${duckType(call.dataType)})`;
  const fields = type.fields.map((field, i) => `${quoteName(field.name)} := ${operand(lists[i] ?? "NULL")}["_i"]`);
  const length =
    lists.length === 1 ? `len(${lists[0]})` : `greatest(${lists.map((list) => `len(${list})`).join(", ")})`;
  const anyNull = lists.map((list) => `${operand(list)} IS NULL`).join(" OR ");
  return `CASE WHEN NOT (${anyNull}) THEN list_transform(range(1, ${length} + 1), lambda "_i": struct_pack(${fields.join(", ")})) END`;
}

function sequence(call: TypedCall, scope: Scope): string {
  const [start = "NULL", stop = "NULL", step] = allSql(call, scope);
  const type = elementType(call.dataType);
  const list = duckType(call.dataType);
  if (type.kind === "date" || type.kind.startsWith("timestamp")) {
    const by =
      step ?? `CASE WHEN ${operand(start)} <= ${operand(stop)} THEN INTERVAL '1 day' ELSE INTERVAL '-1 day' END`;
    if (typeOf(call, 2).kind === "interval_year_month") return castTo(months(start, stop, by), list);
    return castTo(`generate_series(${start}, ${stop}, ${by})`, list);
  }
  const by = step ?? `CASE WHEN ${operand(start)} <= ${operand(stop)} THEN 1 ELSE -1 END`;
  return castTo(`generate_series(CAST(${start} AS BIGINT), CAST(${stop} AS BIGINT), CAST(${by} AS BIGINT))`, list);
}

/** Every item is counted from the start, so that the 31st comes back after a short month. */
function months(start: string, stop: string, by: string): string {
  const series = `generate_series(${start}, ${stop} + to_days(4), ${by})`;
  const items = `list_transform(range(0, len(${series})), lambda "_m": ${operand(start)} + CAST("_m" AS INTEGER) * ${operand(by)})`;
  return `list_filter(${items}, lambda "_d": CASE WHEN ${operand(by)} < INTERVAL '0 days' THEN "_d" >= ${operand(stop)} ELSE "_d" <= ${operand(stop)} END)`;
}

function sortArray(call: TypedCall, scope: Scope): string {
  const [list = "NULL", ascending = "true"] = allSql(call, scope);
  const element = elementType(typeOf(call, 0));
  const [up, down] = [sortedList(list, element, "ASC", "FIRST"), sortedList(list, element, "DESC", "LAST")];
  if (ascending === "true") return up;
  return ascending === "false" ? down : `CASE WHEN ${ascending} THEN ${up} ELSE ${down} END`;
}

function arrayJoin(call: TypedCall, scope: Scope): string {
  const [list = "NULL", separator = "NULL", replacement] = allSql(call, scope);
  if (replacement === undefined)
    return `array_to_string(list_filter(${list}, lambda "_x": "_x" IS NOT NULL), ${separator})`;
  return `array_to_string(list_transform(${list}, lambda "_x": coalesce("_x", ${replacement})), ${separator})`;
}

function struct(call: TypedCall, scope: Scope): string {
  const fields = call.dataType.kind === "struct" ? call.dataType.fields : [];
  const values = fields.map((field, i) => `${quoteName(field.name)} := ${sqlOf(call, i, scope)}`);
  return `struct_pack(${values.join(", ")})`;
}

function map(call: TypedCall, scope: Scope): string {
  const args = allSql(call, scope);
  if (args.length === 0) return "map()";
  const [keys, values] = [0, 1].map((odd) => args.filter((_, i) => i % 2 === odd).join(", "));
  return `map([${keys}], [${values}])`;
}

function mapConcat(call: TypedCall, scope: Scope): string {
  const maps = allSql(call, scope);
  if (maps.length === 0) return "map()";
  const entries = maps.map((one) => `map_entries(${one})`).join(" || ");
  return `map_from_entries(${entries})`;
}

function fromEntries(call: TypedCall, scope: Scope): string {
  return `sp_map_from_entries(${sqlOf(call, 0, scope)})`;
}

function containsKey(call: TypedCall, scope: Scope): string {
  return `list_contains(map_keys(${sqlOf(call, 0, scope)}), ${sqlOf(call, 1, scope)})`;
}

function strToMap(call: TypedCall, scope: Scope): string {
  const [text = "NULL", pair = "','", value = "':'"] = allSql(call, scope);
  const plain = (index: number): boolean =>
    call.args[index] === undefined || /^[^\\^$.|?*+()[\]{}]+$/.test(textOf(call, index) ?? "(");
  const divide = (of: string, by: string, index: number): string =>
    plain(index) ? `string_split(${of}, ${by})` : `string_split_regex(${of}, ${by})`;
  const parts = divide(text, pair, 1);
  const key = `${divide('"_p"', value, 2)}[1]`;
  const rest = plain(2) ? `substring("_p", length(${key}) + length(${value}) + 1)` : `js_split("_p", ${value}, '2')[2]`;
  const entry = `struct_pack(key := ${key}, value := CASE WHEN len(${divide('"_p"', value, 2)}) > 1 THEN ${rest} END)`;
  return `map_from_entries(list_transform(${parts}, lambda "_p": ${entry}))`;
}

function nested(template: string): Emitter {
  return (call, scope) =>
    castTo(
      template.replace("$1", () => sqlOf(call, 0, scope)),
      duckType(call.dataType),
    );
}

function arrayRepeat(call: TypedCall, scope: Scope): string {
  return `list_transform(range(CAST(greatest(${sqlOf(call, 1, scope)}, 0) AS BIGINT)), lambda "_i": ${sqlOf(call, 0, scope)})`;
}

/** Arrays, maps and structs. */
export const COLLECTION_FUNCTIONS: EmitterTable = {
  array: listOf,
  size,
  array_size: size,
  array_contains: "sp_array_contains($1, $2)",
  array_position: "sp_array_position($1, $2)",
  array_remove: "sp_array_remove($1, $2)",
  array_append: "CAST($1 || [$2] AS $type)",
  array_prepend: "CAST([$2] || $1 AS $type)",
  array_insert: "sp_array_insert($1, $2, $3)",
  array_distinct: "sp_array_distinct($1)",
  array_compact: 'list_filter($1, lambda "_x": "_x" IS NOT NULL)',
  array_max: (call, scope) => extremeOf(sqlOf(call, 0, scope), elementType(typeOf(call, 0)), "max"),
  array_min: (call, scope) => extremeOf(sqlOf(call, 0, scope), elementType(typeOf(call, 0)), "min"),
  array_union: "sp_array_distinct($1 || $2)",
  array_intersect: nullWhenNull("sp_array_intersect($1, $2)", 0, 1),
  array_except: "sp_array_except($1, $2)",
  arrays_overlap: "sp_arrays_overlap($1, $2)",
  arrays_zip: arraysZip,
  array_join: nullWhenNull(arrayJoin, 1, 2),
  array_repeat: nullWhenNull(arrayRepeat, 1),
  sort_array: nullWhenNull(sortArray, 1),
  slice: "sp_slice($1, $2, $3)",
  shuffle:
    'list_transform(list_sort(list_transform($1, lambda "_x": {\'r\': random(), \'x\': "_x"})), lambda "_x": struct_extract("_x", \'x\'))',
  flatten: "sp_flatten($1)",
  sequence,
  get,
  "[]": element,
  element_at: elementAt,
  try_element_at: elementAt,
  map,
  map_keys: "map_keys($1)",
  map_values: "map_values($1)",
  map_entries: nested("map_entries($1)"),
  map_from_arrays: "map($1, $2)",
  map_from_entries: fromEntries,
  map_concat: mapConcat,
  map_contains_key: containsKey,
  str_to_map: nullWhenNull(strToMap, 1, 2),
  struct,
};
