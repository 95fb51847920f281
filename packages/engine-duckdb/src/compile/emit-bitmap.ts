import type { TypedCall } from "@sluice/query";
import { aggregate } from "./aggregation.ts";
import { sqlOf } from "./call-argument.ts";
import type { EmitterTable, Scope } from "./context.ts";

const BYTES = 4096;
const BIT = "(p // 8) * 8 + 7 - p % 8";

/** DuckDB numbers the bits of a byte from the other end. */
function construct(call: TypedCall, scope: Scope): string {
  const bit = BIT.replaceAll("p", `(${sqlOf(call, 0, scope)})`);
  const bits = aggregate(call, scope, { name: "bitstring_agg", args: [bit, "0", String(8 * BYTES - 1)] });
  return orElse(bits, "00");
}

function combine(name: "bit_or" | "bit_and", empty: string): (call: TypedCall, scope: Scope) => string {
  return (call, scope) => {
    const whole = `CAST(unhex(rpad(hex(${sqlOf(call, 0, scope)}), ${2 * BYTES}, '0')) AS BIT)`;
    return orElse(aggregate(call, scope, { name, args: [whole] }), empty);
  };
}

function orElse(bits: string, byte: string): string {
  return `coalesce(CAST(${bits} AS BLOB), unhex(repeat('${byte}', ${BYTES})))`;
}

/** Bitmaps of 32,768 bits, and the places of numbers in them. */
export const BITMAP_FUNCTIONS: EmitterTable = {
  bitmap_bit_position: "CASE WHEN $1 > 0 THEN ($1 - 1) % 32768 ELSE -$1 % 32768 END",
  bitmap_bucket_number: "CASE WHEN $1 > 0 THEN 1 + ($1 - 1) // 32768 ELSE $1 // 32768 END",
  bitmap_count: "CASE WHEN octet_length($1) = 0 THEN 0 ELSE bit_count(CAST($1 AS BIT)) END",
};

/** Bitmaps made of many rows. */
export const BITMAP_AGGREGATES: EmitterTable = {
  bitmap_construct_agg: construct,
  bitmap_or_agg: combine("bit_or", "00"),
  bitmap_and_agg: combine("bit_and", "FF"),
};
