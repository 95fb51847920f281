import type { Column } from "../column.ts";
import type { ColumnOrName, ColumnOrValue } from "../literal.ts";
import { valueExpression } from "../literal.ts";
import { columnExpression } from "../name.ts";
import { given, invoke, type Nullary, nullary } from "./define.ts";

/** The row's number in its window, from 1. */
export const rowNumber: Nullary = nullary("row_number");
/** The rank in the window, with gaps after ties. */
export const rank: Nullary = nullary("rank");
/** The rank in the window, without gaps. */
export const denseRank: Nullary = nullary("dense_rank");
/** The rank as a fraction from 0 to 1. */
export const percentRank: Nullary = nullary("percent_rank");
/** The fraction of rows that come no later. */
export const cumeDist: Nullary = nullary("cume_dist");
/** Which of `n` equal parts of the window the row is in, from 1. */
export function ntile(n: number): Column {
  return invoke("ntile", valueExpression(n));
}
/** The value `offset` rows before; `defaultValue` where there is none. */
export function lag(column: ColumnOrName, offset = 1, defaultValue?: ColumnOrValue): Column {
  return invoke("lag", columnExpression(column), valueExpression(offset), ...given([defaultValue]));
}
/** The value `offset` rows after; `defaultValue` where there is none. */
export function lead(column: ColumnOrName, offset = 1, defaultValue?: ColumnOrValue): Column {
  return invoke("lead", columnExpression(column), valueExpression(offset), ...given([defaultValue]));
}
/** The value of the window's row number `offset`, from 1. */
export function nthValue(column: ColumnOrName, offset: number): Column {
  return invoke("nth_value", columnExpression(column), valueExpression(offset));
}

/** The time window that a row falls into, a struct of `start` and `end`; with a slide, each window it falls into. Durations as `"5 minutes"`. */
export function window(
  timeColumn: ColumnOrName,
  windowDuration: string,
  slideDuration?: string,
  startTime?: string,
): Column {
  const slide = slideDuration ?? (startTime === undefined ? undefined : windowDuration);
  return invoke("window", columnExpression(timeColumn), ...given([windowDuration, slide, startTime])).alias("window");
}
/** Rows without a longer gap between them fall into one session, a struct of `start` and `end`. */
export function sessionWindow(timeColumn: ColumnOrName, gapDuration: ColumnOrValue): Column {
  return invoke("session_window", columnExpression(timeColumn), valueExpression(gapDuration)).alias("session_window");
}
/** The time that stands for a window in a further windowed aggregation. */
export function windowTime(windowColumn: ColumnOrName): Column {
  return invoke("window_time", columnExpression(windowColumn));
}
