import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { domainRows } from "../harness/kafka-domains.ts";
import { copyExample, root, runNode, sluice } from "../harness/sluice.ts";

describe("customers, payments and machines, on recorded topics", () => {
  let folder = "";
  let expected: ReturnType<typeof domainRows>;

  const table = (name: string) => new RawTable(join(folder, ".sluice/tables/domains", name));
  const number = async (name: string, sql: string) =>
    (await table(name).rows(`SELECT (${sql})::INT AS n FROM t`))[0]?.["n"];

  beforeAll(async () => {
    folder = await copyExample("kafka-domains");
    const topics = join(folder, "data/topics");
    for (const batch of ["1", "2"]) {
      const generator = join(root, "examples/kafka-domains/generate.mjs");
      await runNode([generator, "--into", topics, "--batch", batch, "--messages", "4000"]);
      const finished = await sluice(["run", "--project", folder]);
      expect(finished.code, finished.stderr).toBe(0);
    }
    expected = domainRows(topics);
  }, 120_000);

  test("each table has the rows of a fold over the messages [F153] [F155]", async () => {
    const names = Object.keys(expected.counts);
    const rows = await Promise.all(names.map(async (name) => [name, await number(name, "count(*)")]));
    expect(Object.fromEntries(rows)).toEqual(expected.counts);
  });

  test("messages that cannot be decoded are set aside with their place, and none that can [F161]", async () => {
    expect(expected.counts["dead_letters"]).toBeGreaterThan(5);
    expect(await number("dead_letters", 'count(DISTINCT (topic, partition, "offset"))')).toBe(
      expected.counts["dead_letters"],
    );
  });

  test("the feed of the customers, applied in order, is the customers [F199]", async () => {
    const columns = "customer_id, event_type, page, platform, epoch_us(timestamp) AS at";
    const changes = await table("customer_changes").rows(
      `SELECT ${columns} FROM t WHERE _change_type <> 'update_preimage'
       QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY _commit_version DESC) = 1 ORDER BY customer_id`,
    );
    expect(changes.length).toBeGreaterThan(300);
    expect(await number("customer_changes", "count(*) FILTER (_change_type = 'update_postimage')")).toBeGreaterThan(
      100,
    );
    expect(changes).toEqual(await table("customers").rows(`SELECT ${columns} FROM t ORDER BY customer_id`));
  });

  test("who pays too often and what shakes is an alert, a row a window, and nobody else [F192]", async () => {
    const alerts = await table("alerts").rows(
      "SELECT subject, strftime(window_start, '%Y-%m-%dT%H:%M:%S.000Z') AS window_start, metric FROM t ORDER BY window_start, subject",
    );
    expect(alerts).toEqual(expected.alerts);
    expect(new Set(alerts.map((alert) => alert["subject"]))).toEqual(new Set(["C0042", "C0107", "press-07"]));
  });
});
