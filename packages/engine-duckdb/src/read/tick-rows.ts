import type { InputSlice } from "@sluice/pipelines";
import type { Attribute } from "@sluice/query";
import { quoteName } from "../compile/identifier.ts";

/** A SELECT of numbers and their moments: the columns of type BIGINT and TIMESTAMP, named as the attributes. */
export function tickRows(
  columns: readonly Attribute[],
  { first, count, startMs, spanMs }: Extract<InputSlice, { kind: "Ticks" }>,
): string {
  const step = `${spanMs}::DOUBLE / ${count === 0n ? 1n : count}`;
  const moment = `make_timestamptz((${startMs} + floor(i * (${step}) + 0.5)::BIGINT) * 1000)`;
  const named = columns.map(
    (one) => `${one.dataType.kind === "timestamp" ? moment : `${first} + i`} AS ${quoteName(one.name)}`,
  );
  return `SELECT ${named.join(", ") || "1 AS one"} FROM range(0, ${count}) AS ticks(i)`;
}
