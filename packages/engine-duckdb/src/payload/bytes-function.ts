import type { DuckDBScalarFunction, DuckDBValue } from "@duckdb/node-api";
import type { DataType } from "@sluice/query";
import { type Cell, MalformedPayload } from "./cell.ts";
import { cellReader } from "./read-cells.ts";
import { vectorType } from "./vector-type.ts";
import { cellWriter } from "./write-cells.ts";

type Duck = typeof import("@duckdb/node-api");

/** What becomes of bytes that are no message: an error with `condition`, or a struct of NULLs (NULL where no struct is asked for). */
export interface Malformed {
  readonly permissive: boolean;
  /** Spark's error class. */
  readonly condition: string;
  /** The format, for people. */
  readonly format: string;
}

/** A SQL function from BLOB to values of `type`; NULL gives NULL. `decode` throws MalformedPayload for bytes that are no message. */
export function decodingFunction(
  name: string,
  duck: Duck,
  type: DataType,
  decode: (bytes: Buffer) => Cell,
  malformed: Malformed,
): DuckDBScalarFunction {
  const bad = type.kind === "struct" ? type.fields.map(() => null) : null;
  return duck.DuckDBScalarFunction.create({
    name,
    parameterTypes: [duck.BLOB],
    returnType: vectorType(type, duck),
    specialHandling: true,
    mainFunction: (_info, chunk, output) => {
      const column = chunk.getColumnVector(0) as InstanceType<Duck["DuckDBBlobVector"]>;
      const write = cellWriter(type, output, duck);
      for (let row = 0; row < chunk.rowCount; row++) {
        const bytes = column.getItemBytes(row);
        write(row, bytes === null ? null : decoded(bytes, decode, malformed, bad));
      }
      output.flush();
    },
  });
}

function decoded(bytes: Uint8Array, decode: (bytes: Buffer) => Cell, malformed: Malformed, bad: Cell): Cell {
  try {
    return decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (!(error instanceof MalformedPayload)) throw error;
    if (malformed.permissive) return bad;
    const { condition, format } = malformed;
    throw new Error(
      `[${condition}] A message is not ${format} of the schema: ${error.message}. With the option mode = PERMISSIVE such messages become NULL.`,
    );
  }
}

/** A SQL function from values of `type` to BLOB; NULL gives NULL. */
export function encodingFunction(
  name: string,
  duck: Duck,
  type: DataType,
  encode: (cell: Cell) => Uint8Array,
): DuckDBScalarFunction {
  const read = cellReader(type);
  return duck.DuckDBScalarFunction.create({
    name,
    parameterTypes: [vectorType(type, duck)],
    returnType: duck.BLOB,
    specialHandling: true,
    mainFunction: (_info, chunk, output) => {
      const column = chunk.getColumnVector(0);
      for (let row = 0; row < chunk.rowCount; row++) {
        const value: DuckDBValue = column.getItem(row);
        output.setItem(row, value === null ? null : duck.blobValue(encode(read(value))));
      }
      output.flush();
    },
  });
}
