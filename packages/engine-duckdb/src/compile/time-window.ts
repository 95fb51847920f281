import type { Typed, TypedCall } from "@sluice/query";
import type { Scope } from "./context.ts";

const UNITS: Readonly<Record<string, bigint>> = {
  microsecond: 1n,
  millisecond: 1_000n,
  second: 1_000_000n,
  sec: 1_000_000n,
  minute: 60_000_000n,
  min: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
  week: 604_800_000_000n,
};

/** Microseconds of a duration such as `1 hour 30 minutes`; undefined when it is none, or holds months or years. */
function parseDuration(text: string): bigint | undefined {
  const body = text
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, "");
  const parts = [...body.matchAll(/(-?\d+)\s*([a-z]+)/g)];
  if (parts.length === 0 || body.replace(/(-?\d+)\s*([a-z]+)/g, "").trim() !== "") return undefined;
  let total = 0n;
  for (const [, count = "0", unit = ""] of parts) {
    const size = UNITS[unit] ?? UNITS[unit.replace(/s$/, "")];
    if (size === undefined) return undefined;
    total += BigInt(count) * size;
  }
  return total;
}

/** Microseconds of a constant duration: text or an interval; undefined when the argument is no such constant. */
export function durationOf(argument: Typed | undefined): bigint | undefined {
  if (argument?.kind !== "Literal") return undefined;
  if (typeof argument.value === "string") return parseDuration(argument.value);
  return typeof argument.value === "bigint" ? argument.value : undefined;
}

/** Whether each time lies in exactly one window. */
export function isTumbling(call: TypedCall): boolean {
  return call.args[2] === undefined || durationOf(call.args[2]) === durationOf(call.args[1]);
}

/**
 * Start and end of the one window that holds a time; windows count from 1970-01-01 00:00 UTC. By whole numbers: `time_bucket` and `+ INTERVAL` ask the calendar,
 * which takes ten times as long and gives days of 23 hours.
 */
export function windowBounds(call: TypedCall, scope: Scope): { readonly start: string; readonly end: string } {
  const [time, duration, , offset] = call.args;
  const width = durationOf(duration);
  const shift = offset === undefined ? 0n : durationOf(offset);
  if (time === undefined || width === undefined || shift === undefined) {
    throw new Error("the durations of a window are constants: checkPlan reports others");
  }
  const moment = `epoch_us(${scope.sql(time)})`;
  const into = `((${moment}${shift === 0n ? "" : ` - ${shift}`}) % ${width} + ${width}) % ${width}`;
  const make = time.dataType.kind === "timestamp_ntz" ? "make_timestamp" : "make_timestamptz";
  return { start: `${make}(${moment} - ${into})`, end: `${make}(${moment} - ${into} + ${width})` };
}

/** The one window that holds a time, as a struct. */
export function tumblingWindow(call: TypedCall, scope: Scope): string {
  const { start, end } = windowBounds(call, scope);
  return `struct_pack("start" := ${start}, "end" := ${end})`;
}
