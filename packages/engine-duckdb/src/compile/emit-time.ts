import type { TypedCall } from "@sluice/query";
import { allSql, operandOf, sqlOf, textOf, typeOf } from "./call-argument.ts";
import type { EmitterTable, Scope } from "./context.ts";
import { printLiteral } from "./literal.ts";

/** Moments put together from a date and a time of day, or from six numbers; a zone may follow. */
function makeTimestamp(call: TypedCall, scope: Scope): string {
  const args = allSql(call, scope);
  const local = call.args.length < 4 ? ofDateAndTime(args) : `sp_make_timestamp(${args.slice(0, 6).join(", ")})`;
  const zone = call.args.length < 4 ? args[2] : args[6];
  const checked = call.name.startsWith("try_") || !scope.session.ansi ? `TRY(${local})` : local;
  if (call.dataType.kind === "timestamp_ntz") return checked;
  return zone === undefined ? `CAST(${checked} AS TIMESTAMPTZ)` : `timezone(${zone}, ${checked})`;
}

function ofDateAndTime([date = "NULL", time = "TIME '00:00:00'"]: readonly string[]): string {
  return `${date} + ${time}`;
}

function currentTime(call: TypedCall, scope: Scope): string {
  const now = `CAST(CAST(${printLiteral(scope.session.now, { kind: "timestamp" })} AS TIMESTAMP) AS TIME)`;
  return atPrecision(now, call.dataType.kind === "time" ? call.dataType.precision : 6);
}

/** A time of day without the digits that its type has no place for. */
export function atPrecision(sql: string, precision: number): string {
  return precision >= 6 ? sql : `sp_time_floor(${sql}, ${10 ** (6 - precision)})`;
}

function readTime(call: TypedCall, scope: Scope): string {
  const [text = "NULL", pattern] = allSql(call, scope);
  const tries = call.name.startsWith("try_");
  const parsed =
    pattern === undefined
      ? `js_time_text(${text})`
      : `substring(js_parse_time(${text}, ${pattern}, '${tries ? "trial" : "local function"}'), 12, 15)`;
  const time = `TRY_CAST(${parsed} AS TIME)`;
  return tries ? time : `sp_parsed_time(${text}, ${time})`;
}

const UNITS: Readonly<Record<string, number>> = {
  HOUR: 3_600_000_000,
  MINUTE: 60_000_000,
  SECOND: 1_000_000,
  MILLISECOND: 1000,
  MICROSECOND: 1,
};

/** The unit in microseconds: a constant one is known, another is looked up, an unknown one is an error. */
function unitOf(call: TypedCall, scope: Scope): string {
  const known = UNITS[textOf(call, 0)?.toUpperCase() ?? ""];
  return known === undefined ? `sp_time_unit(${sqlOf(call, 0, scope)})` : String(known);
}

function secondsOf(call: TypedCall, scope: Scope): string {
  const seconds = operandOf(call, 0, scope);
  const whole = ["byte", "short", "integer", "long"].includes(typeOf(call, 0).kind);
  return whole
    ? `sp_time_of(CAST(${seconds} AS BIGINT) * 1000000)`
    : `sp_time_of(CAST(trunc(${seconds} * 1000000) AS BIGINT))`;
}

/** Times of day. */
export const TIME_FUNCTIONS: EmitterTable = {
  current_time: currentTime,
  make_time: "sp_make_time($1, $2, $3)",
  to_time: readTime,
  try_to_time: readTime,
  time_diff: (call, scope) =>
    `(epoch_us(${sqlOf(call, 2, scope)}) - epoch_us(${sqlOf(call, 1, scope)})) // ${unitOf(call, scope)}`,
  time_trunc: (call, scope) => `sp_time_floor(${sqlOf(call, 1, scope)}, ${unitOf(call, scope)})`,
  time_from_seconds: secondsOf,
  time_from_millis: "sp_time_of($1 * 1000)",
  time_from_micros: "sp_time_of($1)",
  time_to_seconds: "CAST(epoch_us($1) * 0.000001 AS DECIMAL(14,6))",
  time_to_millis: "epoch_us($1) // 1000",
  time_to_micros: "epoch_us($1)",
  make_timestamp: makeTimestamp,
  make_timestamp_ntz: makeTimestamp,
  try_make_timestamp: makeTimestamp,
  try_make_timestamp_ntz: makeTimestamp,
};
