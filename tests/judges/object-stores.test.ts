import { openStore } from "@sluice/delta";
import { openPipeline } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ObjectStoreServer, serverLeftOut, startBucket } from "../harness/object-stores.ts";
import { makeProject, temporaryFolder } from "../harness/sluice.ts";
import { ask, leftOut as noJudges } from "./judges.ts";

const leftOut = noJudges ?? serverLeftOut("s3");
const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;

const PIPELINE = `
import { count, dlt, spark } from "sluice";
dlt.table({ name: "bronze", partitionCols: ["region"] }, () =>
  spark.readStream.schema("id LONG, region STRING").format("json").load("s3://lake/raw"));
dlt.table({ name: "gold" }, () => dlt.read("bronze").groupBy("region").agg(count("id").alias("n")));
`;
const LATER = `
import { dlt, spark } from "sluice";
dlt.table({ name: "copy" }, () => spark.readStream.format("delta").load("s3a://lake/store/tables/default/outside"));
`;

describe.skipIf(leftOut !== undefined)(`delta-rs on tables in a bucket${why}`, () => {
  let server: ObjectStoreServer;
  beforeAll(async () => {
    process.env["SLUICE_CACHE_DIR"] = await temporaryFolder();
    server = await startBucket("s3");
  });
  afterAll(() => server?.stop());

  async function run(files: Readonly<Record<string, string>>, query: string): Promise<readonly unknown[]> {
    const project = await makeProject({ "sluice.yml": "name: judged\nstorage: s3://lake/store\n", ...files });
    const pipeline = await openPipeline(project);
    try {
      expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });
      return (await pipeline.query(query)).rows;
    } finally {
      await pipeline.close();
    }
  }

  test("reads what we wrote, and we read what it wrote", async () => {
    const lines = [1, 2, 3].map((id) => JSON.stringify({ id, region: id === 2 ? "süd west" : "nord%" }));
    await openStore("s3://lake/raw").put("a.json", new TextEncoder().encode(lines.join("\n")));
    await run({ "transformations/p.ts": PIPELINE }, "SELECT 1");
    const options = JSON.stringify({ ...server.env, AWS_ALLOW_HTTP: "true" });
    const read = await ask("object_stores.py", "s3://lake/store/tables/default", options, "bronze", "gold");
    expect(read).toEqual({
      bronze: [
        ["1", "nord%"],
        ["2", "süd west"],
        ["3", "nord%"],
      ],
      gold: [
        ["nord%", "2"],
        ["süd west", "1"],
      ],
    });
    expect(await run({ "transformations/p.ts": LATER }, "SELECT count(*), sum(id) FROM copy")).toEqual([[4n, 6n]]);
  });
});
