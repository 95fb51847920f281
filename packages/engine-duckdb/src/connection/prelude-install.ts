import type { DuckDBDataChunk, DuckDBScalarFunction, DuckDBType, DuckDBValue, DuckDBVector } from "@duckdb/node-api";
import type { PreludeFunction, PreludeType, PreludeValue } from "./prelude-definition.ts";

type Duck = typeof import("@duckdb/node-api");

/** A prelude function as DuckDB takes it. */
export function scalarFunction(name: string, definition: PreludeFunction, duck: Duck): DuckDBScalarFunction {
  return duck.DuckDBScalarFunction.create({
    name,
    parameterTypes: definition.parameters.map((type) => duckDbType(type, duck)),
    returnType: duckDbType(definition.returns, duck),
    volatile: definition.volatile ?? false,
    specialHandling: true,
    mainFunction: (_info, chunk, output) => applyToChunk(definition, chunk, output, duck),
  });
}

function duckDbType(type: PreludeType, duck: Duck): DuckDBType {
  if (type === "VARIANT_BYTES") return duck.STRUCT({ value: duck.BLOB, metadata: duck.BLOB });
  return type === "VARCHAR[]" ? duck.LIST(duck.VARCHAR) : duck[type];
}

function applyToChunk(definition: PreludeFunction, chunk: DuckDBDataChunk, output: DuckDBVector, duck: Duck): void {
  const columns = definition.parameters.map((_, i) => chunk.getColumnVector(i));
  for (let row = 0; row < chunk.rowCount; row++) {
    const args = columns.map((column) => toValue(column.getItem(row)));
    const isNull = definition.nulls !== true && args.includes(null);
    output.setItem(row, isNull ? null : fromValue(definition.apply(...args), duck));
  }
  output.flush();
}

function toValue(value: DuckDBValue): PreludeValue {
  if (typeof value !== "object" || value === null) return value;
  if ("bytes" in value) return value.bytes;
  if ("items" in value) return value.items.map((item) => (item === null ? null : String(item)));
  return String(value);
}

function fromValue(value: PreludeValue, duck: Duck): DuckDBValue {
  if (value instanceof Uint8Array) return duck.blobValue(value);
  if (typeof value !== "object" || value === null) return value;
  if (!("metadata" in value)) return duck.listValue(value);
  return duck.structValue({ value: duck.blobValue(value.value), metadata: duck.blobValue(value.metadata) });
}
