import { BLOCK_BYTES, type RowSet, rowSet } from "@sluice/delta";
import { EngineError } from "@sluice/pipelines";
import type { Connection } from "../../connection/duck-db.ts";
import { turnBits } from "../../read/bit-order.ts";

/** Positions by the number of their file, and how many rows told them. */
export interface Positions {
  readonly byFile: ReadonlyMap<number, RowSet>;
  readonly rows: number;
}

/**
 * The rows of a table of positions (`__file` BIGINT; `__place` BIGINT, a row in it), by file. DuckDB makes the bits, 65,536 rows at a time; what comes here is one
 * blob for each such block.
 */
export async function positionsByFile(connection: Connection, source: string): Promise<Positions> {
  const result = await connection.read(
    `SELECT __file, __place >> 16, count(*), CAST(bitstring_agg(CAST(__place & 65535 AS INTEGER), 0, 65535) AS BLOB) FROM ${source} GROUP BY ALL`,
  );
  const files = new Map<number, Map<number, Uint8Array>>();
  let rows = 0;
  for (const [file, block, count, bits] of await result.getRows()) {
    const blocks = files.get(Number(file)) ?? new Map<number, Uint8Array>();
    blocks.set(Number(block), lowestFirst(bits));
    files.set(Number(file), blocks);
    rows += Number(count);
  }
  return { byFile: new Map([...files].map(([file, blocks]) => [file, rowSet(blocks)])), rows };
}

/** The positions as they are. @throws EngineError DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE when one was told twice */
export function onlyOnce(positions: Positions): Positions {
  let distinct = 0;
  for (const set of positions.byFile.values()) distinct += set.size;
  if (distinct !== positions.rows) throw severalMatches();
  return positions;
}

function lowestFirst(blob: unknown): Uint8Array {
  const bytes = typeof blob === "object" && blob !== null && "bytes" in blob ? blob.bytes : undefined;
  if (!(bytes instanceof Uint8Array) || bytes.length !== BLOCK_BYTES) throw new Error("a block of bits was expected");
  return turnBits(bytes);
}

function severalMatches(): EngineError {
  const message =
    "Cannot perform Merge as multiple source rows matched and attempted to modify the same target row in the Delta table in possibly conflicting ways. Leave one row for each key in the source.";
  const condition = "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE";
  return new EngineError(message, { condition, domain: "user", retry: "never" });
}
