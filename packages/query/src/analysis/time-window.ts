import { array, BOOLEAN, type DataType, INTERVAL_DAY_TIME, LONG } from "../data-type/data-type.ts";
import type { Value } from "../expression/expression.ts";
import { constantOf } from "./cast.ts";
import { parseDuration } from "./duration.ts";
import type { Attribute, Named, Plan, Typed, TypedCall } from "./plan.ts";
import { columnOf, passThrough } from "./scope.ts";
import type { Session } from "./session.ts";
import { visitTyped } from "./typed-children.ts";

/** Rows with the time windows that they are in: the plan and the column that holds the window. */
export interface Windowed {
  readonly plan: Plan;
  readonly attribute: Attribute;
}

const MOST_OVERLAPS = 1000;

/** Whether an expression is a time window to group by. */
export function isTimeWindow(typed: Typed): typed is TypedCall {
  return typed.kind === "Call" && (typed.name === "window" || typed.name === "session_window");
}

/** A call, where the window of a window is that of its `window_time`, as in Spark. */
export function overMoments(call: TypedCall): TypedCall {
  const [time, ...rest] = call.args;
  if (!isTimeWindow(call) || time?.dataType.kind !== "struct") return call;
  const type = time.dataType.fields[1]?.dataType ?? time.dataType;
  return { ...call, args: [invoke("window_time", [time], type, time.nullable), ...rest] };
}

/** What a window is given besides its times: the name of its column, and the other keys of the groups, which sessions are told apart by. */
export interface WindowColumn {
  readonly name: string;
  readonly keys: readonly Typed[];
}

/** Adds the window of each row as a column; a row in several sliding windows is there once for each. Rows without a time are in none. */
export function addTimeWindow(
  input: Plan,
  call: TypedCall,
  { name, keys }: WindowColumn,
  session: Session,
): Windowed | undefined {
  const [time, size, slide] = call.args;
  if (call.name === "session_window") return sessionize(input, call, { name, keys }, session);
  const [length, step] = [size && lengthOf(size), slide ? lengthOf(slide) : size && lengthOf(size)];
  if (time === undefined || length === undefined || step === undefined || length <= 0n || step <= 0n || step > length) {
    session.report(
      "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
      "window(time, length, slide) needs constant lengths such as '10 minutes', the slide not longer than the window",
      call,
    );
    return undefined;
  }
  const timed = time.nullable ? filter(input, invoke("isnotnull", [time], BOOLEAN, false)) : input;
  if (step === length) return tumbling(timed, call, name, session);
  const overlaps = Number((length + step - 1n) / step);
  if (overlaps <= MOST_OVERLAPS) return sliding(timed, call, { name, length, step, overlaps }, session);
  session.report(
    "UNSUPPORTED_FEATURE.SLIDING_WINDOW",
    `a row would be in ${overlaps} windows; ${MOST_OVERLAPS} are the most: use a longer slide`,
    call,
  );
  return undefined;
}

/** The session of each row. The gap may be a text with a duration in it, which must be constant, or an interval of the row. */
function sessionize(input: Plan, call: TypedCall, column: WindowColumn, session: Session): Windowed | undefined {
  const [time, given] = call.args;
  const gap = given && gapOf(given);
  if (time === undefined || gap === undefined || gap.dataType.kind !== "interval_day_time") {
    const message =
      "session_window(time, gap) needs a gap such as '5 minutes', or an expression of the type INTERVAL DAY TO SECOND";
    session.report("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", message, call);
    return undefined;
  }
  const attribute = session.attribute(column.name, call.dataType, false);
  const output = [...input.output, attribute];
  return { plan: { kind: "Sessionize", input, keys: column.keys, time, gap, session: attribute, output }, attribute };
}

/** A gap with its durations read: as a constant, or as the results of a CASE. */
function gapOf(given: Typed): Typed {
  const length = lengthOf(given);
  if (length !== undefined) return durationLiteral(length);
  if (given.kind !== "Case") return given;
  const { otherwise } = given;
  const branches = given.branches.map(({ when, then }) => ({ when, then: gapOf(then) }));
  const gaps = [...branches.map(({ then }) => then), ...(otherwise === undefined ? [] : [gapOf(otherwise)])];
  const text = gaps.find((one) => one.dataType.kind !== "interval_day_time");
  return {
    ...given,
    dataType: text?.dataType ?? INTERVAL_DAY_TIME,
    branches,
    ...(otherwise === undefined ? {} : { otherwise: gapOf(otherwise) }),
  };
}

function durationLiteral(microseconds: bigint): Typed {
  return { kind: "Literal", value: microseconds, dataType: INTERVAL_DAY_TIME, nullable: false };
}

/** The rows of a plan that have the times of the time windows in `expressions`: Spark leaves out all others. */
export function keepTimed(plan: Plan, expressions: readonly Typed[]): Plan {
  const times: Typed[] = [];
  const visit = (part: Typed) => {
    const time = isTimeWindow(part) ? part.args[0] : undefined;
    if (time?.nullable) times.push(time);
  };
  for (const expression of expressions) visitTyped(expression, visit);
  return times.reduce((input, time) => filter(input, invoke("isnotnull", [time], BOOLEAN, false)), plan);
}

function lengthOf(typed: Typed): bigint | undefined {
  const value: Value | undefined = constantOf(typed);
  if (typeof value === "string") return parseDuration(value);
  return typeof value === "bigint" && typed.dataType.kind === "interval_day_time" ? value : undefined;
}

function invoke(name: string, args: readonly Typed[], dataType: DataType, nullable: boolean): TypedCall {
  return { kind: "Call", name, args, dataType, nullable };
}

function filter(input: Plan, condition: Typed): Plan {
  return { kind: "Filter", input, condition, output: input.output };
}

function tumbling(input: Plan, call: TypedCall, name: string, session: Session): Windowed {
  const attribute = session.attribute(name, call.dataType, false);
  const columns: Named[] = [...input.output.map(passThrough), { attribute, expression: call }];
  return { plan: { kind: "Project", input, columns, output: columns.map((one) => one.attribute) }, attribute };
}

interface Slides {
  readonly name: string;
  readonly length: bigint;
  readonly step: bigint;
  readonly overlaps: number;
}

/** The latest window begins where the tumbling window of one step does; the others begin whole steps before it. */
function sliding(input: Plan, call: TypedCall, { name, length, step, overlaps }: Slides, session: Session): Windowed {
  const [time, , slide, ...start] = call.args;
  if (time === undefined || slide === undefined) return tumbling(input, call, name, session);
  const latest: Typed = edge({ ...call, args: [time, slide, slide, ...start] }, 0);
  const windows = Array.from({ length: overlaps }, (_, i) => {
    const begin = moved(latest, -BigInt(i) * step);
    return invoke("struct", [begin, moved(latest, length - BigInt(i) * step)], call.dataType, false);
  });
  const generator = invoke(
    "explode",
    [invoke("array", windows, array(call.dataType, false), false)],
    call.dataType,
    false,
  );
  const attribute = session.attribute(name, call.dataType, false);
  const output = [...input.output, attribute];
  const plan: Plan = { kind: "Generate", input, generator, outer: false, generated: [attribute], output };
  const ends = edge(columnOf(attribute), 1);
  return { plan: filter(plan, invoke("<", [time, ends], BOOLEAN, true)), attribute };
}

function edge(window: Typed, ordinal: 0 | 1): Typed {
  const field = window.dataType.kind === "struct" ? window.dataType.fields[ordinal] : undefined;
  const dataType: DataType = field?.dataType ?? { kind: "timestamp" };
  return {
    kind: "FieldAccess",
    expression: window,
    field: ordinal === 0 ? "start" : "end",
    ordinal,
    dataType,
    nullable: true,
  };
}

/** Exact lengths: a day that is added to a timestamp as an interval may have 23 hours. */
function moved(moment: Typed, by: bigint): Typed {
  if (by === 0n) return moment;
  if (moment.dataType.kind !== "timestamp") return invoke("+", [moment, durationLiteral(by)], moment.dataType, true);
  const length: Typed = { kind: "Literal", value: by, dataType: LONG, nullable: false };
  const micros = invoke("+", [invoke("unix_micros", [moment], LONG, true), length], LONG, true);
  return invoke("timestamp_micros", [micros], moment.dataType, true);
}
