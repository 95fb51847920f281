import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { jsonLines, makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const HEAD = `import { appendFileSync } from "node:fs";
import { dlt, spark } from "sluice";
const orders = () => spark.readStream.format("json").schema("id BIGINT, name STRING, at TIMESTAMP").option("maxFilesPerTrigger", 1).load("raw");
`;

const row = (id: number, name = `n${id}`): string => `{"id":${id},"name":"${name}","at":"2026-01-0${id}T10:00:00Z"}\n`;

async function project(program: string): Promise<string> {
  return makeProject({
    "sluice.yml": "schema: s\n",
    "transformations/p.ts": HEAD + program,
    "raw/1.json": row(1),
    "raw/2.json": row(2),
  });
}

async function run(folder: string, ...args: readonly string[]): Promise<void> {
  const finished = await sluice(["run", "--project", folder, ...args]);
  expect(finished.code, finished.stderr).toBe(0);
}

async function linesOf(folder: string, pattern: RegExp): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => pattern.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) => text.trimEnd().split("\n"));
}

test("a Delta sink gets each row once, by path and by name, from SQL too; a full refresh appends all again and cleans nothing [F31]", async () => {
  const folder = await project(`
dlt.createSink("outside", "delta", { path: "out/orders" });
dlt.createSink("named", "delta", { tableName: "other.orders" });
dlt.appendFlow({ target: "outside", name: "a" }, orders);
dlt.appendFlow({ target: "outside", name: "b" }, () => orders().filter("id > 1"));
dlt.table({ name: "bronze" }, orders);`);
  await writeFiles(folder, {
    "transformations/p.sql": "CREATE FLOW c AS INSERT INTO named BY NAME SELECT * FROM STREAM bronze;\n",
  });
  await run(folder);
  await writeFiles(folder, { "raw/3.json": row(3) });
  await run(folder);
  await run(folder);
  const outside = new RawTable(join(folder, "out/orders"));
  const ids = (): Promise<unknown> =>
    outside.rows("SELECT id::INTEGER id, count(*)::INTEGER n FROM t GROUP BY ALL ORDER BY ALL");
  expect(await ids()).toEqual([
    { id: 1, n: 1 },
    { id: 2, n: 2 },
    { id: 3, n: 2 },
  ]);
  expect(await new RawTable(join(folder, ".sluice/tables/other/orders")).count()).toBe(3);
  await run(folder, "--full-refresh", "outside");
  expect(await ids()).toEqual([
    { id: 1, n: 2 },
    { id: 2, n: 4 },
    { id: 3, n: 4 },
  ]);
  const events = jsonLines(
    await sluice([
      "query",
      "--json",
      "--project",
      folder,
      "SELECT DISTINCT origin.sink_name AS sink, details:sink_definition.format AS format FROM event_log WHERE event_type = 'sink_definition' ORDER BY 1",
    ]),
  );
  expect(events).toEqual([
    { sink: "named", format: "delta" },
    { sink: "outside", format: "delta" },
  ]);
});

test("files of a sink appear whole, one for each batch, in JSON, CSV and Parquet", async () => {
  const folder = await project(`
for (const format of ["json", "csv", "parquet"]) {
  dlt.createSink("to_" + format, format, { path: "out/" + format, ...(format === "csv" && { header: true }) });
  dlt.appendFlow({ target: "to_" + format, name: "f_" + format }, orders);
}`);
  await writeFiles(folder, { "raw/2.json": '{"id":2,"name":"say \\"hi\\", you"}\n' });
  await run(folder);
  await run(folder);
  expect(await linesOf(join(folder, "out/json"), /\.json$/)).toEqual([
    '{"id":1,"name":"n1","at":"2026-01-01T10:00:00.000Z"}',
    '{"id":2,"name":"say \\"hi\\", you"}',
  ]);
  expect(await linesOf(join(folder, "out/csv"), /\.csv$/)).toEqual([
    "id,name,at",
    "1,n1,2026-01-01 10:00:00",
    "id,name,at",
    '2,"say \\"hi\\", you",',
  ]);
  const read = jsonLines(
    await sluice(["query", "--json", "--project", folder, "SELECT id, name FROM parquet.`out/parquet` ORDER BY id"]),
  );
  expect(read).toEqual([
    { id: 1, name: "n1" },
    { id: 2, name: 'say "hi", you' },
  ]);
  expect(
    (await readdir(join(folder, "out/parquet"))).every((name) => /^part-\d{5}-[0-9a-f]{12}\.parquet$/.test(name)),
  ).toBe(true);
});

test("a handler gets each batch with its number, from 0 again after a full refresh, and may write where it likes [F33]", async () => {
  const folder = await project(
    `
dlt.foreachBatchSink("handled", async (df, batchId) => {
  await df.createOrReplaceTempView("batch");
  const ids = (await (await df.sparkSession.sql("SELECT id FROM batch")).collect()).map((row) => String(row.id));
  appendFileSync(process.env.SEEN, batchId + ":" + ids + "\\n");
  await df.write.format("delta").mode("append").option("txnAppId", "mine").option("txnVersion", batchId).save("out/copy");
});
dlt.appendFlow({ target: "handled", name: "f" }, orders);`,
  );
  const env = { SEEN: join(folder, "seen.txt") };
  const update = async (...args: readonly string[]): Promise<void> => {
    const finished = await sluice(["run", "--project", folder, ...args], { env });
    expect(finished.code, finished.stderr).toBe(0);
  };
  await update();
  await writeFiles(folder, { "raw/3.json": row(3) });
  await update();
  await update("--full-refresh", "handled");
  expect(await linesOf(folder, /^seen\.txt$/)).toEqual(["0:1", "1:2", "2:3", "0:1", "1:2", "2:3"]);
  expect(await new RawTable(join(folder, "out/copy")).count()).toBe(3);
});

test("a handler gets columns by the names that the query gives them, also those that no table could have [F33]", async () => {
  const folder = await project(`
dlt.foreachBatchSink("handled", async (df) => {
  appendFileSync(process.env.SEEN, JSON.stringify((await df.collect()).map((row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? Number(value) : value)))) + "\\n");
});
dlt.appendFlow({ target: "handled", name: "f" }, () =>
  orders().dropDuplicates(["id"]).selectExpr("upper(name)", "id AS \`the id, (or so)\`", "named_struct('a b', id) AS s"));
dlt.table({ name: "named" }, () => orders().withColumnRenamed("name", "the name").dropDuplicates(["the name"]).select("id"));`);
  const env = { SEEN: join(folder, "seen.txt") };
  const finished = await sluice(["run", "--project", folder], { env });
  expect(finished.code, finished.stderr).toBe(0);
  expect(
    (await linesOf(folder, /^seen\.txt$/)).flatMap((line) => JSON.parse(line)).map((text) => JSON.parse(text)),
  ).toEqual([
    { "upper(name)": "N1", "the id, (or so)": 1, s: { "a b": 1 } },
    { "upper(name)": "N2", "the id, (or so)": 2, s: { "a b": 2 } },
  ]);
  expect(await new RawTable(join(folder, ".sluice/tables/s/named")).count()).toBe(2);
});

test("a handler that fails fails its flow; the batch comes again, with the same rows [F33]", async () => {
  const folder = await project(`
dlt.foreachBatchSink("handled", async (df, batchId) => {
  appendFileSync(process.env.SEEN, batchId + ":" + (await df.count()) + "\\n");
  if (process.env.BROKEN) throw new Error("no answer from the service");
});
dlt.appendFlow({ target: "handled", name: "f" }, orders);
dlt.table({ name: "other" }, orders);`);
  const env = { SEEN: join(folder, "seen.txt") };
  const failed = await sluice(["run", "--project", folder], { env: { ...env, BROKEN: "1" } });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain(
    "[FOREACH_BATCH_USER_FUNCTION_ERROR] An error occurred in the user provided function in foreach batch sink. Reason: no answer from the service",
  );
  expect(await new RawTable(join(folder, ".sluice/tables/s/other")).count()).toBe(2);
  await writeFiles(folder, { "raw/1.json": `${row(1)}${row(4)}` });
  const again = await sluice(["run", "--project", folder], { env });
  expect(again.code, again.stderr).toBe(0);
  expect(await linesOf(folder, /^seen\.txt$/)).toEqual(["0:1", "0:1", "1:1"]);
});

test("a process that dies between a batch and its delivery delivers it the next time", async () => {
  const folder = await project(`
dlt.foreachBatchSink("handled", async (df, batchId) => {
  if (process.env.DIE === String(batchId)) process.kill(process.pid, "SIGKILL");
  appendFileSync(process.env.SEEN, batchId + ":" + (await df.collect()).map((row) => String(row.id)) + "\\n");
});
dlt.appendFlow({ target: "handled", name: "f" }, () => orders().dropDuplicates(["id"]));`);
  const env = { SEEN: join(folder, "seen.txt") };
  expect((await sluice(["run", "--project", folder], { env: { ...env, DIE: "1" } })).signal).toBe("SIGKILL");
  await writeFiles(folder, { "raw/3.json": row(1) });
  expect(await sluice(["run", "--project", folder], { env })).toMatchObject({ code: 0 });
  expect(await linesOf(folder, /^seen\.txt$/)).toEqual(["0:1", "1:2", "2:"]);
});

test("what cannot be a sink is refused with its place [F31] [F32]", async () => {
  const folder = await project(`
dlt.createSink("a", "kafka", { topic: "t" });
dlt.createSink("b", "detla", { path: "x" });
dlt.createSink("c", "delta", {});
dlt.createSink("d", "json", { path: "x", topic: "t" });
dlt.createSink("e", "delta", { tableName: "s.t" });
dlt.createSink("e", "json", { path: "y" });
dlt.createSink("t", "json", { path: "y" });
dlt.table({ name: "t" }, orders);
dlt.appendFlow({ target: "d", name: "batch" }, () => spark.read.format("json").schema("id BIGINT").load("raw"));
dlt.appendFlow({ target: "d", name: "groups" }, () => orders().groupBy("name").count());
dlt.appendFlow({ target: "f", name: "nowhere" }, orders);`);
  const finished = await sluice(["validate", "--project", folder]);
  expect(finished.code).toBe(2);
  for (const said of [
    "The Kafka sink needs the option `kafka.bootstrap.servers`",
    "Use delta, kafka, json, csv, parquet",
    "needs the option `path`",
    "has no option `topic`",
    "onto a table of the pipeline",
    '"e"',
    '"t"',
    'only such flows write into the sink "d"',
    "nowhere",
    'An aggregation without watermark in flow "groups"',
  ])
    expect(finished.stderr + finished.stdout).toContain(said);
});

test("hooks hear of stable events in order; one that fails too often is not called again [F34]", async () => {
  const folder = await project(`
dlt.table({ name: "t" }, orders);
dlt.onEvent(async function notify(event) {
  const { state } = event.details.update_progress ?? {};
  if (state !== undefined) appendFileSync(process.env.SEEN, state + "\\n");
});
dlt.onEvent(function broken() { throw new Error("unreachable"); }, { maxAllowableConsecutiveFailures: 2 });`);
  const env = { SEEN: join(folder, "seen.txt") };
  const finished = await sluice(["run", "--json", "--project", folder], { env });
  expect(finished.code, finished.stderr).toBe(0);
  expect(await linesOf(folder, /^seen\.txt$/)).toEqual([
    "QUEUED",
    "CREATED",
    "WAITING_FOR_RESOURCES",
    "INITIALIZING",
    "SETTING_UP_TABLES",
    "RUNNING",
    "COMPLETED",
  ]);
  const told = jsonLines(finished).filter((event) => event["event_type"] === "hook_progress");
  expect(told.map((event) => event["message"])).toEqual([
    "Event hook 'broken' is FAILED: unreachable",
    "Event hook 'broken' is DISABLED: unreachable",
  ]);
});
