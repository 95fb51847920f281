import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { openPipeline } from "sluice";
import { expect, test } from "vitest";
import { makeProject, sluice, temporaryFolder, writeFiles } from "../harness/sluice.ts";
import { inPairs, killPoints, run } from "./recovery-pipeline.ts";

function program(city: string, raw: string): string {
  return `CREATE STREAMING TABLE t (CONSTRAINT named EXPECT (city <> 'bad') ON VIOLATION QUARANTINE ROW) TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true');
    CREATE FLOW f AS AUTO CDC INTO t FROM (SELECT id, ${city} AS city, n FROM STREAM read_files('${raw}', format => 'json', schema => 'id INT, city STRING, n BIGINT'))
      KEYS (id) SEQUENCE BY n COLUMNS * EXCEPT (n) STORED AS SCD TYPE 2;`;
}

function lines(from: number, count: number): string {
  const row = (n: number) => JSON.stringify({ id: n % 4, city: n === 5 ? "odd" : `c${n % 3}`, n });
  return Array.from({ length: count }, (_, i) => `${row(from + i)}\n`).join("");
}

/** A pipeline that can be copied: its files lie elsewhere. */
async function project(): Promise<string> {
  const raw = await temporaryFolder();
  await writeFiles(raw, { "1.json": lines(0, 8), "2.json": lines(8, 8) });
  const folder = await makeProject({
    "sluice.yml": "name: restate\nschema: s\n",
    "transformations/p.sql": program("city", raw),
  });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  await writeFiles(folder, { "transformations/p.sql": program("replace(city, 'odd', 'bad')", raw) });
  await writeFiles(raw, { "3.json": lines(16, 4) });
  await rm(join(raw, "2.json"));
  return folder;
}

async function copyOf(folder: string): Promise<string> {
  const copy = join(await temporaryFolder(), "copy");
  await cp(folder, copy, { recursive: true });
  return copy;
}

const QUERIES = [
  "SELECT * FROM t ORDER BY ALL",
  "SELECT id, city, n FROM t_quarantine ORDER BY ALL",
  "SELECT DISTINCT id, city, __spark_autocdc_sequence FROM delta.`STATE` ORDER BY ALL",
];

async function content(folder: string): Promise<readonly unknown[]> {
  const pipeline = await openPipeline(folder);
  try {
    const answers: unknown[] = [];
    const state = join(folder, ".sluice/state/s.t/@changes");
    for (const query of QUERIES) answers.push((await pipeline.query(query.replace("STATE", state))).rows);
    return answers;
  } finally {
    await pipeline.close();
  }
}

test("a restatement killed before or after file operations is done by the next update, or has never been", async () => {
  const folder = await project();
  const args = ["--full-refresh", "t", "--where", "id IN (1, 3)", "--lost", "forget"];
  const points = await killPoints(() => copyOf(folder), { most: 16, args });
  const done = await copyOf(folder);
  await run(done, "", args);
  const never = await copyOf(folder);
  await run(never);
  const [before, after] = [await content(never), await content(done)];
  expect(after).not.toEqual(before);
  expect(after[1]).toEqual([[1, "bad", 5n]]);
  const ends = new Set<string>();
  await inPairs(points, async (crash) => {
    const copy = await copyOf(folder);
    await sluice(["run", "--project", copy, ...args], { crash });
    await run(copy, crash);
    const found = await content(copy);
    const end = JSON.stringify(found, plain) === JSON.stringify(before, plain) ? "never" : "done";
    if (end === "done") expect(found, crash).toEqual(after);
    ends.add(end);
    await run(copy, crash, args);
    expect(await content(copy), crash).toEqual(after);
  });
  expect([...ends].toSorted()).toEqual(["done", "never"]);
}, 600_000);

function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
