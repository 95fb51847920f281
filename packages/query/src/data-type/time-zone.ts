const MICROSECONDS = 1_000_000n;
const DAY = 86_400n * MICROSECONDS;

const OFFSET = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$/;

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/**
 * The instant, in microseconds since the epoch, at which a clock in the zone shows `wall` (microseconds since 1970-01-01 00:00 on that clock). Of two, the
 * first; a time that the clock skips moves on by what it skips, as in Spark. Undefined when there is no such zone.
 */
export function instantOf(wall: bigint, zone: string): bigint | undefined {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return wall - fixed;
  const format = formatOf(zone);
  if (format === undefined) return undefined;
  const before = offsetAt(format, wall - DAY);
  const after = offsetAt(format, wall + DAY);
  if (offsetAt(format, wall - before) === before) return wall - before;
  return offsetAt(format, wall - after) === after ? wall - after : wall - before;
}

/** By how much, in microseconds, a clock in the zone is ahead of UTC at an instant (microseconds since the epoch). Undefined when there is no such zone. */
export function zoneOffset(instant: bigint, zone: string): bigint | undefined {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return fixed;
  const format = formatOf(zone);
  return format === undefined ? undefined : offsetAt(format, instant);
}

function fixedOffset(zone: string): bigint | undefined {
  if (/^(?:Z|UTC|GMT|UT)$/i.test(zone)) return 0n;
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = OFFSET.exec(zone) ?? [];
  if (sign === undefined) return undefined;
  const total = BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * MICROSECONDS;
  return sign === "-" ? -total : total;
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) formats.set(zone, makeFormat(zone));
  return formats.get(zone);
}

function makeFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  const numeric = "numeric";
  try {
    return new Intl.DateTimeFormat("en-US", {
      ...{ timeZone, hourCycle: "h23", era: "short", year: numeric, month: numeric, day: numeric },
      ...{ hour: numeric, minute: numeric, second: numeric },
    });
  } catch {
    return undefined;
  }
}

function offsetAt(format: Intl.DateTimeFormat, instant: bigint): bigint {
  const seconds = instant / MICROSECONDS - (instant % MICROSECONDS < 0n ? 1n : 0n);
  const shown = new Map(format.formatToParts(Number(seconds) * 1000).map(({ type, value }) => [type, value]));
  const part = (name: string): number => Number(shown.get(name as Intl.DateTimeFormatPartTypes));
  const year = shown.get("era") === "BC" ? 1 - part("year") : part("year");
  const clock = new Date(Date.UTC(2000, part("month") - 1, part("day"), part("hour"), part("minute"), part("second")));
  clock.setUTCFullYear(year, part("month") - 1, part("day"));
  return (BigInt(clock.getTime() / 1000) - seconds) * MICROSECONDS;
}
