import { openPipeline } from "sluice";
import { expect, test } from "vitest";
import { makeProject, writeFiles } from "../harness/sluice.ts";

const PIPELINE = `import { dlt, spark } from "sluice";
const raw = () => spark.readStream.format("json").schema("id INT, v STRING").load("raw");
dlt.table({
  name: "typed",
  schema: \`id INT NOT NULL COMMENT 'key', v STRING, loud STRING GENERATED ALWAYS AS (upper(v)),
    day: DATE GENERATED ALWAYS AS (date_add(DATE'2026-01-01', id)), CONSTRAINT pk PRIMARY KEY (id), CONSTRAINT known EXPECT (v <> 'c')\`,
  partitionCols: ["day"],
}, raw);
dlt.createStreamingTable({ name: "added", schema: "id INT, v STRING, twice INT GENERATED ALWAYS AS (id * 2)" });
dlt.appendFlow({ target: "added", name: "one" }, raw);
dlt.appendFlow({ target: "added", name: "two" }, () => raw().selectExpr("id + 10 AS id", "v"));`;

const CHANGES = `CREATE STREAMING TABLE latest (id INT, v STRING, loud STRING GENERATED ALWAYS AS (upper(v)), n INT);
CREATE FLOW changes AS AUTO CDC INTO latest FROM (SELECT 1 AS id, v, id AS n FROM STREAM typed) KEYS (id) SEQUENCE BY n STORED AS SCD TYPE 1;
CREATE STREAMING TABLE versions (v STRING, id INT, loud STRING GENERATED ALWAYS AS (upper(v)), __START_AT INT, __END_AT INT);
CREATE FLOW more AS AUTO CDC INTO versions FROM (SELECT 1 AS id, v, id AS n FROM STREAM typed) KEYS (id) SEQUENCE BY n COLUMNS (id, v) STORED AS SCD TYPE 2;`;

async function project(transformations: Readonly<Record<string, string>>) {
  const folder = await makeProject({
    "sluice.yml": "name: shop\nschema: demo\n",
    "raw/1.json": '{"id":1,"v":"a"}\n{"id":2,"v":"b"}\n{"id":3,"v":null}\n',
    ...transformations,
  });
  return await openPipeline(folder, { threads: 1 });
}

test("generated columns are computed in the rows of every flow, of appends and of changes, in TypeScript and SQL [F17] [F25] [F27]", async () => {
  const pipeline = await project({ "transformations/p.ts": PIPELINE, "transformations/c.sql": CHANGES });
  expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });
  const ask = async (sql: string) => JSON.parse(JSON.stringify(await (await pipeline.session().sql(sql)).collect()));
  expect(await ask("SELECT id, v, loud, string(day) AS day FROM typed ORDER BY id")).toEqual([
    { id: 1, v: "a", loud: "A", day: "2026-01-02" },
    { id: 2, v: "b", loud: "B", day: "2026-01-03" },
    { id: 3, v: null, loud: null, day: "2026-01-04" },
  ]);
  expect(await ask("SELECT id, twice FROM added ORDER BY id")).toEqual(
    [1, 2, 3, 11, 12, 13].map((id) => ({ id, twice: 2 * id })),
  );
  expect(await ask("SELECT * FROM latest")).toEqual([{ id: 1, v: null, loud: null, n: 3 }]);
  expect(await ask("SELECT v, loud, __START_AT AS since FROM versions ORDER BY since")).toEqual([
    { v: "a", loud: "A", since: 1 },
    { v: "b", loud: "B", since: 2 },
    { v: null, loud: null, since: 3 },
  ]);
  const { graph } = await pipeline.validate();
  const typed = graph?.datasets.find(({ name }) => name === "demo.typed");
  expect(typed?.declaration.keys).toEqual([{ kind: "PrimaryKey", name: "pk", columns: ["id"] }]);
  expect(typed?.schema.fields[0]).toMatchObject({ name: "id", nullable: false, metadata: { comment: "key" } });
  await pipeline.close();
});

test("what a schema's text cannot say is told at the place of the declaration", async () => {
  const pipeline = await project({
    "transformations/p.ts": `import { dlt, spark } from "sluice";
const raw = () => spark.readStream.format("json").schema("id INT, v STRING").load("raw");
dlt.table({ name: "a", schema: "id INT, v STRING, k INT GENERATED ALWAYS AS IDENTITY" }, raw);
dlt.table({ name: "b", schema: "id INT, v STRING, w STRING GENERATED ALWAYS AS (upper(x))" }, raw);
dlt.table({ name: "c", schema: "id INT, v STRING, w STRING GENERATED ALWAYS" }, raw);
dlt.table({ name: "d", schema: "id INT, v STRING MASK hide" }, raw);`,
    "transformations/c.sql": CHANGES.replaceAll("typed", "e").replace("SEQUENCE BY", "IGNORE NULL UPDATES SEQUENCE BY"),
    "transformations/e.ts": `import { dlt, spark } from "sluice";
dlt.table({ name: "e" }, () => spark.readStream.format("json").schema("id INT, v STRING").load("raw"));`,
  });
  const { errors } = await pipeline.validate();
  const told = errors.map(
    ({ code, origin, message }) => `${origin?.file.split("/").at(-1)}:${origin?.line} ${code} ${message}`,
  );
  expect(told.sort()).toEqual([
    expect.stringMatching(
      /^c\.sql:1 UNSUPPORTED_FEATURE The generated column "loud" in a table whose changes set only some/,
    ),
    expect.stringMatching(/^p\.ts:3 INVALID_IDENTITY_COLUMN "demo.a" cannot number its column "k"/),
    expect.stringMatching(/^p\.ts:4 QUERY_PROBLEM .*there is no column `x`/),
    expect.stringMatching(/^p\.ts:5 QUERY_PROBLEM .*expected AS/),
    expect.stringMatching(/^p\.ts:6 UNSUPPORTED_FEATURE The column mask of "v"/),
  ]);
  await pipeline.close();
});

const KEYED = `CREATE STREAMING TABLE people (id INT NOT NULL, v STRING COMMENT 'it''s', loud STRING GENERATED ALWAYS AS (upper(v)), day DATE GENERATED ALWAYS AS (date_add(DATE'2026-01-01', id)),
  n BIGINT GENERATED ALWAYS AS (id * 2), CONSTRAINT pk PRIMARY KEY (id) RELY, FOREIGN KEY (v) REFERENCES demo.names (name), CONSTRAINT low EXPECT (id < 100) ON VIOLATION QUARANTINE ROW)
  PARTITIONED BY (day) AS SELECT * FROM STREAM read_files('raw', format => 'json', schema => 'id INT, v STRING');
CREATE MATERIALIZED VIEW copies (id INT PRIMARY KEY, l INT GENERATED ALWAYS AS (length(v)), v STRING) AS SELECT id, v FROM people;
CREATE STREAMING TABLE below AS SELECT loud, n FROM STREAM people;`;

type Ask = (sql: string) => Promise<unknown>;

function asker(pipeline: Awaited<ReturnType<typeof project>>): Ask {
  const plain = (_key: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  return async (sql) => JSON.parse(JSON.stringify(await (await pipeline.session().sql(sql)).collect(), plain));
}

test("a table's metadata have the expressions of its generated columns; DESCRIBE EXTENDED and SHOW CREATE TABLE tell them and its keys", async () => {
  const pipeline = await project({ "transformations/p.sql": KEYED });
  expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });
  const ask = asker(pipeline);
  const told = (await ask("DESCRIBE EXTENDED people")) as { col_name: string; data_type: string }[];
  const from = told.findIndex((row) => row.col_name === "# Constraints");
  expect(told.slice(from).map((row) => [row.col_name, row.data_type])).toEqual([
    ["# Constraints", ""],
    ["pk", "PRIMARY KEY (`id`)"],
    ["people_names_fk", "FOREIGN KEY (`v`) REFERENCES `demo`.`names` (`name`)"],
  ]);
  const [people] = (await ask("SHOW CREATE TABLE people")) as { createtab_stmt: string }[];
  expect(people?.createtab_stmt.split("TBLPROPERTIES")[0]).toBe(
    [
      "CREATE TABLE demo.people (",
      "  id INT NOT NULL,",
      "  v STRING COMMENT 'it\\'s',",
      "  loud STRING GENERATED ALWAYS AS (upper(v)),",
      "  day DATE GENERATED ALWAYS AS (date_add(DATE '2026-01-01', id)),",
      "  n BIGINT GENERATED ALWAYS AS (CAST(id * 2 AS BIGINT)),",
      "  CONSTRAINT pk PRIMARY KEY (`id`),",
      "  CONSTRAINT people_names_fk FOREIGN KEY (`v`) REFERENCES `demo`.`names` (`name`))",
      "USING delta",
      "PARTITIONED BY (day)",
      "",
    ].join("\n"),
  );
  const [copies] = (await ask("SHOW CREATE TABLE copies")) as { createtab_stmt: string }[];
  expect(copies?.createtab_stmt).toContain("l INT GENERATED ALWAYS AS (length(v)),");
  const [detail] = (await ask("DESCRIBE DETAIL people")) as { tableFeatures: string[] }[];
  expect(detail?.tableFeatures).toContain("generatedColumns");
  for (const other of ["below", "people_quarantine"]) {
    const [shown] = (await ask(`SHOW CREATE TABLE ${other}`)) as { createtab_stmt: string }[];
    expect(shown?.createtab_stmt, other).not.toContain("GENERATED");
  }
  await pipeline.close();
});

test("statements compute generated columns, and take no other value for them", async () => {
  const pipeline = await project({ "transformations/p.sql": KEYED });
  await pipeline.run().result;
  const ask = asker(pipeline);
  await ask("INSERT INTO people (id, v) VALUES (7, 'x')");
  await ask("INSERT INTO people (id, v, loud, n) VALUES (8, 'y', 'Y', 16)");
  await expect(ask("INSERT INTO people (id, v, loud) VALUES (9, 'z', 'nonsense')")).rejects.toThrow(
    /The column `loud` is generated as \(upper\(v\)\)/,
  );
  await ask("UPDATE people SET v = 'other' WHERE id = 1");
  await expect(ask("UPDATE people SET loud = 'other' WHERE id = 1")).rejects.toThrow(/is generated as/);
  await ask("DELETE FROM people WHERE id = 2");
  await ask(
    "MERGE INTO people t USING (SELECT 3 AS id, 'm' AS v UNION ALL SELECT 4, 'n') s ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT *",
  );
  await expect(
    ask("MERGE INTO people t USING (SELECT 3 AS id) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET loud = 'q'"),
  ).rejects.toThrow(/setting the generated column `loud` in MERGE/);
  expect(await ask("SELECT id, v, loud, string(day) AS day, n FROM people ORDER BY id")).toEqual([
    { id: 1, v: "other", loud: "OTHER", day: "2026-01-02", n: 2 },
    { id: 3, v: "m", loud: "M", day: "2026-01-04", n: 6 },
    { id: 4, v: "n", loud: "N", day: "2026-01-05", n: 8 },
    { id: 7, v: "x", loud: "X", day: "2026-01-08", n: 14 },
    { id: 8, v: "y", loud: "Y", day: "2026-01-09", n: 16 },
  ]);
  await pipeline.close();
});

test("another expression needs a full refresh, and one that has another value each time is refused", async () => {
  const folder = await makeProject({
    "sluice.yml": "schema: demo\n",
    "raw/1.json": '{"id":1,"v":"a"}\n',
    "transformations/p.sql": KEYED,
  });
  const first = await openPipeline(folder, { threads: 1 });
  await first.run().result;
  await first.close();
  await writeFiles(folder, {
    "transformations/p.sql": KEYED.replace("(upper(v))", "(lower(v))").replace(
      "CONSTRAINT pk PRIMARY KEY (id) RELY, ",
      "",
    ),
  });
  const second = await openPipeline(folder, { threads: 1 });
  const { errors } = await second.validate();
  expect(errors.map(({ code, message }) => `${code} ${message}`)).toEqual([
    expect.stringMatching(/^GENERATED_COLUMN_CHANGED .*is \(upper\(v\)\); now it is \(lower\(v\)\)/),
  ]);
  expect(await second.run({ fullRefresh: ["people"] }).result).toMatchObject({ state: "COMPLETED" });
  const ask = asker(second);
  expect(await ask("SELECT loud FROM people")).toEqual([{ loud: "a" }]);
  expect(JSON.stringify(await ask("DESCRIBE EXTENDED people"))).not.toContain("PRIMARY KEY");
  await second.close();
  await writeFiles(folder, {
    "transformations/p.sql": `CREATE MATERIALIZED VIEW a (id INT, g TIMESTAMP GENERATED ALWAYS AS (current_timestamp())) AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW b (id INT, g STRING GENERATED ALWAYS AS (concat('x', uuid()))) AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW c (id INT, g INT GENERATED ALWAYS AS ((SELECT 1))) AS SELECT 1 AS id;
CREATE MATERIALIZED VIEW d (id INT, g BIGINT GENERATED ALWAYS AS (row_number() OVER (ORDER BY id))) AS SELECT 1 AS id;`,
  });
  const third = await openPipeline(folder, { threads: 1 });
  const refused = (await third.validate()).errors.filter(
    (one) => one.code === "UNSUPPORTED_EXPRESSION_GENERATED_COLUMN",
  );
  expect(refused.map(({ origin, message }) => `${origin?.line} ${message.replace(/^.*?: /, "")}`)).toEqual([
    expect.stringMatching(/^1 current_timestamp\(\) has another value/),
    expect.stringMatching(/^2 uuid\(\) has another value/),
    expect.stringMatching(/^3 it has a sub-query/),
    expect.stringMatching(/^4 it looks at other rows \(OVER\)/),
  ]);
  await third.close();
});
