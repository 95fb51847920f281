import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { type Finished, jsonLines, makeProject, root, sluice, writeFiles } from "../harness/sluice.ts";

const FILES = 'spark.readStream.schema("id BIGINT, region STRING").json("raw")';
const ROWS = '{"id": 1, "region": "EU"}\n{"id": 2, "region": null}\n{"id": 3, "region": "US"}\n';

function program(body: string): string {
  return `import { col, dlt, spark } from "sluice";\n${body}\n`;
}

function project(body: string, name = "mistakes"): Promise<string> {
  return makeProject({
    "sluice.yml": `name: ${name}\nschema: s\n`,
    "transformations/p.ts": program(body),
    "raw/a.json": ROWS,
  });
}

function table(folder: string, name: string): RawTable {
  return new RawTable(join(folder, ".sluice/tables/s", name));
}

test("a NULL in a column declared NOT NULL fails the flow, names column and row, and writes nothing [F26]", async () => {
  const folder = await project(
    `dlt.table({ name: "strict", schema: "id BIGINT NOT NULL COMMENT 'key', region STRING NOT NULL" }, () => ${FILES});
     dlt.table({ name: "loose" }, () => ${FILES});`,
  );
  const finished = await sluice(["run", "--project", folder]);
  expect(finished.code).toBe(1);
  expect(finished.stderr).toMatch(/"region".*"s\.strict".*NULL.*"id":2/);
  expect([await table(folder, "strict").count(), await table(folder, "loose").count()]).toEqual([0, 3]);
});

test("tables declared in a loop each keep their own value [F14]", async () => {
  const folder = await project(
    `dlt.table({ name: "bronze" }, () => ${FILES});
     for (const r of ["EU", "US"]) dlt.table({ name: "r_" + r }, () => dlt.read("bronze").where(col("region").eqNullSafe(r)));`,
  );
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect(await table(folder, "r_eu").rows("SELECT id::INT AS id FROM t")).toEqual([{ id: 1 }]);
  expect(await table(folder, "r_us").rows("SELECT id::INT AS id FROM t")).toEqual([{ id: 3 }]);
});

test("a streaming table does not become a materialized view, nor the other way round, without a full refresh", async () => {
  const stream = `dlt.table({ name: "t" }, () => ${FILES});`;
  const batch = stream.replace("readStream", "read");
  const folder = await project(stream);
  for (const [now, before, after] of [
    [batch, "streaming table", "materialized view"],
    [stream, "materialized view", "streaming table"],
  ] as const) {
    await sluice(["run", "--project", folder]);
    const shown = jsonLines(await sluice(["show", "--project", folder, "--json"]));
    expect(shown.map((one) => one["kind"])).toEqual([before]);
    await writeFiles(folder, { "transformations/p.ts": program(now) });
    const refused = await sluice(["run", "--project", folder]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`"s.t" is stored as a ${before}, but is now defined as a ${after}.`);
    expect(refused.stderr).toContain("--full-refresh s.t");
    expect(await sluice(["run", "--project", folder, "--full-refresh", "t"])).toMatchObject({ code: 0 });
    expect(await table(folder, "t").count()).toBe(3);
  }
});

test("two pipelines do not write one storage; a pipeline under a new name keeps its own by its old id", async () => {
  const body = `dlt.table({ name: "t" }, () => ${FILES});`;
  const [one, two] = [await project(body, "one"), await project(body, "two")];
  const storage = join(one, ".sluice");
  await sluice(["run", "--project", one]);
  for (const command of ["validate", "run"]) {
    const refused = await sluice([command, "--project", two, "--storage", storage]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('belongs to the pipeline "one"');
    expect(refused.stderr).toContain("id: one");
  }
  await writeFiles(two, { "sluice.yml": "name: two\nid: one\nschema: s\n" });
  expect(await sluice(["run", "--project", two, "--storage", storage])).toMatchObject({ code: 0 });
  expect(await readFile(join(storage, "system/pipeline.json"), "utf8")).toBe('{"id":"one"}');
});

test("Ctrl-C stops the update at a commit: CANCELED, exit code 130, and the next update goes on from there [F95]", async () => {
  const slow = FILES.replace("readStream", 'readStream.option("maxFilesPerTrigger", 1)');
  const folder = await project(`dlt.table({ name: "t" }, () => ${slow});`);
  await writeFiles(folder, Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`raw/f${i}.json`, ROWS])));
  const stopped = await interrupted(folder);
  expect(stopped.code, stopped.stderr).toBe(130);
  const states = jsonLines(stopped).filter((event) => event["event_type"] === "update_progress");
  expect(JSON.stringify(states.at(-1))).toContain("CANCELED");
  expect(await table(folder, "t").count()).toBeLessThan(903);
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect(await table(folder, "t").count()).toBe(903);
});

test.each([
  [`dlt.table({ name: "event_log" }, () => ${FILES});`, /RESERVED_DATASET_NAME.*s\.event_log[\s\S]*p\.ts:2/],
  [`dlt.view({ name: "v" }, () => ${FILES});`, /NO_DATASETS[\s\S]*next:/],
  [`dlt.table({ name: "t" }, () => ${FILES}.withColumnRenamed("id", "the id"));`, /"the id"[\s\S]*"the_id"\)/],
  [`dlt.table({ name: "t" }, () => ${FILES}.select(col("id"), col("region").alias("ID")));`, /"ID"[\s\S]*1 error in/],
  [`dlt.table({ name: "t" }, async () => ${FILES} as never);`, /gave a Promise[\s\S]*cannot be async/],
  [`dlt.table({ name: "t" }, () => { throw new Error("boom"); });`, /QUERY_FUNCTION_FAILED.*boom[\s\S]*p\.ts:2/],
])("validate refuses %s with a place or a next step, and no stack", async (body, message) => {
  const finished = await sluice(["validate", "--project", await project(body)]);
  expect(finished.stderr).toMatch(message);
  expect([finished.code, /\n {4}at /.test(finished.stderr)]).toEqual([2, false]);
});

test("wrong values on the command line and in sluice.yml are refused with a word on what is right", async () => {
  const folder = await project(`dlt.table({ name: "t" }, () => ${FILES});`);
  const refuse = async (args: readonly string[], message: RegExp): Promise<void> => {
    const finished = await sluice([...args, "--project", folder]);
    expect(finished.stderr).toMatch(message);
    expect(finished.stderr).not.toMatch(/error error|This is a bug/);
    expect(finished.code).toBe(2);
  };
  await refuse(["run", "--refresh", ""], /--refresh takes names of tables/);
  await refuse(["events", "--level", "LOUD"], /INFO, WARN, ERROR, METRICS/);
  await refuse(["run", "--storage", "ftp://bucket/x"], /`storage`.*give a folder of this machine, or an s3:/);
  await refuse(["query", "SELECT nope FROM nowhere"], /nowhere/);
  for (const [settings, message] of [
    ["nam: x\n", /sluice\.yml:1:1[\s\S]*Did you mean "name"/],
    ["name: x\n\tschema: y\n", /Tabs are not allowed[\s\S]*sluice\.yml:2/],
    ["name: x\nschema: a.b.c\n", /more than two parts[\s\S]*sluice\.yml:2/],
    ["configuration:\n  a: {b: 1}\n", /configuration\.a.*write a text[\s\S]*sluice\.yml:2/],
  ] as const) {
    await writeFiles(folder, { "sluice.yml": settings });
    await refuse(["validate"], message);
  }
});

/** Starts an update, sends it Ctrl-C once it has committed something, and waits for its end. */
function interrupted(folder: string): Promise<Finished> {
  const bin = join(root, "packages/sluice/dist/bin.js");
  const child = spawn(process.execPath, [bin, "run", "--json", "--project", folder]);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    if (!stdout.includes("num_output_rows") && String(chunk).includes("num_output_rows")) child.kill("SIGINT");
    stdout += String(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += String(chunk);
  });
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

test("validate tells properties that a table cannot have, and patterns that nothing can be read by, at their places", async () => {
  const folder = await makeProject({
    "sluice.yml": "schema: s\n",
    "transformations/p.sql": `CREATE MATERIALIZED VIEW a TBLPROPERTIES ('delta.enableChangeDataFed' = 'true', 'quality' = 'x') AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW b TBLPROPERTIES ('delta.columnMapping.mode' = 'name') AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW c AS SELECT
  date_format(DATE'2026-01-02', 'QQQQQQ') AS q,
  'a' RLIKE '(' AS r;
`,
  });
  const finished = await sluice(["validate", "--json", "--project", folder]);
  expect(finished.code).toBe(2);
  const told = finished.stdout.replaceAll(folder, "");
  expect(told).toContain("DELTA_UNKNOWN_CONFIGURATION");
  expect(told).toContain('Did you mean \\"delta.enableChangeDataFeed\\"?');
  expect(told).toContain('The Delta table property \\"delta.columnMapping.mode\\" = \\"name\\" is not supported.');
  const { stderr } = await sluice(["validate", "--project", folder]);
  expect(stderr).toMatch(/\[INVALID_DATETIME_PATTERN\.LENGTH\].*\n +at transformations\/p\.sql:4:33/);
  expect(stderr).toMatch(/\[INVALID_PARAMETER_VALUE\.PATTERN\].*\n +at transformations\/p\.sql:5:13/);
});
