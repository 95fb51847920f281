import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openStore } from "@sluice/delta";
import { openPipeline, type Pipeline } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServerName } from "../../rigs/object-stores.mjs";
import { RawTable } from "../harness/delta-table.ts";
import { type ObjectStoreServer, serverLeftOut, startBucket } from "../harness/object-stores.ts";
import { makeProject, temporaryFolder } from "../harness/sluice.ts";

const PIPELINE = `
import { col, count, dlt, spark, sum } from "sluice";
dlt.table({ name: "bronze" }, () =>
  spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").option("cloudFiles.inferColumnTypes", "true")
    .load("/Volumes/raw/orders").withColumn("file", col("_metadata.file_path")));
dlt.table({ name: "silver", expectOrDrop: { positive: "amount > 0" } }, () => dlt.readStream("bronze").dropDuplicates(["id"]));
dlt.table({ name: "prices" }, () => spark.read.format("csv").option("header", "true").load("BASE/raw/prices/*.csv"));
dlt.table({ name: "gold", partitionCols: ["region"] }, () =>
  dlt.read("silver").groupBy("region").agg(count("id").alias("orders"), sum("amount").alias("total")));
`;

const SERVERS: readonly ServerName[] = ["s3", "gcs", "azure"];

describe.each(SERVERS)("%s", (name) => {
  const leftOut = serverLeftOut(name);
  const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;
  describe.skipIf(leftOut !== undefined)(`a pipeline with its sources and tables in a bucket${why}`, () => {
    let server: ObjectStoreServer;
    let pipeline: Pipeline;

    const deliver = (path: string, text: string) =>
      openStore(`${server.url}/raw`).put(path, new TextEncoder().encode(text));
    const orders = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) =>
        JSON.stringify({ id: from + i, region: ["eu", "us"][i % 2], amount: (from + i) % 10 }),
      ).join("\n");

    beforeAll(async () => {
      process.env["SLUICE_CACHE_DIR"] = await temporaryFolder();
      server = await startBucket(name);
      const project = await makeProject({
        "transformations/pipeline.ts": PIPELINE.replace("BASE", server.url),
        "sluice.yml": `name: lake\nmounts:\n  /Volumes/raw: ${server.url}/raw\n`,
      });
      pipeline = await openPipeline(project, { storage: `${server.url}/store/` });
      await deliver("orders/day=1/größe 1%.json", orders(0, 60));
      await deliver("orders/day=1/b.json", orders(50, 20));
      await deliver("orders/day=1/_ignored.json", "not json");
      await deliver("prices/a.csv", "id,price\n1,2\n");
      await deliver("prices/a.txt", "not a price");
    });
    afterAll(async () => {
      await pipeline?.close();
      await server?.stop();
    });

    const run = async () => {
      const result = await pipeline.run().result;
      if (result.kind !== "Finished") throw new Error("busy");
      for (const flow of result.flows) if (flow.error !== undefined) throw flow.error;
      return Object.fromEntries(result.flows.map((flow) => [flow.dataset.split(".").at(-1), flow.rows]));
    };
    const rows = async (sql: string) => (await pipeline.query(sql)).rows;

    test("runs, reads each file once, and answers queries", async () => {
      expect(await run()).toMatchObject({ bronze: 80, silver: 63, prices: 1, gold: 2 });
      expect(await run()).toMatchObject({ bronze: 0, silver: 0 });
      await deliver("orders/day=2/c.json", orders(1001, 3));
      expect(await run()).toMatchObject({ bronze: 3, silver: 3, gold: 2 });
      expect(await rows("SELECT count(*), count(DISTINCT day), max(file) FROM bronze")).toEqual([
        [83n, 2n, `${server.url}/raw/orders/day=2/c.json`],
      ]);
      expect((await pipeline.datasets()).map((one) => one.name)).toEqual([
        ...["default.bronze", "default.gold", "default.prices", "default.silver"],
      ]);
      expect((await pipeline.quality()).map((rule) => [rule.expectation, rule.failed])).toEqual([["positive", 7]]);
      expect((await pipeline.describe("gold"))?.location).toBe(`${server.url}/store/tables/default/gold`);
    });

    test("leaves tables that another reader reads", async () => {
      const copy = await temporaryFolder();
      const store = openStore(`${server.url}/store/tables/default/gold`);
      for (const { path } of await store.list("")) {
        await mkdir(dirname(join(copy, path)), { recursive: true });
        await store.download(path, join(copy, path));
      }
      const gold = await new RawTable(copy).rows("SELECT region, orders::VARCHAR AS o FROM t ORDER BY ALL");
      expect(gold).toEqual(
        await rows("SELECT region, CAST(orders AS STRING) o FROM gold ORDER BY region").then((all) =>
          all.map(([region, o]) => ({ region, o })),
        ),
      );
    });

    if (name !== "s3") return;

    test("a full refresh starts over", async () => {
      const result = await pipeline.run({ fullRefreshAll: true }).result;
      expect(result).toMatchObject({ kind: "Finished", state: "COMPLETED" });
      expect(await rows("SELECT count(*) FROM silver")).toEqual([[66n]]);
    });
  });
});
