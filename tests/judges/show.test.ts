import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSession, type Session } from "sluice";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, leftOut } from "./judges.ts";

const ALL_TYPES = `SELECT CAST(NULL AS INT) AS n, true AS b, 1Y AS y, 1.5D AS d, 1e10D AS big, 0.0001D AS small, -0.0D AS nz, CAST('NaN' AS DOUBLE) AS nan,
  1.50 AS dec, 'héllo 日本' AS s, X'00ff' AS bin, DATE'2026-03-05' AS dt, TIMESTAMP'2026-03-05 14:07:09.120' AS ts, TIMESTAMP_NTZ'1969-12-31 23:59:59.5' AS ntz,
  array(1, NULL) AS arr, map('a', NULL) AS m, struct(1 AS a, NULL AS b, 'x' AS c) AS st, INTERVAL '1-2' YEAR TO MONTH AS ym,
  INTERVAL '-1 02:03:04.5' DAY TO SECOND AS ds, array(INTERVAL '3' DAY) AS days, INTERVAL '100:30' HOUR TO MINUTE AS hm, make_interval(1, 2, 3) AS cal, array(struct(1.5D AS q)) AS nest, 'a\\tb\\nc' AS esc, '12345678901234567890123' AS lng, 1.0F AS f, 0.1F AS tenth, 100BD AS bd`;
const WIDE = "SELECT '日本語テキスト' AS wide, 'a' AS `日本` UNION ALL SELECT 'x', 'bcdef' ORDER BY 2";

const SHOWS = [
  { query: ALL_TYPES, rows: 20, truncate: 20, vertical: false },
  { query: ALL_TYPES, rows: 20, truncate: 0, vertical: false },
  { query: ALL_TYPES, rows: 20, truncate: 5, vertical: false },
  { query: ALL_TYPES, rows: 20, truncate: 3, vertical: false },
  { query: ALL_TYPES, rows: 20, truncate: 20, vertical: true },
  { query: WIDE, rows: 20, truncate: 20, vertical: false },
  { query: WIDE, rows: 1, truncate: 4, vertical: false },
  { query: "SELECT id FROM range(30)", rows: 20, truncate: 20, vertical: false },
  { query: "SELECT id FROM range(3)", rows: 1, truncate: 20, vertical: true },
  { query: "SELECT id FROM range(3)", rows: 0, truncate: 20, vertical: false },
  { query: "SELECT id FROM range(0)", rows: 20, truncate: 20, vertical: false },
  { query: "SELECT id FROM range(0)", rows: 20, truncate: 20, vertical: true },
];
const SCHEMAS = [ALL_TYPES, "SELECT map(struct(1 AS k), array(map('a', struct(array(1) AS x)))) AS deep"];
const MISTAKES = [
  "SELECT nope FROM range(3)",
  "SELECT * FROM nosuch.t",
  "SELECT 1 +",
  "SELECT nosuch(1)",
  "SELECT upper(1, 2)",
  "SELECT 1/0",
  "SELECT CAST('x' AS INT)",
  "SELECT id, count(*) FROM range(3)",
  "SELECT id FROM range(3) UNION SELECT 1, 2",
  "SELECT a.id FROM range(3) a JOIN range(3) b ON id = 1",
  "SELECT sum(count(*)) FROM range(3)",
  "SELECT array(1) + 1",
  "DESCRIBE nosuch",
  "INSERT INTO nosuch VALUES (1)",
  "DROP VIEW nosuch",
  "USE nosuch",
  "SET spark.sql.session.timeZone = Nowhere/Land",
];

interface Verdict {
  readonly shows: readonly string[];
  readonly schemas: readonly string[];
  readonly mistakes: readonly ({ readonly condition: string; readonly sqlState: string } | null)[];
}

describe.skipIf(leftOut !== undefined)(
  `a session before PySpark${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let folder: string;
    let spark: Verdict;
    let session: Session;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "sluice-show-"));
      await writeFile(
        join(folder, "asked.json"),
        JSON.stringify({ shows: SHOWS, schemas: SCHEMAS, mistakes: MISTAKES }),
      );
      session = openSession({ conf: { "spark.sql.warehouse.dir": folder }, threads: 2 });
      spark = await ask<Verdict>("show.py", join(folder, "asked.json"));
    }, 300_000);

    afterAll(async () => {
      await session.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function printed(work: () => Promise<void>): Promise<string> {
      let text = "";
      const spy = vi.spyOn(process.stdout, "write").mockImplementation((part) => {
        text += String(part);
        return true;
      });
      try {
        await work();
      } finally {
        spy.mockRestore();
      }
      return text;
    }

    test.each(SHOWS.map((one, i) => [i, one] as const))(
      "show %i prints what Spark prints",
      async (i, { query, rows, truncate, vertical }) => {
        const frame = await session.sql(query);
        expect(await printed(() => frame.show(rows, truncate, vertical))).toBe(spark.shows[i]);
      },
    );

    test.each(SCHEMAS.map((query, i) => [i, query] as const))(
      "printSchema %i prints what Spark prints",
      async (i, query) => {
        const frame = await session.sql(query);
        expect(await printed(() => frame.printSchema())).toBe(spark.schemas[i]);
      },
    );

    test.each(MISTAKES.map((query, i) => [query, i] as const))(
      "%s has Spark's condition and state",
      async (query, i) => {
        const error = await session
          .sql(query)
          .then((frame) => frame.collect())
          .then(
            () => null,
            ({ condition, sqlState }: { readonly condition: string; readonly sqlState: string }) => ({
              condition,
              sqlState,
            }),
          );
        expect(error).toEqual(spark.mistakes[i]);
      },
    );
  },
);
