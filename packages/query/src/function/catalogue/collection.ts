import { widerType } from "../../data-type/coercion.ts";
import {
  array,
  BOOLEAN,
  type DataType,
  field,
  INTEGER,
  LONG,
  map,
  STRING,
  struct,
  TIMESTAMP,
  VOID,
} from "../../data-type/data-type.ts";
import { anyArray, anyMap, anything, arrayOfText, bool, int, integral, oneOf, optional, text } from "../accept.ts";
import { chain, together } from "../coercion-rule.ts";
import { castEach, scalar } from "../define.ts";
import {
  type Argument,
  type Coercion,
  type FunctionEntry,
  mismatch,
  type NullRule,
  type ResultRule,
} from "../function-entry.ts";
import { arrayOf, elementAt, mayBeNull, neverNull, sameAs, typeAt } from "../result-rule.ts";

/** The array at 0 and the value at `index` get a common element type. */
function arrayAndElement(
  index: number,
  others: Coercion = (args) => args.map((arg) => arg.dataType),
  absent: "taken" | "refused" = "taken",
): Coercion {
  return (args, context) => {
    const types = castEach([anyArray, anything])(args, context);
    if ("kind" in types) return types;
    const list = types[0];
    const value = args[index]?.dataType ?? VOID;
    if (value.kind === "void" && absent === "refused") {
      return mismatch("NULL_TYPE", "NULL is in no array: test with `exists(.., x -> x IS NULL)`", index);
    }
    if (list?.kind !== "array") return types;
    const element = widerType(list.element, value, context);
    if (element === undefined)
      return mismatch("ARRAY_FUNCTION_DIFF_TYPES", "the value has another type than the array's elements");
    const rest = others(args, context);
    if ("kind" in rest) return rest;
    return rest.map((type, i) => (i === 0 ? array(element, list.containsNull) : i === index ? element : type));
  };
}

const withElement: ResultRule = (args) => array(elementAt(args, 0), true);

const sameArrays: Coercion = chain(castEach([anyArray]), together());

const withoutNulls: ResultRule = (args) => array(elementAt(args, 0), false);

const eitherNulls: ResultRule = (args) => {
  const hasNull = args.some(({ dataType }) => dataType.kind === "array" && dataType.containsNull);
  return array(elementAt(args, 0), hasNull);
};

const arrayType: ResultRule = (args) =>
  array(
    typeAt(args, 0),
    args.some((arg) => arg.nullable),
  );

const mapCoercion: Coercion = (args, context) => {
  if (args.length % 2 === 1)
    return {
      kind: "Fault",
      condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
      message: "`map` needs a value for every key",
    };
  return chain(
    together(0, (i) => i % 2 === 0),
    together(0, (i) => i % 2 === 1),
  )(args, context);
};

const mapType: ResultRule = (args) => {
  const nullable = args.some((arg, i) => i % 2 === 1 && arg.nullable);
  return map(typeAt(args, 0), args.length === 0 ? VOID : typeAt(args, 1), nullable);
};

const structType: ResultRule = (args) =>
  struct(args.map((arg, i) => field(arg.name ?? `col${i + 1}`, arg.dataType, arg.nullable)));

const zipType: ResultRule = (args) => {
  const fields = args.map((arg, i) => field(arg.name ?? String(i), elementAt(args, i)));
  return array(struct(fields), false);
};

const sequenceCoercion: Coercion = (args, context) => {
  const ends = args.slice(0, 2).map((arg) => arg.dataType);
  if (ends.every((type) => type.kind === "string")) return args.map((arg, i) => (i < 2 ? TIMESTAMP : arg.dataType));
  const types = together(0, (i) => i < 2)(args, context);
  if ("kind" in types) return types;
  const isMoment = types[0]?.kind === "date" || types[0]?.kind === "timestamp" || types[0]?.kind === "timestamp_ntz";
  return isMoment ? types : together()(args, context);
};

const valueByKey: Coercion = (args, context) => {
  const [container, key] = args;
  if (container?.dataType.kind === "map" && key) return [container.dataType, container.dataType.key];
  return castEach([anyArray, int])(args, context);
};

const valueType: ResultRule = (args) => {
  const type = typeAt(args, 0);
  if (type.kind === "map") return type.value;
  return type.kind === "array" ? type.element : VOID;
};

function part(args: readonly Argument[], which: "key" | "value"): DataType {
  const type = typeAt(args, 0);
  return type.kind === "map" ? type[which] : VOID;
}

function hasNullValues(args: readonly Argument[]): boolean {
  const type = typeAt(args, 0);
  return type.kind === "map" && type.valueContainsNull;
}

const entriesType: ResultRule = (args) =>
  array(
    struct([field("key", part(args, "key"), false), field("value", part(args, "value"), hasNullValues(args))]),
    false,
  );

const fromEntries: ResultRule = (args) => {
  const entry = elementAt(args, 0);
  if (entry.kind !== "struct" || entry.fields.length !== 2) {
    return mismatch("MAP_FROM_ENTRIES_WRONG_TYPE", "`map_from_entries` needs an array of structs of two fields", 0);
  }
  return map(entry.fields[0]?.dataType ?? VOID, entry.fields[1]?.dataType ?? VOID, entry.fields[1]?.nullable ?? true);
};

const fromArrays: ResultRule = (args) => {
  const values = typeAt(args, 1);
  return map(elementAt(args, 0), elementAt(args, 1), values.kind === "array" && values.containsNull);
};

const flattened: ResultRule = (args) => {
  const inner = elementAt(args, 0);
  return inner.kind === "array" ? inner : mismatch("UNEXPECTED_INPUT_TYPE", "`flatten` needs an array of arrays", 0);
};

const nullable = { nullable: mayBeNull };

/** NULL when an argument is, or holds a NULL that could be the answer. */
const nullIfElement: NullRule = (args) =>
  args.some((arg) => arg.nullable || (arg.dataType.kind === "array" && arg.dataType.containsNull));

/** Arrays. Positions count as in Spark: `element_at`, `slice`, `array_insert` and `array_position` from 1, `get` and `[]` from 0. */
export const ARRAYS: readonly FunctionEntry[] = [
  scalar("array", [anything], arrayType, { coerce: together(), variadic: true, minimum: 0, nullable: neverNull }),
  scalar("size", [oneOf(anyArray, anyMap)], INTEGER, { aliases: ["cardinality"] }),
  scalar("array_size", [anyArray], INTEGER),
  scalar("array_contains", [anyArray, anything], BOOLEAN, {
    coerce: arrayAndElement(1, undefined, "refused"),
    nullable: nullIfElement,
  }),
  scalar("array_position", [anyArray, anything], LONG, { coerce: arrayAndElement(1) }),
  scalar("array_remove", [anyArray, anything], sameAs(0), { coerce: arrayAndElement(1) }),
  scalar("array_append", [anyArray, anything], withElement, {
    coerce: arrayAndElement(1),
    nullable: (args) => args[0]?.nullable ?? true,
  }),
  scalar("array_prepend", [anyArray, anything], withElement, {
    coerce: arrayAndElement(1),
    nullable: (args) => args[0]?.nullable ?? true,
  }),
  scalar("array_insert", [anyArray, int, anything], withElement, {
    coerce: arrayAndElement(2, castEach([anyArray, int, anything])),
  }),
  scalar("array_distinct", [anyArray], sameAs(0)),
  scalar("array_compact", [anyArray], withoutNulls),
  scalar("array_max", [anyArray], (args) => elementAt(args, 0), nullable),
  scalar("array_min", [anyArray], (args) => elementAt(args, 0), nullable),
  scalar("array_union", [anyArray, anyArray], eitherNulls, { coerce: sameArrays }),
  scalar("array_intersect", [anyArray, anyArray], sameAs(0), { coerce: sameArrays }),
  scalar("array_except", [anyArray, anyArray], sameAs(0), { coerce: sameArrays }),
  scalar("arrays_overlap", [anyArray, anyArray], BOOLEAN, { coerce: sameArrays, nullable: nullIfElement }),
  scalar("arrays_zip", [anyArray], zipType, { variadic: true, minimum: 0 }),
  scalar("array_join", [arrayOfText, text, optional(text)], STRING),
  scalar("array_repeat", [anything, int], (args) => array(typeAt(args, 0), args[0]?.nullable ?? true), {
    nullable: (args) => args[1]?.nullable ?? true,
  }),
  scalar("sort_array", [anyArray, optional(bool)], sameAs(0)),
  scalar("slice", [anyArray, int, int], sameAs(0)),
  scalar("shuffle", [anyArray, optional(integral)], sameAs(0), { deterministic: false }),
  scalar("flatten", [anyArray], flattened, { nullable: nullIfElement }),
  scalar("sequence", [anything, anything, optional(anything)], arrayOf(0, false), { coerce: sequenceCoercion }),
  scalar("get", [anyArray, int], (args) => elementAt(args, 0), nullable),
  scalar("element_at", [oneOf(anyArray, anyMap), anything], valueType, { coerce: valueByKey, ...nullable }),
  scalar("try_element_at", [oneOf(anyArray, anyMap), anything], valueType, { coerce: valueByKey, ...nullable }),
];

/** Maps and structs. `struct` holds the values only: the names are those of its type's fields; `named_struct` is written out as `struct`. */
export const MAPS_AND_STRUCTS: readonly FunctionEntry[] = [
  scalar("map", [anything], mapType, { coerce: mapCoercion, variadic: true, minimum: 0, nullable: neverNull }),
  scalar("map_keys", [anyMap], (args) => array(part(args, "key"))),
  scalar("map_values", [anyMap], (args) => array(part(args, "value"))),
  scalar("map_entries", [anyMap], entriesType),
  scalar("map_from_arrays", [anyArray, anyArray], fromArrays),
  scalar("map_from_entries", [anyArray], fromEntries, { nullable: nullIfElement }),
  scalar("map_concat", [anyMap], (args) => (args.length === 0 ? map(STRING, STRING, false) : typeAt(args, 0)), {
    coerce: chain(castEach([anyMap]), together()),
    variadic: true,
    minimum: 0,
  }),
  scalar("map_contains_key", [anyMap, anything], BOOLEAN, { coerce: valueByKey, ...nullable }),
  scalar("str_to_map", [text, optional(text), optional(text)], map(STRING, STRING)),
  scalar("struct", [anything], structType, { variadic: true, minimum: 0, nullable: neverNull }),
];
