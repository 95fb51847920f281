import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { copyExample, root, runNode, sluice } from "../harness/sluice.ts";

describe("the campaign alerts, over two hours of events", () => {
  let folder = "";

  function table(name: string): RawTable {
    return new RawTable(join(folder, ".sluice/tables/marketing", name));
  }

  beforeAll(async () => {
    folder = await copyExample("campaign-alerts");
    for (const batch of ["1", "2"]) {
      const flags = ["--into", join(folder, "data/raw"), "--batch", batch, "--events", "12000", "--files", "4"];
      await runNode([join(root, "examples/campaign-alerts/generate.mjs"), ...flags]);
      const finished = await sluice(["run", "--project", folder]);
      expect(finished.code, finished.stderr).toBe(0);
    }
  }, 120_000);

  test("TC001: events have the columns of the plan, their time as a moment [F223]", async () => {
    const [types] = await table("campaign_events_raw").rows(
      "SELECT typeof(campaign_id) AS c, typeof(event_time) AS t, typeof(user_id) AS u, typeof(event_type) AS e FROM t LIMIT 1",
    );
    expect(types).toEqual({ c: "VARCHAR", t: "TIMESTAMP WITH TIME ZONE", u: "VARCHAR", e: "VARCHAR" });
  });

  test("TC002: each final window has the metrics of its events, those that came late included [F73] [F82] [F223]", async () => {
    const metrics = await table("campaign_metrics").rows(
      "SELECT campaign_id, window_start::VARCHAR AS start, impressions::INT AS i, clicks::INT AS c, conversions::INT AS s, round(ctr, 6) AS ctr FROM t ORDER BY ALL",
    );
    const expected = await table("campaign_events_raw").rows(`
      WITH windows AS (
        SELECT campaign_id, time_bucket(INTERVAL 5 MINUTES, event_time) AS start, count(*) FILTER (event_type = 'impression')::INT AS i,
          count(*) FILTER (event_type = 'click')::INT AS c, count(*) FILTER (event_type = 'conversion')::INT AS s
        FROM t GROUP BY 1, 2)
      SELECT campaign_id, start::VARCHAR AS start, i, c, s, round(c / i * 100, 6) AS ctr FROM windows
      WHERE start + INTERVAL 15 MINUTES <= (SELECT max(event_time) FROM t) ORDER BY ALL`);
    expect(metrics.length).toBeGreaterThan(100);
    expect(metrics).toEqual(expected);
  });

  test("TC003: a campaign that fails is logged, once for each window, and no other [F192] [F223]", async () => {
    const alerts = await table("alerts_log").rows(
      "SELECT campaign_id, strftime(window_start, '%H:%M') AS start, metric, threshold, alert_type FROM t ORDER BY start",
    );
    const alert = { campaign_id: "cmp_103", metric: "CTR", threshold: 1.5, alert_type: "performance_drop" };
    expect(alerts).toEqual(["11:30", "11:35", "11:40"].map((start) => ({ ...alert, start })));
  });

  test("TC004: what was written stays, and nothing is written twice [F223]", async () => {
    expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
    const [counts] = await table("campaign_metrics").rows(
      "SELECT count(*)::INT AS rows, count(DISTINCT (campaign_id, window_start))::INT AS windows FROM t",
    );
    expect(counts?.["rows"]).toBe(counts?.["windows"]);
  });
});
