import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { musicRows, viewsByUserAndDay } from "../harness/music-streaming.ts";
import { copyExample, jsonLines, root, runNode, sluice } from "../harness/sluice.ts";

describe("music streaming, on recorded topics", () => {
  let folder = "";
  let topics = "";

  async function produce(batch: string, from: string): Promise<void> {
    const generator = join(root, "examples/music-streaming/generate.mjs");
    await runNode([generator, "--into", topics, "--batch", batch, "--sessions", "200", "--from", from]);
    const finished = await sluice(["run", "--project", folder]);
    expect(finished.code, finished.stderr).toBe(0);
  }

  const table = (name: string) => new RawTable(join(folder, ".sluice/tables/music_streaming", name));

  beforeAll(async () => {
    folder = await copyExample("music-streaming");
    topics = join(folder, "data/topics");
    await produce("1", "2025-07-09T22:45:00Z");
    await produce("2", new Date(Date.now() - 3_600_000).toISOString());
  }, 120_000);

  test("each table has the rows of a fold over the events [F57] [F152] [F153]", async () => {
    const expected = musicRows(topics);
    const rows = Object.keys(expected).map(async (name) => {
      const [count] = await table(name).rows("SELECT count(*)::INT AS n FROM t");
      return [name, count?.["n"]];
    });
    expect(Object.fromEntries(await Promise.all(rows))).toEqual(expected);
    expect(expected["gold_daily_user_metrics"]).toBeGreaterThan(100);
  });

  test("page views are counted by the day on which their session began", async () => {
    const days = await table("gold_daily_user_metrics").rows(
      "SELECT date::VARCHAR || ' ' || userId AS day, total_page_views::INT AS n FROM t",
    );
    expect(new Map(days.map(({ day, n }) => [day, n]))).toEqual(viewsByUserAndDay(topics));
  });

  test("those who did something in the last half hour are active, those of an earlier day are not", async () => {
    const [active] = await table("gold_active_users").rows(
      "SELECT count(*)::INT AS n, min(sessionId[1]) AS batch FROM t",
    );
    expect(active?.["n"]).toBeGreaterThan(20);
    expect(active?.["batch"]).toBe("2");
  });

  test("rules count what they drop, and those behind a filter see nothing", async () => {
    const rules = jsonLines(await sluice(["quality", "--json", "--project", folder]));
    const failed = (dataset: string) =>
      rules
        .filter((rule) => String(rule["dataset"]).endsWith(dataset))
        .reduce((sum, r) => sum + Number(r["failed"]), 0);
    expect(failed("bronze_page_view_events")).toBe(0);
    expect(failed("bronze_listen_events")).toBeGreaterThan(0);
  });
});
