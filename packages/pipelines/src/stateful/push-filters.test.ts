import { analyze, array, field, LONG, type Plan, STRING, sqlQuery, struct, TIMESTAMP, walkPlan } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { eventTimes } from "./event-time.ts";
import { neededUntil } from "./join-range.ts";
import { pushFilters } from "./push-filters.ts";

const schema = struct([
  ...[field("id", LONG), field("k", STRING), field("v", LONG)],
  ...[field("tags", array(STRING)), field("ts", TIMESTAMP)],
]);

function pushed(sql: string): Plan {
  const resolveLeaf = () => ({ kind: "Table", schema, hidden: struct([]) }) as const;
  return pushFilters(analyze(sqlQuery(sql).relation, { resolveLeaf, ansi: false, timeZone: "UTC" }));
}

/** How many conditions the rows of each watermark have passed before it. */
function asked(sql: string): readonly number[] {
  const watermarks = [...walkPlan(pushed(sql))].filter((one) => one.kind === "Watermark");
  return watermarks.map(({ input }) => [...walkPlan(input)].filter((one) => one.kind === "Filter").length);
}

const STREAM = "STREAM t WATERMARK ts DELAY OF INTERVAL 10 MINUTES";

describe("conditions are asked before a watermark, as Spark's optimizer has them [F72]", () => {
  test.each([
    ["through names and computed columns", `SELECT * FROM (SELECT ts, v + 1 AS w FROM ${STREAM}) WHERE w > 2`, [1]],
    ["not on the event time", `SELECT * FROM ${STREAM} WHERE ts > '2026-01-01'`, [0]],
    ["not where chance decides", `SELECT * FROM (SELECT *, rand() AS r FROM ${STREAM}) WHERE v > 2`, [0]],
    ["of keys of groups", `SELECT k, count(*) FROM ${STREAM} GROUP BY ts, k HAVING k = 'a'`, [1]],
    ["not of their aggregates", `SELECT k, count(*) AS n FROM ${STREAM} GROUP BY ts, k HAVING n > 1`, [0]],
    ["of both sides of a union", `SELECT * FROM (TABLE x UNION ALL TABLE x) WHERE v > 2`, [1, 1]],
    ["through a join with a table, with its keys", `SELECT * FROM ${STREAM} s JOIN u USING (k) WHERE s.v > 2`, [2]],
    ["not of rows that a join keeps", `SELECT * FROM ${STREAM} s LEFT JOIN u ON s.k = u.k AND s.v > 2`, [0]],
    ["of explode, that there are elements", `SELECT ts, explode(tags) FROM ${STREAM}`, [1]],
    ["not of explode_outer", `SELECT ts, explode_outer(tags) FROM ${STREAM}`, [0]],
    ["not of NULLs that <=> takes", `SELECT * FROM ${STREAM} s JOIN u ON s.k <=> u.k`, [0]],
  ])("%s", (_, sql, counts) => {
    expect(asked(sql.includes("TABLE x") ? `WITH x AS (SELECT * FROM ${STREAM}) ${sql}` : sql)).toEqual(counts);
  });
});

test("a join of two streams takes the conditions of WHERE as its own, which bound its state [F76]", () => {
  const plan = pushed(`SELECT l.id FROM ${STREAM} l, ${STREAM} r
    WHERE l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL 1 HOUR AND l.v > 1`);
  const join = [...walkPlan(plan)].find((one) => one.kind === "Join");
  if (join === undefined) throw new Error("there is no join");
  expect(join.how).toBe("inner");
  expect(neededUntil(join, "left", eventTimes(join))).toMatchObject({ kind: "Range", microseconds: 3_600_001_000n });
  expect([...walkPlan(plan)].filter((one) => one.kind === "Filter")).toHaveLength(3);
});
