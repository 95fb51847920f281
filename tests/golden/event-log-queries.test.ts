import { openPipeline, type Pipeline } from "sluice";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeProject } from "../harness/sluice.ts";

const PIPELINE = `import { count, dlt, spark } from "sluice";
dlt.table({ name: "bronze_orders" }, () =>
  spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("raw"));
dlt.table({ name: "silver_orders", expect: { known: "customer IS NOT NULL" }, expectOrDrop: { positive: "amount > 0" } }, () =>
  dlt.readStream("bronze_orders").selectExpr("id", "customer", "cast(amount as double) AS amount"));
dlt.table({ name: "gold_daily" }, () => dlt.read("silver_orders").groupBy("customer").agg(count("id").alias("orders")));`;

const BROKEN = PIPELINE.replace(
  '"id", "customer"',
  `"id", "customer", "cast(raise_error('broken on purpose') AS STRING) AS x"`,
);

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await ran(PIPELINE);
});

afterAll(() => pipeline.close());

async function ran(program: string): Promise<Pipeline> {
  const project = await makeProject({
    "sluice.yml": "name: shop\ncatalog: main\nschema: demo\n",
    "transformations/p.ts": program,
    "raw/1.json": '{"id":1,"customer":"a","amount":5}\n{"id":2,"amount":-1}\n{"id":3,"amount":2}\n',
  });
  const opened = await openPipeline(project, { threads: 2 });
  await opened.run().result;
  return opened;
}

/** The rows as `--json` prints them. */
async function ask(sql: string, of: Pipeline = pipeline): Promise<readonly Record<string, unknown>[]> {
  const rows = await (await of.session().sql(sql)).collect();
  return JSON.parse(JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? Number(value) : value)));
}

const QUALITY = [
  { dataset: "main.demo.silver_orders", name: "known", passed: 1, failed: 2 },
  { dataset: "main.demo.silver_orders", name: "positive", passed: 2, failed: 1 },
];

test("quality for each rule of the newest update [F164]", async () => {
  const rows = await ask(`WITH u AS (SELECT origin.update_id AS id FROM event_log(TABLE(main.demo.silver_orders))
           WHERE event_type = 'create_update' ORDER BY timestamp DESC LIMIT 1),
     e AS (SELECT explode(from_json(details:flow_progress:data_quality:expectations,
                  'array<struct<name: string, dataset: string, passed_records: bigint, failed_records: bigint>>')) AS x
           FROM event_log(TABLE(main.demo.silver_orders)) l JOIN u ON l.origin.update_id = u.id
           WHERE l.event_type = 'flow_progress')
SELECT x.dataset, x.name, sum(x.passed_records) AS passed, sum(x.failed_records) AS failed FROM e GROUP BY ALL;`);
  expect(rows.toSorted(byName)).toEqual(QUALITY);
});

function byName(a: Record<string, unknown>, b: Record<string, unknown>): number {
  return String(a["name"]) < String(b["name"]) ? -1 : 1;
}

test("edges of the graph [F169]", async () => {
  const rows =
    await ask(`SELECT details:flow_definition.output_dataset::string AS target, details:flow_definition.input_datasets AS sources,
       details:flow_definition.flow_type::string AS kind
FROM event_log(TABLE(main.demo.silver_orders)) WHERE event_type = 'flow_definition';`);
  expect(rows.map((row) => [row["target"], row["kind"]])).toEqual([
    ["main.demo.bronze_orders", "APPEND"],
    ["main.demo.silver_orders", "APPEND"],
    ["main.demo.gold_daily", "MATERIALIZED_VIEW"],
  ]);
  expect(rows[1]?.["sources"]).toBe('["main.demo.bronze_orders"]');
});

test("last state of every update", async () => {
  const rows = await ask(`SELECT origin.update_id, details:update_progress.state::string AS state, timestamp
FROM event_log(TABLE(main.demo.silver_orders)) WHERE event_type = 'update_progress'
QUALIFY row_number() OVER (PARTITION BY origin.update_id ORDER BY timestamp DESC) = 1;`);
  expect(rows.map((row) => row["state"])).toEqual(["COMPLETED"]);
});

test("rows and backlog for each flow [F171]", async () => {
  const rows =
    await ask(`SELECT origin.flow_name, sum(try_cast(details:flow_progress.metrics.num_output_rows AS BIGINT)) AS rows_out,
       max(double(details:flow_progress.metrics.backlog_bytes)) AS backlog
FROM event_log(TABLE(main.demo.silver_orders)) WHERE event_type = 'flow_progress' GROUP BY origin.flow_name;`);
  expect(Object.fromEntries(rows.map((row) => [row["flow_name"], row["rows_out"]]))).toEqual({
    "main.demo.bronze_orders": 3,
    "main.demo.silver_orders": 2,
    "main.demo.gold_daily": 2,
  });
});

test("progress of streams as Spark tells it", async () => {
  const rows =
    await ask(`WITH p AS (SELECT origin.flow_name AS flow, parse_json(get_json_object(details, '$.stream_progress.progress_json')) AS progress
FROM event_log(TABLE(main.demo.silver_orders)) WHERE event_type = 'stream_progress')
SELECT flow, progress:batchId::bigint AS batch, progress:sink.numOutputRows::int AS written, variant_get(progress, '$.sources[0].metrics.numFilesOutstanding', 'int') AS waiting FROM p ORDER BY flow`);
  expect(rows).toEqual([
    { flow: "main.demo.bronze_orders", batch: 0, written: 3, waiting: 0 },
    { flow: "main.demo.silver_orders", batch: 0, written: 2, waiting: 0 },
  ]);
});

test("why it was slow or full, and who did it", async () => {
  const [planning] = await ask(
    "SELECT details:planning_information FROM event_log(TABLE(main.demo.gold_daily)) WHERE event_type = 'planning_information';",
  );
  expect(JSON.stringify(planning)).toContain("MAINTENANCE_TYPE_COMPLETE_RECOMPUTE");
  const [action] = await ask(
    "SELECT timestamp, details:user_action:action, details:user_action:user_name FROM event_log(TABLE(main.demo.gold_daily)) WHERE event_type = 'user_action';",
  );
  expect(action).toMatchObject({ action: "START" });
});

test.each([
  [
    "the seed's question",
    "SELECT dataset, name, passed_records, failed_records FROM event_log(TABLE(LIVE.silver_orders)) WHERE details:flow_progress.metrics IS NOT NULL",
  ],
  [
    "by the name of the log",
    "SELECT expectations.dataset, expectations.name, expectations.passed_records, expectations.failed_records FROM main.demo.__event_log WHERE event_type = 'flow_progress'",
  ],
  ["by the pipeline's id", "SELECT l.dataset, l.name, l.passed_records, l.failed_records FROM event_log('shop') AS l"],
])("flattened columns for each rule: %s [F166]", async (_, sql) => {
  const rows = await ask(sql);
  const named = rows.map((row) => ({
    dataset: row["dataset"],
    name: row["name"],
    passed: row["passed_records"],
    failed: row["failed_records"],
  }));
  expect(named.toSorted(byName)).toEqual(QUALITY);
});

test("history of updates, by from_json and time differences [F172]", async () => {
  const rows = await ask(`WITH ev AS (SELECT * FROM event_log('shop')),
  last_status AS (
    SELECT origin.update_id AS id, from_json(details, 'struct<update_progress: struct<state: string>>').update_progress.state AS state, timestamp
    FROM ev WHERE event_type = 'update_progress'
    QUALIFY ROW_NUMBER() OVER (PARTITION BY origin.update_id ORDER BY timestamp DESC) = 1),
  durations AS (
    SELECT origin.update_id AS id, min(timestamp) FILTER (WHERE event_type = 'create_update') AS started,
      coalesce(max(CASE WHEN details:update_progress.state IN ('COMPLETED', 'FAILED', 'CANCELED') THEN timestamp END), current_timestamp()) AS ended
    FROM ev GROUP BY origin.update_id)
SELECT s.state, timestampdiff(SECOND, d.started, d.ended) >= 0 AS took FROM last_status s JOIN durations d USING (id)`);
  expect(rows).toEqual([{ state: "COMPLETED", took: true }]);
});

test("events of a level, a type and a time [F174]", async () => {
  const broken = await ran(BROKEN);
  const between = new Date();
  const failed = await broken.events({ limit: 100, level: "ERROR", since: new Date(between.getTime() - 600_000) });
  expect(failed.length).toBeGreaterThan(0);
  expect(new Set(failed.map((event) => event["level"]))).toEqual(new Set(["ERROR"]));
  expect(await broken.events({ limit: 100, since: new Date(between.getTime() + 60_000) })).toEqual([]);
  const before = await broken.events({ limit: 100, until: between, type: "create_update" });
  expect(before.map((event) => event["event_type"])).toEqual(["create_update"]);
  await broken.close();
});

test("what broke, and the log read at an older version", async () => {
  const broken = await ran(BROKEN);
  const rows = await ask(
    "SELECT timestamp, message, error.exceptions[0].message FROM event_log(TABLE(main.demo.gold_daily)) WHERE level = 'ERROR';",
    broken,
  );
  expect(String(rows[0]?.["message_2"])).toContain("broken on purpose");
  expect(await ask("SELECT count(*) AS n FROM event_log VERSION AS OF 0", broken)).not.toEqual([{ n: 0 }]);
  await broken.close();
});
