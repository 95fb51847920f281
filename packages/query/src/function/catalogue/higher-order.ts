import { array, BOOLEAN, INTEGER, map, sameType, VOID } from "../../data-type/data-type.ts";
import { anyArray, anyMap, anything, lambda, optional } from "../accept.ts";
import { scalar } from "../define.ts";
import {
  type Argument,
  type FunctionEntry,
  type LambdaInput,
  type LambdaRule,
  mismatch,
  type ResultRule,
} from "../function-entry.ts";
import { mayBeNull, nullIfAny, sameAs, typeAt } from "../result-rule.ts";

type Given = readonly (Argument | undefined)[];

function element(args: Given, index: number): LambdaInput {
  const type = args[index]?.dataType;
  return type?.kind === "array" ? { dataType: type.element, nullable: type.containsNull } : NOTHING;
}

const NOTHING: LambdaInput = { dataType: VOID, nullable: true };
const POSITION: LambdaInput = { dataType: INTEGER, nullable: false };

const eachElement: LambdaRule = (args) => [element(args, 0), POSITION];
const twoElements: LambdaRule = (args) => [element(args, 0), element(args, 0)];

function entryOf(args: Given, index: number): readonly [LambdaInput, LambdaInput] | undefined {
  const type = args[index]?.dataType;
  if (type?.kind !== "map") return undefined;
  return [
    { dataType: type.key, nullable: false },
    { dataType: type.value, nullable: type.valueContainsNull },
  ];
}

const eachEntry: LambdaRule = (args) => entryOf(args, 0);

const folding: LambdaRule = (args, index) => {
  const accumulator: LambdaInput = { dataType: args[1]?.dataType ?? VOID, nullable: true };
  return index === 2 ? [accumulator, element(args, 0)] : [accumulator];
};

const zipping: LambdaRule = (args) => [absent(element(args, 0)), absent(element(args, 1))];

/** An input that is missing for some. */
function absent(input: LambdaInput): LambdaInput {
  return { ...input, nullable: true };
}

const zippingMaps: LambdaRule = (args) => {
  const [left, right] = [entryOf(args, 0), entryOf(args, 1)];
  return left && right && [left[0], absent(left[1]), absent(right[1])];
};

const folded: ResultRule = (args) => {
  const [zero, merged] = [typeAt(args, 1), typeAt(args, 2)];
  if (zero.kind !== "void" && !sameType(zero, merged)) {
    return mismatch(
      "UNEXPECTED_INPUT_TYPE",
      "the merge function must give the type of the start value: cast the start value",
      2,
    );
  }
  return args.length > 3 ? typeAt(args, 3) : merged;
};

const rekeyed: ResultRule = (args) =>
  map(typeAt(args, 1), entryOf(args, 0)?.[1].dataType ?? typeAt(args, 1), nullValues(args));
const revalued: ResultRule = (args) =>
  map(entryOf(args, 0)?.[0].dataType ?? typeAt(args, 1), typeAt(args, 1), args[1]?.nullable ?? true);
const zippedMap: ResultRule = (args) =>
  map(entryOf(args, 0)?.[0].dataType ?? typeAt(args, 2), typeAt(args, 2), args[2]?.nullable ?? true);

function nullValues(args: readonly Argument[]): boolean {
  const type = typeAt(args, 0);
  return type.kind === "map" && type.valueContainsNull;
}

/** The result where the lambda gives a BOOLEAN; nothing else is cast to one. */
function whereBoolean(result: ResultRule): ResultRule {
  return (args, context) =>
    typeAt(args, 1).kind === "boolean"
      ? result(args, context)
      : mismatch("UNEXPECTED_INPUT_TYPE", "the lambda must give a BOOLEAN: compare with a value", 1);
}

const ofInput = { nullable: (args: readonly Argument[]) => args[0]?.nullable ?? true };

/** Functions that take a lambda. Indexes given to lambdas count from 0. */
export const HIGHER_ORDER: readonly FunctionEntry[] = [
  scalar("transform", [anyArray, lambda], (args) => array(typeAt(args, 1), args[1]?.nullable ?? true), {
    lambdas: eachElement,
    ...ofInput,
  }),
  scalar("filter", [anyArray, lambda], whereBoolean(sameAs(0)), { lambdas: eachElement, ...ofInput }),
  scalar(
    "exists",
    [anyArray, lambda],
    whereBoolean(() => BOOLEAN),
    { lambdas: eachElement },
  ),
  scalar(
    "forall",
    [anyArray, lambda],
    whereBoolean(() => BOOLEAN),
    { lambdas: eachElement },
  ),
  scalar("aggregate", [anyArray, anything, lambda, optional(lambda)], folded, {
    lambdas: folding,
    aliases: ["reduce"],
    nullable: mayBeNull,
  }),
  scalar("zip_with", [anyArray, anyArray, lambda], (args) => array(typeAt(args, 2), true), {
    lambdas: zipping,
    nullable: (args) => nullIfAny(args.slice(0, 2), { ansi: false }),
  }),
  scalar("array_sort", [anyArray, optional(lambda)], sameAs(0), { lambdas: twoElements, ...ofInput }),
  scalar("map_filter", [anyMap, lambda], whereBoolean(sameAs(0)), { lambdas: eachEntry, ...ofInput }),
  scalar("map_zip_with", [anyMap, anyMap, lambda], zippedMap, {
    lambdas: zippingMaps,
    nullable: (args) => nullIfAny(args.slice(0, 2), { ansi: false }),
  }),
  scalar("transform_keys", [anyMap, lambda], rekeyed, { lambdas: eachEntry, ...ofInput }),
  scalar("transform_values", [anyMap, lambda], revalued, { lambdas: eachEntry, ...ofInput }),
];
