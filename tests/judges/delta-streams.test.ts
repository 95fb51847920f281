import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type DataFrame, openSession, type Row, type Session } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeProject, sluice, temporaryFolder } from "../harness/sluice.ts";
import { ask, leftOut } from "./judges.ts";

type Rows = readonly (readonly unknown[])[];

/** What a stream gave, batch by batch, and what ended it. */
interface Outcome {
  readonly batches: readonly Rows[];
  readonly error?: string;
}

interface Case {
  readonly name: string;
  readonly table: string;
  readonly options: Readonly<Record<string, string>>;
  /** Whether Spark's batches are to be the same ones; else only all rows together are. */
  readonly byBatch?: boolean;
}

const FILES = { maxFilesPerTrigger: "2" };

/** The moment of version 2 goes in place of `V2`. */
const ALL_CASES: readonly Omit<Case, "table">[] = [
  { name: "all", options: {} },
  { name: "two files", options: FILES, byBatch: true },
  { name: "one byte", options: { maxBytesPerTrigger: "1b" }, byBatch: true },
  { name: "from version 2, two files", options: { startingVersion: "2", ...FILES }, byBatch: true },
  { name: "from the latest", options: { startingVersion: "latest" } },
  { name: "from a time, one file", options: { startingTimestamp: "V2", maxFilesPerTrigger: "1" }, byBatch: true },
  { name: "passes over changes", options: { startingVersion: "0", skipChangeCommits: "true" } },
  { name: "passes over changes, two files", options: { startingVersion: "0", skipChangeCommits: "true", ...FILES } },
  { name: "passes over deletes", options: { startingVersion: "0", ignoreDeletes: "true" } },
  { name: "stops at changes", options: { startingVersion: "0" } },
  { name: "feed", options: { readChangeFeed: "true" } },
  { name: "feed from version 1", options: { readChangeFeed: "true", startingVersion: "1" } },
  { name: "feed, two files", options: { readChangeFeed: "true", startingVersion: "1", ...FILES } },
  { name: "both starts", options: { startingVersion: "1", startingTimestamp: "V2" } },
  { name: "beyond the latest", options: { startingVersion: "99" } },
];

/** Those that SLUICE_TEST_STREAMING says by a pattern: Spark takes seconds for each. */
const CASES = ALL_CASES.filter(({ name }) => new RegExp(process.env["SLUICE_TEST_STREAMING"] ?? ".").test(name));

const SHOWN = ["id", "_change_type", "_commit_version"] as const;

describe.skipIf(leftOut !== undefined)(
  `streams of Delta tables under options, before delta-spark${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let folder = "";
    let spark: Session;
    let cases: readonly Case[];
    let verdict: Readonly<Record<string, Outcome>>;

    beforeAll(async () => {
      folder = await temporaryFolder();
      spark = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "tables") }, threads: 2 });
      const tables = { appended: await makeTable("appended"), changed: await makeTable("changed") };
      const moment = await momentOf("appended", 2);
      cases = CASES.map(({ options, ...one }) => {
        const changes = /changes|deletes|feed/.test(one.name);
        const filled = Object.entries(options).map(([key, value]) => [key, value === "V2" ? moment : value]);
        return { ...one, table: changes ? tables.changed : tables.appended, options: Object.fromEntries(filled) };
      });
      await writeFile(join(folder, "cases.json"), JSON.stringify(cases));
      verdict = await ask("delta_streams.py", join(folder, "cases.json"));
    }, 1_500_000);

    afterAll(() => spark.stop());

    /** Five appends, one of several files; in `changed` a deletion of files and an update besides. */
    async function makeTable(name: string): Promise<string> {
      await spark.sql(`CREATE TABLE ${name} (id BIGINT, p STRING) PARTITIONED BY (p)
        TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'delta.enableDeletionVectors' = 'true')`);
      const add = (ids: string) => spark.sql(`INSERT INTO ${name} SELECT id, CAST(id AS STRING) FROM ${ids}`);
      await add("range(0, 3)");
      await add("range(3, 8)");
      if (name === "changed") await spark.sql(`DELETE FROM ${name} WHERE p = '4'`);
      await add("range(8, 9)");
      if (name === "changed") await spark.sql(`UPDATE ${name} SET id = 100 WHERE p = '2'`);
      await add("range(9, 13)");
      return join(folder, "tables/default", name);
    }

    async function momentOf(table: string, version: number): Promise<string> {
      const history = await (await spark.sql(`DESCRIBE HISTORY ${table}`)).collect();
      const at = history.find((row) => Number(row["version"]) === version)?.["timestamp"];
      return (at as Date).toISOString().replace("T", " ").replace("Z", "");
    }

    async function run({ table, options }: Case): Promise<Outcome> {
      const batches: Rows[] = [];
      const keep = async (batch: DataFrame): Promise<void> => {
        const rows = (await batch.collect()).map((row) =>
          SHOWN.filter((one) => one in row).map((one) => plain(row, one)),
        );
        if (rows.length > 0) batches.push(rows.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)));
      };
      try {
        const query = await spark.readStream
          .format("delta")
          .options(options)
          .load(table)
          .writeStream.trigger({ availableNow: true })
          .foreachBatch(keep)
          .start();
        await query.awaitTermination();
        return { batches };
      } catch (error) {
        const { cause, condition } = error as { cause?: { condition?: string }; condition: string };
        return { batches, error: cause?.condition ?? condition };
      }
    }

    test.each(CASES.map((one) => [one.name]))("%s [F71] [F72] [F147] [F199]", async (name) => {
      const wanted = cases.find((one) => one.name === name);
      const theirs = verdict[name];
      if (wanted === undefined || theirs === undefined) throw new Error(`no case ${name}`);
      const ours = await run(wanted);
      expect(ours.error).toBe(theirs.error);
      // Spark looks at all that there is before its first batch; here a stream goes as far as it can.
      if (theirs.error === undefined) expect(sorted(ours.batches.flat())).toEqual(sorted(theirs.batches.flat()));
      if (wanted.byBatch) {
        const sizes = (outcome: Outcome): readonly number[] => outcome.batches.map((batch) => batch.length);
        expect(sizes(ours)).toEqual(sizes(theirs));
      }
    });

    test("a pipeline has the same rows of the same options", async () => {
      const tables = cases.filter((one) => !verdict[one.name]?.error);
      const program = tables.map(
        ({ table, options }, i) =>
          `dlt.table({ name: "t${i}" }, () => spark.readStream.format("delta").options(${JSON.stringify(options)}).load(${JSON.stringify(table)}));`,
      );
      const project = await makeProject({
        "sluice.yml": "schema: s\n",
        "transformations/p.ts": `import { dlt, spark } from "sluice";\n${program.join("\n")}`,
      });
      const finished = await sluice(["run", "--project", project]);
      expect(finished.code, finished.stdout + finished.stderr).toBe(0);
      for (const [i, { name }] of tables.entries()) {
        const rows = await spark.read
          .format("delta")
          .load(join(project, `.sluice/tables/s/t${i}`))
          .collect();
        const shown = rows.map((row) => SHOWN.filter((one) => one in row).map((one) => plain(row, one)));
        expect(sorted(shown), name).toEqual(sorted(verdict[name]?.batches.flat() ?? []));
      }
    }, 60_000);
  },
);

function plain(row: Row, column: string): unknown {
  const value = row[column];
  return typeof value === "bigint" ? Number(value) : value;
}

function sorted(rows: Rows): readonly string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
