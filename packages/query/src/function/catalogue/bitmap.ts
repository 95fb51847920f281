import { BINARY, LONG } from "../../data-type/data-type.ts";
import { bytes, long } from "../accept.ts";
import { aggregate, scalar } from "../define.ts";
import type { FunctionEntry } from "../function-entry.ts";
import { neverNull } from "../result-rule.ts";

const whole = { nullable: neverNull };

/** Bitmaps of 32,768 bits in 4,096 bytes, which count distinct numbers: each number has a bucket and a bit in it. */
export const BITMAPS: readonly FunctionEntry[] = [
  scalar("bitmap_bit_position", [long], LONG),
  scalar("bitmap_bucket_number", [long], LONG),
  scalar("bitmap_count", [bytes], LONG),
  aggregate("bitmap_construct_agg", [long], BINARY, whole),
  aggregate("bitmap_or_agg", [bytes], BINARY, whole),
  aggregate("bitmap_and_agg", [bytes], BINARY, whole),
];
