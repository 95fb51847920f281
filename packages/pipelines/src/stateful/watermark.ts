import { type Attribute, columnOf, LONG, type Plan, type WatermarkPlan, walkPlan } from "@sluice/query";
import { overAt } from "./event-time.ts";
import { call } from "./expression.ts";

/** Which of several streams decides: the slowest (`min`), or the fastest. */
export type WatermarkPolicy = "min" | "max";

/** The watermarks of the streams of a query, in the order in which {@link watermarkNodes} gives them. */
export function watermarkNodes(plan: Plan): readonly WatermarkPlan[] {
  return [...walkPlan(plan)].filter((one): one is WatermarkPlan => one.kind === "Watermark");
}

/** The latest event time, in microseconds since the epoch, of the rows that pass a watermark: a plan of one row and one column, NULL without rows. */
export function latestEventTime(node: WatermarkPlan, attribute: Attribute): Plan {
  const column = node.output.find((one) => one.id === node.eventTime);
  if (column === undefined) throw new Error("a watermark lacks its column");
  const latest = call("max", [overAt(columnOf(column))], LONG);
  return {
    kind: "Aggregate",
    input: node,
    grouping: [],
    columns: [{ attribute, expression: latest }],
    output: [attribute],
  };
}

const MILLISECOND = 1000n;

/**
 * The watermark, in milliseconds since the epoch, after the latest event times seen by each stream (microseconds; undefined before its first row, which counts
 * as the epoch). It never goes back. Spark: WatermarkTracker, `spark.sql.streaming.multipleWatermarkPolicy`.
 */
export function advance(
  before: number,
  nodes: readonly Pick<WatermarkPlan, "delayMicroseconds">[],
  latest: readonly (bigint | undefined)[],
  policy: WatermarkPolicy,
): number {
  const each = nodes.map(({ delayMicroseconds }, i) => {
    const time = latest[i];
    return time === undefined
      ? 0
      : Math.max(0, Number(floorDivide(time, MILLISECOND) - delayMicroseconds / MILLISECOND));
  });
  if (each.length === 0) return before;
  return Math.max(before, policy === "min" ? Math.min(...each) : Math.max(...each));
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
