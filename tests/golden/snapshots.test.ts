import { dlt, openPipeline, spark } from "sluice";
import { testPipeline } from "sluice/testing";
import { expect, test } from "vitest";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const SETTINGS = { "sluice.yml": "name: snapshots\nschema: s\n" };

async function rowsOf(project: string, query: string): Promise<readonly (readonly unknown[])[]> {
  const pipeline = await openPipeline(project);
  try {
    return (await pipeline.query(query)).rows;
  } finally {
    await pipeline.close();
  }
}

function lines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

const TABLE_PROGRAM = `import { dlt, spark } from "sluice";
dlt.view({ name: "now" }, () => spark.read.format("json").schema("id INT, a STRING, b STRING").load("now"));
for (const [target, storedAsScdType] of [["one", 1], ["two", "2"]]) {
  dlt.createStreamingTable({ name: target, tableProperties: { "delta.enableChangeDataFeed": "true" } });
  dlt.createAutoCdcFromSnapshotFlow({ target, source: "now", keys: ["id"], storedAsScdType });
}
dlt.createStreamingTable("tracked");
dlt.applyChangesFromSnapshot({ target: "tracked", snapshot_and_version: "now", keys: ["id"], stored_as_scd_type: 2, track_history_column_list: ["a"] });
`;

test("a table follows the contents of a view: what is new comes, what is gone goes, the rest stays [F131]", async () => {
  const project = await makeProject({ ...SETTINGS, "transformations/p.ts": TABLE_PROGRAM });
  const run = async (rows: readonly object[]): Promise<void> => {
    await writeFiles(project, { "now/1.json": lines(rows) });
    const finished = await sluice(["run", "--project", project]);
    expect(finished.code, finished.stdout + finished.stderr).toBe(0);
  };
  await run([
    { id: 1, a: "a1", b: "x" },
    { id: 2, a: "a2", b: "x" },
    { id: 4, a: "a4", b: "x" },
  ]);
  await run([
    { id: 2, a: "b2", b: "x" },
    { id: 3, a: "a3", b: null },
    { id: 4, a: "a4", b: "y" },
  ]);
  expect(await rowsOf(project, "SELECT * FROM one ORDER BY id")).toEqual([
    [2, "b2", "x"],
    [3, "a3", null],
    [4, "a4", "y"],
  ]);
  const versions = `SELECT id, a, b, dense_rank() OVER (ORDER BY __START_AT) AS since, __END_AT IS NOT NULL AS ended,
    coalesce(__END_AT = max(__START_AT) OVER (), true) AS then FROM`;
  expect(await rowsOf(project, `${versions} two ORDER BY id, since`)).toEqual([
    [1, "a1", "x", 1, true, true],
    [2, "a2", "x", 1, true, true],
    [2, "b2", "x", 2, false, true],
    [3, "a3", null, 2, false, true],
    [4, "a4", "x", 1, true, true],
    [4, "a4", "y", 2, false, true],
  ]);
  expect((await rowsOf(project, `${versions} tracked WHERE id = 4`)).at(-1)).toEqual([4, "a4", "y", 1, false, true]);
  const before = await rowsOf(project, "DESCRIBE HISTORY two");
  const again = await sluice(["run", "--project", project]);
  expect(again.code).toBe(0);
  expect(await rowsOf(project, "DESCRIBE HISTORY two")).toEqual(before);
  await writeFiles(project, {
    "now/1.json": lines([
      { id: 2, a: "p" },
      { id: 2, a: "q" },
    ]),
  });
  const failed = await sluice(["run", "--project", project]);
  expect(failed.code).toBe(1);
  expect(failed.stderr + failed.stdout).toMatch(/AUTOCDC_SNAPSHOT_KEYS_NOT_UNIQUE.*"id":2/);
});

const FUNCTION_PROGRAM = `import { existsSync } from "node:fs";
import { join } from "node:path";
import { dlt, spark } from "sluice";
const day = (n) => join(import.meta.dirname, "..", "days", n + ".csv");
function next(latest) {
  const n = latest === undefined ? 1 : Number(latest) + 1;
  return existsSync(day(n)) ? [spark.read.format("csv").option("header", "true").schema("id INT, a STRING").load(day(n)), n] : null;
}
dlt.createStreamingTable({ name: "two", expectOrDrop: { named: "a <> 'bad'" } });
dlt.createAutoCdcFromSnapshotFlow({ target: "two", source: next, keys: ["id"], storedAsScdType: 2 });
`;

const DAYS = { "days/1.csv": "id,a\n1,a1\n2,a2\n", "days/2.csv": "id,a\n2,b2\n3,a3\n5,bad\n" };

test("a function gives one snapshot after the other until there is none, also after kills [F132]", async () => {
  const project = await makeProject({ ...SETTINGS, "transformations/p.js": FUNCTION_PROGRAM, ...DAYS });
  let kills = 0;
  for (const point of [4, 6, 3, 5]) {
    const { signal } = await sluice(["run", "--project", project], { crash: `before:${point}` });
    kills += signal === "SIGKILL" ? 1 : 0;
  }
  expect(kills).toBeGreaterThan(1);
  const run = await sluice(["run", "--project", project]);
  expect(run.code, run.stdout + run.stderr).toBe(0);
  const rows = [
    [1, "a1", 1n, 2n],
    [2, "a2", 1n, 2n],
    [2, "b2", 2n, null],
    [3, "a3", 2n, null],
  ];
  expect(await rowsOf(project, "SELECT * FROM two ORDER BY id, __START_AT")).toEqual(rows);
  await writeFiles(project, { "days/3.csv": "id,a\n1,back\n2,b2\n" });
  expect((await sluice(["run", "--project", project])).code).toBe(0);
  expect(await rowsOf(project, "SELECT * FROM two ORDER BY id, __START_AT")).toEqual([
    [1, "a1", 1n, 2n],
    [1, "back", 3n, null],
    [2, "a2", 1n, 2n],
    [2, "b2", 2n, null],
    [3, "a3", 2n, 3n],
  ]);
});

test("what a function gives in the place of a snapshot is told", async () => {
  const frame = spark.createDataFrame([{ id: 1 }], "id INT");
  for (const [given, problem] of [
    [5, "gave no DataFrame"],
    [[frame], "gave no version"],
    [[frame, true], "gave a version of type boolean"],
    [Promise.resolve(null), "gave a promise"],
    [undefined, "has no first snapshot"],
  ] as const) {
    await using pipeline = await testPipeline(() => {
      dlt.createStreamingTable("t");
      dlt.createAutoCdcFromSnapshotFlow({ target: "t", source: () => given as never, keys: ["id"] });
    });
    await expect(pipeline.run()).rejects.toThrow(problem);
  }
});
