import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { display, openPipeline, openSession, type Pipeline } from "sluice";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeProject, root, writeFiles } from "../harness/sluice.ts";

const PIPELINE = `import { count, dlt, spark } from "sluice";
dlt.createTargetTable("bronze");
dlt.appendFlow({ target: "bronze", name: "deliveries" }, () =>
  spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").option("cloudFiles.inferColumnTypes", "true").load("raw"));
dlt.table({ name: "silver", private: process.env.PUBLISHED === undefined, expect: { known: "customer IS NOT NULL" }, expectOrDrop: { positive: "amount > 0" } }, () =>
  dlt.readStream("bronze"));
dlt.createTable({ name: "gold", sparkConf: { "spark.sql.shuffle.partitions": "4" } }, () => dlt.read("silver").groupBy("customer").agg(count("id").alias("orders")));`;

let project: string;
let pipeline: Pipeline;

beforeAll(async () => {
  project = await makeProject({
    "sluice.yml": "name: shop\nschema: demo\n",
    "transformations/p.ts": PIPELINE,
    "transformations/old.sql": "CREATE TEMPORARY LIVE VIEW older AS SELECT * FROM LIVE.gold;\n",
    "raw/1.json": '{"id":1,"customer":"a","amount":5}\n{"id":2,"amount":-1}\n{"id":3,"amount":2}\n',
  });
  pipeline = await openPipeline(project, { threads: 2 });
  await pipeline.run().result;
  await writeFiles(project, { "raw/2.json": '{"id":4,"customer":"b","amount":7,"note":"new"}\n' });
  await pipeline.run().result;
});

afterAll(() => pipeline.close());

/** The queries of the guide, in its order. */
async function queries(): Promise<readonly string[]> {
  const guide = await readFile(join(root, "docs/guide/operating.md"), "utf8");
  const [, section = ""] = guide.split("### Figures for a dashboard");
  return [...section.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = ""]) => sql);
}

async function ask(sql: string | undefined): Promise<readonly Record<string, unknown>[]> {
  const rows = await (await pipeline.session().sql(sql ?? "")).collect();
  return JSON.parse(JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? Number(value) : value)));
}

test("throughput and latency of each flow [F175]", async () => {
  const rows = await ask((await queries())[0]);
  expect(rows.map(({ flow, rows_written }) => [flow, rows_written])).toEqual([
    ["demo.deliveries", 4],
    ["demo.silver", 3],
  ]);
  for (const { batches, rows_per_second, slow_batch_ms } of rows) {
    expect(Number(batches)).toBeGreaterThanOrEqual(2);
    expect(Number(rows_per_second)).toBeGreaterThan(0);
    expect(Number(slow_batch_ms)).toBeGreaterThan(0);
  }
});

test("freshness, quality scores and drift of schemas [F176]", async () => {
  const [, fresh, quality, drift] = await queries();
  const ages = await ask(fresh);
  expect(ages.map(({ dataset }) => dataset)).toEqual(["demo.bronze", "demo.gold", "demo.silver"]);
  for (const { age_seconds } of ages) expect(Number(age_seconds)).toBeLessThan(600);
  expect(await ask(quality)).toEqual([{ dataset: "demo.silver", passed: 5, failed: 3, score: 62.5 }]);
  expect((await ask(drift)).map(({ dataset, added, gone }) => ({ dataset, added, gone }))).toEqual([
    { dataset: "demo.bronze", added: ["note string"], gone: [] },
    { dataset: "demo.silver", added: ["note string"], gone: [] },
  ]);
});

test("settings of a dataset stand in the definition of its flow [F22]", async () => {
  const rows = await ask(
    "SELECT DISTINCT details:flow_definition.spark_conf AS conf FROM event_log WHERE event_type = 'flow_definition' AND origin.dataset_name = 'demo.gold'",
  );
  expect(rows).toEqual([{ conf: '{"spark.sql.shuffle.partitions":"4"}' }]);
});

test("old spellings declare what the new ones do, and the event log tells of them [F35] [F41]", async () => {
  const rows = await ask(
    "SELECT origin.dataset_name AS dataset, level, details:deprecation.message AS told FROM event_log WHERE event_type = 'deprecation' ORDER BY timestamp LIMIT 3",
  );
  expect(rows.toSorted((a, b) => (String(a["dataset"]) < String(b["dataset"]) ? -1 : 1))).toEqual([
    { dataset: "demo.bronze", level: "WARN", told: "PYTHON_CREATE_TARGET_TABLE" },
    { dataset: "demo.gold", level: "WARN", told: "PYTHON_CREATE_TABLE" },
    { dataset: "demo.older", level: "WARN", told: "SQL_CREATE_LIVE_VIEW" },
  ]);
  expect(await ask("SELECT * FROM older ORDER BY customer NULLS FIRST")).toEqual([
    { customer: null, orders: 1 },
    { customer: "a", orders: 1 },
    { customer: "b", orders: 1 },
  ]);
});

test("rows are shown as tables, by display and by show without cutting [F219]", async () => {
  const printed: string[] = [];
  const stdout = vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  const frame = pipeline
    .session()
    .sql("SELECT id, 'a text that is longer than twenty letters' AS text FROM LIVE.silver ORDER BY id");
  await display((await frame).limit(1));
  await (await frame).limit(1).show(3, false);
  stdout.mockRestore();
  const table = `+---+-----------------------------------------+
|id |text                                     |
+---+-----------------------------------------+
|1  |a text that is longer than twenty letters|
+---+-----------------------------------------+
`;
  expect(printed.join("").replaceAll("\n\n", "\n")).toBe(table + table);
});

test("a private table stays from update to update; only its pipeline reads it, until it is published [F23]", async () => {
  expect(await ask("SELECT count(*) AS n FROM silver")).toEqual([{ n: 3 }]);
  expect((await pipeline.datasets()).map(({ name, kind }) => [name, kind])).toContainEqual([
    "demo.silver",
    "private streaming table",
  ]);
  const spark = openSession({
    conf: { "spark.sql.warehouse.dir": join(project, ".sluice/tables") },
    threads: 1,
  });
  const tables = async () => (await spark.catalog.listTables("demo")).map(({ name }) => name);
  expect(await tables()).toEqual(["bronze", "gold"]);
  expect(await spark.catalog.tableExists("demo.silver")).toBe(false);
  await expect((async () => (await spark.sql("SELECT * FROM demo.silver")).collect())()).rejects.toThrow(
    "The table or view `demo`.`silver` cannot be found",
  );
  const path = join(project, ".sluice/tables/demo/silver");
  expect(await (await spark.sql(`SELECT count(*) AS n FROM delta.\`${path}\``)).collect()).toEqual([{ n: 3n }]);
  vi.stubEnv("PUBLISHED", "1");
  await pipeline.run().result;
  vi.unstubAllEnvs();
  expect(await tables()).toEqual(["bronze", "gold", "silver"]);
  expect(await (await spark.sql("SELECT count(*) AS n FROM demo.silver")).collect()).toEqual([{ n: 3n }]);
  await spark.stop();
});

test("what a private table refuses is as private as the table [F23]", async () => {
  const folder = await makeProject({
    "sluice.yml": "name: shop\nschema: demo\n",
    "transformations/p.ts": `import { dlt, spark } from "sluice";
dlt.table({ name: "silver", private: process.env.PUBLISHED === undefined, expectOrQuarantine: { small: "amount < 7" } }, () =>
  spark.readStream.format("json").schema("id INT, amount INT").load("raw"));`,
    "raw/1.json": '{"id":1,"amount":5}\n{"id":2,"amount":9}\n',
  });
  const shop = await openPipeline(folder, { threads: 1 });
  const spark = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, ".sluice/tables") }, threads: 1 });
  const tables = async () => (await spark.catalog.listTables("demo")).map(({ name }) => name);
  await shop.run().result;
  expect(await tables()).toEqual([]);
  vi.stubEnv("PUBLISHED", "1");
  await shop.run().result;
  vi.unstubAllEnvs();
  expect(await tables()).toEqual(["silver", "silver_quarantine"]);
  await shop.run().result;
  expect(await tables()).toEqual([]);
  const refused = await (await shop.session().sql("SELECT id FROM silver_quarantine")).collect();
  expect(refused).toEqual([{ id: 2 }]);
  await spark.stop();
  await shop.close();
});
