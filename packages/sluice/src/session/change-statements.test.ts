import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSession } from "./open-session.ts";
import type { Session } from "./session.ts";

let folder: string;
let session: Session;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-change-"));
  session = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "warehouse") }, threads: 2 });
});

afterAll(async () => {
  await session.stop();
  await rm(folder, { recursive: true, force: true });
});

async function rowsOf(sql: string): Promise<readonly unknown[]> {
  return (await session.sql(sql)).collect();
}

async function newTable(name: string, vectors = true): Promise<void> {
  await rowsOf(
    `CREATE TABLE ${name} (id BIGINT, name STRING NOT NULL, n INT) TBLPROPERTIES (delta.enableChangeDataFeed = true, delta.enableDeletionVectors = ${vectors})`,
  );
  await rowsOf(`INSERT INTO ${name} VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', NULL), (4, 'd', 4)`);
}

describe.each([true, false])("with deletion vectors: %s", (vectors) => {
  const t = `t_${vectors}`;

  test("DELETE, UPDATE and MERGE change rows, say how many, and are in the history and the change feed", async () => {
    await newTable(t, vectors);
    expect(await rowsOf(`DELETE FROM ${t} x WHERE x.n = 4`)).toEqual([{ num_affected_rows: 1n }]);
    expect(await rowsOf(`UPDATE ${t} SET n = n + 1, name = upper(name) WHERE id <= 2`)).toEqual([
      { num_affected_rows: 2n },
    ]);
    const merged =
      await rowsOf(`MERGE INTO ${t} t USING (SELECT * FROM VALUES (1, 'one'), (3, 'three'), (9, 'nine') AS v(id, name)) s
      ON t.id = s.id
      WHEN MATCHED AND s.id = 3 THEN DELETE
      WHEN MATCHED THEN UPDATE SET t.name = s.name
      WHEN NOT MATCHED AND id > 5 THEN INSERT (id, name) VALUES (id, name)
      WHEN NOT MATCHED BY SOURCE THEN UPDATE SET n = 0`);
    expect(merged).toEqual([
      { num_affected_rows: 4n, num_updated_rows: 2n, num_deleted_rows: 1n, num_inserted_rows: 1n },
    ]);
    expect(await rowsOf(`SELECT * FROM ${t} ORDER BY id`)).toEqual([
      { id: 1n, name: "one", n: 2 },
      { id: 2n, name: "B", n: 0 },
      { id: 9n, name: "nine", n: null },
    ]);
    expect(
      await rowsOf(
        `SELECT _commit_version AS v, _change_type AS type, count(*) AS rows FROM table_changes('${t}', 2) GROUP BY ALL ORDER BY ALL`,
      ),
    ).toEqual([
      { v: 2n, type: "delete", rows: 1n },
      { v: 3n, type: "update_postimage", rows: 2n },
      { v: 3n, type: "update_preimage", rows: 2n },
      { v: 4n, type: "delete", rows: 1n },
      { v: 4n, type: "insert", rows: 1n },
      { v: 4n, type: "update_postimage", rows: 2n },
      { v: 4n, type: "update_preimage", rows: 2n },
    ]);
    const [last] = (await rowsOf(`DESCRIBE HISTORY ${t}`)) as {
      operation: string;
      operationMetrics: Map<string, string>;
    }[];
    expect(last?.operation).toBe("MERGE");
    expect(last?.operationMetrics.get("numTargetRowsUpdated")).toBe("2");
  });
});

test("a source row that meets a row twice is Delta's error, but for a plain DELETE; * takes all columns", async () => {
  await newTable("m");
  const twice = "(SELECT * FROM VALUES (1, 'x', 1), (1, 'y', 2) AS v(id, name, n)) s ON m.id = s.id";
  await expect(rowsOf(`MERGE INTO m USING ${twice} WHEN MATCHED THEN UPDATE SET *`)).rejects.toMatchObject({
    facts: { condition: "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE" },
  });
  await rowsOf(`MERGE INTO m USING ${twice} WHEN MATCHED THEN DELETE`);
  const source = "(SELECT * FROM VALUES (2, 'x', 5), (7, 'y', 7) AS v(id, name, n)) s ON m.id = s.id";
  await rowsOf(`MERGE INTO m USING ${source} WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *`);
  expect(await rowsOf("SELECT id, name, n FROM m ORDER BY id")).toEqual([
    { id: 2n, name: "x", n: 5 },
    { id: 3n, name: "c", n: null },
    { id: 4n, name: "d", n: 4 },
    { id: 7n, name: "y", n: 7 },
  ]);
  expect(await rowsOf("DELETE FROM m WHERE id IN (SELECT max(id) FROM m)")).toEqual([{ num_affected_rows: 1n }]);
  expect(await rowsOf("DELETE FROM m")).toEqual([{ num_affected_rows: 3n }]);
  expect(await rowsOf("SELECT * FROM m")).toEqual([]);
});

test("mistakes have Spark's conditions and a place, and change nothing", async () => {
  await newTable("w");
  const mistake = (sql: string) =>
    rowsOf(sql).then(
      () => "none",
      (error) => error.problems?.[0]?.condition ?? error.facts?.condition,
    );
  expect(await mistake("UPDATE w SET nope = 1")).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
  expect(await mistake("DELETE FROM w WHERE nope = 1")).toBe("UNRESOLVED_COLUMN.WITH_SUGGESTION");
  expect(await mistake("UPDATE w SET n = 1, N = 2")).toBe("ASSIGNMENT_CONFLICT");
  expect(await mistake("UPDATE w SET name = NULL WHERE id = 1")).toBe("DELTA_NOT_NULL_CONSTRAINT_VIOLATED");
  expect(await mistake("UPDATE w SET n = 'many'")).toBe("CAST_INVALID_INPUT");
  expect(await mistake("DELETE FROM missing")).toBe("TABLE_OR_VIEW_NOT_FOUND");
  expect(await rowsOf("SELECT count(*) AS n FROM w WHERE _file IS NULL").catch(() => "hidden")).toBe("hidden");
  expect(await rowsOf("SELECT count(*) AS n FROM w")).toEqual([{ n: 4n }]);
});

test("a value within a struct, an array or a map that does not fit is an error in either mode, and nothing is stored", async () => {
  await rowsOf("CREATE TABLE nested (id INT, s STRUCT<x: INT, y: STRING>, a ARRAY<INT>, m MAP<STRING, INT>)");
  await rowsOf("INSERT INTO nested VALUES (1, named_struct('x', '1', 'y', 'a'), array('2'), map('k', 3L))");
  const stored = await rowsOf("SELECT * FROM nested");
  for (const ansi of [true, false]) {
    await rowsOf(`SET spark.sql.ansi.enabled = ${ansi}`);
    for (const statement of [
      "INSERT INTO nested VALUES (2, named_struct('x', 'text', 'y', 'a'), NULL, NULL)",
      "INSERT INTO nested VALUES (2, NULL, array('b'), NULL)",
      "INSERT INTO nested (id, m) VALUES (2, map('k', 'z'))",
      "UPDATE nested SET s = named_struct('x', 99999999999L, 'y', 'a')",
      "MERGE INTO nested n USING (SELECT 1 AS id) s ON n.id = s.id WHEN MATCHED THEN UPDATE SET a = array('b')",
    ]) {
      const error = await rowsOf(statement).catch((failure) => failure);
      expect(error.facts?.condition, statement).toMatch(/^(CAST_INVALID_INPUT|CAST_OVERFLOW)$/);
    }
  }
  await rowsOf("RESET spark.sql.ansi.enabled");
  expect(await rowsOf("SELECT * FROM nested")).toEqual(stored);
});

test("fields of structs are set one by one, as Delta does: the others stay, and a NULL struct gets NULLs", async () => {
  await rowsOf("CREATE TABLE parts (id INT, s STRUCT<x: INT, y: STRUCT<z: STRING, w: INT>>)");
  await rowsOf("INSERT INTO parts VALUES (1, named_struct('x', 1, 'y', named_struct('z', 'a', 'w', 7))), (2, NULL)");
  const parts = () => rowsOf("SELECT id, to_json(s) AS s FROM parts ORDER BY id");
  await rowsOf("UPDATE parts p SET S.x = 9, p.s.y.Z = concat(s.y.z, '!')");
  expect(await parts()).toEqual([
    { id: 1, s: '{"x":9,"y":{"z":"a!","w":7}}' },
    { id: 2, s: '{"x":9,"y":{}}' },
  ]);
  const merge = "MERGE INTO parts t USING (SELECT 1 AS id, 5 AS x) u ON t.id = u.id";
  await rowsOf(
    `${merge} WHEN MATCHED THEN UPDATE SET t.s.x = u.x WHEN NOT MATCHED BY SOURCE THEN UPDATE SET s.y.w = id`,
  );
  expect(await parts()).toEqual([
    { id: 1, s: '{"x":5,"y":{"z":"a!","w":7}}' },
    { id: 2, s: '{"x":9,"y":{"w":2}}' },
  ]);
  for (const [statement, condition] of [
    ["UPDATE parts SET s.x = 1, s = NULL", "ASSIGNMENT_CONFLICT"],
    ["UPDATE parts SET s.x = 1, s.X = 2", "ASSIGNMENT_CONFLICT"],
    ["UPDATE parts SET s.nope = 1", "FIELD_NOT_FOUND"],
    ["UPDATE parts SET id.x = 1", "FIELD_NOT_FOUND"],
    ["UPDATE parts SET s.x = 'text'", "CAST_INVALID_INPUT"],
    [`${merge} WHEN NOT MATCHED THEN INSERT (id, s.x) VALUES (1, 2)`, "DELTA_UNSUPPORTED_NESTED_FIELD_IN_OPERATION"],
  ] as const) {
    const error = await rowsOf(statement).catch((failure) => failure);
    expect(error.problems?.[0]?.condition ?? error.facts?.condition, statement).toBe(condition);
  }
});
