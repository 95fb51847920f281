import { fileURLToPath } from "node:url";
import { type MemoryStream, memoryStream, type TestPipeline, testClock, testPipeline } from "sluice/testing";
import { afterEach, beforeEach, expect, test } from "vitest";

const project = fileURLToPath(new URL("..", import.meta.url));
const COLUMNS = ["campaign_id", "event_time", "user_id", "event_type", "channel", "region"];

let events: MemoryStream;
let pipeline: TestPipeline;

beforeEach(async () => {
  events = memoryStream(`${COLUMNS.join(" STRING, ")} STRING, _rescued_data STRING`);
  const clock = testClock("2026-03-01T11:00:00Z");
  pipeline = await testPipeline(project, { clock, replace: { "/mnt/campaign/raw/": events } });
});

afterEach(() => pipeline.close());

/** So many impressions and clicks of a campaign, all in one minute. */
function traffic(campaign: string, time: string, impressions: number, clicks: number): readonly object[] {
  const event = (event_type: string, i: number) => ({
    campaign_id: campaign,
    event_time: `2026-03-01T${time}:00Z`,
    user_id: `user ${i}`,
    event_type,
    channel: "mail",
    region: "eu",
    _rescued_data: null,
  });
  return Array.from({ length: impressions + clicks }, (_, i) => event(i < clicks ? "click" : "impression", i));
}

/** An event that is later by far, and so closes all windows before it. */
const CLOSING = traffic("cmp_0", "10:59", 1, 0);

test("TC001: what is no event of a campaign is dropped, and its time is a moment", async () => {
  const [good] = traffic("cmp_1", "10:01", 1, 0);
  events.add([good, { ...good, event_type: "scroll" }, { ...good, event_time: "soon" }] as never);
  await pipeline.run();
  expect(await pipeline.rows("campaign_events_raw")).toMatchObject([
    { campaign_id: "cmp_1", event_type: "impression" },
  ]);
  const types = await pipeline.table("campaign_events_raw").selectExpr("typeof(event_time) AS type").collect();
  expect(types).toEqual([{ type: "timestamp" }]);
});

test("TC002: a click-through rate below 1.5 percent is flagged, one above is not", async () => {
  events.add([...traffic("cmp_1", "10:01", 100, 1), ...traffic("cmp_2", "10:01", 100, 2)] as never);
  events.add(CLOSING as never);
  await pipeline.run();
  const metrics = await pipeline.rows("campaign_metrics");
  expect(Object.fromEntries(metrics.map((row) => [row["campaign_id"], row["ctr"]]))).toEqual({ cmp_1: 1, cmp_2: 2 });
  expect((await pipeline.rows("alerts_log")).map((row) => row["campaign_id"])).toEqual(["cmp_1"]);
});

test("TC003: an alert says what was measured, by which threshold, and when; one a window, however often the update runs", async () => {
  events.add(traffic("cmp_1", "10:01", 200, 1) as never);
  events.add(CLOSING as never);
  await pipeline.run();
  await pipeline.run();
  expect(await pipeline.rows("alerts_log")).toMatchObject([
    { campaign_id: "cmp_1", metric: "CTR", value: 0.5, threshold: 1.5, alert_type: "performance_drop" },
  ]);
});

test("TC004: each batch is appended to the metrics once, also when an update dies on the way", async () => {
  events.add(traffic("cmp_1", "10:01", 50, 5) as never);
  events.add(CLOSING as never);
  await pipeline.crashAt(3);
  await pipeline.run();
  events.add(traffic("cmp_1", "11:10", 10, 1) as never);
  events.add(traffic("cmp_0", "12:00", 1, 0) as never);
  await pipeline.run();
  const metrics = (await pipeline.rows("campaign_metrics")).filter((row) => row["campaign_id"] === "cmp_1");
  expect(metrics.map((row) => row["impressions"]).sort()).toEqual([10, 50]);
});
