import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { dlt, openSession, type Session } from "sluice";
import { memoryStream, testPipeline } from "sluice/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryFolder } from "../harness/sluice.ts";

let folder = "";
let spark: Session;

beforeAll(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder, "in"));
  const rows = [{ a: 1, b: "x;y", t: "2026-01-02T03:04:05Z", d: "2026-01-02" }, { a: 2 }];
  await writeFile(join(folder, "in/1.json"), rows.map((row) => JSON.stringify(row)).join("\n"));
  spark = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "warehouse") }, threads: 2 });
});

afterAll(() => spark.stop());

type Options = Readonly<Record<string, string>>;

let written = 0;

/** Streams the rows into files; the folder that they are in. */
async function write(format: string, options: Options): Promise<string> {
  const place = join(folder, `out${written++}`);
  const query = await spark.readStream
    .schema("a INT, b STRING, t TIMESTAMP, d DATE")
    .json(join(folder, "in"))
    .writeStream.format(format)
    .options({ ...options, checkpointLocation: `${place}-checkpoint` })
    .trigger({ availableNow: true })
    .start(place);
  await query.awaitTermination();
  return place;
}

async function only(place: string): Promise<readonly [string, Buffer]> {
  const names = (await readdir(place)).filter((name) => name.startsWith("part-"));
  expect(names).toHaveLength(1);
  const [name = ""] = names;
  return [name, await readFile(join(place, name))];
}

test("JSON: NULLs that are kept, patterns of times, and gzip, as Spark 4.1 writes them", async () => {
  const [, nulls] = await only(await write("json", { ignoreNullFields: "false" }));
  expect(nulls.toString()).toContain('{"a":2,"b":null,"t":null,"d":null}\n');
  const [, times] = await only(await write("json", { timestampFormat: "yyyy/MM/dd HH", dateFormat: "dd.MM.yyyy" }));
  expect(times.toString()).toBe('{"a":1,"b":"x;y","t":"2026/01/02 03","d":"02.01.2026"}\n{"a":2}\n');
  const place = await write("json", { compression: "gzip" });
  const [name, packed] = await only(place);
  expect(name).toMatch(/\.json\.gz$/);
  expect(gunzipSync(packed).toString()).toContain('{"a":2}\n');
  expect(await spark.read.json(place).count()).toBe(2);
});

test("CSV: another separator, names of columns, and gzip", async () => {
  const [, text] = await only(await write("csv", { sep: ";", header: "true" }));
  expect(text.toString().split("\n")).toEqual(["a;b;t;d", '1;"x;y";2026-01-02 03:04:05;2026-01-02', "2;;;", ""]);
  const [name, packed] = await only(await write("csv", { compression: "gzip" }));
  expect(name).toMatch(/\.csv\.gz$/);
  expect(gunzipSync(packed).toString()).toContain("1,x;y,2026-01-02 03:04:05,2026-01-02\n");
});

test.each([
  ["none", "UNCOMPRESSED"],
  ["gzip", "GZIP"],
  ["zstd", "ZSTD"],
  ["lz4_raw", "LZ4_RAW"],
  ["brotli", "BROTLI"],
])("Parquet: compressed with %s", async (compression, codec) => {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const place = await write("parquet", { compression });
  const connection = await (await DuckDBInstance.create()).connect();
  const found = await connection.runAndReadAll(
    `SELECT DISTINCT compression FROM parquet_metadata('${place}/*.parquet')`,
  );
  expect(found.getRows()).toEqual([[codec]]);
});

test("what is not there yet and what nobody knows are refused with the next step, by streams, batches and sinks alike", async () => {
  await expect(write("json", { compresion: "gzip" })).rejects.toThrow(
    'no option `compresion`. Did you mean "compression"?',
  );
  await expect(write("csv", { nullValue: "-" })).rejects.toThrow("Replace NULL in the query");
  const frame = spark.range(2);
  await expect(frame.write.option("ignoreNulFields", "false").json(join(folder, "w"))).rejects.toThrow(
    "ignoreNullFields",
  );
  await frame
    .selectExpr("id", "NULL AS n")
    .write.option("ignoreNullFields", "false")
    .option("compression", "gzip")
    .json(join(folder, "w"));
  expect(gunzipSync((await only(join(folder, "w")))[1]).toString()).toContain('"n":null');
  const declare = () => {
    dlt.createSink("out", "parquet", { path: join(folder, "sink"), "parquet.block.size": "1000", zstd: "true" });
    dlt.appendFlow({ target: "out", name: "f" }, () => spark.readStream.table("outside.rows"));
  };
  await using pipeline = await testPipeline(declare, { replace: { "outside.rows": memoryStream("id INT") } });
  await expect(pipeline.run()).rejects.toMatchObject({
    errors: [
      { code: "UNSUPPORTED_FEATURE", next: "Leave it out: row groups have the engine's size." },
      { code: "UNKNOWN_OPTION", message: expect.stringContaining("has no option `zstd`") },
    ],
  });
});
