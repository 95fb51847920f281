import { widestType } from "../../data-type/coercion.ts";
import { BINARY, type DataType, DOUBLE, decimal, INTEGER, LONG, STRING } from "../../data-type/data-type.ts";
import { boundedDecimal } from "../../data-type/decimal.ts";
import { isInterval } from "../../data-type/type-class.ts";
import { anything, bytes, double, int, long, measure, numeric, oneOf, optional, orderable, text } from "../accept.ts";
import { chain, together } from "../coercion-rule.ts";
import { castEach, scalar } from "../define.ts";
import type { Argument, Coercion, FunctionEntry, ResultRule } from "../function-entry.ts";
import { mayBeNull, neverNull, nullIfAll, nullIfAny, sameAs, typeAt } from "../result-rule.ts";

/** Functions of one DOUBLE: NULL outside their domain or NaN, by Spark's rule always nullable. */
const OF_ONE_DOUBLE: readonly string[] = [
  ...[
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cbrt",
    "cos",
    "cosh",
    "cot",
    "csc",
    "degrees",
    "exp",
    "expm1",
  ],
  ...["ln", "log10", "log1p", "log2", "radians", "rint", "sec", "sin", "sinh", "sqrt", "tan", "tanh"],
];

function scaleOf(args: readonly Argument[]): number {
  const scale = args[1]?.constant;
  return typeof scale === "number" ? scale : 0;
}

/** Rounding: a decimal keeps its digits before the point, one more for the carry, and as many after it as asked for. */
const rounded: ResultRule = (args) => {
  const type = typeAt(args, 0);
  if (type.kind !== "decimal") return type;
  const scale = scaleOf(args);
  const whole = type.precision - type.scale + 1;
  if (scale < 0) return boundedDecimal(Math.max(whole, 1 - scale), 0);
  const kept = Math.min(type.scale, scale);
  return boundedDecimal(whole + kept, kept);
};

/** ceil and floor: whole numbers and doubles give BIGINT, decimals lose their scale and gain a digit for it; with a scale they round like `round`. */
const toWhole: ResultRule = (args, context) => {
  const type = typeAt(args, 0);
  if (args.length > 1) return roundedTowards(type, args, context);
  if (type.kind !== "decimal") return LONG;
  return type.scale === 0 ? type : boundedDecimal(type.precision - type.scale + 1, 0);
};

const roundedTowards = (type: DataType, args: readonly Argument[], context: { ansi: boolean }): DataType => {
  const fixed = type.kind === "decimal" ? type : type.kind === "integer" ? decimal(10, 0) : decimal(30, 15);
  const answer = rounded([{ dataType: fixed, nullable: true }, ...args.slice(1)], context);
  return "condition" in answer ? fixed : answer;
};

const wholeArgument = (type: DataType) => (type.kind === "float" ? DOUBLE : type);
const decimalOrDouble = {
  ...numeric,
  take: (...[type, context]: Parameters<typeof numeric.take>) => {
    const taken = numeric.take(type, context);
    return taken && wholeArgument(taken);
  },
};

const ofNumbers = castEach([double, double, double, long]);

/** width_bucket of intervals of one kind, else of numbers. */
const bucketCoercion: Coercion = (args, context) => {
  const types = args.slice(0, 3).map((arg) => arg.dataType);
  const wider = types.every(isInterval) ? widestType(types, context) : undefined;
  if (wider === undefined) return ofNumbers(args, context);
  return castEach([anything, anything, anything, long])(args, context);
};

/** Numbers in, numbers out. */
export const MATH: readonly FunctionEntry[] = [
  ...OF_ONE_DOUBLE.map((name) => scalar(name, [double], DOUBLE, { nullable: mayBeNull })),
  scalar("abs", [measure], sameAs(0)),
  scalar("atan2", [double, double], DOUBLE),
  scalar("hypot", [double, double], DOUBLE),
  scalar("pow", [double, double], DOUBLE, { aliases: ["power"] }),
  scalar("log", [double, optional(double)], DOUBLE, { nullable: mayBeNull }),
  scalar("signum", [oneOf(double, measure)], DOUBLE, { aliases: ["sign"], nullable: mayBeNull }),
  scalar("ceil", [decimalOrDouble, optional(int)], toWhole, { aliases: ["ceiling"], nullable: mayBeNull }),
  scalar("floor", [decimalOrDouble, optional(int)], toWhole, { nullable: mayBeNull }),
  scalar("round", [numeric, optional(int)], rounded, { nullable: mayBeNull }),
  scalar("bround", [numeric, optional(int)], rounded, { nullable: mayBeNull }),
  scalar("factorial", [int], LONG, { nullable: mayBeNull }),
  scalar("greatest", [orderable, orderable], sameAs(0), {
    coerce: chain(castEach([orderable]), together()),
    variadic: true,
    nullable: nullIfAll,
  }),
  scalar("least", [orderable, orderable], sameAs(0), {
    coerce: chain(castEach([orderable]), together()),
    variadic: true,
    nullable: nullIfAll,
  }),
  scalar("bin", [long], STRING),
  scalar("conv", [text, int, int], STRING, { nullable: mayBeNull }),
  scalar("hex", [oneOf(long, bytes, text)], STRING),
  scalar("unhex", [text], BINARY, { nullable: mayBeNull }),
  scalar("e", [], DOUBLE, { nullable: neverNull }),
  scalar("pi", [], DOUBLE, { nullable: neverNull }),
  scalar("rand", [optional(oneOf(long, int))], DOUBLE, {
    aliases: ["random"],
    nullable: neverNull,
    deterministic: false,
  }),
  scalar("randn", [optional(oneOf(long, int))], DOUBLE, { nullable: neverNull, deterministic: false }),
  scalar("width_bucket", [double, double, double, long], LONG, { coerce: bucketCoercion, nullable: mayBeNull }),
  scalar("isnan", [double], { kind: "boolean" }, { nullable: neverNull }),
  scalar("nanvl", [double, double], DOUBLE, { nullable: nullIfAny }),
  scalar("bit_length", [oneOf(text, bytes)], INTEGER),
  scalar("octet_length", [oneOf(text, bytes)], INTEGER),
];
