import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const PIPELINE = `
import { col, count, dlt, spark, sum } from "sluice";
dlt.table({ name: "bronze" }, () =>
  spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").option("cloudFiles.inferColumnTypes", "true")
    .option("cloudFiles.maxFilesPerTrigger", "2").load("raw"));
dlt.table({ name: "silver", expectOrDrop: { positive: "amount > 0" }, expectOrQuarantine: { known: "region IS NOT NULL" } }, () =>
  dlt.readStream("bronze").select("id", "amount", "region").dropDuplicates(["id"]));
dlt.table({ name: "gold" }, () => dlt.read("silver").groupBy("region").agg(count("id").alias("orders"), sum("amount").alias("total")));
`;

/** Ten rows a file: ids overlap by one from file to file, the third row is negative, the fifth has no region. */
function rawFile(file: number): string {
  return Array.from({ length: 10 }, (_, i) => ({
    id: file * 9 + i,
    amount: i === 2 ? -1 : 10,
    region: i === 4 ? null : ["EU", "US"][i % 2],
  }))
    .map((row) => `${JSON.stringify(row)}\n`)
    .join("");
}

async function newProject(): Promise<string> {
  return makeProject({
    "transformations/pipeline.ts": PIPELINE,
    "sluice.yml": "name: recovery\nschema: s\n",
    ...deliver(0, 3),
  });
}

function deliver(from: number, to: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`raw/f${from + i}.json`, rawFile(from + i)]));
}

function table(project: string, name: string): RawTable {
  return new RawTable(join(project, ".sluice/tables/s", name));
}

interface Content {
  readonly bronze: readonly unknown[];
  readonly silver: readonly unknown[];
  readonly quarantine: readonly unknown[];
  readonly gold: readonly unknown[];
}

async function contentOf(project: string): Promise<Content> {
  return {
    bronze: await table(project, "bronze").rows("SELECT id, amount, region FROM t ORDER BY ALL"),
    silver: await table(project, "silver").rows("SELECT id, amount, region FROM t ORDER BY ALL"),
    quarantine: await table(project, "silver_quarantine").rows("SELECT id, amount, region FROM t ORDER BY ALL"),
    gold: await table(project, "gold").rows("SELECT region, orders::VARCHAR o, total::VARCHAR s FROM t ORDER BY ALL"),
  };
}

async function straight(files: number): Promise<Content> {
  const project = await newProject();
  await writeFiles(project, deliver(3, files));
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  return contentOf(project);
}

async function atomicOperations(): Promise<number> {
  const finished = await sluice(["run", "--project", await newProject()], { crash: "count" });
  return Number(/atomic operations: (\d+)/.exec(finished.stderr)?.[1]);
}

describe("an update killed as by kill -9", () => {
  test("before and after every commit and checkpoint write: run again, no row lost, none twice [F65]", async () => {
    const expected = await straight(5);
    const operations = await atomicOperations();
    expect(operations).toBeGreaterThan(10);
    const points = Array.from({ length: operations }, (_, i) => [`before:${i + 1}`, `after:${i + 1}`]).flat();
    const step = Math.ceil(points.length / Number(process.env["SLUICE_TEST_CRASH_POINTS"] ?? 60));
    await inPairs(
      points.filter((_, i) => i % step === 0 || step === 1),
      async (crash) => {
        const project = await newProject();
        expect((await sluice(["run", "--project", project], { crash })).signal, crash).toBe("SIGKILL");
        await writeFiles(project, deliver(3, 5));
        const again = await sluice(["run", "--project", project]);
        expect(again.code, `${crash}\n${again.stderr}`).toBe(0);
        expect(await contentOf(project), crash).toEqual(expected);
      },
    );
  }, 600_000);

  test("at random times, again and again [F65]", async () => {
    const expected = await straight(8);
    const project = await newProject();
    for (let files = 4; files <= 8; files++) {
      await writeFiles(project, deliver(files - 1, files));
      await sluice(["run", "--project", project], { killAfterMs: 250 + Math.floor(Math.random() * 700) });
    }
    expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
    expect(await contentOf(project)).toEqual(expected);
  }, 120_000);
});

test("a materialized view is never seen empty or half while it is replaced", async () => {
  const project = await newProject();
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  await writeFiles(project, deliver(3, 5));
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  const replaced = table(project, "gold")
    .commits()
    .filter((actions) => actions.some((action) => action.remove));
  expect(replaced.length).toBeGreaterThan(0);
  for (const actions of replaced) expect(actions.some((action) => action.add)).toBe(true);
});

test("a second update over nothing new writes nothing to streaming tables and re-commits no view [F97]", async () => {
  const project = await newProject();
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  const before = ["bronze", "silver", "gold"].map((name) => table(project, name).commits().length);
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  expect(["bronze", "silver", "gold"].map((name) => table(project, name).commits().length)).toEqual(before);
});

test("a file that was read is not read again, a new one is [F146]", async () => {
  const project = await newProject();
  await sluice(["run", "--project", project]);
  await mkdir(join(project, "raw/more"), { recursive: true });
  await copyFile(join(project, "raw/f0.json"), join(project, "raw/more/copy.json"));
  await sluice(["run", "--project", project]);
  expect(await table(project, "bronze").count()).toBe(40);
});

async function inPairs<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}
