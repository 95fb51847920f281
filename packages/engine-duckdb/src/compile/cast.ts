import type { AnsiIntervalType, DataType, DecimalType, TypedCast } from "@sluice/query";
import { isAnsiInterval, sameType, simpleString } from "@sluice/query";
import { type CastMode, castNested } from "./cast-nested.ts";
import { castToString } from "./cast-string.ts";
import type { Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { atPrecision } from "./emit-time.ts";
import { quoteText } from "./identifier.ts";
import { castToInterval, countFits, intervalCount, intervalDecimal } from "./interval-cast.ts";
import { operand } from "./template.ts";
import { fromVariant, toVariant } from "./variant.ts";

/** A cast with Spark's rules. */
export function emitCast(cast: TypedCast, scope: Scope): string {
  const { expression } = cast;
  const constant = constantMoment(cast, scope.session.timeZone);
  if (constant !== undefined) return constant;
  const mode: CastMode = cast.try ? "null" : cast.strict === true || scope.session.ansi ? "error" : "legacy";
  const [sql, target] = [scope.sql(expression), { to: cast.dataType, mode, depth: 0 }];
  return castSql(sql, expression.dataType, target);
}

/** A constant date or timestamp in its usual spelling is a literal; one without a zone is in the session's. */
function constantMoment({ expression, dataType }: TypedCast, timeZone: string): string | undefined {
  const text = expression.kind === "Literal" && typeof expression.value === "string" ? expression.value : "";
  const found = /^(\d{4})-(\d{2})-(\d{2})(?: ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?)?$/.exec(text);
  if (found === null || expression.dataType.kind !== "string" || !isDay(found)) return undefined;
  if (dataType.kind === "date") return `DATE ${quoteText(text.slice(0, 10))}`;
  if (dataType.kind === "timestamp") {
    return timeZone === "UTC" ? `TIMESTAMPTZ ${quoteText(text)}` : `sp_instant(TIMESTAMP ${quoteText(text)})`;
  }
  return dataType.kind === "timestamp_ntz" ? `TIMESTAMP ${quoteText(text)}` : undefined;
}

function isDay([, year, month, day]: readonly (string | undefined)[]): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && Number(year) > 99;
}

interface Target {
  readonly to: DataType;
  readonly mode: CastMode;
  /** How many lambdas are around: names their parameters apart. */
  readonly depth: number;
}

/** `sql` of type `from` as another type. A bad value is NULL (`null`), an error (`error`), or what Spark makes of it without ANSI mode (`legacy`). */
export function castSql(sql: string, from: DataType, target: Target): string {
  const { to, mode } = target;
  if (sameType(from, to)) return sql;
  if (from.kind === "void") return `CAST(${sql} AS ${duckType(to)})`;
  const inner = (item: string, of: DataType, as: DataType): string =>
    castSql(item, of, { to: as, mode, depth: target.depth + 1 });
  const nested = castNested(sql, from, { to, depth: target.depth, inner });
  if (nested !== undefined) return nested;
  if (to.kind === "variant") return toVariant(sql, from);
  if (from.kind === "variant") {
    return fromVariant(sql, to, { mode, depth: target.depth, ofText: (text, type) => fromString(text, type, "null") });
  }
  if (to.kind === "string") return castToString(sql, from, { depth: target.depth, isJava: mode === "legacy" });
  if (isAnsiInterval(to)) return castToInterval(sql, from, to, mode);
  if (to.kind === "interval_calendar") return `sp_string_calendar(${sql})`;
  if (from.kind === "string" && mode === "error") return checked(sql, fromString(sql, to, mode), to);
  if (from.kind === "string") return fromString(sql, to, mode);
  return castAtom(sql, from, target);
}

function checked(sql: string, result: string, to: DataType): string {
  if (to.kind === "binary") return result;
  return `sp_checked_cast(${sql}, ${result}, ${quoteText(simpleString(to).toUpperCase())})`;
}

function fromString(sql: string, to: DataType, mode: CastMode): string {
  const strict = mode === "legacy" ? "" : "_strict";
  switch (to.kind) {
    case "boolean":
    case "date":
    case "timestamp":
    case "timestamp_ntz":
    case "double":
      return `sp_string_${to.kind}(${sql})`;
    case "long":
      return `sp_string_long${strict}(${sql})`;
    case "byte":
    case "short":
    case "integer":
      return `sp_narrow_${to.kind}(sp_string_long${strict}(${sql}))`;
    case "float":
      return `sp_float(sp_string_double(${sql}))`;
    case "decimal":
      return `TRY_CAST(sp_decimal_text(${sql}) AS ${duckType(to)})`;
    case "time":
      return atPrecision(`TRY_CAST(js_time_text(${sql}) AS TIME)`, to.precision);
    case "binary":
      return `encode(${sql})`;
    default:
      return `TRY_CAST(${sql} AS ${duckType(to)})`;
  }
}

const BITS: Readonly<Record<string, number>> = { byte: 8, short: 16, integer: 32, long: 64 };

function castAtom(sql: string, from: DataType, { to, mode }: Target): string {
  switch (to.kind) {
    case "boolean":
      return from.kind === "timestamp" ? `epoch_us(${sql}) <> 0` : `${operand(sql)} <> 0`;
    case "byte":
    case "short":
    case "integer":
    case "long":
      return toInteger(sql, from, to, mode);
    case "float":
    case "double":
      if (to.kind === "float" && from.kind === "double") return `sp_float(${sql})`;
      return from.kind === "timestamp" ? `epoch_us(${sql}) / 1e6` : `CAST(${sql} AS ${duckType(to)})`;
    case "time":
      return atPrecision(sql, to.precision);
    case "decimal":
      return toDecimal(sql, from, to, mode);
    case "timestamp":
      return toInstant(sql, from);
    case "binary":
      return `unhex(right(lpad(sp_hex_long(CAST(${sql} AS BIGINT)), 16, '0'), ${(BITS[from.kind] ?? 64) / 4}))`;
    default:
      return `CAST(${sql} AS ${duckType(to)})`;
  }
}

/** The seconds of an instant. Those before the epoch round down, as in Spark. */
function secondsOf(sql: string): string {
  return `sp_floor_divide(epoch_us(${sql}), 1000000)`;
}

function toInteger(sql: string, from: DataType, to: DataType, mode: CastMode): string {
  const type = duckType(to);
  if (from.kind === "date") return `CAST(NULL AS ${type})`;
  if (from.kind === "boolean") return `CAST(${sql} AS ${type})`;
  if (from.kind === "timestamp" && mode !== "error") {
    return to.kind === "long" ? secondsOf(sql) : `sp_narrow_${to.kind}(${secondsOf(sql)})`;
  }
  if (from.kind === "timestamp") return toInteger(secondsOf(sql), { kind: "long" }, to, mode);
  if (isAnsiInterval(from)) return wholeCount(sql, from, to, mode);
  const fromBits = BITS[from.kind];
  if (fromBits !== undefined && fromBits <= (BITS[to.kind] ?? 0)) return `CAST(${sql} AS ${type})`;
  if (mode === "legacy") return wrapped(sql, from, to);
  const whole = fromBits === undefined ? `trunc(${sql})` : sql;
  const result = `TRY_CAST(${whole} AS ${type})`;
  return mode === "null" ? result : overflowing(sql, result, to);
}

function wholeCount(sql: string, from: AnsiIntervalType, to: DataType, mode: CastMode): string {
  const count = intervalCount(sql, from);
  return countFits(from, to)
    ? `CAST(${count} AS ${duckType(to)})`
    : toInteger(count, { kind: "long" }, to, ofInterval(mode));
}

/** Intervals overflow loudly whatever the mode, unless tried. */
function ofInterval(mode: CastMode): CastMode {
  return mode === "null" ? "null" : "error";
}

function wrapped(sql: string, from: DataType, to: DataType): string {
  if (from.kind === "float" || from.kind === "double") {
    if (to.kind === "long") return `sp_saturate_long(${sql})`;
    return to.kind === "integer" ? `sp_saturate_integer(${sql})` : `sp_wrap_${to.kind}(sp_saturate_integer(${sql}))`;
  }
  return `sp_wrap_${to.kind}(${from.kind === "decimal" ? `CAST(trunc(${sql}) AS HUGEINT)` : sql})`;
}

function overflowing(sql: string, result: string, to: DataType): string {
  return `sp_checked_range(${sql}, ${result}, ${quoteText(simpleString(to).toUpperCase())})`;
}

const DIGITS: Readonly<Record<string, number>> = { boolean: 1, byte: 3, short: 5, integer: 10, long: 19 };

function toDecimal(sql: string, from: DataType, to: Extract<DataType, { kind: "decimal" }>, mode: CastMode): string {
  const type = duckType(to);
  const digits = from.kind === "decimal" ? from.precision - from.scale : DIGITS[from.kind];
  const exact = digits !== undefined && digits <= to.precision - to.scale;
  const noCarry = from.kind !== "decimal" || from.scale <= to.scale;
  if (exact && noCarry) return `CAST(${sql} AS ${type})`;
  const isFloating = from.kind === "float" || from.kind === "double";
  const source = isFloating ? `CAST(${sql} AS VARCHAR)` : sql;
  const seconds = from.kind === "timestamp" ? `epoch_us(${sql}) * 0.000001` : source;
  const value = isAnsiInterval(from) ? intervalDecimal(sql, from) : seconds;
  const result = from.kind === "decimal" ? narrowed(value, from, to) : `TRY_CAST(${value} AS ${type})`;
  const checked = isFloating ? `CASE WHEN isfinite(${sql}) THEN ${sql} END` : sql;
  const isChecked = (isAnsiInterval(from) ? ofInterval(mode) : mode) === "error";
  return isChecked ? `sp_checked_range(${checked}, ${result}, ${quoteText(type)})` : result;
}

/** DuckDB forgets that TRY_CAST between numbers may give NULL when its result is compared with a constant: the range is tested instead. */
function narrowed(sql: string, from: DecimalType, to: DecimalType): string {
  const type = duckType(to);
  if (from.precision - from.scale + to.scale > 38) return `TRY_CAST(${sql} AS ${type})`;
  const whole = "9".repeat(to.precision - to.scale) || "0";
  const most = `CAST('${whole}${to.scale === 0 ? "" : `.${"9".repeat(to.scale)}`}' AS ${type})`;
  return `CASE WHEN round(${sql}, ${to.scale}) BETWEEN -${most} AND ${most} THEN CAST(${sql} AS ${type}) END`;
}

function toInstant(sql: string, from: DataType): string {
  switch (from.kind) {
    case "date":
      return `CAST(${sql} AS TIMESTAMPTZ)`;
    case "timestamp_ntz":
      return `sp_instant(${sql})`;
    case "boolean":
      return `make_timestamptz(CAST(${sql} AS BIGINT))`;
    case "float":
    case "double":
      return `make_timestamptz(TRY_CAST(trunc(CAST(${sql} AS DOUBLE) * 1000000) AS BIGINT))`;
    default:
      return from.kind === "decimal"
        ? `make_timestamptz(CAST(trunc(${operand(sql)} * 1000000) AS BIGINT))`
        : `make_timestamptz(CAST(${sql} AS BIGINT) * 1000000)`;
  }
}
