import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const TEAMS = `CREATE STREAMING TABLE employees (id BIGINT, manager BIGINT) AS SELECT id, manager FROM STREAM read_files('raw', format => 'json');
CREATE MATERIALIZED VIEW teams AS
WITH RECURSIVE team(id, depth) MAX RECURSION LEVEL 3 AS (
  SELECT id, 0 FROM employees WHERE manager IS NULL
  UNION ALL SELECT e.id, depth + 1 FROM employees e JOIN team ON e.manager = team.id)
SELECT * FROM team;
`;
const OUTSIDE = `CREATE STREAMING TABLE ranks AS
WITH RECURSIVE n(rank) AS (SELECT 1L UNION ALL SELECT rank + 1 FROM n WHERE rank < 5)
SELECT id, rank FROM STREAM employees JOIN n ON id = rank;
`;
const INSIDE = `CREATE STREAMING TABLE wrong AS
WITH RECURSIVE n(rank) AS (SELECT id FROM STREAM employees UNION ALL SELECT rank + 1 FROM n WHERE rank < 5)
SELECT rank FROM n;
`;

function rows(ids: readonly (readonly [number, number | null])[]): string {
  return ids.map(([id, manager]) => `${JSON.stringify({ id, manager })}\n`).join("");
}

test("a recursive view follows its table, a stream joins recursive rows, and what is too deep fails the view alone", async () => {
  const folder = await makeProject({
    "sluice.yml": "name: org\nschema: s\n",
    "transformations/p.sql": TEAMS + OUTSIDE,
    "raw/a.json": rows([
      [1, null],
      [2, 1],
    ]),
  });
  const depths = (name: string) =>
    new RawTable(join(folder, ".sluice/tables/s", name)).rows("SELECT * FROM t ORDER BY ALL");
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  await writeFiles(folder, { "raw/b.json": rows([[3, 2]]) });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect(await depths("teams")).toEqual([
    { id: "1", depth: 0 },
    { id: "2", depth: 1 },
    { id: "3", depth: 2 },
  ]);
  expect(await depths("ranks")).toEqual([1, 2, 3].map((id) => ({ id: String(id), rank: String(id) })));
  await writeFiles(folder, { "raw/c.json": rows([[4, 3]]) });
  const failed = await sluice(["run", "--project", folder]);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("Recursion level limit 3 reached");
  expect([(await depths("teams")).length, (await depths("ranks")).length]).toEqual([3, 4]);
});

test("a stream inside of a recursive query is refused with its place", async () => {
  const folder = await makeProject({
    "sluice.yml": "name: org\nschema: s\n",
    "transformations/p.sql": TEAMS + INSIDE,
    "raw/a.json": rows([[1, 1]]),
  });
  const refused = await sluice(["validate", "--project", folder]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("Recursive queries are not supported on streaming DataFrames/Datasets.");
  expect(refused.stderr).toMatch(/p\.sql:8/);
});
