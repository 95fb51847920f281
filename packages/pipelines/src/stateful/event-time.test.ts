import { analyze, field, LONG, STRING, sqlQuery, struct, TIMESTAMP } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { eventTimes } from "./event-time.ts";
import { neededUntil } from "./join-range.ts";
import { outputMode } from "./output-mode.ts";

const schema = struct([field("id", LONG), field("k", STRING), field("ts", TIMESTAMP), field("expires", TIMESTAMP)]);

function planOf(sql: string) {
  const resolveLeaf = () => ({ kind: "Table", schema, hidden: struct([]) }) as const;
  return analyze(sqlQuery(sql).relation, { resolveLeaf, ansi: false, timeZone: "UTC" });
}

const STREAM = "STREAM t WATERMARK ts DELAY OF INTERVAL 10 MINUTES";

describe("the columns that carry a watermark", () => {
  test.each([
    ["SELECT * FROM", ["ts"]],
    ["SELECT ts AS moment, id FROM", ["moment"]],
    ["SELECT ts + INTERVAL 1 HOUR AS later FROM", []],
    ["SELECT window(ts, '5 minutes') AS w, window_time(window(ts, '5 minutes')) AS m FROM", ["w", "m"]],
    ["SELECT window(ts, '5 minutes').end AS e FROM", []],
  ])("%s a stream: %j", (select, names) => {
    const plan = planOf(`${select} ${STREAM}`);
    const times = eventTimes(plan);
    expect(plan.output.filter((one) => times.has(one.id)).map((one) => one.name)).toEqual(names);
    for (const delay of times.values()) expect(delay).toBe(600_000_000n);
  });

  test("decide whether groups are ever closed [F73] [F74]", () => {
    expect(outputMode(planOf(`SELECT window(ts, '5 minutes') AS w, count(*) AS n FROM ${STREAM} GROUP BY 1`))).toBe(
      "append",
    );
    expect(
      outputMode(planOf(`SELECT window(ts, '9 minutes', '3 minutes') AS w, count(*) AS n FROM ${STREAM} GROUP BY 1`)),
    ).toBe("append");
    expect(
      outputMode(planOf(`SELECT session_window(ts, '5 minutes') AS w, k, count(*) AS n FROM ${STREAM} GROUP BY 1, 2`)),
    ).toBe("append");
    expect(outputMode(planOf(`SELECT k, count(*) AS n FROM ${STREAM} GROUP BY k`))).toBe("complete");
    expect(outputMode(planOf("SELECT window(ts, '5 minutes') AS w, count(*) AS n FROM STREAM t GROUP BY 1"))).toBe(
      "complete",
    );
  });
});

describe("how long a row of a join is needed", () => {
  const needed = (condition: string, side: "left" | "right") => {
    const plan = planOf(`SELECT l.id FROM ${STREAM} AS l JOIN ${STREAM} AS r ON ${condition}`);
    const join = plan.kind === "Project" ? plan.input : plan;
    if (join.kind !== "Join") throw new Error("no join");
    const found = neededUntil(join, side, eventTimes(join));
    return found.kind === "Range" ? found.microseconds : found.kind;
  };

  test.each([
    ["l.id = r.id", "Forever", "Forever"],
    ["l.id = r.id AND l.ts = r.ts", "Key", "Key"],
    ["l.id = r.id AND r.ts BETWEEN l.ts AND l.ts + INTERVAL 1 HOUR", 3_600_001_000n, 1_000n],
    ["l.id = r.id AND r.ts > l.ts AND r.ts < l.ts + INTERVAL 1 HOUR", 3_600_000_000n, 0n],
    ["l.id = r.id AND r.ts - INTERVAL 5 MINUTES < l.ts", 300_000_000n, "Forever"],
    ["l.id = r.id AND r.ts <= l.ts + INTERVAL 1 HOUR AND r.ts <= l.expires", 3_600_001_000n, "Forever"],
    ["l.id = r.id AND l.ts < r.ts", "Forever", 0n],
    ["l.id = r.id AND l.ts + INTERVAL 1 MONTH > r.ts", "Forever", "Forever"],
  ])("ON %s", (condition, left, right) => {
    expect([needed(condition, "left"), needed(condition, "right")]).toEqual([left, right]);
  });
});
