import type { DataType, StructField, StructType } from "./data-type.ts";
import { array, decimal, field, INTERVAL_CALENDAR, map, struct } from "./data-type.ts";
import { intervalTypeOf } from "./interval-type.ts";

const NAMES: Readonly<Record<string, DataType["kind"]>> = {
  ...{
    void: "void",
    null: "void",
    boolean: "boolean",
    byte: "byte",
    tinyint: "byte",
    short: "short",
    smallint: "short",
  },
  ...{
    int: "integer",
    integer: "integer",
    long: "long",
    bigint: "long",
    float: "float",
    real: "float",
    double: "double",
  },
  ...{ string: "string", binary: "binary", date: "date", timestamp: "timestamp", timestamp_ltz: "timestamp" },
  ...{ timestamp_ntz: "timestamp_ntz", variant: "variant" },
};

/**
 * Reads a type as DDL spells it: `INT`, `array<struct<a: int, b: string>>`.
 *
 * @throws Error naming what is no type.
 */
export function typeFromDdl(text: string): DataType {
  const reader = new DdlReader(text);
  const type = reader.type();
  reader.end();
  return type;
}

/**
 * Reads a schema as `from_json` and `schema()` take it: either columns, `a INT, b STRING NOT NULL COMMENT 'c'`, or one type.
 *
 * @throws Error naming what is neither.
 */
export function schemaFromDdl(text: string): DataType {
  try {
    return structFromDdl(text);
  } catch (error) {
    try {
      return typeFromDdl(text);
    } catch {
      throw error;
    }
  }
}

/**
 * Reads columns: `a INT, b STRING NOT NULL COMMENT 'c'`.
 *
 * @throws Error naming what is wrong.
 */
export function structFromDdl(text: string): StructType {
  const reader = new DdlReader(text);
  const fields = reader.fields("");
  reader.end();
  return struct(fields);
}

/** Reads one text from left to right. */
class DdlReader {
  readonly #tokens: readonly string[];
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/`(?:[^`]|``)*`|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\p{L}\p{N}_]+|[^\s]/gu) ?? [];
  }

  #peek(): string {
    return this.#tokens[this.#position] ?? "";
  }

  #take(): string {
    return this.#tokens[this.#position++] ?? "";
  }

  #accept(word: string): boolean {
    if (this.#peek().toLowerCase() !== word) return false;
    this.#position++;
    return true;
  }

  #expect(word: string): void {
    if (!this.#accept(word)) throw this.#fault(`\`${word}\``);
  }

  #fault(expected: string): Error {
    return new Error(`expected ${expected} but found ${this.#peek() || "the end"} in \`${this.#text}\``);
  }

  end(): void {
    if (this.#peek() !== "") throw this.#fault("the end");
  }

  type(): DataType {
    const name = this.#take();
    switch (name.toLowerCase()) {
      case "array":
        return this.#brackets(() => array(this.type()));
      case "map":
        return this.#brackets(() => this.#map());
      case "struct":
        return this.#accept("<") ? this.#struct() : this.#unknown(name);
      case "decimal":
      case "dec":
      case "numeric":
        return this.#decimal();
      case "interval":
        return this.#interval();
      case "char":
      case "varchar":
        this.#numbers();
        return { kind: "string" };
      default:
        return this.#atom(name);
    }
  }

  #interval(): DataType {
    if (!/^(year|month|day|hour|minute|second)$/i.test(this.#peek())) return INTERVAL_CALENDAR;
    const start = this.#take();
    const end = this.#accept("to") ? this.#take() : start;
    return intervalTypeOf(start, end) ?? this.#unknown(`interval ${start} to ${end}`);
  }

  #atom(name: string): DataType {
    const kind = NAMES[name.toLowerCase()];
    return kind === undefined ? this.#unknown(name) : ({ kind } as DataType);
  }

  #unknown(name: string): never {
    throw new Error(`\`${name}\` is no data type in \`${this.#text}\``);
  }

  #brackets(inner: () => DataType): DataType {
    this.#expect("<");
    const type = inner();
    this.#expect(">");
    return type;
  }

  #map(): DataType {
    const key = this.type();
    this.#expect(",");
    return map(key, this.type());
  }

  #struct(): DataType {
    const fields = this.fields(">");
    this.#expect(">");
    return struct(fields);
  }

  #decimal(): DataType {
    const [precision, scale] = this.#numbers();
    return decimal(precision, scale);
  }

  #numbers(): readonly number[] {
    const numbers: number[] = [];
    if (!this.#accept("(")) return numbers;
    do numbers.push(Number(this.#take()));
    while (this.#accept(","));
    this.#expect(")");
    return numbers;
  }

  fields(close: string): readonly StructField[] {
    const fields: StructField[] = [];
    if (this.#peek() === close) return fields;
    do fields.push(this.#field());
    while (this.#accept(","));
    return fields;
  }

  #field(): StructField {
    const name = this.#take();
    if (!/^[`\p{L}\p{N}_]/u.test(name)) throw this.#fault("a field name");
    this.#accept(":");
    const type = this.type();
    const nullable = !this.#accept("not");
    if (!nullable) this.#expect("null");
    const metadata = this.#accept("comment") ? { comment: this.#take().slice(1, -1) } : {};
    const plain = name.startsWith("`") ? name.slice(1, -1).replaceAll("``", "`") : name;
    return field(plain, type, nullable, metadata);
  }
}
