import { widestType } from "../../data-type/coercion.ts";
import type { DataType, StructField } from "../../data-type/data-type.ts";
import { field, INTEGER, STRING, struct, VARIANT } from "../../data-type/data-type.ts";
import { anyArray, anyMap, anything, int, oneOf, text, variant } from "../accept.ts";
import { generator } from "../define.ts";
import { type Argument, type Coercion, type FunctionEntry, mismatch, type ResultRule } from "../function-entry.ts";
import { typeAt } from "../result-rule.ts";

function elementFields(args: readonly Argument[]): readonly StructField[] {
  const type = typeAt(args, 0);
  if (type.kind === "map") return [field("key", type.key, false), field("value", type.value, type.valueContainsNull)];
  return type.kind === "array" ? [field("col", type.element, type.containsNull)] : [];
}

const inlined: ResultRule = (args) => {
  const type = typeAt(args, 0);
  if (type.kind !== "array" || type.element.kind !== "struct") {
    return mismatch("UNEXPECTED_INPUT_TYPE", "`inline` needs an array of structs", 0);
  }
  const { containsNull } = type;
  return struct(type.element.fields.map((one) => ({ ...one, nullable: one.nullable || containsNull })));
};

function columnCount(args: readonly Argument[]): number {
  const rows = args[0]?.constant;
  return typeof rows === "number" && rows > 0 ? Math.ceil((args.length - 1) / rows) : 0;
}

const stackCoercion: Coercion = (args, context) => {
  const columns = columnCount(args);
  if (columns === 0)
    return mismatch("NON_FOLDABLE_INPUT", "the number of rows of `stack` must be a positive constant", 0);
  const types: DataType[] = [INTEGER];
  for (let i = 1; i < args.length; i++) {
    const column = args.filter((_, j) => j > 0 && (j - i) % columns === 0).map((arg) => arg.dataType);
    const type = widestType(column, context);
    if (type === undefined)
      return mismatch(
        "STACK_COLUMN_DIFF_TYPES",
        `column ${(i - 1) % columns} of \`stack\` has values of different types`,
        i,
      );
    types.push(type);
  }
  return types;
};

const stacked: ResultRule = (args) =>
  struct(Array.from({ length: columnCount(args) }, (_, i) => field(`col${i}`, typeAt(args, i + 1))));

/** Functions that make rows. Their `_outer` aliases give one row of NULLs for an empty or NULL input: `GeneratePlan.outer`. */
export const GENERATORS: readonly FunctionEntry[] = [
  generator("explode", [oneOf(anyArray, anyMap)], (args) => struct(elementFields(args)), {
    aliases: ["explode_outer"],
    names: ["collection"],
  }),
  generator(
    "posexplode",
    [oneOf(anyArray, anyMap)],
    (args) => struct([field("pos", INTEGER, false), ...elementFields(args)]),
    { aliases: ["posexplode_outer"], names: ["collection"] },
  ),
  generator("inline", [anyArray], inlined, { aliases: ["inline_outer"], names: ["input"] }),
  generator(
    "variant_explode",
    [variant],
    () => struct([field("pos", INTEGER, false), field("key", STRING), field("value", VARIANT, false)]),
    { aliases: ["variant_explode_outer"], names: ["input"] },
  ),
  generator("stack", [int, anything], stacked, { variadic: true, coerce: stackCoercion }),
  generator("json_tuple", [text, text], (args) => struct(args.slice(1).map((_, i) => field(`c${i}`, STRING))), {
    variadic: true,
  }),
];
