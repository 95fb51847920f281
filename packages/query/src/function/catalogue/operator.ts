import {
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  dayTimeInterval,
  INTEGER,
  INTERVAL_DAY_TIME,
  LONG,
  sameType,
  TIMESTAMP,
} from "../../data-type/data-type.ts";
import { decimalArithmetic } from "../../data-type/decimal.ts";
import { allFields, widerInterval } from "../../data-type/interval-type.ts";
import { sqlType } from "../../data-type/simple-string.ts";
import { isDatetime, isInterval, isNumeric } from "../../data-type/type-class.ts";
import { anything, bool, int, integral, numericOrInterval, text } from "../accept.ts";
import { arithmeticTypes, chain, equality, operandsDiffer, ordering, together } from "../coercion-rule.ts";
import { castEach, scalar } from "../define.ts";
import {
  type Argument,
  type Coercion,
  type FunctionEntry,
  mismatch,
  type ResultRule,
  type TypeContext,
} from "../function-entry.ts";
import { always, mayBeNull, neverNull, type nullIfAny, sameAs, typeAt } from "../result-rule.ts";

type Arithmetic = "+" | "-" | "*" | "/" | "%";
type Pair = readonly [Argument, Argument];

/** Whether two intervals have a type in common. */
function meet(left: DataType, right: DataType): boolean {
  return sameType(left, right) || widerInterval(left, right) !== undefined;
}

/** Datetime and interval arithmetic that stays as it is: which pairs an operator takes besides numbers. */
function takesMoments(operator: Arithmetic, [left, right]: Pair): boolean {
  const [a, b] = [left.dataType, right.dataType];
  switch (operator) {
    case "+":
      return (isDatetime(a) && isInterval(b)) || (isInterval(a) && (isDatetime(b) || meet(a, b)));
    case "-":
      return (isDatetime(a) && (isInterval(b) || isDatetime(b))) || (isInterval(a) && meet(a, b));
    case "*":
      return (isInterval(a) && isNumeric(b)) || (isNumeric(a) && isInterval(b));
    case "/":
      return isInterval(a) && isNumeric(b);
    default:
      return false;
  }
}

/** What text and NULL stand for beside a moment or an interval. */
function textAsMoment(operator: Arithmetic, [left, right]: Pair): Pair {
  const [forLeft, forRight] = [meantBeside(operator, left, right), meantBeside(operator, right, left)];
  return [forLeft ? { ...left, dataType: forLeft } : left, forRight ? { ...right, dataType: forRight } : right];
}

function meantBeside(operator: Arithmetic, loose: Argument, { dataType: other }: Argument): DataType | undefined {
  const isNull = loose.dataType.kind === "void";
  if (!isNull && loose.dataType.kind !== "string") return undefined;
  if (isInterval(other)) return isNull ? other : TIMESTAMP;
  if (!isDatetime(other)) return undefined;
  return operator === "-" && other.kind === "date" ? DATE : TIMESTAMP;
}

function textAsFactor([left, right]: Pair): Pair {
  const factor = (arg: Argument): Argument => ({ ...arg, dataType: DOUBLE });
  const isLoose = ({ dataType }: Argument) => dataType.kind === "string" || dataType.kind === "void";
  if (isLoose(left) && isInterval(right.dataType)) return [factor(left), right];
  return isLoose(right) && isInterval(left.dataType) ? [left, factor(right)] : [left, right];
}

function arithmetic(operator: Arithmetic): Coercion {
  return ([first, second], context) => {
    if (first === undefined || second === undefined) return [];
    const [left, right] =
      operator === "*" || operator === "/" ? textAsFactor([first, second]) : textAsMoment(operator, [first, second]);
    if (takesMoments(operator, [left, right])) return momentTypes(left.dataType, right.dataType);
    return numberTypes(operator, left, right, context) ?? operandsDiffer(first, second);
  };
}

function momentTypes(left: DataType, right: DataType): readonly DataType[] {
  const wider = widerInterval(left, right);
  if (wider !== undefined) return [wider, wider];
  if (!isDatetime(left) || !isDatetime(right) || left.kind === right.kind) return [left, right];
  return [TIMESTAMP, TIMESTAMP];
}

function numberTypes(
  operator: Arithmetic,
  left: Argument,
  right: Argument,
  context: TypeContext,
): readonly DataType[] | undefined {
  const types = arithmeticTypes(left, right, context);
  return operator !== "/" || types?.[0]?.kind === "decimal" ? types : types && [DOUBLE, DOUBLE];
}

function arithmeticResult(operator: Arithmetic): ResultRule {
  return (args) => {
    const [left, right] = [typeAt(args, 0), typeAt(args, 1)];
    if (left.kind === "decimal" && right.kind === "decimal") return decimalArithmetic(operator, left, right);
    if (isDatetime(left) && isDatetime(right)) return differenceOf(left);
    if (isDatetime(left)) return movedMoment(left, right);
    if (isDatetime(right)) return movedMoment(right, left);
    const interval = [right, left].find(isInterval);
    if (interval === undefined) return left;
    return operator === "*" || operator === "/" ? allFields(interval) : interval;
  };
}

function differenceOf(moment: DataType): DataType {
  return moment.kind === "date" ? dayTimeInterval("day") : INTERVAL_DAY_TIME;
}

/** A date stays one when it is moved by months or by whole days. */
function movedMoment(moment: DataType, by: DataType): DataType {
  if (moment.kind !== "date") return moment;
  const isWhole = by.kind !== "interval_day_time" || sameType(by, dayTimeInterval("day"));
  return isWhole ? DATE : TIMESTAMP;
}

function binary(
  name: Arithmetic,
  options: { nullable?: typeof nullIfAny; aliases?: readonly string[] } = {},
): FunctionEntry {
  return scalar(name, [anything, anything], arithmeticResult(name), { coerce: arithmetic(name), ...options });
}

function trying(name: string, operator: Arithmetic): FunctionEntry {
  const options = { coerce: arithmetic(operator), nullable: mayBeNull };
  return scalar(name, [anything, anything], arithmeticResult(operator), options);
}

const bitwise = { coerce: chain(castEach([integral, integral]), together()) };

const wholeDivision: Coercion = (args, context) => {
  const [left, right] = args;
  const wider = left && right && widerInterval(left.dataType, right.dataType);
  if (wider !== undefined) return [wider, wider];
  const types = left && right && arithmeticTypes(left, right, context);
  if (types === undefined) return left && right ? operandsDiffer(left, right) : [];
  if (types[0]?.kind === "decimal") return types;
  const fractional = [left, right].some((one) => one?.dataType.kind === "double" || one?.dataType.kind === "float");
  return fractional && left && right ? operandsDiffer(left, right) : [LONG, LONG];
};

const elementCoercion: Coercion = (args, context) => {
  const [container, key] = args;
  if (container === undefined || key === undefined) return [];
  const type = container.dataType;
  if (type.kind === "array") {
    const taken = integral.take(key.dataType, context);
    return taken
      ? [type, taken]
      : mismatch("UNEXPECTED_INPUT_TYPE", `an index must be a whole number, not ${sqlType(key.dataType)}`, 1);
  }
  if (type.kind === "map") return [type, type.key];
  return mismatch("UNEXPECTED_INPUT_TYPE", `only an array or a map has elements, not ${sqlType(type)}`, 0);
};

const elementResult: ResultRule = (args) => {
  const type = typeAt(args, 0);
  if (type.kind === "array") return type.element;
  return type.kind === "map" ? type.value : type;
};

/** Operators. `between` and `in` over a list are written out by the analyzer where that is the same. */
export const OPERATORS: readonly FunctionEntry[] = [
  scalar("and", [bool, bool], BOOLEAN),
  scalar("or", [bool, bool], BOOLEAN),
  scalar("not", [bool], BOOLEAN, { aliases: ["!"] }),
  scalar("=", [anything, anything], BOOLEAN, { coerce: equality, aliases: ["=="] }),
  scalar("<>", [anything, anything], BOOLEAN, { coerce: equality, aliases: ["!="] }),
  scalar("<=>", [anything, anything], BOOLEAN, { coerce: equality, nullable: neverNull, aliases: ["equal_null"] }),
  scalar("<", [anything, anything], BOOLEAN, { coerce: ordering }),
  scalar("<=", [anything, anything], BOOLEAN, { coerce: ordering }),
  scalar(">", [anything, anything], BOOLEAN, { coerce: ordering }),
  scalar(">=", [anything, anything], BOOLEAN, { coerce: ordering }),
  scalar("in", [anything, anything], BOOLEAN, { coerce: together(), variadic: true, minimum: 2 }),
  binary("+"),
  binary("-"),
  binary("*"),
  binary("/", { nullable: mayBeNull }),
  binary("%", { nullable: mayBeNull, aliases: ["mod"] }),
  scalar("div", [anything, anything], LONG, { coerce: wholeDivision, nullable: mayBeNull }),
  scalar("pmod", [anything, anything], arithmeticResult("%"), { coerce: arithmetic("%"), nullable: mayBeNull }),
  trying("try_add", "+"),
  trying("try_subtract", "-"),
  trying("try_multiply", "*"),
  trying("try_divide", "/"),
  trying("try_mod", "%"),
  scalar("negative", [numericOrInterval], sameAs(0)),
  scalar("positive", [numericOrInterval], sameAs(0)),
  scalar("|", [integral, integral], sameAs(0), bitwise),
  scalar("&", [integral, integral], sameAs(0), bitwise),
  scalar("^", [integral, integral], sameAs(0), bitwise),
  scalar("~", [integral], sameAs(0)),
  scalar("shiftleft", [integral, int], sameAs(0), { aliases: ["<<"] }),
  scalar("shiftright", [integral, int], sameAs(0), { aliases: [">>"] }),
  scalar("shiftrightunsigned", [integral, int], sameAs(0), { aliases: [">>>"] }),
  scalar("like", [text, text, { ...text, optional: true }], BOOLEAN),
  scalar("ilike", [text, text, { ...text, optional: true }], BOOLEAN),
  scalar("rlike", [text, text], BOOLEAN, { aliases: ["regexp", "regexp_like"] }),
  scalar("isnull", [anything], BOOLEAN, { nullable: neverNull }),
  scalar("isnotnull", [anything], BOOLEAN, { nullable: neverNull }),
  scalar("istrue", [bool], BOOLEAN, { nullable: neverNull }),
  scalar("isfalse", [bool], BOOLEAN, { nullable: neverNull }),
  scalar("[]", [anything, anything], elementResult, { coerce: elementCoercion, nullable: mayBeNull }),
  scalar("bit_count", [{ ...anything }], INTEGER),
  scalar("getbit", [integral, int], always({ kind: "byte" }), { aliases: ["bit_get"] }),
];
