import { type DataType, type DecimalType, isAnsiInterval, isInterval, type TypedCall } from "@sluice/query";
import { allSql, bareNumber, castTo, operandOf, sqlOf, typeOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { addDecimals, divideDecimals, multiplyDecimals, remainderDecimals, wholeDivideDecimals } from "./decimal.ts";
import { duckType } from "./duck-type.ts";
import { computedInterval, intervalNumber } from "./interval-cast.ts";
import { fill, operand } from "./template.ts";

type Operator = "+" | "-" | "*";

const INTEGERS: ReadonlySet<string> = new Set(["byte", "short", "integer", "long"]);
const OPERATION: Readonly<Record<Operator, string>> = { "+": "add", "-": "subtract", "*": "multiply" };

function isMoment(type: DataType): boolean {
  return type.kind === "date" || type.kind === "timestamp" || type.kind === "timestamp_ntz";
}

function arithmetic(operator: Operator): Emitter {
  return (call, scope) => {
    const [left, right] = [typeOf(call, 0), typeOf(call, 1)];
    if (isMoment(left) || isMoment(right)) return moved(call, operator, scope);
    if (isInterval(left) || isInterval(right)) return intervals(call, operator, scope);
    if (call.dataType.kind === "decimal") return decimals(call, operator, scope);
    if (INTEGERS.has(call.dataType.kind)) return integers(call, operator, scope);
    return `${operandOf(call, 0, scope)} ${operator} ${operandOf(call, 1, scope)}`;
  };
}

/** With errors on DuckDB's own operators raise; off, a macro wraps around as Java does. */
function integers(call: TypedCall, operator: Operator, scope: Scope): string {
  const kind = call.dataType.kind;
  const narrow = kind === "byte" || kind === "short";
  if (scope.session.ansi) {
    const sql = `${operandOf(call, 0, scope)} ${operator} ${operandOf(call, 1, scope)}`;
    return narrow ? castTo(sql, duckType(call.dataType)) : sql;
  }
  return `sp_${OPERATION[operator]}_${kind}(${call.args.map((arg) => bareNumber(arg, scope)).join(", ")})`;
}

function decimals(call: TypedCall, operator: Operator, scope: Scope): string {
  const [left, right] = decimalTypes(call);
  const sides = { left: sqlOf(call, 0, scope), right: sqlOf(call, 1, scope), leftType: left, rightType: right };
  const given = { ...sides, type: decimalType(call.dataType), ansi: scope.session.ansi };
  return operator === "*" ? multiplyDecimals(given) : addDecimals(given, operator);
}

function decimalTypes(call: TypedCall): readonly [DecimalType, DecimalType] {
  return [decimalType(typeOf(call, 0)), decimalType(typeOf(call, 1))];
}

function decimalType(type: DataType): DecimalType {
  if (type.kind !== "decimal") throw new Error(`decimal arithmetic on ${type.kind}`);
  return type;
}

/** Dates and times moved by an interval, or their difference. */
function moved(call: TypedCall, operator: Operator, scope: Scope): string {
  const [left, right] = [typeOf(call, 0), typeOf(call, 1)];
  const [a, b] = [operandOf(call, 0, scope), operandOf(call, 1, scope)];
  if (isMoment(left) && isMoment(right)) {
    return left.kind === "date"
      ? `to_days(CAST(${a} - ${b} AS INTEGER))`
      : `to_microseconds(${[a, b].map((one) => `epoch_us(${local(one, left, scope)})`).join(" - ")})`;
  }
  const [moment, interval, type] = isMoment(left) ? [a, b, left] : [b, a, right];
  const by = isMoment(left) ? right : left;
  if (type.kind === "timestamp" && by.kind === "interval_day_time" && scope.session.timeZone !== "UTC") {
    return `sp_move_days(${moment}, ${operator === "-" ? "-" : ""}epoch_us(${interval}))`;
  }
  if (type.kind !== "date") return `${moment} ${operator} ${interval}`;
  if (by.kind === "interval_calendar" && scope.session.ansi)
    return castTo(`${moment} ${operator} sp_whole_days(${interval})`, "DATE");
  if (call.dataType.kind === "date") return castTo(`${moment} ${operator} ${interval}`, "DATE");
  return `CAST(${moment} AS ${duckType(call.dataType)}) ${operator} ${interval}`;
}

/** Spark subtracts timestamps by the clocks of the session's zone. */
function local(sql: string, type: DataType, scope: Scope): string {
  return type.kind === "timestamp" && scope.session.timeZone !== "UTC" ? `CAST(${sql} AS TIMESTAMP)` : sql;
}

function intervals(call: TypedCall, operator: Operator, scope: Scope): string {
  const type = call.dataType;
  const [a, b] = [operandOf(call, 0, scope), operandOf(call, 1, scope)];
  if (operator === "*") return multipliedInterval(call, scope);
  if (!isAnsiInterval(type)) return `${a} ${operator} ${b}`;
  return computedInterval(`CAST(${intervalNumber(a, type)} AS HUGEINT) ${operator} ${intervalNumber(b, type)}`, type);
}

function multipliedInterval(call: TypedCall, scope: Scope): string {
  const type = call.dataType;
  const at = isInterval(typeOf(call, 0)) ? 0 : 1;
  const [interval, factor] = [operandOf(call, at, scope), operandOf(call, 1 - at, scope)];
  if (!isAnsiInterval(type)) return `sp_scaled_calendar(${interval}, CAST(${factor} AS DOUBLE))`;
  const number = intervalNumber(interval, type);
  const isWhole = INTEGERS.has(typeOf(call, 1 - at).kind);
  return computedInterval(isWhole ? `CAST(${number} AS HUGEINT) * ${factor}` : `round(${number} * ${factor})`, type);
}

/** By whole numbers exactly, rounded half up; a zero is an error in all modes. */
function dividedInterval(call: TypedCall, scope: Scope): string {
  const type = call.dataType;
  const interval = operandOf(call, 0, scope);
  if (!isAnsiInterval(type)) return `sp_scaled_calendar(${interval}, 1 / ${checkedDivisor(call, scope)})`;
  const divisor = `sp_divisor_interval(${sqlOf(call, 1, scope)}, ${interval})`;
  const number = intervalNumber(interval, type);
  const isWhole = INTEGERS.has(typeOf(call, 1).kind);
  return computedInterval(
    isWhole ? `sp_divide_half_up(${number}, CAST(${divisor} AS BIGINT))` : `round(${number} / ${divisor})`,
    type,
  );
}

function checkedDivisor(call: TypedCall, scope: Scope): string {
  const divisor = sqlOf(call, 1, scope);
  if (/^-?\d+(e0)?$/.test(divisor) && !/^-?0+(e0)?$/.test(divisor)) return divisor;
  if (!scope.session.ansi) return `nullif(${divisor}, 0)`;
  return call.args[0]?.nullable ? `sp_divisor_of(${divisor}, ${sqlOf(call, 0, scope)})` : `sp_divisor(${divisor})`;
}

function divide(call: TypedCall, scope: Scope): string {
  if (isInterval(typeOf(call, 0))) return dividedInterval(call, scope);
  if (call.dataType.kind !== "decimal") return `${operandOf(call, 0, scope)} / ${checkedDivisor(call, scope)}`;
  const [leftType, rightType] = decimalTypes(call);
  const [left, right] = [sqlOf(call, 0, scope), checkedDivisor(call, scope)];
  return divideDecimals({ left, right, leftType, rightType, type: call.dataType, ansi: scope.session.ansi });
}

function remainder(call: TypedCall, scope: Scope): string {
  const divisor = checkedDivisor(call, scope);
  if (call.dataType.kind === "decimal") {
    const [leftType, rightType] = decimalTypes(call);
    const left = sqlOf(call, 0, scope);
    return remainderDecimals({
      left,
      right: divisor,
      leftType,
      rightType,
      type: call.dataType,
      ansi: scope.session.ansi,
    });
  }
  const sql = `${operandOf(call, 0, scope)} % ${operand(divisor)}`;
  return call.dataType.kind === "byte" || call.dataType.kind === "short" ? castTo(sql, duckType(call.dataType)) : sql;
}

function wholeDivide(call: TypedCall, scope: Scope): string {
  const type = typeOf(call, 0);
  if (isAnsiInterval(type)) {
    const [a, b] = [0, 1].map((i) => intervalNumber(sqlOf(call, i, scope), type));
    return castTo(`${a} // ${scope.session.ansi ? `sp_divisor_of(${b}, ${a})` : `nullif(${b}, 0)`}`, "BIGINT");
  }
  const divisor = checkedDivisor(call, scope);
  if (type.kind !== "decimal" && /^\d+$/.test(divisor)) {
    return castTo(`${operandOf(call, 0, scope)} // ${divisor}`, "BIGINT");
  }
  if (type.kind !== "decimal") return `sp_divide_long(${sqlOf(call, 0, scope)}, ${divisor})`;
  const [leftType, rightType] = decimalTypes(call);
  const left = sqlOf(call, 0, scope);
  return wholeDivideDecimals({ left, right: divisor, leftType, rightType, type: leftType, ansi: scope.session.ansi });
}

function pmod(call: TypedCall, scope: Scope): string {
  const type = duckType(call.dataType);
  const [a, b] = [sqlOf(call, 0, scope), checkedDivisor(call, scope)];
  return castTo(`sp_pmod(${a}, ${b})`, type);
}

/** try_add and the like: with errors on, an error is NULL; off, the plain operator's overflow is NULL too. */
function trying(emitter: (call: TypedCall, scope: Scope) => string): Emitter {
  return (call, scope) => {
    const strict: Scope = { ...scope, session: { ...scope.session, ansi: call.dataType.kind !== "decimal" } };
    return `TRY(${emitter(call, strict).replace(/\bsp_(divisor|divisor_of|divisor_interval|interval_of_\w+)\(/g, "sp_try_$1(")})`;
  };
}

function negative(call: TypedCall, scope: Scope): string {
  const kind = call.dataType.kind;
  const literal = call.args[0]?.kind === "Literal" ? sqlOf(call, 0, scope) : "";
  if (/^\d/.test(literal)) return `-${literal}`;
  if (scope.session.ansi || !INTEGERS.has(kind)) return `-${operandOf(call, 0, scope)}`;
  const zero = kind === "integer" ? "0" : `CAST(0 AS ${duckType(call.dataType)})`;
  return `sp_subtract_${kind}(${zero}, ${sqlOf(call, 0, scope)})`;
}

/** DuckDB's operators and shifts widen; Java's shifts take the count modulo the width. */
function shift(direction: "left" | "right" | "unsigned"): Emitter {
  return (call, scope) => {
    const long = call.dataType.kind === "long";
    const macro = `sp_shift${direction}_${long ? "long" : "integer"}`;
    return `${macro}(${allSql(call, scope).join(", ")})`;
  };
}

function bitwise(template: string): Emitter {
  return (call, scope) => castTo(fill(template, allSql(call, scope), ""), duckType(call.dataType));
}

/** Operators on numbers, dates and intervals. */
export const ARITHMETIC_FUNCTIONS: EmitterTable = {
  "+": arithmetic("+"),
  "-": arithmetic("-"),
  "*": arithmetic("*"),
  "/": divide,
  "%": remainder,
  div: wholeDivide,
  pmod,
  try_add: trying((call, scope) => run(arithmetic("+"), call, scope)),
  try_subtract: trying((call, scope) => run(arithmetic("-"), call, scope)),
  try_multiply: trying((call, scope) => run(arithmetic("*"), call, scope)),
  try_divide: trying(divide),
  try_mod: trying(remainder),
  negative,
  positive: (call, scope) => operandOf(call, 0, scope),
  "|": bitwise("$1 | $2"),
  "&": bitwise("$1 & $2"),
  "^": bitwise("xor($1, $2)"),
  "~": bitwise("~$1"),
  shiftleft: shift("left"),
  shiftright: shift("right"),
  shiftrightunsigned: shift("unsigned"),
  bit_count: (call, scope) =>
    typeOf(call, 0).kind === "boolean"
      ? castTo(sqlOf(call, 0, scope), "INTEGER")
      : `CAST(bit_count(CAST(${sqlOf(call, 0, scope)} AS BIGINT)) AS INTEGER)`,
  getbit: "CAST(($1 >> $2) & 1 AS TINYINT)",
};

function run(emitter: Emitter, call: TypedCall, scope: Scope): string {
  return typeof emitter === "function" ? emitter(call, scope) : fill(emitter, allSql(call, scope), "");
}
