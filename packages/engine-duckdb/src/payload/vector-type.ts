import type { DuckDBType } from "@duckdb/node-api";
import type { AtomicKind, DataType } from "@sluice/query";

type Duck = typeof import("@duckdb/node-api");

const ATOMIC = {
  void: "VARCHAR",
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
} as const satisfies Record<AtomicKind, string>;

/** The type of DuckDB's vectors that hold values of a Spark type: what `duckType` says as text. Values that are always NULL are texts. */
export function vectorType(type: DataType, duck: Duck): DuckDBType {
  switch (type.kind) {
    case "decimal":
      return duck.DECIMAL(type.precision, type.scale);
    case "time":
      return duck.TIME;
    case "interval_year_month":
    case "interval_day_time":
      return duck.INTERVAL;
    case "array":
      return duck.LIST(vectorType(type.element, duck));
    case "map":
      return duck.MAP(vectorType(type.key, duck), vectorType(type.value, duck));
    case "struct":
      return duck.STRUCT(Object.fromEntries(type.fields.map((one) => [one.name, vectorType(one.dataType, duck)])));
    default:
      return duck[ATOMIC[type.kind]];
  }
}
