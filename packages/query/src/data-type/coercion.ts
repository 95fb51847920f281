import type { ArrayType, DataType, MapType, StructType } from "./data-type.ts";
import { array, DOUBLE, LONG, map, STRING, sameType, struct, TIMESTAMP, TIMESTAMP_NTZ } from "./data-type.ts";
import { decimalOf, widerDecimal } from "./decimal.ts";
import { isAnsiInterval, widerInterval } from "./interval-type.ts";
import { isDatetime, isInterval, isNested, isNumeric, numericRank } from "./type-class.ts";

/** How two types meet: by Spark's classic rules, or by its ANSI rules. */
export interface CoercionMode {
  readonly ansi: boolean;
}

type Widen = (left: DataType, right: DataType) => DataType | undefined;

/** The type that holds both sides without loss and without turning anything into text; undefined if there is none. */
export function tightestType(left: DataType, right: DataType, mode: CoercionMode): DataType | undefined {
  if (sameType(left, right)) return withNullsOf(left, right);
  if (left.kind === "void") return right;
  if (right.kind === "void") return left;
  const numeric = tightestNumeric(left, right, mode);
  if (numeric) return numeric;
  if (isDatetime(left) && isDatetime(right)) {
    return left.kind === "timestamp" || right.kind === "timestamp" ? TIMESTAMP : TIMESTAMP_NTZ;
  }
  if (isAnsiInterval(left)) return widerInterval(left, right);
  if (left.kind === "time" && right.kind === "time") return left.precision < right.precision ? right : left;
  return widenNested(left, right, (a, b) => tightestType(a, b, mode));
}

function tightestNumeric(left: DataType, right: DataType, mode: CoercionMode): DataType | undefined {
  if (!isNumeric(left) || !isNumeric(right)) return undefined;
  if (left.kind !== "decimal" && right.kind !== "decimal") return widerOfRanked(left, right, mode);
  if (isFloating(left) || isFloating(right)) return DOUBLE;
  const a = decimalOf(left);
  const b = decimalOf(right);
  return a && b ? widerDecimal(a, b) : undefined;
}

function widerOfRanked(left: DataType, right: DataType, mode: CoercionMode): DataType {
  const isLeftWider = (numericRank(left) ?? 0) > (numericRank(right) ?? 0);
  const [wide, narrow] = isLeftWider ? [left, right] : [right, left];
  const isInexact = wide.kind === "float" && (narrow.kind === "integer" || narrow.kind === "long");
  return mode.ansi && isInexact ? DOUBLE : wide;
}

function isFloating(type: DataType): boolean {
  return type.kind === "double" || type.kind === "float";
}

/** The common type for UNION, CASE, coalesce and the like: text meets other simple types as text (classic) or as the other type (ANSI). */
export function widerType(left: DataType, right: DataType, mode: CoercionMode): DataType | undefined {
  return (
    tightestType(left, right, mode) ??
    (mode.ansi ? ansiStringMeets(left, right) : stringPromotion(left, right)) ??
    widenNested(left, right, (a, b) => widerType(a, b, mode))
  );
}

/** The common type of several; undefined if there is none. An empty list gives `void`. */
export function widestType(types: readonly DataType[], mode: CoercionMode): DataType | undefined {
  const strings = types.filter((type) => type.kind === "string");
  const others = types.filter((type) => type.kind !== "string");
  let widest: DataType | undefined = { kind: "void" };
  for (const type of [...strings.slice(0, 1), ...others]) {
    widest = widest && widerType(widest, type, mode);
  }
  return widest;
}

function stringPromotion(left: DataType, right: DataType): DataType | undefined {
  const becomesText = (type: DataType) =>
    !isNested(type) && type.kind !== "binary" && type.kind !== "boolean" && type.kind !== "variant";
  if (left.kind === "string" && becomesText(right)) return STRING;
  return right.kind === "string" && becomesText(left) ? STRING : undefined;
}

function ansiStringMeets(left: DataType, right: DataType): DataType | undefined {
  const takesText = (type: DataType) => !isNested(type) && !isInterval(type);
  if (left.kind === "string" && takesText(right)) return ansiTextAs(right);
  return right.kind === "string" && takesText(left) ? ansiTextAs(left) : undefined;
}

function ansiTextAs(type: DataType): DataType {
  const rank = numericRank(type);
  if (rank !== undefined && rank <= 3) return LONG;
  return isNumeric(type) ? DOUBLE : type;
}

/** The type in which two sides are compared by `=`, `<` and the like; undefined when they cannot be. */
export function comparisonType(left: DataType, right: DataType, mode: CoercionMode): DataType | undefined {
  return (
    tightestType(left, right, mode) ??
    (mode.ansi ? ansiStringMeets(left, right) : classicTextComparison(left, right)) ??
    widenNested(left, right, (a, b) => comparisonType(a, b, mode))
  );
}

function classicTextComparison(left: DataType, right: DataType): DataType | undefined {
  if (left.kind === "string") return textComparedWith(right);
  return right.kind === "string" ? textComparedWith(left) : undefined;
}

function textComparedWith(type: DataType): DataType | undefined {
  if (type.kind === "decimal") return DOUBLE;
  if (type.kind === "binary") return type;
  return isNested(type) || isInterval(type) || type.kind === "variant" ? undefined : type;
}

function widenNested(left: DataType, right: DataType, widen: Widen): DataType | undefined {
  if (left.kind === "array" && right.kind === "array") return widenArrays(left, right, widen);
  if (left.kind === "map" && right.kind === "map") return widenMaps(left, right, widen);
  return left.kind === "struct" && right.kind === "struct" ? widenStructs(left, right, widen) : undefined;
}

function widenArrays(left: ArrayType, right: ArrayType, widen: Widen): DataType | undefined {
  const element = widen(left.element, right.element);
  return element && array(element, left.containsNull || right.containsNull);
}

function widenMaps(left: MapType, right: MapType, widen: Widen): DataType | undefined {
  const key = widen(left.key, right.key);
  const value = widen(left.value, right.value);
  return key && value && map(key, value, left.valueContainsNull || right.valueContainsNull);
}

function widenStructs(left: StructType, right: StructType, widen: Widen): DataType | undefined {
  if (left.fields.length !== right.fields.length) return undefined;
  const fields = left.fields.map((one, i) => {
    const other = right.fields[i];
    if (other === undefined || one.name.toLowerCase() !== other.name.toLowerCase()) return undefined;
    const dataType = widen(one.dataType, other.dataType);
    return dataType && { ...one, dataType, nullable: one.nullable || other.nullable };
  });
  const found = fields.filter((one) => one !== undefined);
  return found.length === fields.length ? struct(found) : undefined;
}

function withNullsOf(left: DataType, right: DataType): DataType {
  return widenSame(left, right) ?? left;
}

function widenSame(left: DataType, right: DataType): DataType | undefined {
  return widenNested(left, right, (a, b) => withNullsOf(a, b));
}
