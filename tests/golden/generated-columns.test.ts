import { openPipeline } from "sluice";
import { expect, test } from "vitest";
import { makeProject } from "../harness/sluice.ts";

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
CREATE FLOW changes AS AUTO CDC INTO latest FROM (SELECT 1 AS id, v, id AS n FROM STREAM typed) KEYS (id) SEQUENCE BY n STORED AS SCD TYPE 1;`;

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
