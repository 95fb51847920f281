import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { jsonLines, makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const ROWS =
  '{"id":1,"amount":5}\n{"id":2,"amount":-1}\n{"id":null,"amount":3}\n{"id":null,"amount":-2}\n{"id":3,"amount":null}\n';

function table(project: string, name: string): RawTable {
  return new RawTable(join(project, ".sluice/tables/s", name));
}

function program(options: string): string {
  return `import { dlt, spark } from "sluice";
const read = () => spark.readStream.format("json").schema("id BIGINT, amount BIGINT").load("raw");
dlt.table({ name: "checked", ${options} }, read);
dlt.table({ name: "after" }, () => dlt.readStream("checked"));
dlt.table({ name: "independent" }, read);`;
}

test("drop and warn count every row once and keep the rest [F102] [F103] [F108] [F111]", async () => {
  const rules = `expectOrDrop: { a: "id IS NOT NULL", b: "amount > 0" }, expect: { c: "amount < 100" }`;
  const project = await makeProject({
    "sluice.yml": "schema: s\n",
    "raw/a.json": ROWS,
    "transformations/p.ts": program(rules),
  });
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  expect(
    await table(project, "checked").rows("SELECT id::INTEGER id, amount::INTEGER amount FROM t ORDER BY id"),
  ).toEqual([
    { id: 1, amount: 5 },
    { id: 3, amount: null },
  ]);
  const events = jsonLines(
    await sluice([
      "query",
      "--json",
      "--project",
      project,
      "SELECT details FROM event_log WHERE event_type = 'flow_progress'",
    ]),
  );
  const qualities = events
    .map(
      (event) =>
        (JSON.parse(String(event["details"])) as { flow_progress: { data_quality?: Quality } }).flow_progress
          .data_quality,
    )
    .filter((quality) => quality !== undefined);
  expect(qualities).toHaveLength(1);
  expect(qualities[0]).toEqual({
    dropped_records: 3,
    expectations: [
      { name: "a", dataset: "s.checked", passed_records: 3, failed_records: 2 },
      { name: "b", dataset: "s.checked", passed_records: 3, failed_records: 2 },
      { name: "c", dataset: "s.checked", passed_records: 5, failed_records: 0 },
    ],
  });
});

interface Quality {
  readonly dropped_records: number;
  readonly expectations: readonly unknown[];
}

test("NULL is a violation when the pipeline says so [F110]", async () => {
  const rules = `expectOrDrop: { a: "id IS NOT NULL", b: "amount > 0" }, expect: { c: "amount < 100" }`;
  const settings = 'schema: s\nconfiguration:\n  sluice.expectations.nullIsViolation: "true"\n';
  const project = await makeProject({
    "sluice.yml": settings,
    "raw/a.json": ROWS,
    "transformations/p.ts": program(rules),
  });
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  expect(await table(project, "checked").count()).toBe(1);
  const quality = jsonLines(await sluice(["quality", "--json", "--project", project]));
  expect(quality.map((rule) => [rule["expectation"], rule["passed"], rule["failed"]])).toEqual([
    ["a", 3, 2],
    ["b", 2, 3],
    ["c", 4, 1],
  ]);
});

test("a failed expectation leaves the table as it was, names the rule, shows a row; independent branches finish [F93] [F104]", async () => {
  const project = await makeProject({
    "sluice.yml": "schema: s\n",
    "raw/a.json": '{"id":1,"amount":5}\n',
    "transformations/p.ts": program(`expectOrFail: { positive: "amount > 0" }`),
  });
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  await writeFiles(project, { "raw/b.json": '{"id":2,"amount":7}\n{"id":3,"amount":-9}\n' });
  const finished = await sluice(["run", "--project", project]);
  expect(finished.code).toBe(1);
  expect(finished.stdout + finished.stderr).toContain("positive");
  expect(finished.stdout + finished.stderr).toMatch(/"?amount"?:\s*-9/);
  expect(await table(project, "checked").count()).toBe(1);
  expect(await table(project, "after").count()).toBe(1);
  expect(await table(project, "independent").count()).toBe(3);
});

test("rows that break a quarantine rule are kept beside the table with their reasons [F115]", async () => {
  const rules = `expectOrQuarantine: { a: "id IS NOT NULL", b: "amount > 0" }`;
  const project = await makeProject({
    "sluice.yml": "schema: s\n",
    "raw/a.json": ROWS,
    "transformations/p.ts": program(rules),
  });
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  expect(await table(project, "checked").count()).toBe(2);
  const kept = await table(project, "checked_quarantine").rows(
    "SELECT id::INTEGER id, amount::INTEGER amount, array_to_string(_quarantine_reasons, ',') reasons FROM t ORDER BY id NULLS LAST, amount",
  );
  expect(kept).toEqual([
    { id: 2, amount: -1, reasons: "b" },
    { id: null, amount: -2, reasons: "a,b" },
    { id: null, amount: 3, reasons: "a" },
  ]);
});

test("failing rows can be queried [F113]", async () => {
  const rules = `expect: { positive: "amount > 0" }`;
  const project = await makeProject({
    "sluice.yml": "schema: s\n",
    "raw/a.json": ROWS,
    "transformations/p.ts": program(rules),
  });
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  const rows = jsonLines(
    await sluice([
      "query",
      "--json",
      "--project",
      project,
      "SELECT expectation, record FROM LIVE.checked_expectations WHERE passed = false",
    ]),
  );
  expect(rows).toHaveLength(2);
  expect(rows.every((row) => row["expectation"] === "positive" && String(row["record"]).includes("amount"))).toBe(true);
});

test("text that is no number makes a rule NULL, which passes, and so is a number divided by zero; in ANSI mode both are Spark's errors and nothing is written [F62]", async () => {
  const sql = `CREATE OR REFRESH STREAMING TABLE checked (CONSTRAINT positive EXPECT (id > 0) ON VIOLATION DROP ROW)
    AS SELECT * FROM STREAM read_files('raw', format => 'json', schema => 'id STRING');
    CREATE OR REFRESH MATERIALIZED VIEW divided AS SELECT 1 / (SELECT 0) AS ratio;`;
  const raw = '{"id":"1"}\n{"id":"x"}\n{"id":"-3"}\n';
  const settings = (ansi: boolean) => `schema: s\nconfiguration:\n  spark.sql.ansi.enabled: "${ansi}"\n`;
  const lenient = await makeProject({ "sluice.yml": settings(false), "raw/a.json": raw, "transformations/p.sql": sql });
  expect(await sluice(["run", "--project", lenient])).toMatchObject({ code: 0 });
  expect(await table(lenient, "checked").rows("SELECT id FROM t ORDER BY id")).toEqual([{ id: "1" }, { id: "x" }]);
  expect(await table(lenient, "divided").rows("SELECT ratio FROM t")).toEqual([{ ratio: null }]);
  const strict = await makeProject({ "sluice.yml": settings(true), "raw/a.json": raw, "transformations/p.sql": sql });
  const failed = await sluice(["run", "--project", strict]);
  expect(failed.code).not.toBe(0);
  expect(failed.stdout + failed.stderr).toContain(`The value 'x' of the type "STRING" cannot be cast to "BIGINT"`);
  expect(failed.stdout + failed.stderr).toContain("Division by zero");
  const kept = jsonLines(await sluice(["query", "--json", "--project", strict, "SELECT count(*) AS n FROM checked"]));
  expect(kept.map((row) => Number(row["n"]))).toEqual([0]);
});
