/** An interval as Spark casts it to text. `kind`: YEAR, DAY or CALENDAR, what it is made of. */
export function intervalText(months: number, micros: bigint, kind: string): string {
  if (kind === "YEAR") {
    const size = Math.abs(months);
    return `INTERVAL '${months < 0 ? "-" : ""}${Math.floor(size / 12)}-${size % 12}' YEAR TO MONTH`;
  }
  if (kind === "DAY") return `INTERVAL '${dayTimeText(micros)}' DAY TO SECOND`;
  return calendarText(months, micros);
}

function dayTimeText(micros: bigint): string {
  const size = micros < 0n ? -micros : micros;
  const [days, rest] = [size / 86_400_000_000n, size % 86_400_000_000n];
  const [hours, minutes] = [rest / 3_600_000_000n, (rest / 60_000_000n) % 60n];
  return `${micros < 0n ? "-" : ""}${days} ${pad(Number(hours))}:${pad(Number(minutes))}:${secondsText(rest % 60_000_000n, 2)}`;
}

function secondsText(micros: bigint, width: number): string {
  const fraction = (micros % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return `${(micros / 1_000_000n).toString().padStart(width, "0")}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Months and microseconds as Spark prints them: `1 years 2 days 3.5 seconds`. */
export function calendarText(months: number, micros: bigint): string {
  const sign = micros < 0n ? -1n : 1n;
  const size = micros * sign;
  const [days, rest] = [size / 86_400_000_000n, size % 86_400_000_000n];
  const seconds = rest % 60_000_000n;
  const minus = sign < 0n ? "-" : "";
  const parts = [
    ...unit(Math.trunc(months / 12), "years"),
    ...unit(months % 12, "months"),
    ...unit(Number(days * sign), "days"),
    ...unit(Number((rest / 3_600_000_000n) * sign), "hours"),
    ...unit(Number(((rest / 60_000_000n) % 60n) * sign), "minutes"),
    ...(seconds === 0n ? [] : [`${minus}${secondsText(seconds, 1)} seconds`]),
  ];
  return parts.length === 0 ? "0 seconds" : parts.join(" ");
}

function unit(count: number, name: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${name}`];
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
