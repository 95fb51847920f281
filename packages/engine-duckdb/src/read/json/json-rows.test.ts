import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import { array, DOUBLE, field, INTEGER, LONG, map, STRING, type StructType, struct, TIMESTAMP } from "@sluice/query";
import { expect, test } from "vitest";
import { call, newEngine, newFolder, SESSION, scanOf, writeEntry } from "../../../test/engine-fixture.ts";

const RESCUED = field("_rescued_data", STRING);

async function read(files: readonly FileEntry[], schema: StructType, more: Partial<FileRead> = {}) {
  const engine = await newEngine();
  const rescued = schema.fields.some((one) => one.name === "_rescued_data");
  const base = { format: "json", schema, options: {}, basePath: "/" };
  const fileRead = { ...base, ...(rescued ? { rescuedDataColumn: "_rescued_data" } : {}), ...more };
  const slice = { kind: "Files", files, read: fileRead } as const;
  const hidden = more.schema ?? schema;
  const result = await engine.query(scanOf(hidden), new Map([[0, slice]]), SESSION);
  return result.rows.map((row) => Object.fromEntries(hidden.fields.map((one, i) => [one.name, row[i]])));
}

function parse(text: unknown) {
  return typeof text === "string" ? JSON.parse(text) : text;
}

test("[F142] clean records give their values and nothing is rescued", async () => {
  const file = writeEntry(
    newFolder(),
    "a.json",
    '{"a":1,"d":1.5,"t":"2024-01-01T00:00:00Z","n":{"x":1},"l":[1],"m":{"k":2}}\n',
  );
  const schema = struct([
    field("a", LONG),
    field("d", DOUBLE),
    field("t", TIMESTAMP),
    field("n", struct([field("x", LONG)])),
    field("l", array(INTEGER)),
    field("m", map(STRING, LONG)),
    RESCUED,
  ]);
  expect(await read([file], schema)).toEqual([
    { a: 1n, d: 1.5, t: 1_704_067_200_000_000n, n: [1n], l: [1], m: [["k", 2n]], _rescued_data: null },
  ]);
});

test("[F142] numbers keep all their digits, words for numbers are doubles, and what is no such number is rescued as written", async () => {
  const doubles = ["0.1", "1e2", '"NaN"', '"Infinity"', '"-INF"', '"+INF"', '"nan"', "null", "true", '"1.5"', "[1]"];
  const longs = ["9223372036854775807", "-9223372036854775808", "9223372036854775808", "12.0", "1e2", '"12"', "true"];
  const records = doubles.map((double, i) => `{"a":${longs[i] ?? "1"},"d":${double}}\n`);
  const file = writeEntry(newFolder(), "a.json", records.join(""));
  const rows = await read([file], struct([field("a", LONG), field("d", DOUBLE), RESCUED]));
  const none = [null, null, null, null, null];
  expect(rows.map((row) => row["a"])).toEqual([9223372036854775807n, -9223372036854775808n, ...none, 1n, 1n, 1n, 1n]);
  const [infinite, least] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  expect(rows.map((row) => row["d"])).toEqual([0.1, 100, Number.NaN, infinite, least, infinite, ...none]);
  const rescued = rows.map((row) =>
    Object.keys(parse(row["_rescued_data"]) ?? {}).filter((name) => name !== "_file_path"),
  );
  expect(rescued).toEqual([[], [], ["a"], ["a"], ["a"], ["a"], ["a", "d"], [], ["d"], ["d"], ["d"]]);
  expect(parse(rows[5]?.["_rescued_data"])).toMatchObject({ a: "12" });
});

test("[F142] values of another type are NULL and rescued: text is no number and 1.5 no integer", async () => {
  const file = writeEntry(newFolder(), "a.json", '{"a":"7","d":"no"}\n{"a":1.5,"d":true}\n{"a":1e30}\n');
  const rows = await read([file], struct([field("a", LONG), field("d", DOUBLE), RESCUED]));
  expect(rows.map((row) => [row["a"], row["d"]])).toEqual([
    [null, null],
    [null, null],
    [null, null],
  ]);
  expect(rows.map((row) => parse(row["_rescued_data"]))).toMatchObject([
    { a: "7", d: "no", _file_path: `file://${file.path}` },
    { a: 1.5, d: true },
    { a: 1e30 },
  ]);
});

test("[F142] a number of seconds beyond all times is rescued, and the other records are read", async () => {
  const file = writeEntry(newFolder(), "a.json", '{"t":9223372036854775807}\n{"t":-9223372036854775808}\n{"t":1}\n');
  const rows = await read([file], struct([field("t", TIMESTAMP), RESCUED]));
  expect(rows.map((row) => row["t"])).toEqual([null, null, 1_000_000n]);
  expect(String(rows[0]?.["_rescued_data"])).toContain('"t":9223372036854775807');
  expect(rows[2]?.["_rescued_data"]).toBeNull();
});

test("[F142] members that the schema lacks, and those of another case, are rescued at any depth", async () => {
  const file = writeEntry(
    newFolder(),
    "a b.json",
    '{"a":"x","A":"y","n":{"p":"q","u":[1]},"z/~":{"k":null}}\n{"a":"ok"}\n',
  );
  const schema = struct([field("a", STRING), field("n", struct([field("p", STRING)])), RESCUED]);
  const rows = await read([file], schema);
  expect(rows[0]).toMatchObject({ a: "x", n: ["q"] });
  expect(parse(rows[0]?.["_rescued_data"])).toEqual({
    A: "y",
    n: { u: [1] },
    "z/~": { k: null },
    _file_path: `file://${file.path.replace(" ", "%20")}`,
  });
  expect(rows[1]).toEqual({ a: "ok", n: null, _rescued_data: null });
});

test("[F142] a record that is no JSON is a row of NULLs with the record rescued; good records around it are kept", async () => {
  const file = writeEntry(newFolder(), "a.json", '{"a":1}\n{"a":\n\nnot "json"\n{"a":2}\n5\n');
  const rows = await read([file], struct([field("a", LONG), RESCUED]));
  expect(rows.map((row) => row["a"])).toEqual([1n, null, null, 2n, null]);
  expect(rows.map((row) => parse(row["_rescued_data"])?._corrupt_record)).toEqual([
    undefined,
    '{"a":',
    'not "json"',
    undefined,
    "5",
  ]);
});

test("[F142] an array of objects is one row each; one with anything else in it is one record that cannot be read", async () => {
  const content = '[{"a":6},{"a":7}]\n[1,2]\n[{"a":4},null]\n[]\n[[{"a":9}]]\n';
  const rows = await read([writeEntry(newFolder(), "a.json", content)], struct([field("a", LONG), RESCUED]));
  expect(rows.map((row) => [row["a"], parse(row["_rescued_data"])?._corrupt_record])).toEqual([
    [6n, undefined],
    [7n, undefined],
    [null, "[1,2]"],
    [null, '[{"a":4},null]'],
    [null, '[[{"a":9}]]'],
  ]);
});

test("unknown members are rescued even when the query uses few of the columns", async () => {
  const folder = newFolder();
  const file = writeEntry(folder, "a.json", '{"a":"1","b":"2","zz":3}\n');
  const engine = await newEngine();
  const schema = struct([field("a", STRING), field("b", STRING), RESCUED]);
  const scan = scanOf(schema);
  const last = scan.output.slice(2);
  const columns = last.map((attribute) => ({ attribute, expression: { kind: "Column" as const, ...attribute } }));
  const slice = {
    kind: "Files",
    files: [file],
    read: { format: "json", schema, options: {}, rescuedDataColumn: "_rescued_data", basePath: folder },
  } as const;
  const result = await engine.query(
    { kind: "Project", input: scan, output: last, columns },
    new Map([[0, slice]]),
    SESSION,
  );
  expect(parse(result.rows[0]?.[0])).toMatchObject({ zz: 3 });
});

test("without a rescued-data column unknown members are ignored and broken records are rows of NULLs", async () => {
  const file = writeEntry(newFolder(), "a.json", '{"a":1,"z":2}\nbroken\n{"a":"x"}\n');
  expect(await read([file], struct([field("a", LONG)]))).toEqual([{ a: 1n }, { a: null }, { a: null }]);
});

test("DROPMALFORMED drops records that are no JSON, FAILFAST fails and names the file", async () => {
  const file = writeEntry(newFolder(), "a.json", '{"a":1}\nbroken\n');
  const schema = struct([field("a", LONG)]);
  expect(await read([file], schema, { options: { mode: "DROPMALFORMED" } })).toEqual([{ a: 1n }]);
  await expect(read([file], schema, { options: { mode: "FAILFAST" } })).rejects.toMatchObject({
    name: "EngineError",
    facts: { condition: "MALFORMED_RECORD_IN_PARSING", file: file.path },
  });
});

test("bytes that are not UTF-8 become replacement characters and no row is lost", async () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n{"a":"ok"}\n')]);
  const file = writeEntry(newFolder(), "a.json", bytes);
  expect(await read([file], struct([field("a", STRING), RESCUED]))).toEqual([
    { a: "\ufffd", _rescued_data: null },
    { a: "ok", _rescued_data: null },
  ]);
});

test("multiLine reads whole files, arrays of objects as one row each", async () => {
  const file = writeEntry(newFolder(), "a.json", '[{"a":1,\n"b":2},\n{"a":3}]');
  const rows = await read([file], struct([field("a", LONG), RESCUED]), { options: { multiLine: "true" } });
  expect(rows.map((row) => [row["a"], parse(row["_rescued_data"])?.b])).toEqual([
    [1n, 2],
    [3n, undefined],
  ]);
});

test("packed files, empty files, Windows line ends and a byte order mark are read", async () => {
  const folder = newFolder();
  const files = [
    writeEntry(folder, "a.json.gz", gzipSync('{"a":1}\n')),
    writeEntry(folder, "b.json", ""),
    writeEntry(folder, "c.json", '\ufeff{"a":2}\r\n\r\n{"a":3}\r\n'),
  ];
  const rows = await read(files, struct([field("a", LONG), RESCUED]));
  expect(rows.map((row) => row["a"]).sort()).toEqual([1n, 2n, 3n]);
});

test("a record of 20 MB is read", async () => {
  const file = writeEntry(newFolder(), "a.json", `{"a":"${"x".repeat(20_000_000)}"}\n`);
  const rows = await read([file], struct([field("a", STRING), RESCUED]));
  expect(String(rows[0]?.["a"])).toHaveLength(20_000_000);
});

test("a record of 18 MB among broken ones is read", async () => {
  const file = writeEntry(newFolder(), "a.json", `broken\n{"a":"${"x".repeat(18_000_000)}"}\n`);
  const rows = await read([file], struct([field("a", STRING), RESCUED]));
  expect(rows.map((row) => String(row["a"]).length)).toEqual([4, 18_000_000]);
});

test("control characters in a broken record do not cut it short", async () => {
  const file = writeEntry(newFolder(), "a.json", '{"a":"q\u0001w"}\n{"a":"t"}\n');
  const rows = await read([file], struct([field("a", STRING), RESCUED]));
  expect(rows.map((row) => row["a"] ?? parse(row["_rescued_data"])._corrupt_record).sort()).toEqual(["q\ufffdw", "t"]);
});

test("a packed file that is gone is an error, not the end of the process", async () => {
  const folder = newFolder();
  const files = [
    writeEntry(folder, "a.json.gz", gzipSync("broken\n")),
    writeEntry(folder, "b.csv.gz", gzipSync("a\n1\n")),
  ];
  for (const file of files) rmSync(file.path);
  const schema = struct([field("_corrupt_record", STRING)]);
  await expect(read(files.slice(0, 1), schema)).rejects.toMatchObject({ facts: { file: files[0]?.path } });
  const csv = { format: "csv", options: { header: "true" } };
  await expect(read(files.slice(1), schema, csv)).rejects.toMatchObject({ facts: { file: files[1]?.path } });
});

test("a file that is gone is an error with its path, worth another try", async () => {
  const folder = newFolder();
  const file = writeEntry(folder, "a.json", '{"a":1}\n');
  rmSync(file.path);
  await expect(read([file], struct([field("a", LONG), RESCUED]))).rejects.toMatchObject({
    facts: { condition: "FAILED_READ_FILE.FILE_NOT_EXIST", domain: "external", retry: "backoff", file: file.path },
  });
});

test("paths with characters of globs are read literally", async () => {
  const folder = newFolder();
  const file = writeEntry(folder, "a[1]*?'.json", '{"a":1}\n');
  symlinkSync(file.path, join(folder, "other.json"));
  expect(await read([file], struct([field("a", LONG), RESCUED]))).toEqual([{ a: 1n, _rescued_data: null }]);
});

test("[F144] [F145] hidden columns and partition columns of paths stand beside the data", async () => {
  const folder = newFolder();
  mkdirSync(join(folder, "day=2024-01-02"));
  const file = writeEntry(folder, "day=2024-01-02/x y.json", '{"a":1}\n');
  const facts = struct([field("file_path", STRING), field("file_name", STRING), field("file_size", LONG)]);
  const schema = struct([field("a", LONG), field("day", STRING), field("_metadata", facts)]);
  const data = struct(schema.fields.slice(0, 2));
  const engine = await newEngine();
  const slice = {
    kind: "Files",
    files: [file],
    read: { format: "json", schema: data, options: {}, basePath: folder },
  } as const;
  const scan = scanOf(schema);
  const path = { id: 9_999, name: "path", dataType: STRING, nullable: false, metadata: {} };
  const columns = [
    ...scan.output.map((attribute) => ({ attribute, expression: { kind: "Column" as const, ...attribute } })),
    { attribute: path, expression: { ...call("input_file_name"), dataType: STRING } },
  ];
  const plan = { kind: "Project", input: scan, output: [...scan.output, path], columns } as const;
  const { rows } = await engine.query(plan, new Map([[0, slice]]), SESSION);
  const uri = `file://${folder}/day=2024-01-02/x%20y.json`;
  expect(rows).toEqual([[1n, "2024-01-02", [uri, "x y.json", 8n], uri]]);
});

test("hundreds of small files are put together and still know where each row is from", async () => {
  const folder = newFolder();
  const files = Array.from({ length: 200 }, (_, i) => writeEntry(folder, `${i}.json`, `{"a":${i},"z":${i}}\n{"a":\n`));
  const rows = await read(files, struct([field("a", LONG), RESCUED]));
  expect(rows).toHaveLength(400);
  const good = rows.filter((row) => row["a"] !== null);
  for (const row of good) {
    expect(parse(row["_rescued_data"])).toEqual({
      z: Number(row["a"]),
      _file_path: `file://${folder}/${row["a"]}.json`,
    });
  }
});

test("small files with clean records, with values that do not fit, and with records that do not begin with a brace", async () => {
  const schema = struct([field("a", LONG), field("b", STRING), RESCUED]);
  const clean = newFolder();
  const rows = await read(
    Array.from({ length: 70 }, (_, i) => writeEntry(clean, `${i}.json`, `{"a":${i},"b":"é"}\n{"a":${i + 100}}`)),
    schema,
  );
  expect(rows).toHaveLength(140);
  expect(rows.every((row) => row["_rescued_data"] === null)).toBe(true);
  const odd = newFolder();
  const files = Array.from({ length: 70 }, (_, i) =>
    writeEntry(odd, `${i}.json`, `{"a":"x${i}","b":"é"}\r\n${i === 3 ? ' {"a":1}\n' : ""}{}\n`),
  );
  const found = await read(files, schema);
  expect(found).toHaveLength(141);
  for (const [i, row] of found.filter((row) => row["_rescued_data"] !== null).entries()) {
    expect(parse(row["_rescued_data"])).toEqual({ a: `x${i}`, _file_path: `file://${odd}/${i}.json` });
  }
});

test("small files tell their path and partition with each row", async () => {
  const folder = newFolder();
  mkdirSync(join(folder, "d=1"));
  const files = Array.from({ length: 1100 }, (_, i) => writeEntry(folder, `d=1/${i}.json`, `{"a":${i}}\n`));
  const engine = await newEngine();
  const schema = struct([field("a", LONG), field("d", INTEGER)]);
  const slice = { kind: "Files", files, read: { format: "json", schema, options: {}, basePath: folder } } as const;
  const scan = scanOf(struct([...schema.fields, field("_metadata", struct([field("file_path", STRING)]))]));
  const { rows } = await engine.query(scan, new Map([[0, slice]]), SESSION);
  expect(rows).toHaveLength(1100);
  for (const [a, d, metadata] of rows) expect([d, metadata]).toEqual([1, [`file://${folder}/d=1/${a}.json`]]);
});

test("very many small files in another charset are read as few of them are", async () => {
  const folder = newFolder();
  const files = Array.from({ length: 100 }, (_, i) =>
    writeEntry(folder, `${i}.json`, Buffer.from(`{"a":${i},"t":"Zürich"}\n`, "utf16le")),
  );
  const rows = await read(files, struct([field("a", LONG), field("t", STRING), RESCUED]), {
    options: { encoding: "UTF-16LE" },
  });
  expect(rows).toHaveLength(files.length);
  expect(new Set(rows.map((row) => row["a"])).size).toBe(files.length);
  expect(new Set(rows.map((row) => row["t"]))).toEqual(new Set(["Zürich"]));
});

const text = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}` : value);

test("[F142] a file that is read in parts tells its rows, its rescued values and its broken records as one that is read whole", async () => {
  const good = (id: number) => `{"id":${id},"text":"${"x".repeat(100)}"}\n`;
  const records = Array.from({ length: 90_000 }, (_, id) => good(id));
  records[80_000] = '{"id":"late","text":"x"}\n';
  const file = writeEntry(newFolder(), "large.json", records.join(""));
  const schema = struct([field("id", LONG), field("text", STRING), RESCUED]);
  const rows = await read([file], schema);
  expect(rows.length).toBe(90_000);
  expect(new Set(rows.map((row) => row["id"])).size).toBe(90_000);
  const rescued = rows.filter((row) => row["_rescued_data"] !== null).map((row) => parse(row["_rescued_data"]));
  expect(rescued).toEqual([{ id: "late", _file_path: expect.stringMatching(/\/large\.json$/) }]);

  const path = field("_metadata", struct([field("file_name", STRING), field("file_size", LONG)]));
  const scan = scanOf(struct([...schema.fields, path]));
  const fileRead = { format: "json", schema, rescuedDataColumn: "_rescued_data", options: {}, basePath: "/" };
  const engine = await newEngine();
  const slice = { kind: "Files", files: [file], read: fileRead } as const;
  const known = await engine.query(scan, new Map([[0, slice]]), SESSION);
  const [last] = known.rows[0]?.slice(-1) ?? [];
  expect(last).toEqual(["large.json", BigInt(file.sizeBytes)]);
  expect(known.rows.every((row) => JSON.stringify(row.at(-1), text) === JSON.stringify(last, text))).toBe(true);

  records[80_001] = '{"id": 7, "text"\n';
  records[80_002] = '{"id":7,"more":1}\n';
  const broken = writeEntry(newFolder(), "broken.json", records.join(""));
  const after = await read([broken], schema);
  expect(after.length).toBe(90_000);
  const kept = after.filter((row) => row["_rescued_data"] !== null).map((row) => parse(row["_rescued_data"]));
  expect(kept.every((one) => one._file_path.endsWith("/broken.json"))).toBe(true);
  expect(kept.map(({ _file_path, ...rest }) => Object.keys(rest))).toEqual([["id"], ["_corrupt_record"], ["more"]]);
});
