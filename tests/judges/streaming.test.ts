import { cp, mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DataFrame, functions, openSession } from "sluice";
import { beforeAll, describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, temporaryFolder } from "../harness/sluice.ts";
import { ask, leftOut } from "./judges.ts";
import { STREAMING_CASES as ALL_CASES } from "./streaming-cases.ts";
import { drawRounds, type StreamEvent } from "./streaming-events.ts";

interface Verdict {
  readonly rows: readonly number[];
  readonly differences: Readonly<Record<string, unknown>>;
}

/** Another third of the cases in each run, unless SLUICE_TEST_STREAMING says which by a pattern (`.` for all): Spark takes seconds for each. */
const wanted = process.env["SLUICE_TEST_STREAMING"];
const third = Math.floor(Math.random() * 3);
const STREAMING_CASES = ALL_CASES.filter((one, i) =>
  wanted === undefined ? i % 3 === third : new RegExp(wanted).test(one.name),
);

const SCHEMA = "id BIGINT, k STRING, ts TIMESTAMP, v BIGINT, d DECIMAL(10,2), x DOUBLE";

const PROGRAM = `import * as sluice from "sluice";
const { dlt, spark, expr, col, window, sessionWindow, windowTime, count, sum, min, max, avg, maxBy, stddev, collectSet, collectList, arraySort, boolOr } = sluice;
const SCHEMA = "${SCHEMA}";
const source = (side: string) => () => spark.readStream.format("json").schema(SCHEMA).option("maxFilesPerTrigger", "1").load(side);
const [left, right] = [source("left"), source("right")];
const names = () => spark.createDataFrame([["a", "Anna"], ["b", "Bert"], ["z", "Zoe"]], "k STRING, name STRING");
${STREAMING_CASES.map((one, i) => (one.mode === "update" ? "" : `dlt.table({ name: "t${i}" }, () => ${one.ours.replaceAll("static()", "names()")});`)).join("\n")}
`;

const ROUNDS = drawRounds(Number(process.env["SLUICE_TEST_SEED"] ?? 20_260_101));

/** Files in the order of their names and of their times, a second apart. */
async function writeEvents(folder: string, first: number, files: readonly (readonly StreamEvent[])[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [i, events] of files.entries()) {
    const path = join(folder, `${String(first + i).padStart(3, "0")}.json`);
    await writeFile(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    const seconds = 1_700_000_000 + first + i;
    await utimes(path, seconds, seconds);
  }
}

/** Runs our tables over all rounds; the version of each table after each round. */
async function runOurs(project: string, rounds: string): Promise<readonly (readonly number[])[]> {
  const versions: number[][] = STREAMING_CASES.map(() => []);
  for (const [number, { left, right }] of ROUNDS.entries()) {
    const round = join(rounds, "rounds", String(number));
    await writeEvents(join(round, "left"), number * left.length, left);
    await writeEvents(join(round, "right"), number * right.length, right);
    await cp(round, project, { recursive: true, preserveTimestamps: true });
    if (STREAMING_CASES.some(({ mode }) => mode !== "update")) {
      const run = await sluice(["run", "--project", project]);
      expect(run, run.stderr).toMatchObject({ code: 0 });
    }
    await runUpdates(project);
    versions.forEach((list, i) => {
      list.push(new RawTable(tableOf(project, i)).commits().length - 1);
    });
  }
  return versions;
}

/** Runs the queries in update mode in a session: each batch with its number goes where a pipeline's table would. */
async function runUpdates(project: string): Promise<void> {
  const spark = openSession({ threads: 2 });
  const source = (side: string) => (): DataFrame =>
    spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", "1").json(join(project, side));
  const names = () =>
    spark.createDataFrame(
      [
        ["a", "Anna"],
        ["b", "Bert"],
        ["z", "Zoe"],
      ],
      "k STRING, name STRING",
    );
  const scope = { ...functions, left: source("left"), right: source("right"), names };
  const queries = STREAMING_CASES.map(async (one, i) => {
    if (one.mode !== "update") return;
    const build = new Function(...Object.keys(scope), `return ${one.ours.replaceAll("static()", "names()")}`);
    const frame = build(...Object.values(scope)) as DataFrame;
    const query = await frame.writeStream
      .outputMode("update")
      .option("checkpointLocation", join(project, "checkpoints", String(i)))
      .trigger({ availableNow: true })
      .foreachBatch((df, batch) =>
        df.withColumn("_batch", functions.lit(batch)).write.mode("append").save(tableOf(project, i)),
      )
      .start();
    await query.awaitTermination();
  });
  await Promise.all(queries);
  await spark.stop();
}

function tableOf(project: string, i: number): string {
  return join(project, ".sluice/tables/s", `t${i}`);
}

describe.skipIf(leftOut !== undefined)(
  `streaming queries before Spark${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let verdict: Verdict;

    beforeAll(async () => {
      const folder = await temporaryFolder();
      const project = await makeProject({
        "sluice.yml": "name: streams\nschema: s\n",
        "transformations/p.ts": PROGRAM,
        "left/_": "",
        "right/_": "",
      });
      const versions = await runOurs(project, folder);
      const cases = STREAMING_CASES.map((one, i) => ({ ...one, table: tableOf(project, i), versions: versions[i] }));
      await writeFile(join(folder, "cases.json"), JSON.stringify(cases));
      verdict = await ask<Verdict>("streaming.py", folder, join(folder, "cases.json"));
    }, 1_500_000);

    test.each(STREAMING_CASES.map((one) => one.name))(
      "%s [F72] [F73] [F74] [F75] [F76] [F77] [F78] [F79] [F82]",
      (name) => {
        expect(verdict.differences[name]).toBeUndefined();
      },
    );

    test("every query has given rows", () => {
      expect(STREAMING_CASES.filter((_, i) => (verdict.rows[i] ?? 0) === 0).map((one) => one.name)).toEqual([]);
    });
  },
);
