import type { AvroSchema, DataType } from "@sluice/query";

const ATOMIC: Readonly<Record<string, AvroSchema>> = {
  void: "null",
  boolean: "boolean",
  byte: "int",
  short: "int",
  integer: "int",
  long: "long",
  float: "float",
  double: "double",
  string: "string",
  binary: "bytes",
  date: { type: "int", logicalType: "date" },
  timestamp: { type: "long", logicalType: "timestamp-micros" },
  timestamp_ntz: { type: "long", logicalType: "local-timestamp-micros" },
  interval_year_month: "int",
  interval_day_time: "long",
};

/**
 * The Avro schema that Spark makes of a type: what can be NULL is a union with null, which comes second; decimals are of fixed length.
 *
 * @throws Error for a type without counterpart
 */
export function avroOfType(type: DataType, nullable: boolean): AvroSchema {
  return schemaOf(type, nullable, "topLevelRecord", "");
}

function schemaOf(type: DataType, nullable: boolean, name: string, space: string): AvroSchema {
  const schema = plainSchema(type, name, space);
  return nullable && type.kind !== "void" ? [schema, "null"] : schema;
}

function plainSchema(type: DataType, name: string, space: string): AvroSchema {
  const full = space === "" ? name : `${space}.${name}`;
  switch (type.kind) {
    case "decimal": {
      const { precision, scale } = type;
      return {
        type: "fixed",
        name: `${full}.fixed`,
        size: bytesFor(precision),
        logicalType: "decimal",
        precision,
        scale,
      };
    }
    case "array":
      return { type: "array", items: schemaOf(type.element, type.containsNull, name, space) };
    case "map":
      if (type.key.kind !== "string") throw new Error("the keys of Avro's maps are texts");
      return { type: "map", values: schemaOf(type.value, type.valueContainsNull, name, space) };
    case "struct": {
      const fields = type.fields.map((one) => ({
        name: one.name,
        type: schemaOf(one.dataType, one.nullable, one.name, full),
      }));
      return { type: "record", name, namespace: space, fields };
    }
    default: {
      const atomic = ATOMIC[type.kind];
      if (atomic === undefined) throw new Error(`Avro has no type for ${type.kind}`);
      return atomic;
    }
  }
}

/** The least number of bytes that hold every number of so many digits. */
function bytesFor(precision: number): number {
  let bytes = 1;
  while (2n ** BigInt(8 * bytes - 1) < 10n ** BigInt(precision)) bytes++;
  return bytes;
}
