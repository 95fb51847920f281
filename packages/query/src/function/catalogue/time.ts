import { type DataType, decimal, LONG, TIMESTAMP, TIMESTAMP_NTZ, time } from "../../data-type/data-type.ts";
import { date, exactly, int, long, numeric, optional, text, timeOfDay } from "../accept.ts";
import { castEach, scalar } from "../define.ts";
import { type Coercion, type FunctionEntry, mismatch, type NullRule, type ResultRule } from "../function-entry.ts";
import { mayBeNull, neverNull, nullOnFailure, sameAs } from "../result-rule.ts";

const TIME = time();
const nullable = { nullable: mayBeNull };
const seconds = exactly(decimal(16, 6), "DECIMAL(16,6)");

const currentTime: ResultRule = (args) => {
  const precision = args.length === 0 ? 6 : args[0]?.constant;
  if (typeof precision === "number" && Number.isInteger(precision) && precision >= 0 && precision <= 6)
    return time(precision);
  return mismatch("VALUE_OUT_OF_RANGE", "the precision of `current_time` must be a constant from 0 to 6", 0);
};

/** Times of day. */
export const TIMES: readonly FunctionEntry[] = [
  scalar("current_time", [optional(int)], currentTime, { nullable: neverNull }),
  scalar("make_time", [int, int, seconds], TIME),
  scalar("to_time", [text, optional(text)], TIME, nullable),
  scalar("try_to_time", [text, optional(text)], TIME, nullable),
  scalar("time_diff", [text, timeOfDay, timeOfDay], LONG),
  scalar("time_trunc", [text, timeOfDay], sameAs(1)),
  scalar("time_from_seconds", [numeric], TIME),
  scalar("time_from_millis", [long], TIME),
  scalar("time_from_micros", [long], TIME),
  scalar("time_to_seconds", [timeOfDay], decimal(14, 6)),
  scalar("time_to_millis", [timeOfDay], LONG),
  scalar("time_to_micros", [timeOfDay], LONG),
];

const ofDateAndTime = castEach([date, timeOfDay, text]);
const ofNumbers = castEach([int, int, int, int, int, seconds, text]);

/** A moment is made of a date and a time of day, or of six numbers; a zone may follow. */
const parts: Coercion = (args, context) => (args.length < 4 ? ofDateAndTime : ofNumbers)(args, context);

function countedResult(type: DataType, zoned: boolean): ResultRule {
  return (args) => {
    const counts = zoned ? [1, 2, 3, 6, 7] : [1, 2, 6];
    if (counts.includes(args.length)) return type;
    const message = `a date and a time, or six numbers from year to second, make a moment${zoned ? "; a zone may follow" : ""}`;
    return { kind: "Fault", condition: "WRONG_NUM_ARGS.WITHOUT_SUGGESTION", message };
  };
}

function making(name: string, type: DataType, nulls: NullRule, aliases: readonly string[] = []): FunctionEntry {
  const result = countedResult(type, type !== TIMESTAMP_NTZ);
  const options = { coerce: parts, minimum: 1, nullable: nulls, aliases };
  return scalar(name, [date, ...[timeOfDay, text, int, int, seconds, text].map(optional)], result, options);
}

/** Moments put together. */
export const MADE_MOMENTS: readonly FunctionEntry[] = [
  making("make_timestamp", TIMESTAMP, nullOnFailure, ["make_timestamp_ltz"]),
  making("make_timestamp_ntz", TIMESTAMP_NTZ, nullOnFailure),
  making("try_make_timestamp", TIMESTAMP, mayBeNull, ["try_make_timestamp_ltz"]),
  making("try_make_timestamp_ntz", TIMESTAMP_NTZ, mayBeNull),
];
