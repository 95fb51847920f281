import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openPipeline, type Pipeline } from "sluice";
import { afterEach, describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, writeFiles } from "../harness/sluice.ts";

const opened: Pipeline[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((pipeline) => pipeline.close()));
});

interface Drift {
  readonly format?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** A pipeline of three tables over a folder of files. */
async function drifting({
  format = "json",
  options = {},
  files,
}: Drift): Promise<{ pipeline: Pipeline; folder: string }> {
  const all = { "cloudFiles.format": format, "cloudFiles.inferColumnTypes": "true", ...options };
  const calls = Object.entries(all).map(([key, value]) => `.option(${JSON.stringify(key)}, ${JSON.stringify(value)})`);
  const folder = await makeProject({
    "sluice.yml": "name: drift\nschema: s\n",
    "transformations/p.ts": `import { dlt, spark } from "sluice";
dlt.table({ name: "bronze" }, () => spark.readStream.format("cloudFiles")${calls.join("")}.load("raw"));
dlt.table({ name: "silver" }, () => dlt.readStream("bronze"));
dlt.table({ name: "gold" }, () => dlt.read("silver"));`,
    ...files,
  });
  const pipeline = await openPipeline(folder);
  opened.push(pipeline);
  return { pipeline, folder };
}

async function update(pipeline: Pipeline): Promise<string> {
  const result = await pipeline.run().result;
  return result.kind === "Finished" ? result.state : result.kind;
}

/** Rows of `gold` as objects, in order of ids; NULLs left out. */
async function gold(pipeline: Pipeline): Promise<readonly Record<string, unknown>[]> {
  const { schema, rows } = await pipeline.query("SELECT * FROM gold ORDER BY id");
  return rows.map((row) =>
    Object.fromEntries(
      schema.fields.flatMap(({ name }, i) => (row[i] === null || row[i] === undefined ? [] : [[name, row[i]]])),
    ),
  );
}

describe("new columns in files", () => {
  test("make the update start again and are in all tables, no row lost or doubled [F140]", async () => {
    const { pipeline, folder } = await drifting({
      options: { "cloudFiles.maxFilesPerTrigger": "1" },
      files: { "raw/1.json": '{"id":1,"n":{"a":1}}\n' },
    });
    expect(await update(pipeline)).toBe("COMPLETED");
    await writeFiles(folder, { "raw/2.json": '{"id":2,"n":{"a":2,"b":"x"},"items":[{"q":1}]}\n{"id":3}\n' });
    await writeFiles(folder, { "raw/3.json": '{"id":4,"ID":9,"n":{"a":"text"}}\n{"id":5,"odd name":1}\nno json\n' });
    await writeFiles(folder, { "raw/4.json": '{"id":6,"last":{"z":true},"items":[{"q":2,"r":3}]}\n' });
    expect(await update(pipeline)).toBe("COMPLETED");
    const [broken, ...rows] = await gold(pipeline);
    expect(broken?.["_rescued_data"]).toContain('"_corrupt_record":"no json"');
    expect(rows.map(({ _rescued_data: _, ...row }) => row)).toEqual([
      { id: 1n, n: [1n, null] },
      { id: 2n, n: [2n, "x"], items: [[1n, null]] },
      { id: 3n },
      { id: 4n, n: [null, null] },
      { id: 5n },
      { id: 6n, items: [[2n, 3n]], last: [true] },
    ]);
    expect(rows[3]?.["_rescued_data"]).toMatch(/"n":\{"a":"text"\}.*"ID":9/);
    expect(rows[4]?.["_rescued_data"]).toContain('"odd name":1');
    const causes = (await pipeline.events({ limit: 1000 })).filter((event) => event["event_type"] === "create_update");
    expect(causes.map((event) => JSON.parse(String(event["details"])).create_update.cause)).toEqual([
      "USER_ACTION",
      "USER_ACTION",
      "SCHEMA_CHANGE",
      "SCHEMA_CHANGE",
    ]);
    const version = await readFile(join(folder, ".sluice/schemas/s.bronze/_schemas/2"), "utf8");
    expect(JSON.parse(version).schema.fields.map((one: { name: string }) => one.name)).toEqual([
      "id",
      "n",
      "items",
      "last",
    ]);
  });

  test("are taken in during a full refresh without emptying the table again", async () => {
    const { pipeline, folder } = await drifting({
      options: { "cloudFiles.maxFilesPerTrigger": "1" },
      files: { "raw/1.json": '{"id":1}\n' },
    });
    await update(pipeline);
    await writeFiles(folder, { "raw/2.json": `${'{"id":2}\n'.repeat(3)}{"id":3,"late":1}\n` });
    const result = await pipeline.run({ fullRefreshAll: true }).result;
    expect(result).toMatchObject({ state: "COMPLETED" });
    expect(await gold(pipeline)).toHaveLength(5);
  });

  test.each([
    ["csv", "id,a\n1,x\n", "id,b,a\n2,y,z\n", { "cloudFiles.inferColumnTypes": "true" }],
    ["xml", "<r><row><id>1</id><a>x</a></row></r>", "<r><row><id>2</id><b>y</b><a>z</a></row></r>", { rowTag: "row" }],
    ["json", '{"id":"1","a":"x"}\n', '{"id":"2","b":"y","a":"z"}\n', { "cloudFiles.rescuedDataColumn": "" }],
  ])("of %s files go by name [F140]", async (format, first, second, options) => {
    const { pipeline, folder } = await drifting({ format, options, files: { [`raw/1.${format}`]: first } });
    await update(pipeline);
    await writeFiles(folder, { [`raw/2.${format}`]: second });
    expect(await update(pipeline)).toBe("COMPLETED");
    expect((await gold(pipeline)).map((row) => [String(row["id"]), row["a"], row["b"]])).toEqual([
      ["1", "x", undefined],
      ["2", "z", "y"],
    ]);
  });

  test("stop the flow with failOnNewColumns until a hint names them [F141]", async () => {
    const options = { "cloudFiles.schemaEvolutionMode": "failOnNewColumns" };
    const { pipeline, folder } = await drifting({ options, files: { "raw/1.json": '{"id":1}\n' } });
    await update(pipeline);
    await writeFiles(folder, { "raw/2.json": '{"id":2,"extra":"x"}\n' });
    const failed = await pipeline.run().result;
    const error = failed.kind === "Finished" ? failed.flows[0]?.error : undefined;
    expect(error).toMatchObject({ facts: { file: join(folder, "raw/2.json"), column: "extra" } });
    expect(String(error)).toMatch(/extra string.*failOnNewColumns.*schemaHints/);
    const program = await readFile(join(folder, "transformations/p.ts"), "utf8");
    await writeFiles(folder, {
      "transformations/p.ts": program.replace(
        '.load("raw")',
        '.option("cloudFiles.schemaHints", "extra STRING").load("raw")',
      ),
    });
    expect(await update(pipeline)).toBe("COMPLETED");
    expect((await gold(pipeline)).map((row) => row["extra"])).toEqual([undefined, "x"]);
  });

  test("of wider types rewrite the tables, and streams of them go on [F141]", async () => {
    const options = { "cloudFiles.schemaEvolutionMode": "addNewColumnsWithTypeWidening" };
    const parquet = async (path: string, select: string) => {
      const connection = await (await DuckDBInstance.create()).connect();
      await connection.run(`COPY (SELECT ${select}) TO '${path}' (FORMAT parquet)`);
    };
    const { pipeline, folder } = await drifting({ format: "parquet", options, files: { "raw/_": "" } });
    await parquet(
      join(folder, "raw/1.parquet"),
      "1 AS id, 1::SMALLINT AS n, 1.5::FLOAT AS f, DATE '2024-01-02' AS d, 1::BIGINT AS l",
    );
    expect(await update(pipeline)).toBe("COMPLETED");
    await parquet(
      join(folder, "raw/2.parquet"),
      "2 AS id, 5000000000 AS n, 1e300::DOUBLE AS f, TIMESTAMP '2024-01-02 03:04:05' AS d, 'text' AS l, true AS more",
    );
    expect(await update(pipeline)).toBe("COMPLETED");
    const { schema } = await pipeline.query("SELECT * FROM silver");
    expect(schema.fields.map((one) => `${one.name} ${one.dataType.kind}`)).toEqual([
      "id integer",
      "n long",
      "f double",
      "d timestamp_ntz",
      "l long",
      "_rescued_data string",
      "more boolean",
    ]);
    expect((await gold(pipeline)).map(({ n, f, l, more }) => [n, f, l, more])).toEqual([
      [1n, 1.5, 1n, undefined],
      [5000000000n, 1e300, undefined, true],
    ]);
    const silver = new RawTable(join(folder, ".sluice/tables/s/silver"));
    expect(await silver.rows("SELECT id, n::VARCHAR AS n FROM t ORDER BY id")).toEqual([
      { id: 1, n: "1" },
      { id: 2, n: "5000000000" },
    ]);
  });

  test.each([
    ["rescue", ["_rescued_data", "id"]],
    ["none", ["id"]],
  ])("do not change the schema with %s [F141]", async (mode, columns) => {
    const options = { "cloudFiles.schemaEvolutionMode": mode };
    const { pipeline, folder } = await drifting({ options, files: { "raw/1.json": '{"id":1}\n' } });
    await update(pipeline);
    await writeFiles(folder, { "raw/2.json": '{"id":2,"extra":"x"}\n' });
    expect(await update(pipeline)).toBe("COMPLETED");
    expect(Object.keys((await gold(pipeline))[1] ?? {}).sort()).toEqual(columns);
  });
});
