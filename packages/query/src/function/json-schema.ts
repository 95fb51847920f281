import {
  array,
  BOOLEAN,
  type DataType,
  DOUBLE,
  decimal,
  field,
  LONG,
  STRING,
  type StructType,
  struct,
  VOID,
} from "../data-type/data-type.ts";
import { widerDecimal } from "../data-type/decimal.ts";

/** What Spark's JSON options let pass, keys in lower case as they are compared. */
export type JsonLeniency = Readonly<Record<string, string>>;

/**
 * The type of the values that a JSON text shows, as Spark infers it: whole numbers are BIGINT, others DOUBLE, fields come by name, what is always null is STRING.
 *
 * @throws SyntaxError for malformed text
 */
export function schemaOfJson(text: string, options: JsonLeniency = {}): DataType {
  const reader = new ShapeReader(text, options);
  const type = reader.value();
  reader.end();
  return settled(type);
}

/** What was always null becomes text. */
function settled(type: DataType): DataType {
  switch (type.kind) {
    case "void":
      return STRING;
    case "array":
      return array(settled(type.element));
    case "struct":
      return struct(type.fields.map((one) => ({ ...one, dataType: settled(one.dataType) })));
    default:
      return type;
  }
}

/** The type that holds the values of both; text when they have nothing in common. */
function common(left: DataType, right: DataType): DataType {
  if (left.kind === "void") return right;
  if (right.kind === "void" || left === right) return left;
  if (left.kind === "struct" && right.kind === "struct") return commonFields(left, right);
  if (left.kind === "array" && right.kind === "array") return array(common(left.element, right.element));
  return commonNumber(left, right) ?? (left.kind === right.kind ? left : STRING);
}

const NUMBERS = ["long", "double", "decimal"];

function commonNumber(left: DataType, right: DataType): DataType | undefined {
  if (!NUMBERS.includes(left.kind) || !NUMBERS.includes(right.kind)) return undefined;
  if (left.kind === "double" || right.kind === "double") return DOUBLE;
  if (left.kind === "decimal" && right.kind === "decimal") return widerDecimal(left, right);
  return left.kind === "decimal" ? left : right;
}

function commonFields(left: StructType, right: StructType): DataType {
  const types = new Map(left.fields.map((one) => [one.name, one.dataType]));
  for (const { name, dataType } of right.fields) types.set(name, common(types.get(name) ?? VOID, dataType));
  return ofTypes(types);
}

function ofTypes(types: ReadonlyMap<string, DataType>): DataType {
  const sorted = [...types].sort(([a], [b]) => (a < b ? -1 : 1));
  return struct(sorted.map(([name, dataType]) => field(name, dataType)));
}

class ShapeReader {
  readonly #text: string;
  readonly #options: JsonLeniency;
  #at = 0;

  constructor(text: string, options: JsonLeniency) {
    this.#text = text;
    this.#options = options;
  }

  value(depth = 0): DataType {
    if (depth > 500) throw new SyntaxError("the JSON text is nested too deeply");
    this.#take(/\s*/y);
    if (this.#take(/\{\s*/y) !== undefined) return this.#object(depth + 1);
    if (this.#take(/\[\s*/y) !== undefined) return this.#array(depth + 1);
    if (this.#string() !== undefined) return STRING;
    const plain = this.#allows("primitivesasstring");
    if (this.#take(/null\b/y) !== undefined) return VOID;
    if (this.#take(/true\b|false\b/y) !== undefined) return plain ? STRING : BOOLEAN;
    const number = this.#take(
      this.#allows("allownumericleadingzeros")
        ? /-?\d+(\.\d+)?([eE][+-]?\d+)?/y
        : /-?(0(?!\d)|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y,
    );
    if (number === undefined) throw this.#fault();
    return plain ? STRING : this.#number(number);
  }

  end(): void {
    this.#take(/\s*/y);
    if (this.#at < this.#text.length) throw this.#fault();
  }

  #number(text: string): DataType {
    const [, whole = "", fraction = "", exponent] = /^-?0*(\d*)(?:\.(\d+))?([eE].*)?$/.exec(text) ?? [];
    const isWhole = !/[.eE]/.test(text);
    if (isWhole && BigInt.asIntN(64, BigInt(text)) === BigInt(text)) return LONG;
    const asDecimal = isWhole || (exponent === undefined && this.#allows("prefersdecimal"));
    const precision = Math.max(whole.length + fraction.length, fraction.length, 1);
    return asDecimal && precision <= 38 ? decimal(precision, fraction.length) : DOUBLE;
  }

  #array(depth: number): DataType {
    let element: DataType = VOID;
    if (this.#take(/\]/y) !== undefined) return array(element);
    do {
      element = common(element, this.value(depth));
    } while (this.#take(/\s*,/y) !== undefined);
    this.#expect(/\s*\]/y);
    return array(element);
  }

  #object(depth: number): DataType {
    const types = new Map<string, DataType>();
    if (this.#take(/\}/y) !== undefined) return struct([]);
    do {
      this.#take(/\s*/y);
      const name = this.#string() ?? this.#bareName();
      this.#expect(/\s*:/y);
      types.set(name, this.value(depth));
    } while (this.#take(/\s*,/y) !== undefined);
    this.#expect(/\s*\}/y);
    return ofTypes(types);
  }

  /** A text in double quotes, or in single quotes unless they are forbidden. */
  #string(): string | undefined {
    const double = this.#take(/"(?:[^"\\]|\\.)*"/sy);
    if (double !== undefined) return JSON.parse(double.replaceAll("\\'", "'")) as string;
    if (this.#options["allowsinglequotes"] === "false") return undefined;
    return this.#take(/'(?:[^'\\]|\\.)*'/sy)
      ?.slice(1, -1)
      .replace(/\\(.)/gs, "$1");
  }

  #bareName(): string {
    const name = this.#allows("allowunquotedfieldnames") ? this.#take(/[\p{L}_$][\p{L}\p{N}_$]*/uy) : undefined;
    if (name === undefined) throw this.#fault();
    return name;
  }

  #allows(option: string): boolean {
    return this.#options[option] === "true";
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #expect(pattern: RegExp): void {
    if (this.#take(pattern) === undefined) throw this.#fault();
  }

  #fault(): SyntaxError {
    return new SyntaxError(`the JSON text is malformed at character ${this.#at + 1}`);
  }
}
