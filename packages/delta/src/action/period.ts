import { countedUnits } from "@sluice/query";

const UNITS: Readonly<Record<string, number>> = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** A period such as `interval 1 week` or `30 days 12 hours` in milliseconds; undefined when it is none. Months have no fixed length and are none. */
export function parsePeriod(text: string): number | undefined {
  const counted = countedUnits(text);
  if (counted === undefined) return undefined;
  let total = 0;
  for (const [word, name] of counted) {
    const [count, unit] = [Number(word), UNITS[name]];
    if (unit === undefined || !Number.isFinite(count)) return undefined;
    total += count * unit;
  }
  return total;
}

/** The milliseconds that text means; `otherwise` when there is none, or it means none. */
export function periodOf(text: string | undefined, otherwise: number): number {
  return (text === undefined ? undefined : parsePeriod(text)) ?? otherwise;
}
