import type { Typed, TypedCall } from "@sluice/query";
import type { Scope } from "./context.ts";
import type { Item } from "./select.ts";
import { operand } from "./template.ts";

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
export function parseDuration(text: string): bigint | undefined {
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
  if (argument?.kind === "CalendarInterval") {
    return argument.months === 0 ? BigInt(argument.days) * 86_400_000_000n + argument.microseconds : undefined;
  }
  if (argument?.kind !== "Literal") return undefined;
  if (typeof argument.value === "string") return parseDuration(argument.value);
  return typeof argument.value === "bigint" ? argument.value : undefined;
}

interface Windowing {
  readonly time: string;
  readonly width: bigint;
  readonly slide: bigint;
  readonly offset: bigint;
  readonly origin: string;
}

function windowing(call: TypedCall, scope: Scope): Windowing {
  const [time, duration, slide, start] = call.args;
  if (time === undefined) throw new Error("window needs a time");
  const width = constantDuration(duration);
  const offset = start === undefined ? 0n : constantDuration(start);
  return {
    time: scope.sql(time),
    width,
    slide: slide === undefined ? width : constantDuration(slide),
    offset,
    origin: time.dataType.kind === "timestamp_ntz" ? "TIMESTAMP '1970-01-01'" : "TIMESTAMPTZ '1970-01-01 00:00:00+00'",
  };
}

function constantDuration(argument: Typed | undefined): bigint {
  const duration = durationOf(argument);
  if (duration === undefined) throw new Error("the durations of a window are constants: checkPlan reports others");
  return duration;
}

/** An interval of fixed length: no part of it is a calendar day, whose length changes with daylight saving. */
export function fixedInterval(microseconds: bigint): string {
  return microseconds % 1_000_000n === 0n
    ? `INTERVAL '${microseconds / 1_000_000n} seconds'`
    : `INTERVAL '${microseconds} microseconds'`;
}

/** Whether each time lies in exactly one window. */
export function isTumbling(call: TypedCall): boolean {
  return call.args[2] === undefined || durationOf(call.args[2]) === durationOf(call.args[1]);
}

function bucket(window: Windowing): string {
  const origin = window.offset === 0n ? window.origin : `${window.origin} + ${fixedInterval(window.offset)}`;
  return `time_bucket(${fixedInterval(window.slide)}, ${window.time}, ${origin})`;
}

function windowStruct(start: string, width: bigint): string {
  return `struct_pack("start" := ${start}, "end" := ${start} + ${fixedInterval(width)})`;
}

/** The one window that holds a time. */
export function tumblingWindow(call: TypedCall, scope: Scope): string {
  const window = windowing(call, scope);
  return windowStruct(bucket(window), window.width);
}

/** UNNEST of all windows that hold a time, latest start first. */
export function slidingWindows(call: TypedCall, scope: Scope): string {
  const window = windowing(call, scope);
  const count = (window.width + window.slide - 1n) / window.slide;
  const starts = `list_transform(range(0, ${count}), lambda "_i": ${bucket(window)} - "_i" * ${fixedInterval(window.slide)})`;
  const exact = window.width % window.slide === 0n;
  const holding = exact
    ? starts
    : `list_filter(${starts}, lambda "_s": "_s" + ${fixedInterval(window.width)} > ${operand(window.time)})`;
  return `unnest(list_transform(${holding}, lambda "_s": ${windowStruct('"_s"', window.width)}))`;
}

/** The columns, one SELECT each, that number the sessions of each group: a row later than its predecessor's time plus the gap begins one. */
export function sessionColumns(call: TypedCall, keys: readonly string[], scope: Scope): readonly [Item, Item] {
  const [time, gap] = sessionParts(call, scope);
  const partition = keys.length === 0 ? "" : `PARTITION BY ${keys.join(", ")} `;
  const begins = `CASE WHEN lag(${time}) OVER (${partition}ORDER BY ${time}) + ${gap} > ${time} THEN 0 ELSE 1 END`;
  return [
    { sql: begins, name: '"__begins"' },
    { sql: `sum("__begins") OVER (${partition}ORDER BY ${time} ROWS UNBOUNDED PRECEDING)`, name: '"__session"' },
  ];
}

/** The window of one session, as an aggregate over its rows. */
export function sessionStruct(call: TypedCall, scope: Scope): string {
  const [time, gap] = sessionParts(call, scope);
  return `struct_pack("start" := min(${time}), "end" := max(${time}) + ${gap})`;
}

function sessionParts(call: TypedCall, scope: Scope): readonly [string, string] {
  const [time, gap] = call.args;
  if (time === undefined) throw new Error("session_window needs a time");
  return [operand(scope.sql(time)), fixedInterval(constantDuration(gap))];
}
