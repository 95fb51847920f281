import type { AtomicKind, DataType, StructField, StructType } from "./data-type.ts";
import { array, decimal, map, struct } from "./data-type.ts";
import { intervalTypeOf } from "./interval-type.ts";
import { simpleString } from "./simple-string.ts";

const TO_JSON: Readonly<Partial<Record<AtomicKind, string>>> = {
  interval_calendar: "interval",
};

const ATOMIC: ReadonlySet<string> = new Set<AtomicKind>([
  ...(["void", "boolean", "byte", "short", "integer", "long", "float", "double", "string", "binary"] as const),
  ...(["date", "timestamp", "timestamp_ntz", "variant"] as const),
]);

const FROM_JSON: Readonly<Record<string, AtomicKind>> = {
  null: "void",
  interval: "interval_calendar",
};

/** A type in Spark's JSON form, which is also Delta's: a name, or an object for nested types. */
export function typeToJson(type: DataType): unknown {
  switch (type.kind) {
    case "decimal":
      return `decimal(${type.precision},${type.scale})`;
    case "time":
      return `time(${type.precision})`;
    case "interval_year_month":
    case "interval_day_time":
      return simpleString(type);
    case "array":
      return { type: "array", elementType: typeToJson(type.element), containsNull: type.containsNull };
    case "map":
      return {
        type: "map",
        keyType: typeToJson(type.key),
        valueType: typeToJson(type.value),
        valueContainsNull: type.valueContainsNull,
      };
    case "struct":
      return { type: "struct", fields: type.fields.map(fieldToJson) };
    default:
      return TO_JSON[type.kind] ?? type.kind;
  }
}

function fieldToJson(field: StructField): unknown {
  return { name: field.name, type: typeToJson(field.dataType), nullable: field.nullable, metadata: field.metadata };
}

/**
 * Reads Spark's JSON form of a type.
 *
 * @throws Error naming the part that is no type.
 */
export function typeFromJson(json: unknown): DataType {
  if (typeof json === "string") return atomFromJson(json);
  if (!isRecord(json)) throw new Error(`not a data type: ${JSON.stringify(json)}`);
  switch (json["type"]) {
    case "struct":
      return structFromJson(json);
    case "array":
      return array(typeFromJson(json["elementType"]), json["containsNull"] !== false);
    case "map":
      return map(typeFromJson(json["keyType"]), typeFromJson(json["valueType"]), json["valueContainsNull"] !== false);
    default:
      throw new Error(`not a data type: ${JSON.stringify(json)}`);
  }
}

/**
 * Reads Spark's JSON form of a schema.
 *
 * @throws Error when it is not a struct.
 */
export function structFromJson(json: unknown): StructType {
  if (!isRecord(json) || json["type"] !== "struct" || !Array.isArray(json["fields"])) {
    throw new Error(`not a struct type: ${JSON.stringify(json)}`);
  }
  return struct(json["fields"].map(fieldFromJson));
}

function fieldFromJson(json: unknown): StructField {
  if (!isRecord(json) || typeof json["name"] !== "string") throw new Error(`not a field: ${JSON.stringify(json)}`);
  return {
    name: json["name"],
    dataType: typeFromJson(json["type"]),
    nullable: json["nullable"] !== false,
    metadata: isRecord(json["metadata"]) ? json["metadata"] : {},
  };
}

function atomFromJson(name: string): DataType {
  const fixed = /^decimal\((\d+),\s*(-?\d+)\)$/.exec(name);
  if (fixed) return decimal(Number(fixed[1]), Number(fixed[2]));
  if (name === "decimal") return decimal();
  if (/^(char|varchar)\(\d+\)$/.test(name)) return { kind: "string" };
  const [, start, end] = /^interval (\w+)(?: to (\w+))?$/.exec(name) ?? [];
  const interval = start === undefined ? undefined : intervalTypeOf(start, end);
  if (interval !== undefined) return interval;
  const kind = FROM_JSON[name] ?? (ATOMIC.has(name) ? (name as AtomicKind) : undefined);
  if (kind === undefined) throw new Error(`not a data type: ${JSON.stringify(name)}`);
  return { kind };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
