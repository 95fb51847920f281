import { isList, Numeral } from "../json-value.ts";
import { numeralKind, type Tag, tagged, type Variant } from "./variant-value.ts";

/** What a variant holds. */
type Shape =
  | { readonly kind: "atom"; readonly name: string }
  | { readonly kind: "decimal"; readonly precision: number; readonly scale: number }
  | { readonly kind: "list"; readonly element: Shape }
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Shape> };

const VOID: Shape = { kind: "atom", name: "VOID" };
const VARIANT: Shape = { kind: "atom", name: "VARIANT" };
const DOUBLE: Shape = { kind: "atom", name: "DOUBLE" };
const TAGS: Readonly<Record<Tag, string>> = {
  ...{ S: "STRING", D: "DATE", T: "TIMESTAMP", N: "TIMESTAMP_NTZ" },
  ...{ F: "FLOAT", I: "DOUBLE", B: "BINARY", U: "UUID" },
};
const WHOLE: Readonly<Record<string, number>> = { BIGINT: 20 };

/** The shape of one variant. */
export function shapeOf(value: Variant): Shape {
  if (value === null) return VOID;
  if (typeof value === "boolean") return { kind: "atom", name: "BOOLEAN" };
  if (value instanceof Numeral) return shapeOfNumeral(value);
  if (isList(value)) return { kind: "list", element: shapeOfAll(value) };
  if (typeof value === "string") return { kind: "atom", name: TAGS[tagged(value)?.tag ?? "S"] };
  return { kind: "object", fields: new Map([...value].map(([key, item]) => [key, shapeOf(item)])) };
}

/** The shape that holds all of some variants; VOID of none. */
export function shapeOfAll(values: readonly Variant[]): Shape {
  return values.map(shapeOf).reduce(commonShape, VOID);
}

function shapeOfNumeral(value: Numeral): Shape {
  const kind = numeralKind(value);
  if (kind !== "decimal") return kind === "double" ? DOUBLE : { kind: "atom", name: "BIGINT" };
  const [, whole = "", fraction = ""] = /^-?(\d+)(?:\.(\d+))?$/.exec(value.text.replace(/\.0$/, "")) ?? [];
  const digits = (whole + fraction).replace(/^0+(?=\d)/, "");
  return { kind: "decimal", precision: Math.max(digits.length, fraction.length), scale: fraction.length };
}

/** The shape that holds the values of both; VARIANT where there is none. */
function commonShape(left: Shape, right: Shape): Shape {
  if (isAtom(left, "VOID")) return right;
  if (isAtom(right, "VOID")) return left;
  if (left.kind === "list" && right.kind === "list") {
    return { kind: "list", element: commonShape(left.element, right.element) };
  }
  if (left.kind === "object" && right.kind === "object") return commonObject(left.fields, right.fields);
  if (left.kind === "atom" && right.kind === "atom" && left.name === right.name) return left;
  return commonNumber(left, right) ?? commonMoment(left, right) ?? VARIANT;
}

function isAtom(shape: Shape, ...names: readonly string[]): boolean {
  return shape.kind === "atom" && names.includes(shape.name);
}

function commonObject(left: ReadonlyMap<string, Shape>, right: ReadonlyMap<string, Shape>): Shape {
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort();
  const fields = keys.map((key) => [key, commonShape(left.get(key) ?? VOID, right.get(key) ?? VOID)] as const);
  return { kind: "object", fields: new Map(fields) };
}

function commonNumber(left: Shape, right: Shape): Shape | undefined {
  const [one, other] = [asDecimal(left), asDecimal(right)];
  if (one !== undefined && other !== undefined) {
    const scale = Math.max(one.scale, other.scale);
    const precision = Math.max(one.precision - one.scale, other.precision - other.scale) + scale;
    return precision > 38 ? DOUBLE : { kind: "decimal", precision, scale };
  }
  const floating = [left, right].filter((shape) => isAtom(shape, "FLOAT", "DOUBLE"));
  if (floating.length === 0 || floating.length + Number(one !== undefined) + Number(other !== undefined) < 2)
    return undefined;
  const exact = [left, right].some((shape) => shape.kind === "decimal" || isAtom(shape, "DOUBLE"));
  return exact ? DOUBLE : { kind: "atom", name: "FLOAT" };
}

function asDecimal(shape: Shape): { readonly precision: number; readonly scale: number } | undefined {
  if (shape.kind === "decimal") return shape;
  const precision = shape.kind === "atom" ? WHOLE[shape.name] : undefined;
  return precision === undefined ? undefined : { precision, scale: 0 };
}

function commonMoment(left: Shape, right: Shape): Shape | undefined {
  const names = [left, right].map((shape) => (shape.kind === "atom" ? shape.name : ""));
  if (!names.every((name) => name === "DATE" || name.startsWith("TIMESTAMP"))) return undefined;
  return { kind: "atom", name: names.includes("TIMESTAMP") ? "TIMESTAMP" : "TIMESTAMP_NTZ" };
}

/** A shape in the words of `schema_of_variant`. */
export function printShape(shape: Shape): string {
  switch (shape.kind) {
    case "atom":
      return shape.name;
    case "decimal":
      return `DECIMAL(${shape.precision},${shape.scale})`;
    case "list":
      return `ARRAY<${printShape(shape.element)}>`;
    case "object":
      return `OBJECT<${[...shape.fields].map(([key, one]) => `${fieldName(key)}: ${printShape(one)}`).join(", ")}>`;
  }
}

function fieldName(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : `\`${key.replaceAll("`", "``")}\``;
}
