import type { DataType, Typed, TypedCast } from "@sluice/query";
import { visitExpression } from "./walk.ts";

const ADVICE =
  "interval types do not keep fields such as DAY or HOUR, which decide what the number or text means. Make intervals with INTERVAL '1' DAY * n, make_dt_interval or make_ym_interval, and numbers with datediff, timestampdiff or extract.";

/**
 * Why a cast from or to an interval that somebody wrote cannot be computed; undefined when it can. What a text or number means is decided by the interval's fields, which types
 * do not keep: differences of dates count days, everything else without fields of its own counts seconds or months. So do casts that are not
 * written in SQL, such as those of batches on their way into sinks.
 */
export function intervalCastProblem({ expression, dataType, span }: TypedCast): string | undefined {
  if (span === undefined) return undefined;
  const from = expression.dataType;
  if (hasFields(dataType)) return /^(void|interval_calendar)$/.test(from.kind) ? undefined : ADVICE;
  if (!hasFields(from) || /^(string|interval_calendar)$/.test(dataType.kind) || isDayDifference(expression))
    return undefined;
  return hasOtherFields(expression) ? ADVICE : undefined;
}

function hasFields({ kind }: DataType): boolean {
  return kind === "interval_day_time" || kind === "interval_year_month";
}

/** Whether an interval is the difference of two dates, which Spark counts in days. */
export function isDayDifference(expression: Typed): boolean {
  return (
    expression.kind === "Call" &&
    /^(-|try_subtract)$/.test(expression.name) &&
    expression.args.length === 2 &&
    expression.args.every((one) => one.dataType.kind === "date")
  );
}

function hasOtherFields(expression: Typed): boolean {
  let found = false;
  visitExpression(expression, (inner) => {
    if (hasFields(inner.dataType) && (inner.kind === "Literal" || isDayDifference(inner))) found = true;
  });
  return found;
}
