import { join } from "node:path";
import { openPipeline } from "sluice";
import { beforeAll, describe, expect, test } from "vitest";
import { makeProject, writeFiles } from "../harness/sluice.ts";
import { ask, leftOut } from "./judges.ts";

interface Verdict {
  readonly spark: readonly string[];
  readonly delta_rs: readonly string[];
  readonly pruned: readonly number[];
  readonly prunes: boolean;
  readonly computed: string;
  readonly wrong: string;
  readonly updated: string;
  readonly after: readonly string[];
}

const PIPELINE = `CREATE STREAMING TABLE events (id INT, v STRING, at TIMESTAMP, loud STRING GENERATED ALWAYS AS (upper(v)), day DATE GENERATED ALWAYS AS (CAST(at AS DATE)),
  twice BIGINT GENERATED ALWAYS AS (id * 2)) PARTITIONED BY (day) AS SELECT * FROM STREAM read_files('raw', format => 'json', schema => 'id INT, v STRING, at TIMESTAMP');`;

const line = (id: number, v: string) => `${JSON.stringify({ id, v, at: `2026-01-0${id}T10:00:00Z` })}\n`;

describe.skipIf(leftOut !== undefined)(
  `generated columns before the judges${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let verdict: Verdict;
    let ours: readonly unknown[];

    beforeAll(async () => {
      const folder = await makeProject({
        "sluice.yml": "schema: s\nconfiguration:\n  spark.sql.session.timeZone: UTC\n",
        "raw/1.json": [1, 2, 3].map((id) => line(id, `v${id}`)).join(""),
        "transformations/p.sql": PIPELINE,
      });
      const pipeline = await openPipeline(folder, { threads: 1 });
      await pipeline.run().result;
      verdict = await ask<Verdict>("columns.py", join(folder, ".sluice/tables/s/events"));
      await writeFiles(folder, { "raw/2.json": line(4, "more") });
      expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });
      const session = pipeline.session();
      const rows = await session.sql(
        "SELECT id, loud, string(day) AS day, int(twice) AS twice FROM events ORDER BY id",
      );
      ours = JSON.parse(JSON.stringify(await rows.collect()));
      await pipeline.close();
    }, 300_000);

    test("Spark and delta-rs read them, and Spark reads fewer partitions by what their expression says", () => {
      const rows = [1, 2, 3].map(
        (id) =>
          `[('id', ${id}), ('v', 'v${id}'), ('at', '2026-01-0${id}T10:00:00.000000'), ('loud', 'V${id}'), ('day', '2026-01-0${id}'), ('twice', ${2 * id})]`,
      );
      expect(verdict.spark).toEqual(rows);
      expect(verdict.delta_rs).toEqual(rows);
      expect([verdict.pruned, verdict.prunes]).toEqual([[3], true]);
    });

    test("Spark computes them in the rows that it adds and changes, and takes no other values; later updates go on", () => {
      expect([verdict.computed, verdict.wrong, verdict.updated]).toEqual(["done", "refused", "done"]);
      expect(verdict.after).toHaveLength(4);
      expect(ours).toEqual([
        { id: 1, loud: "AGAIN", day: "2026-01-01", twice: 2 },
        { id: 2, loud: "V2", day: "2026-01-02", twice: 4 },
        { id: 3, loud: "V3", day: "2026-01-03", twice: 6 },
        { id: 4, loud: "MORE", day: "2026-01-04", twice: 8 },
        { id: 10, loud: "SPARK", day: "2026-02-01", twice: 20 },
      ]);
    });
  },
);
