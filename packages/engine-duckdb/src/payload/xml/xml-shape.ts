import {
  array,
  BOOLEAN,
  DATE,
  type DataType,
  type DecimalType,
  DOUBLE,
  decimal,
  field,
  LONG,
  STRING,
  struct,
  TIMESTAMP,
} from "@sluice/query";
import { parseMoment } from "../../connection/parse-moment.ts";
import type { XmlFormat } from "./xml-format.ts";
import { spaced, type XmlNode } from "./xml-node.ts";

/** What elements of one name have looked like so far. */
export type XmlShape =
  | { readonly kind: "leaf"; readonly type: DataType }
  | { readonly kind: "members"; readonly members: ReadonlyMap<string, XmlShape> }
  | { readonly kind: "list"; readonly item: XmlShape };

/** What decides the types of texts. */
export interface ShapeContext {
  readonly options: XmlFormat;
  readonly inferTypes: boolean;
  /** Whether numbers with a point are decimals where they have no more than 38 digits. */
  readonly prefersDecimal: boolean;
  readonly date: string | undefined;
  readonly timestamp: string | undefined;
}

const VOID: DataType = { kind: "void" };

/** The shape of one element. */
export function shapeOf(node: XmlNode, context: ShapeContext): XmlShape {
  const text = spaced(node.text, context.options);
  const members = new Map<string, XmlShape>();
  for (const [name, value] of node.attributes) members.set(name, leafShape(value, context));
  for (const child of node.children) {
    const shape = shapeOf(child, context);
    const before = members.get(child.name);
    members.set(
      child.name,
      before === undefined ? shape : { kind: "list", item: merged(item(before), shape, context) },
    );
  }
  if (members.size === 0) return leafShape(text, context);
  if (text.trim() !== "") members.set(context.options.valueTag, leafShape(text, context));
  return { kind: "members", members };
}

function merged(left: XmlShape, right: XmlShape, { options }: ShapeContext): XmlShape {
  return mergeShapes(left, right, options.valueTag);
}

function item(shape: XmlShape): XmlShape {
  return shape.kind === "list" ? shape.item : shape;
}

/** What both shapes are. Text beside members is a member of its own. */
export function mergeShapes(left: XmlShape | undefined, right: XmlShape, valueTag: string): XmlShape {
  if (left === undefined) return right;
  if (left.kind === "list" || right.kind === "list") {
    return { kind: "list", item: mergeShapes(item(left), item(right), valueTag) };
  }
  if (left.kind === "leaf" && right.kind === "leaf") return { kind: "leaf", type: widest(left.type, right.type) };
  const members = new Map(membersOf(left, valueTag));
  for (const [name, shape] of membersOf(right, valueTag)) {
    members.set(name, mergeShapes(members.get(name), shape, valueTag));
  }
  return { kind: "members", members };
}

function membersOf(shape: XmlShape, valueTag: string): ReadonlyMap<string, XmlShape> {
  if (shape.kind === "members") return shape.members;
  return shape.kind === "leaf" && shape.type.kind === "void" ? new Map() : new Map([[valueTag, shape]]);
}

const LONG_AS_DECIMAL = decimal(20, 0);

function widest(left: DataType, right: DataType): DataType {
  if (left.kind === "decimal" || right.kind === "decimal") {
    const [one, other] = [left, right].map((type) => (type.kind === "long" ? LONG_AS_DECIMAL : type));
    if (one?.kind === "decimal" && other?.kind === "decimal") return widestDecimal(one, other);
    if ([left, right].some((type) => type.kind === "double")) return DOUBLE;
  }
  if (left.kind === right.kind || right.kind === "void") return left;
  if (left.kind === "void") return right;
  const kinds = new Set([left.kind, right.kind]);
  if (kinds.has("long") && kinds.has("double")) return DOUBLE;
  return kinds.has("date") && kinds.has("timestamp") ? TIMESTAMP : STRING;
}

function widestDecimal(left: DecimalType, right: DecimalType): DataType {
  const scale = Math.max(left.scale, right.scale);
  const precision = scale + Math.max(left.precision - left.scale, right.precision - right.scale);
  return precision > MOST_DIGITS ? DOUBLE : decimal(precision, scale);
}

/** The type of values of a shape; members of nested elements are in the order of their names. */
export function dataTypeOf(shape: XmlShape): DataType {
  switch (shape.kind) {
    case "leaf":
      return shape.type;
    case "list":
      return array(stored(dataTypeOf(shape.item)));
    case "members": {
      const names = [...shape.members.keys()].sort();
      return struct(names.map((name) => field(name, stored(dataTypeOf(shape.members.get(name) ?? shape)))));
    }
  }
}

/** The type of an element as a record: text of its own is a member, too. */
export function recordType(node: XmlNode, context: ShapeContext): DataType {
  const shape = shapeOf(node, context);
  return dataTypeOf({ kind: "members", members: membersOf(shape, context.options.valueTag) });
}

function stored(type: DataType): DataType {
  return type.kind === "void" ? STRING : type;
}

function leafShape(text: string, context: ShapeContext): XmlShape {
  if (text === "" || text === context.options.nullValue) return { kind: "leaf", type: VOID };
  return { kind: "leaf", type: context.inferTypes ? textType(text, context) : STRING };
}

const DATE_TEXT = /^\d{4}-\d{2}-\d{2}$/;
const TIME_TEXT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;

const MOST_DIGITS = 38;

/** The type that holds a number of digits alone; undefined for others, for too many digits, and where zeros before the point are in an exponent. */
function decimalType(text: string): DataType | undefined {
  const found = /^[+-]?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.replaceAll(",", ""));
  const [, whole = "", fraction = "", exponent = "0"] = found ?? [];
  const scale = fraction.length - Number(exponent);
  if (whole + fraction === "" || scale < 0) return undefined;
  const precision = Math.max((whole + fraction).replace(/^0+/, "").length, scale, 1);
  return precision > MOST_DIGITS ? undefined : decimal(precision, scale);
}

function isLong(text: string): boolean {
  return (
    /^[+-]?\d{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text.replace("+", ""))) === BigInt(text.replace("+", ""))
  );
}

function textType(text: string, { date, timestamp, prefersDecimal }: ShapeContext): DataType {
  if (isLong(text)) return LONG;
  const exact = prefersDecimal ? decimalType(text) : undefined;
  if (exact !== undefined) return exact;
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return DOUBLE;
  if (/^(true|false)$/i.test(text)) return BOOLEAN;
  if (date === undefined ? DATE_TEXT.test(text) : parseMoment(text, date) !== null) return DATE;
  if (timestamp === undefined ? TIME_TEXT.test(text) : parseMoment(text, timestamp) !== null) return TIMESTAMP;
  return STRING;
}
