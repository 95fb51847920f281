// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of SQL text
import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

test("declared columns take the query's values by name; a value that does not fit stops the flow and nothing is lost [F17] [F25]", async () => {
  const folder = await makeProject({
    "sluice.yml": "schema: s\nparameters: {limit: 5}\n",
    "transformations/a.sql": `
      CREATE STREAMING TABLE typed (day DATE COMMENT 'of the reading', id INT, level DECIMAL(6,2), high BOOLEAN GENERATED ALWAYS AS (level > CAST(:limit AS INT)))
      AS SELECT id, level, day FROM STREAM read_files('raw', format => 'csv', inferColumnTypes => false);
      CREATE MATERIALIZED VIEW named (d COMMENT 'a day', n) AS SELECT day, count(*) FROM typed GROUP BY day`,
    "raw/1.csv": "id,level,day\n1,3.14159,2026-01-31\n2,7,2026-02-01\n3,,\n",
  });
  const typed = new RawTable(join(folder, ".sluice/tables/s/typed"));
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  const sql = "SELECT day::VARCHAR AS day, id, level::VARCHAR AS level, high, typeof(id) AS type FROM t ORDER BY id";
  const first = [
    { day: "2026-01-31", id: 1, level: "3.14", high: false, type: "INTEGER" },
    { day: "2026-02-01", id: 2, level: "7.00", high: true, type: "INTEGER" },
    { day: null, id: 3, level: null, high: null, type: "INTEGER" },
  ];
  expect(await typed.rows(sql)).toEqual(first);
  const shown = await sluice(["show", "named", "--project", folder, "--json"]);
  expect(shown.stdout).toContain("a day");
  await writeFiles(folder, { "raw/2.csv": "id,level,day\n4,1,2026-02-02\n5e9,1,2026-02-02\n" });
  const failed = await sluice(["run", "--project", folder]);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/5e9/);
  expect(await typed.rows(sql)).toEqual(first);
});

test("the current catalog and schema are the pipeline's, in its queries and in questions to it", async () => {
  const folder = await makeProject({
    "sluice.yml": "catalog: main\nschema: shop\n",
    "transformations/a.sql":
      "CREATE MATERIALIZED VIEW place AS SELECT current_catalog() AS c, current_schema() AS s, current_database() AS d",
  });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  const question = "SELECT *, current_catalog() AS c2, current_schema() AS s2 FROM place";
  const { stdout } = await sluice(["query", question, "--project", folder, "--json"]);
  expect(JSON.parse(stdout)).toEqual({ c: "main", s: "shop", d: "shop", c2: "main", s2: "shop" });
});

test("validate shows everything wrong in SQL files, at file, line and column, with a next step [F87]", async () => {
  const folder = await makeProject({
    "transformations/a.sql": [
      "CREATE MATERIALIZED VIEW one AS SELECT idd FROM VALUES (1) AS t(id);",
      "CREATE MATERIALIZED VIEW two (id DATE) AS SELECT 1 AS id;",
      "CREATE STREAMING TABLE three AS SELECT * FROM STREAM read_files('${where}', format => 'json');",
      "CREATE STREAMING TABLE four AS SELECT * FROM STREAM other WITH (SKIPCHANGECOMMITS);",
      "CREATE STREAMING TABLE five AS SELECT * FROM STREAM read_kafka(subscribe => 'a') WATERMARK ts DELAY OF INTERVAL 1 MINUTE;",
      "CREATE STREAMING TABLE six;",
      "CREATE FLOW f AS AUTO CDC INTO six FROM STREAM(one) KEYS (id);",
      "CREATE MATERIALIZED VIEW seven AS SELECT * FROM event_log(TABLE(one)), table_changes('one', 1), STREAM one;",
    ].join("\n"),
  });
  const finished = await sluice(["validate", "--project", folder]);
  expect(finished.code).toBe(2);
  const places = [...finished.stderr.matchAll(/\[([A-Z_.]+)\].*\n {2}at transformations\/a\.sql:(\d+):(\d+)/g)];
  expect(places.map(([, code, line, column]) => `${line}:${column} ${code}`).sort()).toEqual([
    "1:40 UNRESOLVED_COLUMN.WITH_SUGGESTION",
    "2:26 DATASET_SCHEMA_MISMATCH",
    "3:66 PARAMETER_NOT_SET",
    "4:46 TABLE_OR_VIEW_NOT_FOUND",
    "5:46 MISSING_OPTION",
    "7:53 MISSING_OPTION",
    "8:49 UNSUPPORTED_FEATURE",
    "8:72 DELTA_MISSING_CHANGE_DATA",
  ]);
});
