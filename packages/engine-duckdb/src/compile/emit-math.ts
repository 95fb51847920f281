import type { TypedCall } from "@sluice/query";
import { allSql, castTo, integerOf, operandOf, sqlOf, typeOf } from "./call-argument.ts";
import type { Emitter, EmitterTable, Scope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { nullWhenNull } from "./null-guard.ts";
import { extremeOf, isOrderedOtherwise } from "./order.ts";

const WHOLE: ReadonlySet<string> = new Set(["byte", "short", "integer", "long"]);

function within(name: string, least: string, most: string): string {
  return `CASE WHEN $1 BETWEEN ${least} AND ${most} THEN ${name}($1) WHEN $1 IS NOT NULL THEN CAST('NaN' AS DOUBLE) END`;
}

/** Rounding by type: whole numbers and decimals exactly, doubles in decimal as Java's BigDecimal does. */
function round(halfEven: boolean): Emitter {
  return (call, scope) => {
    const from = typeOf(call, 0);
    const places = call.args.length > 1 ? sqlOf(call, 1, scope) : "0";
    const type = duckType(call.dataType);
    const value = sqlOf(call, 0, scope);
    if (WHOLE.has(from.kind)) return roundWhole(call, { value, places, halfEven }, scope);
    if (from.kind !== "decimal")
      return castTo(`${halfEven ? "js_bround" : "sp_round"}(${castTo(value, "DOUBLE")}, ${places})`, type);
    if (!halfEven && !places.startsWith("-")) return castTo(value, type);
    const power = `CAST(1${"0".repeat(Math.abs(integerOf(call, 1) ?? 0))} AS DECIMAL(38,0))`;
    if (halfEven) return castTo(`js_bround(CAST(${value} AS DOUBLE), ${places})`, type);
    return castTo(
      `sp_divide_half_up(CAST(trunc(${value}) AS HUGEINT), CAST(${power} AS HUGEINT)) * CAST(${power} AS HUGEINT)`,
      type,
    );
  };
}

function roundWhole(
  call: TypedCall,
  { value, places, halfEven }: { readonly value: string; readonly places: string; readonly halfEven: boolean },
  scope: Scope,
): string {
  const known = integerOf(call, 1) ?? (call.args.length > 1 ? undefined : 0);
  if (known !== undefined && known >= 0) return value;
  const rounded = `${halfEven ? "sp_bround_integer" : "sp_round_integer"}(${value}, ${places})`;
  return scope.session.ansi ? castTo(rounded, duckType(call.dataType)) : `sp_wrap_${call.dataType.kind}(${rounded})`;
}

/** ceil and floor; with a scale the result is a decimal of that scale. */
function towards(name: "ceil" | "floor"): Emitter {
  return (call, scope) => {
    const type = duckType(call.dataType);
    if (call.args.length < 2) {
      if (WHOLE.has(typeOf(call, 0).kind)) return castTo(sqlOf(call, 0, scope), type);
      const saturating = typeOf(call, 0).kind === "double";
      return saturating
        ? `sp_saturate_long(${name}(${sqlOf(call, 0, scope)}))`
        : castTo(`${name}(${sqlOf(call, 0, scope)})`, type);
    }
    const scale = integerOf(call, 1) ?? 0;
    const value = `CAST(${sqlOf(call, 0, scope)} AS DECIMAL(38,15))`;
    const power = `1${"0".repeat(Math.abs(scale))}`;
    const unit = scale > 0 ? `CAST('0.${"0".repeat(scale - 1)}1' AS DECIMAL(${scale},${scale}))` : power;
    const scaled =
      scale > 0 ? `${value} * ${power}` : `${value} * CAST('${10 ** scale}' AS DECIMAL(10,${Math.max(-scale, 0)}))`;
    return castTo(`CAST(${name}(${scaled}) AS DECIMAL(${Math.min(38 - Math.max(scale, 0), 30)},0)) * ${unit}`, type);
  };
}

function signum(call: TypedCall, scope: Scope): string {
  const type = typeOf(call, 0);
  const value =
    type.kind === "interval_year_month" ? `sp_interval_months(${sqlOf(call, 0, scope)})` : sqlOf(call, 0, scope);
  if (type.kind === "double") return `CASE WHEN isnan(${value}) THEN ${value} ELSE CAST(sign(${value}) AS DOUBLE) END`;
  return castTo(`sign(${type.kind === "interval_day_time" ? `epoch_us(${value})` : value})`, "DOUBLE");
}

function hex(call: TypedCall, scope: Scope): string {
  return typeOf(call, 0).kind === "long" ? `sp_hex_long(${sqlOf(call, 0, scope)})` : `hex(${sqlOf(call, 0, scope)})`;
}

function absolute(call: TypedCall, scope: Scope): string {
  const kind = call.dataType.kind;
  const value = operandOf(call, 0, scope);
  if (kind.startsWith("interval")) {
    return `CASE WHEN ${value} < INTERVAL '0 days' THEN -${value} ELSE ${value} END`;
  }
  if (scope.session.ansi || !WHOLE.has(kind)) return `abs(${value})`;
  return `coalesce(TRY(abs(${value})), ${value})`;
}

/** The greatest or least argument that is not NULL. */
function utmost(name: "greatest" | "least"): Emitter {
  return (call, scope) => {
    const values = allSql(call, scope).join(", ");
    if (!isOrderedOtherwise(call.dataType)) return `${name}(${values})`;
    return extremeOf(`[${values}]`, call.dataType, name === "greatest" ? "max" : "min");
  };
}

/** Intervals are compared by their months or microseconds. */
function widthBucket(call: TypedCall, scope: Scope): string {
  const kind = typeOf(call, 0).kind;
  const measure =
    kind === "interval_year_month" ? "sp_interval_months" : kind.startsWith("interval") ? "epoch_us" : undefined;
  const args = allSql(call, scope).map((arg, i) =>
    measure === undefined || i > 2 ? arg : castTo(`${measure}(${arg})`, "DOUBLE"),
  );
  return `sp_width_bucket(${args.join(", ")})`;
}

/** Numbers in, numbers out. */
export const MATH_FUNCTIONS: EmitterTable = {
  acos: within("acos", "-1", "1"),
  acosh: "CASE WHEN $1 >= 1 THEN acosh($1) WHEN $1 IS NOT NULL THEN CAST('NaN' AS DOUBLE) END",
  asin: within("asin", "-1", "1"),
  asinh: "asinh($1)",
  atan: "atan($1)",
  atanh: within("atanh", "-1", "1"),
  cbrt: "sp_cbrt($1)",
  cos: "cos(sp_circular($1))",
  cosh: "cosh($1)",
  cot: "1 / tan(sp_circular($1))",
  csc: "1 / sin(sp_circular($1))",
  sec: "1 / cos(sp_circular($1))",
  degrees: "degrees($1)",
  exp: "exp($1)",
  expm1: "CASE WHEN abs($1) < 0.00001 THEN $1 + $1 * $1 / 2 ELSE exp($1) - 1 END",
  ln: "sp_log($1)",
  log10: "sp_log($1) / ln(10)",
  log1p: "CASE WHEN $1 > -1 THEN CASE WHEN abs($1) < 0.00001 THEN $1 - $1 * $1 / 2 ELSE ln(1 + $1) END END",
  log2: "sp_log($1) / ln(2)",
  radians: "radians($1)",
  rint: "round_even($1, 0)",
  sin: "sin(sp_circular($1))",
  sinh: "sinh($1)",
  sqrt: "sp_sqrt($1)",
  tan: "tan(sp_circular($1))",
  tanh: "tanh($1)",
  abs: absolute,
  atan2: "atan2($1, $2)",
  hypot: "sqrt($1 * $1 + $2 * $2)",
  pow: "pow($1, $2)",
  log: (call, scope) =>
    call.args.length === 1 ? `sp_log(${sqlOf(call, 0, scope)})` : `sp_log_base(${allSql(call, scope).join(", ")})`,
  signum,
  ceil: nullWhenNull(towards("ceil"), 1),
  floor: nullWhenNull(towards("floor"), 1),
  round: nullWhenNull(round(false), 1),
  bround: nullWhenNull(round(true), 1),
  factorial: "CASE WHEN $1 BETWEEN 0 AND 20 THEN CAST(factorial($1) AS BIGINT) END",
  greatest: utmost("greatest"),
  least: utmost("least"),
  bin: "sp_bin($1)",
  conv: "js_conv($1, CAST($2 AS VARCHAR), CAST($3 AS VARCHAR))",
  hex,
  unhex: "sp_unhex($1)",
  e: "CAST(2.718281828459045 AS DOUBLE)",
  pi: "pi()",
  width_bucket: nullWhenNull(widthBucket, 0, 1, 2, 3),
  isnan: "coalesce(isnan($1), false)",
  nanvl: "CASE WHEN isnan($1) THEN $2 ELSE $1 END",
  bit_length: (call, scope) => `CAST(${byteLength(call, scope)} * 8 AS INTEGER)`,
  octet_length: (call, scope) => castTo(byteLength(call, scope), "INTEGER"),
};

function byteLength(call: TypedCall, scope: Scope): string {
  return typeOf(call, 0).kind === "binary"
    ? `octet_length(${sqlOf(call, 0, scope)})`
    : `strlen(${sqlOf(call, 0, scope)})`;
}
