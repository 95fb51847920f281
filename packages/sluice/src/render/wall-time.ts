const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall of a zone shows at an instant; both in microseconds since 1970-01-01 00:00, of UTC and of the wall. */
export function wallTime(microseconds: bigint, timeZone: string): bigint {
  if (timeZone === "UTC" || timeZone === "Etc/UTC" || timeZone === "Z") return microseconds;
  const milliseconds = Number(microseconds / 1000n - (microseconds % 1000n < 0n ? 1n : 0n));
  return microseconds + BigInt(offsetSeconds(milliseconds, timeZone)) * 1_000_000n;
}

function offsetSeconds(milliseconds: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(milliseconds);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((one) => one.type === type)?.value ?? 0);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.round((wall - Math.floor(milliseconds / 1000) * 1000) / 1000);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known !== undefined) return known;
  const numeric = "numeric" as const;
  const made = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, calendar: "gregory", hourCycle: "h23", year: numeric, month: numeric, day: numeric },
    ...{ hour: numeric, minute: numeric, second: numeric },
  });
  FORMATS.set(timeZone, made);
  return made;
}
