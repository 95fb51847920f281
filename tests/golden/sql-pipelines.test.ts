import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

function table(folder: string, name: string): RawTable {
  return new RawTable(join(folder, ".sluice/tables/s", name));
}

test("SQL files alone are a pipeline, and new files are read once [F29] [F31]", async () => {
  const folder = await makeProject({
    "sluice.yml": "schema: s\n",
    "transformations/bronze.sql": `
      CREATE OR REFRESH STREAMING TABLE bronze COMMENT "raw"
      AS SELECT *, _metadata.file_name AS file FROM STREAM read_files('raw', format => 'json');`,
    "transformations/gold/gold.sql": `
      CREATE OR REFRESH STREAMING LIVE TABLE silver (CONSTRAINT positive EXPECT (amount > 0) ON VIOLATION DROP ROW)
      AS SELECT * EXCEPT (_rescued_data) FROM STREAM(LIVE.bronze);
      CREATE MATERIALIZED VIEW gold (region STRING NOT NULL, n BIGINT, total DOUBLE, big BOOLEAN GENERATED ALWAYS AS (total > 5))
      AS SELECT region, count(*) AS n, sum(amount) AS total FROM silver GROUP BY ALL`,
    "raw/a.json":
      '{"id":1,"amount":5.5,"region":"eu"}\n{"id":2,"amount":-1,"region":"us"}\n{"id":3,"amount":2,"region":"us"}\n',
  });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  const sql = "SELECT region, n::INT AS n, total, big FROM t ORDER BY region";
  expect(await table(folder, "gold").rows(sql)).toEqual([
    { region: "eu", n: 1, total: 5.5, big: true },
    { region: "us", n: 1, total: 2, big: false },
  ]);
  await writeFiles(folder, { "raw/b.json": '{"id":4,"amount":9.5,"region":"us"}\n' });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect(
    await table(folder, "bronze").rows("SELECT file, count(*)::INT AS n FROM t GROUP BY file ORDER BY file"),
  ).toEqual([
    { file: "a.json", n: 3 },
    { file: "b.json", n: 1 },
  ]);
  expect(await table(folder, "gold").rows("SELECT big FROM t WHERE region = 'us'")).toEqual([{ big: true }]);
});
