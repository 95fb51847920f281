import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { openPipeline } from "sluice";
import { describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, writeFiles } from "../harness/sluice.ts";

const CHANGES = [
  { id: 1, op: "I", seq: 1, body: { b: 1.5, a: [1, { x: null }] } },
  { id: 2, op: "I", seq: 2, body: [true, "text"] },
  { id: 3, op: "I", seq: 3, body: null },
  { id: -5, op: "I", seq: 4, body: { n: 1 } },
];
const LATER = [
  { id: 2, op: "U", seq: 5, body: { n: 12.25 } },
  { id: 1, op: "D", seq: 6, body: null },
  { id: 4, op: "I", seq: 7, body: {} },
];
const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

const SQL = `
CREATE STREAMING TABLE bronze (CONSTRAINT counted EXPECT (id > 0) ON VIOLATION DROP ROW)
  AS SELECT id, op, seq, try_parse_json(body) AS body FROM STREAM read_files('raw', format => 'json', schema => 'id INT, op STRING, seq INT, body STRING');
CREATE STREAMING TABLE latest TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true');
CREATE FLOW one AS AUTO CDC INTO latest FROM STREAM bronze KEYS (id) APPLY AS DELETE WHEN op = 'D' SEQUENCE BY seq COLUMNS * EXCEPT (op, seq) STORED AS SCD TYPE 1;
CREATE STREAMING TABLE history;
CREATE FLOW two AS AUTO CDC INTO history FROM STREAM bronze KEYS (id) APPLY AS DELETE WHEN op = 'D' SEQUENCE BY seq COLUMNS * EXCEPT (op) STORED AS SCD TYPE 2 TRACK HISTORY ON * EXCEPT (body);
CREATE MATERIALIZED VIEW nested AS SELECT id, array(body, NULL) AS l, named_struct('inner', body, 'id', id) AS st, map('k', body) AS m, to_json(body) AS text FROM latest;
CREATE STREAMING TABLE followed AS SELECT id, body, _change_type AS type FROM STREAM latest WITH (readChangeFeed = true);`;

const TYPESCRIPT = `import { array, col, createMap, dlt, lit, spark, struct, toJson, tryParseJson } from "sluice";
dlt.table({ name: "bronze", expectOrDrop: { counted: "id > 0" } }, () =>
  spark.readStream.format("json").schema("id INT, op STRING, seq INT, body STRING").load("raw").withColumn("body", tryParseJson("body")));
dlt.createStreamingTable({ name: "latest", tableProperties: { "delta.enableChangeDataFeed": "true" } });
dlt.createAutoCdcFlow({ target: "latest", name: "one", source: "bronze", keys: ["id"], sequenceBy: "seq", applyAsDeletes: "op = 'D'", exceptColumnList: ["op", "seq"], storedAsScdType: 1 });
dlt.createStreamingTable({ name: "history" });
dlt.createAutoCdcFlow({ target: "history", name: "two", source: "bronze", keys: ["id"], sequenceBy: "seq", applyAsDeletes: "op = 'D'", exceptColumnList: ["op"], storedAsScdType: 2, trackHistoryExceptColumnList: ["body"] });
dlt.table({ name: "nested" }, () => dlt.read("latest").select("id", array(col("body"), lit(null)).alias("l"), struct(col("body").alias("inner"), col("id")).alias("st"), createMap(lit("k"), col("body")).alias("m"), toJson("body").alias("text")));
dlt.table({ name: "followed" }, () => spark.readStream.option("readChangeFeed", "true").table("latest").select("id", "body", col("_change_type").alias("type")));`;

describe.each([
  ["SQL", { "transformations/p.sql": SQL }],
  ["TypeScript", { "transformations/p.ts": TYPESCRIPT }],
])("variants in the tables of a pipeline in %s", (_language, program) => {
  test("are stored, changed, followed and read back as they were [F25]", async () => {
    const project = await makeProject({
      "sluice.yml": "name: v\nschema: s\n",
      ...program,
      "raw/1.json": lines(CHANGES),
    });
    const pipeline = await openPipeline(project, { threads: 1 });
    const ask = async (sql: string) => JSON.parse(JSON.stringify(await (await pipeline.session().sql(sql)).collect()));
    expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });
    await writeFiles(project, { "raw/2.json": lines(LATER) });
    expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });

    expect(await ask("SELECT id, body, schema_of_variant(body) AS type FROM latest ORDER BY id")).toEqual([
      { id: 2, body: '{"n":12.25}', type: "OBJECT<n: DECIMAL(4,2)>" },
      { id: 3, body: null, type: null },
      { id: 4, body: "{}", type: "OBJECT<>" },
    ]);
    expect(await ask("SELECT id, body FROM latest VERSION AS OF 1 ORDER BY id")).toEqual([
      { id: 1, body: '{"a":[1,{"x":null}],"b":1.5}' },
      { id: 2, body: '[true,"text"]' },
      { id: 3, body: null },
    ]);
    expect(await ask("SELECT id, body, __START_AT AS at FROM history WHERE __END_AT IS NULL ORDER BY id")).toEqual([
      { id: 2, body: '{"n":12.25}', at: 5 },
      { id: 3, body: null, at: 3 },
      { id: 4, body: "{}", at: 7 },
    ]);
    expect(await ask("SELECT l, st, m['k'] AS m, text FROM nested WHERE id IN (2, 3) ORDER BY id")).toEqual([
      { l: ['{"n":12.25}', null], st: { inner: '{"n":12.25}', id: 2 }, m: '{"n":12.25}', text: '{"n":12.25}' },
      { l: [null, null], st: { inner: null, id: 3 }, m: null, text: null },
    ]);
    expect(await ask("SELECT id, body, type FROM followed WHERE id < 3 ORDER BY id, type")).toEqual([
      { id: 1, body: '{"a":[1,{"x":null}],"b":1.5}', type: "delete" },
      { id: 1, body: '{"a":[1,{"x":null}],"b":1.5}', type: "insert" },
      { id: 2, body: '[true,"text"]', type: "insert" },
      { id: 2, body: '{"n":12.25}', type: "update_postimage" },
      { id: 2, body: '[true,"text"]', type: "update_preimage" },
    ]);
    expect(await ask("DESCRIBE nested")).toContainEqual(
      expect.objectContaining({ col_name: "m", data_type: "map<string,variant>" }),
    );
    expect(await ask("SELECT record FROM bronze_expectations")).toEqual([
      { record: '{"id":-5,"op":"I","seq":4,"body":{"n":1}}' },
    ]);
    await pipeline.close();
  });
});

test("a table has the feature from the version on that has a variant, and its files no statistics of it", async () => {
  const project = await makeProject({
    "sluice.yml": "name: v\nschema: s\n",
    "transformations/p.sql":
      "CREATE STREAMING TABLE t AS SELECT id FROM STREAM read_files('raw', format => 'json', schema => 'id INT, body STRING');",
    "raw/1.json": lines(CHANGES),
  });
  const pipeline = await openPipeline(project, { threads: 1 });
  const commits = () => new RawTable(join(project, ".sluice/tables/s/t")).commits();
  const features = () =>
    commits().flatMap((actions) => actions.flatMap((one) => (one.protocol === undefined ? [] : [one.protocol])));
  await pipeline.run().result;
  expect(JSON.stringify(features())).not.toContain("variantType");
  await writeFiles(project, {
    "transformations/p.sql":
      "CREATE STREAMING TABLE t AS SELECT id, parse_json(to_json(named_struct('i', id))) AS v FROM STREAM read_files('raw', format => 'json', schema => 'id INT, body STRING');",
    "raw/2.json": lines(LATER),
  });
  await pipeline.close();
  const again = await openPipeline(project, { threads: 1 });
  expect(await again.run().result).toMatchObject({ state: "COMPLETED" });
  expect(features().at(-1)).toMatchObject({
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: ["variantType"],
    writerFeatures: expect.arrayContaining(["variantType"]),
  });
  const adds = commits()
    .flat()
    .flatMap((one) => (one.add === undefined ? [] : [one.add]));
  expect(JSON.parse(String(adds.at(-1)?.stats))).toMatchObject({ numRecords: 3, nullCount: { id: 0 } });
  expect(String(adds.at(-1)?.stats)).not.toContain('"v"');
  await again.close();
});

test("where Spark compares no variants neither do keys, partitions, clusters and tracked columns", async () => {
  const project = await makeProject({
    "sluice.yml": "name: v\nschema: s\n",
    "raw/1.json": lines(CHANGES),
    "transformations/p.sql": `
CREATE STREAMING TABLE bronze AS SELECT id, seq, try_parse_json(body) AS body FROM STREAM read_files('raw', format => 'json', schema => 'id INT, seq INT, body STRING');
CREATE STREAMING TABLE keyed;
CREATE FLOW keys AS AUTO CDC INTO keyed FROM STREAM bronze KEYS (body) SEQUENCE BY seq STORED AS SCD TYPE 1;
CREATE STREAMING TABLE tracked;
CREATE FLOW tracks AS AUTO CDC INTO tracked FROM STREAM bronze KEYS (id) SEQUENCE BY seq STORED AS SCD TYPE 2;
CREATE STREAMING TABLE parted PARTITIONED BY (body) AS SELECT * FROM STREAM bronze;
CREATE STREAMING TABLE clustered CLUSTER BY (body) AS SELECT * FROM STREAM bronze;
CREATE MATERIALIZED VIEW grouped AS SELECT body, count(*) AS n FROM bronze GROUP BY body;
CREATE MATERIALIZED VIEW compared AS SELECT body = body AS same FROM bronze;`,
  });
  const pipeline = await openPipeline(project, { threads: 1 });
  const { errors } = await pipeline.validate();
  expect(errors.map(({ code, message }) => `${code} ${message}`).sort()).toEqual([
    expect.stringMatching(/^AUTOCDC_COLUMN_NOT_COMPARABLE Flow "keys" compares "body" \(keys\) of type variant/),
    expect.stringMatching(
      /^AUTOCDC_COLUMN_NOT_COMPARABLE Flow "tracks" compares "body" \(track history\) of type variant/,
    ),
    expect.stringMatching(/^DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED Dataset "s.clustered" .* variant/),
    expect.stringMatching(
      /^DELTA_INVALID_PARTITION_COLUMN_TYPE Dataset "s.parted" cannot be partitioned by "body": its type is variant/,
    ),
    expect.stringMatching(/^QUERY_PROBLEM In "s.compared": .* cannot be compared/),
    expect.stringMatching(/^QUERY_PROBLEM In "s.grouped": .* cannot be grouped by/),
  ]);
  await pipeline.close();
});

const RECORDS = `{"b":1.50,"a":[1,{"x":null}]}

[{"a":1},{"a":2}]
"text"
{"a":1
{"a":1,"a":2}
{'q':1}
{"t":"2024-01-01T00:00:00Z"} trailing
{"nan":NaN,"far":-Infinity}
null
{"nul":"\\u0000D2024"}
`;

const WHOLE = [
  ['{"a":[1,{"x":null}],"b":1.5}', "OBJECT<a: ARRAY<VARIANT>, b: DECIMAL(2,1)>"],
  ['[{"a":1},{"a":2}]', "ARRAY<OBJECT<a: BIGINT>>"],
  ['"text"', "STRING"],
  ['{"q":1}', "OBJECT<q: BIGINT>"],
  ['{"t":"2024-01-01T00:00:00Z"}', "OBJECT<t: STRING>"],
  ['{"far":"-Infinity","nan":"NaN"}', "OBJECT<far: DOUBLE, nan: DOUBLE>"],
  ["null", "VOID"],
  ['{"nul":"\\u0000D2024"}', "OBJECT<nul: STRING>"],
];

describe.each([
  [
    "SQL",
    {
      "transformations/p.sql": `
CREATE STREAMING TABLE loaded AS SELECT *, _metadata.file_name AS file FROM STREAM read_files('raw', format => 'json', singleVariantColumn => 'v');
CREATE MATERIALIZED VIEW once AS SELECT v FROM read_files('raw', format => 'json', singleVariantColumn => 'v', mode => 'DROPMALFORMED');
CREATE STREAMING TABLE checked AS SELECT * FROM STREAM read_files('raw', format => 'json', singleVariantColumn => 'v', schema => 'v VARIANT, _corrupt_record STRING');`,
    },
  ],
  [
    "TypeScript",
    {
      "transformations/p.ts": `import { dlt, spark } from "sluice";
const json = (reader) => reader.option("singleVariantColumn", "v");
dlt.table({ name: "loaded" }, () => json(spark.readStream.format("cloudFiles").option("cloudFiles.format", "json")).load("raw").selectExpr("*", "_metadata.file_name AS file"));
dlt.table({ name: "once" }, () => json(spark.read.format("json")).option("mode", "DROPMALFORMED").load("raw").select("v"));
dlt.table({ name: "checked" }, () => json(spark.readStream.format("json")).schema("v VARIANT, _corrupt_record STRING").load("raw"));`,
    },
  ],
])("singleVariantColumn in %s", (_language, program) => {
  test("gives each record of JSON as a variant, as Spark does, and keeps what is no record", async () => {
    const project = await makeProject({
      "sluice.yml": "name: v\nschema: s\n",
      ...program,
      "raw/day=2026-01-01/1.json": RECORDS,
    });
    const pipeline = await openPipeline(project, { threads: 1 });
    const ask = async (sql: string) => JSON.parse(JSON.stringify(await (await pipeline.session().sql(sql)).collect()));
    expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });
    const rows = WHOLE.map(([v, type]) => ({ v, type }));
    expect(await ask("SELECT v, schema_of_variant(v) AS type FROM once")).toEqual(rows);
    expect(await ask("SELECT v, schema_of_variant(v) AS type FROM loaded WHERE v IS NOT NULL")).toEqual(rows);
    expect(
      await ask("SELECT file, string(day) AS day, _rescued_data:_corrupt_record AS bad FROM loaded WHERE v IS NULL"),
    ).toEqual([
      { file: "1.json", day: "2026-01-01", bad: '{"a":1' },
      { file: "1.json", day: "2026-01-01", bad: '{"a":1,"a":2}' },
    ]);
    expect(await ask("SELECT v, _corrupt_record FROM checked WHERE _corrupt_record IS NOT NULL")).toEqual([
      { v: null, _corrupt_record: '{"a":1' },
      { v: null, _corrupt_record: '{"a":1,"a":2}' },
    ]);
    await writeFiles(project, { "raw/day=2026-01-02/2.json": '{"late":[1]}\n' });
    await pipeline.close();
    const again = await openPipeline(project, { threads: 1 });
    expect(await again.run().result).toMatchObject({ state: "COMPLETED" });
    expect(await (await again.session().sql("SELECT v FROM loaded WHERE v:late IS NOT NULL")).collect()).toMatchObject([
      { v: '{"late":[1]}' },
    ]);
    await again.close();
  });
});

const CSV = [
  "a,b,c\n1,2.5,x\n4,5\n7,8,9,10\n\n+007,-0.0,\n",
  "a,b\n1,2026-01-02\n1.50,2026-01-02 03:04:05\n1,2026-01-03\ntrue,x\n1,2026-01-02\n",
  "a,b\n1e3,9223372036854775808\nNaN,123456789012345678901234567890123456789\n2,1\n",
  "a,a,,A\n1,2,3,4\n",
];

const XML = `<rs><r id="1" n="2.5"><a>1</a><a>x</a><b><c>true</c></b><e/><t> sp </t></r><r>plain</r><r>mix<a>1</a>tail</r><r/>
<r><a k="1">5</a><ns:b xmlns:ns="http://y">2</ns:b></r><r><d>2026-01-02</d><B>1</B><b>2</b></r><r><![CDATA[7]]></r><r><a/><a>1,5</a></r><r><a>2</b></r></rs>`;

test("singleVariantColumn gives records of CSV and elements of XML as the variants that Spark makes of them", async () => {
  const project = await makeProject({
    "sluice.yml": "name: v\nschema: s\nconfiguration:\n  spark.sql.session.timeZone: America/New_York\n",
    ...Object.fromEntries(CSV.map((text, i) => [`csv/${i}.csv`, text])),
    "xml/1.xml": XML,
    "transformations/p.sql": `
CREATE STREAMING TABLE csv AS SELECT *, _metadata.file_name AS file FROM STREAM read_files('csv', format => 'csv', header => true, singleVariantColumn => 'v');
CREATE MATERIALIZED VIEW bare AS SELECT v FROM read_files('csv/0.csv', format => 'csv', header => false, singleVariantColumn => 'v');
CREATE STREAMING TABLE checked AS SELECT * FROM STREAM read_files('csv', format => 'csv', header => true, singleVariantColumn => 'v', schema => 'v VARIANT, _corrupt_record STRING');
CREATE STREAMING TABLE xml AS SELECT * FROM STREAM read_files('xml', format => 'xml', rowTag => 'r', singleVariantColumn => 'v');`,
  });
  const pipeline = await openPipeline(project, { threads: 1 });
  const ask = async (sql: string): Promise<readonly Record<string, unknown>[]> =>
    JSON.parse(JSON.stringify(await (await pipeline.session().sql(sql)).collect()));
  expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });
  const shown = "concat(v, ' ', schema_of_variant(v)) AS v";
  const texts = async (sql: string) => (await ask(sql)).map(({ v }) => v);
  expect(await texts(`SELECT ${shown} FROM csv WHERE file = '0.csv'`)).toEqual([
    '{"a":1,"b":2.5,"c":"x"} OBJECT<a: BIGINT, b: DECIMAL(2,1), c: STRING>',
    '{"a":4,"b":5} OBJECT<a: BIGINT, b: DECIMAL(1,0)>',
    '{"a":7,"b":8,"c":"9"} OBJECT<a: BIGINT, b: DECIMAL(1,0), c: STRING>',
    '{"a":7,"b":0,"c":null} OBJECT<a: BIGINT, b: DECIMAL(1,0), c: VOID>',
  ]);
  expect(await texts(`SELECT ${shown} FROM csv WHERE file = '1.csv'`)).toEqual([
    '{"a":1,"b":"2026-01-02"} OBJECT<a: BIGINT, b: DATE>',
    '{"a":1.5,"b":"2026-01-02 03:04:05-05:00"} OBJECT<a: DECIMAL(2,1), b: TIMESTAMP>',
    '{"a":1,"b":"2026-01-03 00:00:00-05:00"} OBJECT<a: DECIMAL(1,0), b: TIMESTAMP>',
    '{"a":true,"b":"x"} OBJECT<a: BOOLEAN, b: STRING>',
    '{"a":"1","b":"2026-01-02"} OBJECT<a: STRING, b: STRING>',
  ]);
  expect(await texts(`SELECT ${shown} FROM csv WHERE file = '2.csv'`)).toEqual([
    '{"a":1000,"b":9223372036854775808} OBJECT<a: DECIMAL(4,0), b: DECIMAL(19,0)>',
    '{"a":"NaN","b":"123456789012345678901234567890123456789"} OBJECT<a: STRING, b: STRING>',
    '{"a":"2","b":"1"} OBJECT<a: STRING, b: STRING>',
  ]);
  expect(await ask("SELECT v, _rescued_data:_corrupt_record AS bad FROM csv WHERE file = '3.csv'")).toEqual([
    { v: null, bad: "1,2,3,4" },
  ]);
  expect(await texts("SELECT v FROM bare")).toEqual([
    '{"_c0":"a","_c1":"b","_c2":"c"}',
    '{"_c0":"1","_c1":"2.5","_c2":"x"}',
    '{"_c0":"4","_c1":"5"}',
    '{"_c0":"7","_c1":"8","_c2":"9","_c3":10}',
    '{"_c0":"+007","_c1":"-0.0","_c2":null}',
  ]);
  expect((await ask("SELECT _corrupt_record AS bad FROM checked")).flatMap(({ bad }) => bad ?? []).sort()).toEqual([
    "1,2,3,4",
    "4,5",
    "7,8,9,10",
  ]);
  expect(await texts(`SELECT ${shown} FROM xml WHERE v IS NOT NULL`)).toEqual([
    '{"_id":1,"_n":2.5,"a":[1,"x"],"b":{"c":true},"e":null,"t":"sp"} OBJECT<_id: BIGINT, _n: DECIMAL(2,1), a: ARRAY<VARIANT>, b: OBJECT<c: BOOLEAN>, e: VOID, t: STRING>',
    "plain STRING",
    '{"_VALUE":["mix","tail"],"a":1} OBJECT<_VALUE: ARRAY<STRING>, a: BIGINT>',
    null,
    '{"a":{"_VALUE":5,"_k":1},"ns:b":{"_VALUE":2,"_xmlns:ns":"http://y"}} OBJECT<a: OBJECT<_VALUE: BIGINT, _k: BIGINT>, `ns:b`: OBJECT<_VALUE: BIGINT, `_xmlns:ns`: STRING>>',
    '{"B":[1,2],"d":"2026-01-02"} OBJECT<B: ARRAY<BIGINT>, d: STRING>',
    "7 BIGINT",
    '{"a":[null,15]} OBJECT<a: ARRAY<DECIMAL(2,0)>>',
  ]);
  expect(await texts("SELECT _rescued_data:_corrupt_record AS v FROM xml WHERE v IS NULL")).toEqual([
    "<r><a>2</b></r>",
  ]);
  await pipeline.close();
});

test("a schema that says something else than singleVariantColumn is refused", async () => {
  const project = await makeProject({
    "sluice.yml": "name: v\nschema: s\n",
    "raw/1.json": RECORDS,
    "transformations/p.ts": `import { dlt, spark } from "sluice";
dlt.table({ name: "a" }, () => spark.read.format("json").option("singleVariantColumn", "v").schema("w VARIANT").load("raw"));
dlt.table({ name: "b" }, () => spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").option("singleVariantColumn", "v").option("cloudFiles.schemaHints", "a INT").load("raw"));`,
  });
  const pipeline = await openPipeline(project, { threads: 1 });
  const { errors } = await pipeline.validate();
  expect(errors.map(({ code, origin }) => `${origin?.line} ${code}`).sort()).toEqual([
    "2 INVALID_SINGLE_VARIANT_COLUMN",
    "3 INVALID_SINGLE_VARIANT_COLUMN",
  ]);
  await pipeline.close();
});

test("files of sinks hold variants as Spark's do: JSON in JSON, bytes in Parquet, and none in CSV", async () => {
  const sinks = (formats: readonly string[]) =>
    formats
      .map(
        (format) => `dlt.createSink("to_${format}", "${format}", { path: "out/${format}" });
dlt.appendFlow({ target: "to_${format}", name: "into_${format}" }, () => dlt.readStream("bronze"));`,
      )
      .join("\n");
  const program = (formats: readonly string[]) => `import { dlt, spark } from "sluice";
dlt.table({ name: "bronze" }, () => spark.readStream.format("json").schema("id INT, body STRING").load("raw").selectExpr("id", "try_parse_json(body) AS body"));
${sinks(formats)}`;
  const project = await makeProject({
    "sluice.yml": "name: v\nschema: s\n",
    "raw/1.json": lines(CHANGES),
    "transformations/p.ts": program(["json", "parquet", "csv"]),
  });
  const refused = await openPipeline(project, { threads: 1 });
  const { errors } = await refused.validate();
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringMatching(/Column "body" of flow "into_csv" in CSV files/),
  ]);
  await refused.close();
  await writeFiles(project, { "transformations/p.ts": program(["json", "parquet"]) });
  const pipeline = await openPipeline(project, { threads: 1 });
  expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });
  await pipeline.close();
  const [file] = readdirSync(join(project, "out/json"));
  expect(readFileSync(join(project, "out/json", file ?? ""), "utf8")).toContain(
    '{"id":1,"body":{"a":[1,{"x":null}],"b":1.5}}\n',
  );
  const [parquet] = readdirSync(join(project, "out/parquet"));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const found = await connection.runAndReadAll(
    `SELECT id, hex(body.value) AS value, hex(body.metadata) AS metadata FROM '${join(project, "out/parquet", parquet ?? "")}' WHERE id IN (-5, 3) ORDER BY id`,
  );
  expect(found.getRowObjectsJson()).toEqual([
    { id: -5, value: "02010000020C01", metadata: "010100016E" },
    { id: 3, value: null, metadata: null },
  ]);
  connection.closeSync();
  instance.closeSync();
});
