import { join } from "node:path";
import { expect } from "vitest";
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

/** Ten rows a file: ids overlap by one from file to file, the third row is negative, the fifth has no region. Rows of one id are equal. */
function rawFile(file: number): string {
  return Array.from({ length: 10 }, (_, i) => ({
    id: file * 9 + i,
    amount: i === 2 ? -1 : 10,
    region: i === 4 ? null : ["EU", "US"][(file * 9 + i) % 2],
  }))
    .map((row) => `${JSON.stringify(row)}\n`)
    .join("");
}

/** Raw files by path, numbered from `from` to below `to`. */
export function deliver(from: number, to: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`raw/f${from + i}.json`, rawFile(from + i)]));
}

/** A pipeline that has not run, with three raw files. */
export async function newProject(): Promise<string> {
  return makeProject({
    "transformations/pipeline.ts": PIPELINE,
    "sluice.yml": "name: recovery\nschema: s\n",
    ...deliver(0, 3),
  });
}

/** One of the pipeline's tables. */
export function table(project: string, name: string): RawTable {
  return new RawTable(join(project, ".sluice/tables/s", name));
}

/** Everything that an update writes for people, in an order of its own. */
export type Content = Readonly<Record<"bronze" | "silver" | "quarantine" | "violations" | "gold", readonly unknown[]>>;

export async function contentOf(project: string): Promise<Content> {
  const violations = new RawTable(join(project, ".sluice/system/expectations/s.silver"));
  return {
    bronze: await table(project, "bronze").rows("SELECT id, amount, region FROM t ORDER BY ALL"),
    silver: await table(project, "silver").rows("SELECT id, amount, region FROM t ORDER BY ALL"),
    quarantine: await table(project, "silver_quarantine").rows("SELECT id, amount, region FROM t ORDER BY ALL"),
    violations: await violations.rows("SELECT expectation, record FROM t ORDER BY ALL"),
    gold: await goldOf(project),
  };
}

/** The rows of the materialized view. */
export async function goldOf(project: string): Promise<readonly unknown[]> {
  return await table(project, "gold").rows("SELECT region, orders::VARCHAR o, total::VARCHAR s FROM t ORDER BY ALL");
}

/** What a pipeline holds that got so many files and was never killed. */
export async function straight(files: number): Promise<Content> {
  const project = await newProject();
  await writeFiles(project, deliver(3, files));
  await run(project);
  return contentOf(project);
}

/** One update, which must succeed. */
export async function run(project: string, why = "", args: readonly string[] = []): Promise<void> {
  const finished = await sluice(["run", "--project", project, ...args]);
  expect(finished.code, `${why}\n${finished.stderr}`).toBe(0);
}

/**
 * Where to kill an update of a project that `prepare` makes: before and after every atomic file operation, thinned to some points, other ones in each run.
 * SLUICE_TEST_CRASH_POINTS says how many; 1000 are all.
 */
export async function killPoints(
  prepare: () => Promise<string>,
  { most = 24, args = [] }: { readonly most?: number; readonly args?: readonly string[] } = {},
): Promise<readonly string[]> {
  const finished = await sluice(["run", "--project", await prepare(), ...args], { crash: "count" });
  expect(finished.code, finished.stderr).toBe(0);
  const operations = Number(/atomic operations: (\d+)/.exec(finished.stderr)?.[1]);
  expect(operations).toBeGreaterThan(10);
  const points = Array.from({ length: operations }, (_, i) => [`before:${i + 1}`, `after:${i + 1}`]).flat();
  const step = Math.ceil(points.length / Number(process.env["SLUICE_TEST_CRASH_POINTS"] ?? most));
  const first = Math.floor(Math.random() * step);
  return points.filter((_, i) => i % step === first);
}

/**
 * Kills an update at one point. False when it ended well before: what is done at the same time writes its events in more or fewer pieces, so that the last points may
 * not be reached.
 */
export async function killAt(project: string, crash: string, args: readonly string[] = []): Promise<boolean> {
  const finished = await sluice(["run", "--project", project, ...args], { crash });
  if (finished.signal === "SIGKILL") return true;
  expect(finished.code, `${crash}\n${finished.stderr}`).toBe(0);
  return false;
}

/** Does work that kills an update at each of these points, two at a time, and answers whether it did; nearly all must. */
export async function killEach(points: readonly string[], work: (crash: string) => Promise<boolean>): Promise<void> {
  let kills = 0;
  await inPairs(points, async (crash) => {
    const isKilled = await work(crash);
    kills += isKilled ? 1 : 0;
  });
  expect(kills).toBeGreaterThan(points.length * 0.8);
}

/** Does work on items, two at a time. */
export async function inPairs<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}
