import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, temporaryFolder, writeFiles } from "../harness/sluice.ts";
import { drawRounds } from "../judges/streaming-events.ts";
import { inPairs, killAt, killEach, killPoints, run } from "./recovery-pipeline.ts";

const PROGRAM = `import { dlt, spark, expr, window, sessionWindow, count, sum, avg, collectList, arraySort } from "sluice";
const SCHEMA = "id BIGINT, k STRING, ts TIMESTAMP, v BIGINT";
const stream = (side: string) => spark.readStream.format("json").schema(SCHEMA).option("maxFilesPerTrigger", "1").load(side).withWatermark("ts", "5 minutes");
dlt.table({ name: "windows", expectOrDrop: { some: "n > 0" } }, () => stream("left").groupBy(window("ts", "5 minutes"), "k").agg(count("*").alias("n"), avg("v").alias("v")));
dlt.table({ name: "sessions" }, () => stream("left").groupBy(sessionWindow("ts", "3 minutes"), "k").agg(count("*").alias("n")));
dlt.table({ name: "firsts" }, () => stream("left").dropDuplicatesWithinWatermark(["k"]).select("k", "ts"));
dlt.table({ name: "pairs" }, () => stream("left").alias("l").join(stream("right").alias("r"),
  expr("l.k = r.k AND r.ts >= l.ts - INTERVAL 5 MINUTES AND r.ts <= l.ts + INTERVAL 15 MINUTES"), "full")
  .selectExpr("l.id AS l", "r.id AS r"));
dlt.table({ name: "totals" }, () => spark.readStream.format("json").schema(SCHEMA).option("maxFilesPerTrigger", "1").load("left")
  .groupBy("k").agg(sum("v").alias("v"), arraySort(collectList("id")).alias("ids")));
dlt.table({ name: "limited" }, () => stream("left").select("id", "k").limit(19).dropDuplicates(["k"]));
`;

/** Rounds of kills at random times; 200 by hand before a release. */
const ROUNDS = Number(process.env["SLUICE_TEST_KILL_ROUNDS"] ?? 4);

const TABLES = ["windows", "sessions", "firsts", "pairs", "totals", "limited"];
const [FIRST, SECOND] = drawRounds(7);

/** The rows of the events' files, by path; `from` numbers the first. */
function files(round: typeof FIRST, from: number): Readonly<Record<string, string>> {
  const sides = { left: round?.left ?? [], right: round?.right ?? [] };
  const entries = Object.entries(sides).flatMap(([side, batches]) =>
    batches.map((events, i) => [`${side}/${from + i}.json`, events.map((event) => JSON.stringify(event)).join("\n")]),
  );
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
}

async function newProject(): Promise<string> {
  return await makeProject({
    "sluice.yml": "name: streams\nschema: s\n",
    "transformations/p.ts": PROGRAM,
    ...files(FIRST, 0),
  });
}

async function contentOf(project: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const contents = TABLES.map(async (name) => {
    const rows = await new RawTable(join(project, ".sluice/tables/s", name)).rows(
      "SELECT to_json(t)::VARCHAR AS row FROM t",
    );
    return [name, rows.map(({ row }) => String(row)).sort()] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
}

async function finish(project: string): Promise<void> {
  await writeFiles(project, files(SECOND, 10));
  await run(project);
}

async function copyOf(project: string): Promise<string> {
  const copy = join(await temporaryFolder(), "copy");
  await cp(project, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

test("streams with state killed before and after every write of offsets, states and tables: run on, equal to the run that was not [F73] [F75] [F76] [F78]", async () => {
  const fresh = await newProject();
  const straight = await copyOf(fresh);
  await run(straight);
  await finish(straight);
  const expected = await contentOf(straight);
  for (const rows of Object.values(expected)) expect(rows.length).toBeGreaterThan(2);
  const copies = () => copyOf(fresh);
  const points = await killPoints(copies, { most: 14 });
  await killEach(points, async (crash) => {
    const project = await copies();
    const isKilled = await killAt(project, crash);
    await run(project, crash);
    await finish(project);
    expect(await contentOf(project), crash).toEqual(expected);
    return isKilled;
  });
}, 900_000);

test("killed at random times, over and over, and run on: the same tables [F73]", async () => {
  const fresh = await newProject();
  const straight = await copyOf(fresh);
  await run(straight);
  await finish(straight);
  const expected = await contentOf(straight);
  let kills = 0;
  await inPairs(
    Array.from({ length: ROUNDS }, (_, round) => round),
    async (round) => {
      const project = await copyOf(fresh);
      const waits = Array.from({ length: 1 + (round % 3) }, () => 250 + Math.floor(Math.random() * 900));
      for (const killAfterMs of waits) {
        const { signal } = await sluice(["run", "--project", project], { killAfterMs });
        kills += signal === "SIGKILL" ? 1 : 0;
      }
      await run(project);
      await finish(project);
      expect(await contentOf(project), `killed after ${waits.join(", ")} ms`).toEqual(expected);
    },
  );
  expect(kills).toBeGreaterThan(ROUNDS / 2);
  console.log(`${kills} kills in ${ROUNDS} rounds`);
}, 3_600_000);
