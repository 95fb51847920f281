import { comparisonType, widestType } from "../data-type/coercion.ts";
import type { DataType } from "../data-type/data-type.ts";
import { DOUBLE, LONG } from "../data-type/data-type.ts";
import { decimalOf, decimalOfInteger } from "../data-type/decimal.ts";
import { sqlType } from "../data-type/simple-string.ts";
import { holdsVariant, isComparable, isIntegral, isNumeric, isOrderable } from "../data-type/type-class.ts";
import type { Argument, ArgumentFault, Coercion, TypeContext } from "./function-entry.ts";
import { isFault, mismatch } from "./function-entry.ts";

/** All arguments from `start` on (or only those that `which` picks) become their common type; those before stay as they are. */
export function together(start = 0, which: (index: number) => boolean = () => true): Coercion {
  return (args, context) => {
    const picked = args.map((_, i) => i >= start && which(i));
    const types = args.filter((_, i) => picked[i] === true).map((arg) => arg.dataType);
    const widest = widestType(types, context);
    if (widest === undefined) return differing(types);
    return args.map((arg, i) => (picked[i] === true ? widest : arg.dataType));
  };
}

/** Applies one coercion to the types that another gave. */
export function chain(first: Coercion, second: Coercion): Coercion {
  return (args, context) => {
    const types = first(args, context);
    if (isFault(types)) return types;
    return second(
      args.map((arg, i) => ({ ...arg, dataType: types[i] ?? arg.dataType })),
      context,
    );
  };
}

function differing(types: readonly DataType[]): ArgumentFault {
  const names = [...new Set(types.map(sqlType))].join(", ");
  return mismatch(
    "DATA_DIFF_TYPES",
    `the arguments must have one type or types that have a common one, but are ${names}`,
  );
}

/** Both sides become the type in which Spark compares them. */
const comparison: Coercion = ([left, right], context) => {
  if (left === undefined || right === undefined) return [];
  const type = comparisonType(left.dataType, right.dataType, context);
  if (type === undefined) return operandsDiffer(left, right);
  return [type, type];
};

/** The same, for operators that need an order. */
export const ordering: Coercion = (args, context) => {
  const types = comparison(args, context);
  return isFault(types) ? types : checkEach(types, isOrderable, "INVALID_ORDERING_TYPE", "cannot be ordered");
};

/** The same, for operators that need equality. */
export const equality: Coercion = (args, context) => {
  const types = truthAsNumber(args, context) ?? comparison(args, context);
  if (isFault(types)) return types;
  const ordered = checkEach(types, isNoCalendar, "INVALID_ORDERING_TYPE", "cannot be ordered");
  return isFault(ordered) ? ordered : checkEach(types, isComparable, "INVALID_EQUALITY_TYPE", "cannot be compared");
};

/** Values as they are, of types that a hash is made of. */
export const hashed: Coercion = (args) => {
  const types = args.map((arg) => arg.dataType);
  const isVariant = types.some((type) => !isComparable(type) && holdsVariant(type));
  return checkEach(types, isComparable, isVariant ? "HASH_VARIANT_TYPE" : "HASH_MAP_TYPE", "have no hash");
};

/** Calendar intervals can be grouped by, but a month is no number of days. */
function isNoCalendar({ kind }: DataType): boolean {
  return kind !== "interval_calendar";
}

/** Without errors on bad casts a BOOLEAN is equal to the number 1 or 0. */
function truthAsNumber([left, right]: readonly Argument[], { ansi }: TypeContext): readonly DataType[] | undefined {
  if (left === undefined || right === undefined || ansi) return undefined;
  if (left.dataType.kind === "boolean" && isNumeric(right.dataType)) return [right.dataType, right.dataType];
  if (right.dataType.kind === "boolean" && isNumeric(left.dataType)) return [left.dataType, left.dataType];
  return undefined;
}

function checkEach(
  types: readonly DataType[],
  accepts: (type: DataType) => boolean,
  reason: string,
  fault: string,
): readonly DataType[] | ArgumentFault {
  const wrong = types.find((type) => !accepts(type));
  return wrong === undefined ? types : mismatch(reason, `values of type ${sqlType(wrong)} ${fault}`);
}

/** A fault for two sides of an operator that do not go together. */
export function operandsDiffer(left: Argument, right: Argument): ArgumentFault {
  const message = `the left and right sides have incompatible types (${sqlType(left.dataType)} and ${sqlType(right.dataType)})`;
  return mismatch("BINARY_OP_DIFF_TYPES", message);
}

/** Numbers of an arithmetic operator: decimals keep their own precision, all else becomes one type; text becomes a number. */
export function arithmeticTypes(
  left: Argument,
  right: Argument,
  context: TypeContext,
): readonly DataType[] | undefined {
  const a = numberOf(left.dataType, right.dataType, context);
  const b = numberOf(right.dataType, left.dataType, context);
  if (a === undefined || b === undefined) return undefined;
  if (a.kind === "decimal" || b.kind === "decimal")
    return withDecimals({ ...left, dataType: a }, { ...right, dataType: b });
  const type = widestType([a, b], context);
  return type && [type, type];
}

function numberOf(type: DataType, other: DataType, context: TypeContext): DataType | undefined {
  if (isNumeric(type)) return type;
  if (type.kind === "void") return isNumeric(other) ? other : DOUBLE;
  if (type.kind !== "string") return undefined;
  return context.ansi && isIntegral(other) ? LONG : DOUBLE;
}

function withDecimals(left: Argument, right: Argument): readonly DataType[] {
  const isFloating = (type: DataType) => type.kind === "double" || type.kind === "float";
  if (isFloating(left.dataType) || isFloating(right.dataType)) return [DOUBLE, DOUBLE];
  return [exactDecimal(left), exactDecimal(right)];
}

function exactDecimal(arg: Argument): DataType {
  const { constant, dataType } = arg;
  if (isIntegral(dataType) && (typeof constant === "number" || typeof constant === "bigint")) {
    return decimalOfInteger(constant);
  }
  return decimalOf(dataType) ?? dataType;
}
