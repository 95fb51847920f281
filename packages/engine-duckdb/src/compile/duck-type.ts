import type { AtomicKind, DataType, StructField } from "@sluice/query";
import { array, decimal, field, map, struct } from "@sluice/query";
import { quoteName } from "./identifier.ts";

const ATOMIC: Readonly<Record<AtomicKind, string>> = {
  void: '"NULL"',
  boolean: "BOOLEAN",
  byte: "TINYINT",
  short: "SMALLINT",
  integer: "INTEGER",
  long: "BIGINT",
  float: "FLOAT",
  double: "DOUBLE",
  string: "VARCHAR",
  binary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMPTZ",
  timestamp_ntz: "TIMESTAMP",
  interval_calendar: "INTERVAL",
  variant: "VARCHAR",
};

/** The DuckDB type that holds the values of a Spark type: instants are `TIMESTAMPTZ`, wall-clock times `TIMESTAMP`, all intervals `INTERVAL`, variants JSON text. */
export function duckType(type: DataType): string {
  switch (type.kind) {
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "time":
      return "TIME";
    case "interval_year_month":
    case "interval_day_time":
      return "INTERVAL";
    case "array":
      return `${duckType(type.element)}[]`;
    case "map":
      return `MAP(${duckType(type.key)}, ${duckType(type.value)})`;
    case "struct":
      return `STRUCT(${type.fields.map((f) => `${quoteName(f.name)} ${duckType(f.dataType)}`).join(", ")})`;
    default:
      return ATOMIC[type.kind];
  }
}

const FROM_DUCK: Readonly<Record<string, DataType>> = {
  '"NULL"': { kind: "void" },
  NULL: { kind: "void" },
  BOOLEAN: { kind: "boolean" },
  TINYINT: { kind: "byte" },
  SMALLINT: { kind: "short" },
  INTEGER: { kind: "integer" },
  BIGINT: { kind: "long" },
  UTINYINT: { kind: "short" },
  USMALLINT: { kind: "integer" },
  UINTEGER: { kind: "long" },
  UBIGINT: decimal(20, 0),
  HUGEINT: decimal(38, 0),
  UHUGEINT: decimal(38, 0),
  FLOAT: { kind: "float" },
  DOUBLE: { kind: "double" },
  VARCHAR: { kind: "string" },
  JSON: { kind: "string" },
  UUID: { kind: "string" },
  TIME: { kind: "string" },
  BLOB: { kind: "binary" },
  BIT: { kind: "string" },
  DATE: { kind: "date" },
  "TIMESTAMP WITH TIME ZONE": { kind: "timestamp" },
  TIMESTAMPTZ: { kind: "timestamp" },
  TIMESTAMP: { kind: "timestamp_ntz" },
  TIMESTAMP_S: { kind: "timestamp_ntz" },
  TIMESTAMP_MS: { kind: "timestamp_ntz" },
  TIMESTAMP_NS: { kind: "timestamp_ntz" },
  INTERVAL: { kind: "interval_calendar" },
  VARIANT: { kind: "variant" },
};

/**
 * The Spark type for a DuckDB type, given as text (`DESCRIBE`, `typeof`) or as a type of the client, whose `toString` is that text.
 * Types that Spark lacks become the nearest wider one: unsigned integers widen, UUID, TIME and ENUM become strings.
 *
 * @throws Error for a type that has no counterpart.
 */
export function fromDuckType(type: string | { toString(): string }): DataType {
  const reader = new TypeReader(String(type));
  const result = reader.type();
  reader.end();
  return result;
}

class TypeReader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  type(): DataType {
    let result = this.base();
    for (let list = this.match(/^\[\d*\]/); list; list = this.match(/^\[\d*\]/)) result = array(result);
    return result;
  }

  end(): void {
    if (this.text.slice(this.at).trim() !== "") this.fail();
  }

  private base(): DataType {
    if (this.match(/^STRUCT\s*\(/i)) return struct(this.fields());
    if (this.match(/^MAP\s*\(/i)) return this.map();
    const fixed = this.match(/^(?:DECIMAL|NUMERIC)\s*(?:\(\s*(\d+)\s*,\s*(\d+)\s*\))?/i);
    if (fixed) return fixed[1] === undefined ? decimal(18, 3) : decimal(Number(fixed[1]), Number(fixed[2]));
    if (this.match(/^ENUM\s*\((?:'(?:[^']|'')*'\s*,?\s*)*\)/i)) return { kind: "string" };
    const name = this.match(/^(TIMESTAMP WITH TIME ZONE|TIME WITH TIME ZONE|"NULL"|\w+)/i)?.[0].toUpperCase() ?? "";
    return FROM_DUCK[name] ?? this.fail();
  }

  private map(): DataType {
    const key = this.type();
    this.expect(/^,/);
    const value = this.type();
    this.expect(/^\)/);
    return map(key, value);
  }

  private fields(): readonly StructField[] {
    const fields: StructField[] = [];
    do {
      const name = this.match(/^(?:"((?:[^"]|"")*)"|(\w+))/) ?? this.fail();
      fields.push(field(name[1]?.replaceAll('""', '"') ?? name[2] ?? "", this.type()));
    } while (this.match(/^,/));
    this.expect(/^\)/);
    return fields;
  }

  private expect(pattern: RegExp): void {
    if (!this.match(pattern)) this.fail();
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    const rest = this.text.slice(this.at);
    const blank = rest.length - rest.trimStart().length;
    const found = pattern.exec(rest.trimStart());
    if (found) this.at += blank + found[0].length;
    return found;
  }

  private fail(): never {
    throw new Error(`DuckDB's type ${this.text} has no counterpart in Spark`);
  }
}
