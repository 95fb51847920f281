import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { jsonLines, makeProject, sluice, start, temporaryFolder, writeFiles } from "../harness/sluice.ts";

const SLOW = `import { dlt, spark } from "sluice";
dlt.table({ name: "slow" }, () => spark.range(0, 300000000).selectExpr("id", "sha2(cast(id as string), 256) as digest").where("digest < '0001'"));`;

test("init makes a project that runs at once [F220]", async () => {
  const folder = join(await temporaryFolder(), "mine");
  expect(await sluice(["init", folder])).toMatchObject({ code: 0 });
  const finished = await sluice(["run"], { cwd: folder });
  expect(finished, finished.stderr).toMatchObject({ code: 0 });
  const shown = jsonLines(await sluice(["show", "--json"], { cwd: folder }));
  expect(shown.length).toBeGreaterThan(2);
}, 60_000);

test("init makes a project in SQL that is valid as it is", async () => {
  const folder = await temporaryFolder();
  expect(await sluice(["init", join(folder, "mine"), "--template", "sql"])).toMatchObject({ code: 0 });
  expect(await sluice(["validate", "--project", join(folder, "mine")])).toMatchObject({ code: 0 });
});

test("a mistake in a file of statements is told with file, line and column", async () => {
  const project = await makeProject({
    "transformations/a.sql": "CREATE MATERIALIZED VIEW one AS SELECT 1 AS id;",
    "report.sql": "SELECT 1 AS one;\n\n-- the next\nSELECT nope\nFROM range(2);",
    "torn.sql": "SELECT 1;\nSELECT 'open",
  });
  const told = async (file: string) =>
    (await sluice(["sql", "--project", project, "--file", join(project, file)])).stderr;
  expect(await told("report.sql")).toContain("report.sql:4:8");
  expect(await told("torn.sql")).toContain("torn.sql:2:8");
});

test("validate reports all mistakes at once, with place and suggestion, and writes nothing [F8] [F15] [F64] [F87]", async () => {
  const project = await makeProject({
    "transformations/a.ts": `import { dlt } from "sluice";
dlt.table({ name: "one" }, () => dlt.read("twoo"));
dlt.table({ name: "two" }, () => dlt.read("three"));
dlt.table({ name: "three" }, () => dlt.read("two"));`,
    "transformations/b.ts": `import { dlt, spark } from "sluice";
dlt.table({ name: "one" }, () => spark.range(3));
dlt.table({ name: "four" }, () => spark.range(3).select("idd"));`,
  });
  const finished = await sluice(["validate", "--project", project]);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toContain("a.ts:2");
  expect(finished.stderr).toContain("b.ts:2");
  expect(finished.stderr).toMatch(/three.*two|two.*three/s);
  expect(finished.stderr).toMatch(/idd.*`id`.*b\.ts:3/s);
  expect(new RawTable(join(project, ".sluice/tables/default/one")).exists).toBe(false);
});

test("a broken pipeline file gives its own file and line", async () => {
  const project = await makeProject({
    "transformations/syntax.ts": `import { dlt } from "sluice";\n\nconst x = ;\n`,
    "transformations/thrown.ts": `const nothing: { name?: { length: number } } = {};\n\nexport const n = nothing.name!.length;\n`,
  });
  const finished = await sluice(["validate", "--project", project]);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toContain("syntax.ts:3");
  expect(finished.stderr).toContain("thrown.ts:3");
});

test("two updates at once: one runs, the other says who holds the pipeline [F94]", async () => {
  const project = await makeProject({ "transformations/p.ts": SLOW });
  const first = start(["run", "--project", project]);
  const lock = join(project, ".sluice/system/update-lock");
  while (!existsSync(lock) || readdirSync(lock).length === 0) await delay(20);
  const second = await sluice(["run", "--project", project]);
  expect(second.code).toBe(3);
  expect(second.stderr).toContain(`process ${first.pid}`);
  first.kill("SIGKILL");
  await once(first, "close");
  expect(await sluice(["show", "--project", project])).toMatchObject({ code: 0 });
}, 60_000);

test("an unknown command, option or table name is exit code 2 with a suggestion", async () => {
  const project = await makeProject({
    "transformations/p.ts": `import { dlt, spark } from "sluice";\ndlt.table({ name: "numbers" }, () => spark.range(3));`,
  });
  expect(await sluice(["rn", "--project", project])).toMatchObject({ code: 2 });
  expect(await sluice(["run", "--nonsense", "--project", project])).toMatchObject({ code: 2 });
  const finished = await sluice(["run", "--refresh", "number", "--project", project]);
  expect(finished.code).toBe(2);
  expect(finished.stderr).toContain("numbers");
});

test("only the tables chosen are refreshed; a full refresh starts over [F83] [F84]", async () => {
  const program = `import { dlt, spark } from "sluice";
dlt.table({ name: "a" }, () => spark.readStream.format("json").schema("id BIGINT").load("raw"));
dlt.table({ name: "b" }, () => spark.readStream.format("json").schema("id BIGINT").load("raw"));`;
  const project = await makeProject({
    "sluice.yml": "schema: s\n",
    "transformations/p.ts": program,
    "raw/1.json": '{"id":1}\n',
  });
  const count = (name: string): Promise<number> => new RawTable(join(project, ".sluice/tables/s", name)).count();
  await sluice(["run", "--project", project]);
  await writeFiles(project, { "raw/2.json": '{"id":2}\n' });
  expect(await sluice(["run", "--refresh", "a", "--project", project])).toMatchObject({ code: 0 });
  expect([await count("a"), await count("b")]).toEqual([2, 1]);
  expect(await sluice(["run", "--full-refresh", "b", "--project", project])).toMatchObject({ code: 0 });
  expect([await count("a"), await count("b")]).toEqual([2, 2]);
  expect(await sluice(["run", "--full-refresh-all", "--project", project])).toMatchObject({ code: 0 });
  expect([await count("a"), await count("b")]).toEqual([2, 2]);
}, 60_000);

test("output for machines is one JSON object a line on stdout, and nothing else there", async () => {
  const project = await makeProject({
    "transformations/p.ts": `import { dlt, spark } from "sluice";\ndlt.table({ name: "numbers" }, () => spark.range(3));`,
  });
  for (const args of [["validate"], ["explain"], ["run"], ["show"], ["events"], ["query", "SELECT * FROM numbers"]]) {
    const finished = await sluice([...args, "--json", "--project", project]);
    expect(finished.code, `${args.join(" ")}\n${finished.stderr}`).toBe(0);
    expect(() => jsonLines(finished), args.join(" ")).not.toThrow();
  }
}, 60_000);

test("query answers in Spark SQL over tables, LIVE names and the event log [F10] [F11] [F164]", async () => {
  const program = `import { dlt, spark } from "sluice";\ndlt.table({ name: "numbers", comment: "three" }, () => spark.range(3));`;
  const project = await makeProject({ "sluice.yml": "schema: s\n", "transformations/p.ts": program });
  await sluice(["run", "--project", project]);
  const ask = async (sql: string): Promise<unknown> =>
    jsonLines(await sluice(["query", sql, "--json", "--project", project]));
  expect(await ask("SELECT sum(id) AS total FROM LIVE.numbers")).toEqual([{ total: 3 }]);
  expect(await ask("SELECT count(*) AS n FROM s.numbers")).toEqual([{ n: 3 }]);
  expect(await ask("SELECT DISTINCT event_type FROM event_log WHERE event_type = 'create_update'")).toEqual([
    { event_type: "create_update" },
  ]);
  const wrong = await sluice(["query", "SELECT idd FROM numbers", "--project", project]);
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("id");
});
