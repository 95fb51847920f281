import { rm } from "node:fs/promises";
import { join } from "node:path";
import { openPipeline } from "sluice";
import { expect, test } from "vitest";
import { jsonLines, makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const READ =
  "STREAM read_files('raw', format => 'json', schema => 'id INT, city STRING, op STRING, n BIGINT', maxFilesPerTrigger => 1)";

function target(kind: string, city = "city", more = ""): string {
  return `CREATE STREAMING TABLE t ${more};
    CREATE FLOW f AS AUTO CDC INTO t FROM (SELECT id, ${city} AS city, op, n FROM ${READ})
      KEYS (id) APPLY AS DELETE WHEN op = 'D' SEQUENCE BY n COLUMNS * EXCEPT (op, n) STORED AS ${kind};`;
}

const CHANGES = [
  { id: 1, city: "oslo", op: "I", n: 1 },
  { id: 2, city: "rome", op: "I", n: 1 },
  { id: 1, city: "bern", op: "U", n: 4 },
  { id: 3, city: "lima", op: "I", n: 2 },
  { id: 3, city: null, op: "D", n: 5 },
];

function lines(rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

async function project(kind: string, more = ""): Promise<string> {
  const folder = await makeProject({
    "sluice.yml": "name: restate\nschema: s\n",
    "transformations/p.sql": target(kind, "city", more),
    "raw/1.json": lines(CHANGES.slice(0, 3)),
    "raw/2.json": lines(CHANGES.slice(3)),
  });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  return folder;
}

async function rows(folder: string, query = "SELECT * FROM t ORDER BY ALL"): Promise<readonly unknown[]> {
  const pipeline = await openPipeline(folder);
  try {
    return (await pipeline.query(query)).rows;
  } finally {
    await pipeline.close();
  }
}

async function restate(folder: string, where: string, ...more: readonly string[]) {
  return await sluice(["run", "--full-refresh", "t", "--where", where, ...more, "--project", folder]);
}

const OLD = [
  [1, "bern", 4n, null],
  [1, "oslo", 1n, 4n],
  [2, "rome", 1n, null],
  [3, "lima", 2n, 5n],
];

test("keys are made anew from their sources with the query of today; others keep what they have", async () => {
  const folder = await project("SCD TYPE 2");
  expect(await rows(folder)).toEqual(OLD);
  await writeFiles(folder, { "transformations/p.sql": target("SCD TYPE 2", "upper(city)") });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect(await rows(folder)).toEqual(OLD);
  const explained = await sluice(["explain", "--full-refresh", "t", "--where", "id = 1", "--project", folder]);
  expect(explained.stdout).toContain("1 key of s.t, from 2 changes read again: 2 of 2 rows would go, 2 would come.");
  expect(await rows(folder)).toEqual(OLD);
  expect(await restate(folder, "id = 1")).toMatchObject({ code: 0 });
  expect(await rows(folder)).toEqual([[1, "BERN", 4n, null], [1, "OSLO", 1n, 4n], ...OLD.slice(2)]);
  expect(await restate(folder, "__END_AT = 5")).toMatchObject({ code: 0 });
  expect((await rows(folder)).at(-1)).toEqual([3, "LIMA", 2n, 5n]);
  await writeFiles(folder, { "raw/3.json": lines([{ id: 1, city: "kyiv", op: "U", n: 3 }]) });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect((await rows(folder)).slice(0, 3)).toEqual([
    [1, "BERN", 4n, null],
    [1, "KYIV", 3n, 4n],
    [1, "OSLO", 1n, 3n],
  ]);
}, 120_000);

test("changes that the sources no longer have are not lost unless that is said", async () => {
  const folder = await project("SCD TYPE 2");
  await rm(join(folder, "raw/1.json"));
  await writeFiles(folder, { "raw/3.json": lines([{ id: 1, city: "kyiv", op: "U", n: 3 }]) });
  const refused = await restate(folder, "id IN (1, 3)");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("no longer give 2 changes");
  expect(await rows(folder)).toEqual(OLD);
  expect(await restate(folder, "id IN (1, 3)", "--lost", "keep")).toMatchObject({ code: 0 });
  expect((await rows(folder)).slice(0, 3)).toEqual([
    [1, "bern", 4n, null],
    [1, "kyiv", 3n, 4n],
    [1, "oslo", 1n, 3n],
  ]);
  expect(await restate(folder, "id = 1", "--lost", "forget")).toMatchObject({ code: 0 });
  expect(await rows(folder)).toEqual([[1, "kyiv", 3n, null], ...OLD.slice(2)]);
}, 120_000);

test("a table of the latest rows: keys whose changes are lost stay as they are, or go", async () => {
  const folder = await project("SCD TYPE 1");
  await writeFiles(folder, {
    "transformations/p.sql": target("SCD TYPE 1", "upper(city)"),
    "raw/3.json": lines([{ id: 4, city: "bonn", op: "I", n: 9 }]),
  });
  await rm(join(folder, "raw/1.json"));
  expect(await restate(folder, "true", "--lost", "keep")).toMatchObject({ code: 0 });
  expect(await rows(folder)).toEqual([
    [1, "bern"],
    [2, "rome"],
    [4, "BONN"],
  ]);
  expect(await restate(folder, "city = 'rome'", "--lost", "forget")).toMatchObject({ code: 0 });
  expect(await rows(folder)).toEqual([
    [1, "bern"],
    [4, "BONN"],
  ]);
  await writeFiles(folder, { "raw/4.json": lines([{ id: 2, city: "pisa", op: "I", n: 1 }]) });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect(await rows(folder, "SELECT city FROM t WHERE id = 2")).toEqual([["PISA"]]);
}, 120_000);

test("what cannot be restated is said with a next step", async () => {
  const folder = await project("SCD TYPE 2");
  await writeFiles(folder, { "transformations/q.sql": "CREATE MATERIALIZED VIEW v AS SELECT * FROM t;" });
  const view = await sluice(["explain", "--full-refresh", "v", "--where", "id = 1", "--project", folder]);
  expect(view.code).not.toBe(0);
  expect(view.stderr).toContain("RESTATE_NOT_POSSIBLE");
  const none = await sluice(["run", "--where", "id = 1", "--project", folder]);
  expect(none.stderr).toContain("RESTATE_WITHOUT_TABLE");
  const column = await restate(folder, "ident = 1");
  expect(column.code).not.toBe(0);
  expect(column.stdout + column.stderr).toContain("UNRESOLVED_COLUMN");
  expect(jsonLines(await sluice(["query", "--json", "--project", folder, "SELECT count(*) AS n FROM t"]))).toEqual([
    { n: 4 },
  ]);
}, 120_000);
