import type { DuckDBStructVector, DuckDBValue, DuckDBVector } from "@duckdb/node-api";
import type { DataType } from "@sluice/query";
import type { Cell, CellMap } from "./cell.ts";

type Duck = typeof import("@duckdb/node-api");
type Write = (row: number, cell: Cell) => void;

/** Writes cells of a type into a vector, struct fields each into a vector of their own. The vector must be flushed after. */
export function cellWriter(type: DataType, vector: DuckDBVector, duck: Duck): Write {
  if (type.kind === "struct") return structWriter(type.fields, vector as DuckDBStructVector, duck);
  const convert = toDuck(type, duck);
  return (row, cell) => vector.setItem(row, cell === null ? null : convert(cell));
}

type Fields = Extract<DataType, { kind: "struct" }>["fields"];

/** A fresh vector says of each struct that it is there; where one does not, a struct of NULLs is put first. */
function structWriter(fields: Fields, vector: DuckDBStructVector, duck: Duck): Write {
  const writers = fields.map((one, i) => cellWriter(one.dataType, vector.entryVectorAt(i) as DuckDBVector, duck));
  return (row, cell) => {
    if (cell === null) {
      vector.setItem(row, null);
      return;
    }
    if (!vector.isItemValid(row)) vector.setItem(row, duck.structValue({}));
    const values = cell as readonly Cell[];
    for (let i = 0; i < writers.length; i++) writers[i]?.(row, values[i] ?? null);
  };
}

type Convert = (cell: NonNullable<Cell>) => DuckDBValue;

function toDuck(type: DataType, duck: Duck): Convert {
  switch (type.kind) {
    case "binary":
      return (cell) => duck.blobValue(cell as Uint8Array);
    case "date":
      return (cell) => new duck.DuckDBDateValue(cell as number);
    case "timestamp":
      return (cell) => new duck.DuckDBTimestampTZValue(cell as bigint);
    case "timestamp_ntz":
      return (cell) => new duck.DuckDBTimestampValue(cell as bigint);
    case "interval_day_time":
      return (cell) => new duck.DuckDBIntervalValue(0, 0, cell as bigint);
    case "decimal":
      return (cell) => new duck.DuckDBDecimalValue(cell as bigint, type.precision, type.scale);
    case "array": {
      const element = orNull(toDuck(type.element, duck));
      return (cell) => duck.listValue((cell as readonly Cell[]).map(element));
    }
    case "map": {
      const [key, value] = [orNull(toDuck(type.key, duck)), orNull(toDuck(type.value, duck))];
      const entry = ([k, v]: readonly [Cell, Cell]) => ({ key: key(k), value: value(v) });
      return (cell) => duck.mapValue((cell as CellMap).entries.map(entry));
    }
    case "struct":
      return structValue(type.fields, duck);
    default:
      return (cell) => cell as DuckDBValue;
  }
}

function structValue(fields: Fields, duck: Duck): Convert {
  const converters = fields.map(({ name, dataType }) => ({ name, convert: orNull(toDuck(dataType, duck)) }));
  return (cell) => {
    const values = cell as readonly Cell[];
    return duck.structValue(
      Object.fromEntries(converters.map(({ name, convert }, i) => [name, convert(values[i] ?? null)])),
    );
  };
}

function orNull(convert: Convert): (cell: Cell) => DuckDBValue {
  return (cell) => (cell === null ? null : convert(cell));
}
