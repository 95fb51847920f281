import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

test("what changes in a table flows on as rows of its change feed, as a stream and as a table; another stream passes over it [F72] [F198] [F199]", async () => {
  const folder = await makeProject({
    "sluice.yml": "schema: s\n",
    "transformations/a.sql": `
      CREATE STREAMING TABLE raw AS SELECT * FROM STREAM read_files('data', format => 'json');
      CREATE STREAMING TABLE customers TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true');
      CREATE FLOW f AS AUTO CDC INTO customers FROM STREAM(raw) KEYS (id) APPLY AS DELETE WHEN op = 'D' SEQUENCE BY n COLUMNS (id, name);
      CREATE STREAMING TABLE history AS SELECT id, name, _change_type AS type FROM STREAM customers WITH (readChangeFeed = true);
      CREATE MATERIALIZED VIEW counted AS SELECT _change_type AS type, count(*) AS n FROM table_changes('customers', 0) GROUP BY 1;
      CREATE STREAMING TABLE appended AS SELECT id FROM STREAM customers WITH (skipChangeCommits = true);`,
    "data/1.json": `{"id":1,"name":"a","n":1,"op":"I"}\n{"id":2,"name":"b","n":1,"op":"I"}\n`,
  });
  const table = (name: string) => new RawTable(join(folder, `.sluice/tables/s/${name}`));
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  await writeFiles(folder, {
    "data/2.json": `{"id":1,"name":"c","n":2,"op":"U"}\n{"id":2,"name":"b","n":2,"op":"D"}\n{"id":3,"name":"d","n":2,"op":"I"}\n`,
  });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect(await table("history").rows("SELECT id::INT AS id, name, type FROM t ORDER BY ALL")).toEqual([
    { id: 1, name: "a", type: "insert" },
    { id: 1, name: "a", type: "update_preimage" },
    { id: 1, name: "c", type: "update_postimage" },
    { id: 2, name: "b", type: "delete" },
    { id: 2, name: "b", type: "insert" },
    { id: 3, name: "d", type: "insert" },
  ]);
  expect(await table("counted").rows("SELECT type, n::INT AS n FROM t ORDER BY ALL")).toEqual([
    { type: "delete", n: 1 },
    { type: "insert", n: 3 },
    { type: "update_postimage", n: 1 },
    { type: "update_preimage", n: 1 },
  ]);
  expect(await table("appended").rows("SELECT id::INT AS id FROM t ORDER BY ALL")).toEqual([{ id: 1 }, { id: 2 }]);
});
