import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { jsonLines, makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const PROGRAM = `import { col, count, dlt, spark } from "sluice";
dlt.table({ name: "bronze" }, () =>
  spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").option("cloudFiles.inferColumnTypes", "true").load("raw")
    .select("*", "_metadata.file_name"));
dlt.table({ name: "silver" }, () => dlt.readStream("bronze").dropDuplicates(["id"]));
dlt.table({ name: "all_different" }, () => dlt.readStream("bronze").select("id").distinct());
dlt.table({ name: "gold" }, () => dlt.read("silver").groupBy("kind").agg(count("id").alias("n")));`;

function file(from: number, to: number): string {
  return Array.from(
    { length: to - from },
    (_, i) => `{"id":${from + i},"kind":"${(from + i) % 2 === 0 ? "even" : "odd"}"}\n`,
  ).join("");
}

async function project(): Promise<string> {
  return makeProject({ "sluice.yml": "schema: s\n", "transformations/p.ts": PROGRAM, "raw/1.json": file(0, 10) });
}

function table(folder: string, name: string): RawTable {
  return new RawTable(join(folder, ".sluice/tables/s", name));
}

async function run(folder: string): Promise<void> {
  const finished = await sluice(["run", "--project", folder]);
  expect(finished.code, finished.stderr).toBe(0);
}

test("the second update reads only the new files [F9] [F39] [F97] [F146]", async () => {
  const folder = await project();
  await run(folder);
  // An old file that would now be read wrongly if it were read again.
  await rename(join(folder, "raw/1.json"), join(folder, "moved-away"));
  await writeFiles(folder, { "raw/1.json": "x".repeat(1000), "raw/2.json": file(5, 15) });
  await run(folder);
  expect(
    await table(folder, "bronze").rows("SELECT file_name, count(*)::INTEGER n FROM t GROUP BY ALL ORDER BY ALL"),
  ).toEqual([
    { file_name: "1.json", n: 10 },
    { file_name: "2.json", n: 10 },
  ]);
});

test("a key seen in an earlier update is not taken again [F60] [F75]", async () => {
  const folder = await project();
  await run(folder);
  await writeFiles(folder, { "raw/2.json": file(5, 15) });
  await run(folder);
  await writeFiles(folder, { "raw/3.json": file(0, 15) });
  await run(folder);
  expect(await table(folder, "silver").count()).toBe(15);
  expect(await table(folder, "all_different").count()).toBe(15);
  expect(await table(folder, "gold").rows("SELECT kind, n::INTEGER n FROM t ORDER BY kind")).toEqual([
    { kind: "even", n: 8 },
    { kind: "odd", n: 7 },
  ]);
});

test("an update without new files says so and commits nothing [F68] [F97]", async () => {
  const folder = await project();
  await run(folder);
  const commits = (): readonly number[] =>
    ["bronze", "silver", "all_different", "gold"].map((name) => table(folder, name).commits().length);
  const before = commits();
  await run(folder);
  expect(commits()).toEqual(before);
  const chosen = jsonLines(
    await sluice([
      "query",
      "--json",
      "--project",
      folder,
      "SELECT details FROM event_log WHERE event_type = 'planning_information' ORDER BY timestamp",
    ]),
  );
  expect(String(chosen.at(-1)?.["details"])).toContain('"MAINTENANCE_TYPE_NO_OP","is_chosen":true');
});

test("an update in one storage does not see another's", async () => {
  const folder = await project();
  await run(folder);
  const elsewhere = join(folder, "elsewhere");
  expect(await sluice(["run", "--project", folder, "--storage", elsewhere])).toMatchObject({ code: 0 });
  expect(await new RawTable(join(elsewhere, "tables/s/bronze")).count()).toBe(10);
});

test("a removed dataset's table stays and can be queried [F98]", async () => {
  const folder = await project();
  await run(folder);
  await writeFiles(folder, { "transformations/p.ts": PROGRAM.split("\n").slice(0, -1).join("\n") });
  await run(folder);
  expect(jsonLines(await sluice(["query", "SELECT sum(n) AS n FROM gold", "--json", "--project", folder]))).toEqual([
    { n: 10 },
  ]);
});

test("append flows fill one table, a once flow runs once until a full refresh [F28] [F29] [F30]", async () => {
  const program = `import { dlt, spark } from "sluice";
dlt.createStreamingTable({ name: "both", comment: "two flows" });
dlt.createStreamingTable({ name: "empty", schema: "id BIGINT NOT NULL" });
dlt.appendFlow({ target: "both", name: "files" }, () => spark.readStream.format("json").schema("id BIGINT").load("raw"));
dlt.appendFlow({ target: "both", name: "history", once: true }, () => spark.range(100, 103));`;
  const folder = await makeProject({
    "sluice.yml": "schema: s\n",
    "transformations/p.ts": program,
    "raw/1.json": file(0, 3),
  });
  await run(folder);
  await run(folder);
  expect(await table(folder, "both").count()).toBe(6);
  expect(table(folder, "empty").exists).toBe(true);
  expect(await sluice(["run", "--full-refresh", "both", "--project", folder])).toMatchObject({ code: 0 });
  expect(await table(folder, "both").count()).toBe(6);
});
