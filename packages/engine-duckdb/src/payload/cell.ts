/**
 * A value between the bytes of a message and a vector, by its Spark type: whole numbers up to 32 bits, FLOAT and DOUBLE are numbers, a DATE the days since the
 * epoch; BIGINT, the unscaled value of a DECIMAL and the microseconds of a TIMESTAMP are bigint; BINARY is bytes; a struct is its fields in order, a map its
 * entries; NULL is null.
 */
export type Cell = null | boolean | number | bigint | string | Uint8Array | readonly Cell[] | CellMap;

/** A map. */
export interface CellMap {
  readonly entries: readonly (readonly [Cell, Cell])[];
}

/** Bytes that are no message of their schema. */
export class MalformedPayload extends Error {}
