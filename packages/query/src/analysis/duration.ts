import { countedUnits } from "../expression/counted-units.ts";

const LENGTHS: Readonly<Record<string, bigint>> = {
  microsecond: 1n,
  millisecond: 1_000n,
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
  week: 604_800_000_000n,
  month: 2_678_400_000_000n,
};

/** Microseconds of a length of time such as `10 minutes` or `interval 1 hour 30 seconds`; a month has 31 days. Undefined when it is none. */
export function parseDuration(text: string): bigint | undefined {
  const counted = countedUnits(text);
  if (counted === undefined) return undefined;
  let total = 0n;
  for (const [count, unit] of counted) {
    const length = LENGTHS[unit];
    if (length === undefined || !/^\d+$/.test(count)) return undefined;
    total += BigInt(count) * length;
  }
  return total;
}
