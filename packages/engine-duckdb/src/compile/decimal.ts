import type { DecimalType } from "@sluice/query";
import { duckType } from "./duck-type.ts";
import { operand } from "./template.ts";

/** One operation on two decimals: the SQL and types of its sides, and Spark's type of the result. */
export interface DecimalOperation {
  readonly left: string;
  readonly right: string;
  readonly leftType: DecimalType;
  readonly rightType: DecimalType;
  readonly type: DecimalType;
  readonly ansi: boolean;
}

/** DuckDB computes in 64 bits, with an error on overflow, when both sides fit them; a wider side makes it compute in 128 bits. */
const NARROW = 18;

/** `left + right` or `left - right`, exact, rounded only when Spark's type has fewer digits after the point. */
export function addDecimals(operation: DecimalOperation, operator: "+" | "-"): string {
  const { leftType, rightType, type, ansi } = operation;
  const scale = Math.max(leftType.scale, rightType.scale);
  const digits = Math.max(leftType.precision - leftType.scale, rightType.precision - rightType.scale) + scale + 1;
  const sides = `${widened(operation.left, leftType, digits, scale)} ${operator} ${operand(operation.right)}`;
  if (digits <= NARROW) return digits === type.precision && scale === type.scale ? sides : cast(sides, type);
  return digits > 38 ? orNull(cast(sides, type), ansi) : cast(sides, type);
}

/** `left * right`, exact in the scale of both sides, then rounded to Spark's. */
export function multiplyDecimals(operation: DecimalOperation): string {
  const { leftType, rightType, type, ansi } = operation;
  const digits = leftType.precision + rightType.precision;
  if (leftType.scale + rightType.scale > 38) return throughText("js_decimal_multiply", operation);
  const sides = `${widened(operation.left, leftType, digits, leftType.scale)} * ${operand(operation.right)}`;
  if (digits < 38) return cast(sides, type);
  const exact = `coalesce(TRY(${cast(sides, type)}), ${throughText("js_decimal_multiply", operation)})`;
  return orNull(exact, ansi);
}

/** `left / right`, half rounded up in Spark's scale. A zero on the right has been made NULL or an error before. */
export function divideDecimals(operation: DecimalOperation): string {
  const { leftType, rightType, type, ansi } = operation;
  const shift = type.scale - leftType.scale + rightType.scale;
  const fits =
    shift >= 0 &&
    leftType.precision + leftType.scale + shift <= 38 &&
    rightType.precision + rightType.scale <= 38 &&
    type.precision + type.scale <= 38;
  if (!fits) return orNull(throughText("js_decimal_divide", operation), ansi);
  const numerator = unscaled(operation.left, leftType, leftType.scale + shift);
  const quotient = `sp_divide_half_up(${numerator}, ${unscaled(operation.right, rightType, rightType.scale)})`;
  return scaledTo(quotient, type);
}

/** `sum / count` as the mean of decimals. `digits` is the most that the sum can have. */
export function meanOfDecimals(sum: string, count: string, from: DecimalType, type: DecimalType): string {
  const operation: DecimalOperation = {
    left: sum,
    right: `CAST(nullif(${count}, 0) AS DECIMAL(19,0))`,
    leftType: { kind: "decimal", precision: Math.min(38, from.precision + 10), scale: from.scale },
    rightType: { kind: "decimal", precision: 19, scale: 0 },
    type,
    ansi: false,
  };
  return divideDecimals(operation);
}

/** The remainder of `left / right`, with the sign of `left`. */
export function remainderDecimals(operation: DecimalOperation): string {
  const { leftType, rightType, type } = operation;
  const scale = Math.max(leftType.scale, rightType.scale);
  const sides = `${widened(operation.left, leftType, 38, scale)} % ${operand(operation.right)}`;
  return cast(sides, type);
}

/** The whole part of `left / right` as BIGINT. */
export function wholeDivideDecimals(operation: DecimalOperation): string {
  const { leftType, rightType } = operation;
  const scale = Math.max(leftType.scale, rightType.scale);
  const left = unscaled(operation.left, leftType, scale);
  return `CAST(${left} // ${unscaled(operation.right, rightType, scale)} AS BIGINT)`;
}

function widened(sql: string, type: DecimalType, digits: number, scale: number): string {
  if (digits <= NARROW || type.precision > NARROW) return operand(sql);
  return `CAST(${sql} AS DECIMAL(${Math.min(38, Math.max(digits, type.precision))},${scale}))`;
}

/** The value times 10^power as HUGEINT; the caller knows that it fits. */
function unscaled(sql: string, type: DecimalType, power: number): string {
  if (power === 0) return `CAST(${sql} AS HUGEINT)`;
  return `CAST(CAST(${sql} AS DECIMAL(38,${type.scale})) * CAST(1${"0".repeat(power)} AS DECIMAL(${power + 1},0)) AS HUGEINT)`;
}

/** A HUGEINT that counts units of 10^-scale, as the decimal it stands for. */
function scaledTo(sql: string, type: DecimalType): string {
  if (type.scale === 0) return cast(sql, type);
  const unit = `0.${"0".repeat(type.scale - 1)}1`;
  return cast(
    `CAST(${sql} AS DECIMAL(${38 - type.scale},0)) * CAST('${unit}' AS DECIMAL(${type.scale},${type.scale}))`,
    type,
  );
}

function throughText(name: string, { left, right, type }: DecimalOperation): string {
  return cast(`${name}(CAST(${left} AS VARCHAR), CAST(${right} AS VARCHAR), '${type.scale}')`, type);
}

function orNull(sql: string, ansi: boolean): string {
  return ansi ? sql : `TRY(${sql})`;
}

function cast(sql: string, type: DecimalType): string {
  return `CAST(${sql} AS ${duckType(type)})`;
}
