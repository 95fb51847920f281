import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import {
  array,
  BOOLEAN,
  DATE,
  DOUBLE,
  dayTimeInterval,
  field,
  INTEGER,
  INTERVAL_YEAR_MONTH,
  LONG,
  map,
  STRING,
  type StructType,
  struct,
  TIMESTAMP,
} from "@sluice/query";
import { expect, test } from "vitest";
import {
  entryOf,
  newEngine,
  newFolder,
  requestOf,
  rowsOf,
  SESSION,
  scanOf,
  targetAt,
  writeEntry,
} from "../../test/engine-fixture.ts";

const AB = struct([field("a", LONG), field("b", STRING), field("_rescued_data", STRING)]);

async function read(
  format: string,
  files: readonly FileEntry[],
  schema: StructType,
  options: FileRead["options"] = {},
) {
  const engine = await newEngine();
  const rescued = schema.fields.some((one) => one.name === "_rescued_data");
  const fileRead = {
    format,
    schema,
    options,
    basePath: "/",
    byName: true,
    ...(rescued ? { rescuedDataColumn: "_rescued_data" } : {}),
  };
  const result = await engine.query(scanOf(schema), new Map([[0, { kind: "Files", files, read: fileRead }]]), SESSION);
  return result.rows.map((row) =>
    row.map((value) => (String(value).startsWith('{"') ? JSON.parse(String(value)) : value)),
  );
}

test("[F136] CSV with a header is matched by name; unknown columns and values of other types are rescued", async () => {
  const folder = newFolder();
  const files = [
    writeEntry(folder, "1.csv", 'a,b,c\n1,"x, y",z\nq,"say ""hi""",\n'),
    writeEntry(folder, "2.csv", "b,a\nbee,5\n"),
  ];
  const rows = await read("csv", files, AB, { header: "true" });
  expect(rows).toEqual([
    [1n, "x, y", { c: "z", _file_path: `file://${folder}/1.csv` }],
    [null, '"say ""hi"""', { a: "q", _file_path: `file://${folder}/1.csv` }],
    [5n, "bee", null],
  ]);
});

test("CSV records with too few, too many or unclosed values are kept; surplus values are rescued", async () => {
  const folder = newFolder();
  const file = writeEntry(folder, "1.csv", 'a,b\n1\n2,two,more,\n3,"open\n4,four\n');
  const path = `file://${folder}/1.csv`;
  expect(await read("csv", [file], AB, { header: "true" })).toEqual([
    [1n, null, null],
    [2n, "two", { _c2: "more", _c3: null, _file_path: path }],
    [3n, "open", null],
    [4n, "four", null],
  ]);
  expect(await read("csv", [file], AB, { header: "true", mode: "DROPMALFORMED" })).toEqual([[4n, "four", null]]);
  await expect(read("csv", [file], AB, { header: "true", mode: "FAILFAST" })).rejects.toMatchObject({
    facts: { condition: "MALFORMED_RECORD_IN_PARSING" },
  });
});

test("CSV options: separator, quote, escape, null value, lines inside quotes, comments", async () => {
  const folder = newFolder();
  const file = writeEntry(folder, "1.csv", "# c\n1;'it\\'s\nhere'\n2;NA\n3;\n");
  const schema = struct(AB.fields.slice(0, 2));
  const options = { sep: ";", quote: "'", nullValue: "NA", multiLine: "true", comment: "#" };
  expect(await read("csv", [file], schema, options)).toEqual([
    [1n, "it's\nhere"],
    [2n, null],
    [3n, null],
  ]);
});

test("CSV columns whose names are repeated are told by their place", async () => {
  const file = writeEntry(newFolder(), "1.csv", "a,b,b,B\n1,two,three,four\n");
  expect((await infer("csv", [file], true, { header: "true" })).map(([name]) => name)).toEqual(["a", "b1", "b2", "B3"]);
  expect(await read("csv", [file], AB, { header: "true" })).toEqual([
    [1n, null, { b1: "two", b2: "three", B: "four", _file_path: `file://${file.path}` }],
  ]);
});

test("CSV: an escape of nothing stays, and a quote behind a blank is none", async () => {
  const folder = newFolder();
  const schema = struct(AB.fields.slice(0, 2));
  const inside = writeEntry(folder, "1.csv", '1,"C:\\temp, \\N"\n2,\\N\n');
  expect(await read("csv", [inside], schema)).toEqual([
    [1n, "C:\\temp, \\N"],
    [2n, "\\N"],
  ]);
  const behind = writeEntry(folder, "2.csv", '1, "two"\n2,"a, \\"b\\""\n');
  expect(await read("csv", [behind], schema)).toEqual([
    [1n, ' "two"'],
    [2n, 'a, "b"'],
  ]);
});

test("CSV: a comment begins at the start of a line only", async () => {
  const file = writeEntry(newFolder(), "1.csv", "#1,x\n1,#a\n2,b # c\n");
  expect(await read("csv", [file], struct(AB.fields.slice(0, 2)), { comment: "#" })).toEqual([
    [1n, "#a"],
    [2n, "b # c"],
  ]);
});

test("CSV: a record with a value that does not fit stands in the column of corrupt records", async () => {
  const file = writeEntry(newFolder(), "1.csv", "1,x\ny,z\n");
  const schema = struct([field("a", LONG), field("b", STRING), field("_corrupt_record", STRING)]);
  expect(await read("csv", [file], schema)).toEqual([
    [1n, "x", null],
    [null, "z", "y,z"],
  ]);
});

test("[F137] Parquet columns that a file lacks are NULL, others and those of other types are rescued", async () => {
  const folder = newFolder();
  const engine = await newEngine();
  const narrow = struct([field("a", INTEGER), field("extra", STRING)]);
  const other = struct([field("a", STRING), field("b", STRING)]);
  await engine.write(requestOf(targetAt(join(folder, "1"), narrow), scanOf(narrow), rowsOf([[1, "e"]]), 0));
  await engine.write(requestOf(targetAt(join(folder, "2"), other), scanOf(other), rowsOf([["text", "b"]]), 0));
  const files = await Promise.all(["1", "2"].map((name) => parquetFile(join(folder, name))));
  const paths = files.map((file) => `file://${file.path}`);
  const empty = writeEntry(newFolder(), "zero.parquet", "");
  expect(await read("parquet", [empty, ...files], AB)).toEqual(await read("parquet", files, AB));
  expect(await read("parquet", files, AB)).toEqual([
    [1n, null, { extra: "e", _file_path: paths[0] }],
    [null, "b", { a: "text", _file_path: paths[1] }],
  ]);
});

test("what does not fit inside of Parquet columns is rescued: fields of structs alone, arrays and maps as a whole", async () => {
  const folder = newFolder();
  const engine = await newEngine();
  const text = struct([
    field("s", struct([field("x", STRING), field("y", LONG), field("Z", STRING)])),
    field("l", array(STRING)),
    field("n", array(struct([field("q", INTEGER), field("r", STRING)]))),
    field("m", map(STRING, STRING)),
  ]);
  const row = [
    ["bad", 7n, "more"],
    ["1", "two"],
    [
      [1, null],
      [2, "more"],
    ],
    [["k", "v"]],
  ];
  const plain = [["1", 1n, null], null, [[3, null]], null];
  await engine.write(requestOf(targetAt(folder, text), scanOf(text), rowsOf([row, plain]), 0));
  const narrow = struct([
    field("s", struct([field("x", LONG), field("y", LONG), field("z", STRING)])),
    field("l", array(LONG)),
    field("n", array(struct([field("q", LONG)]))),
    field("m", map(STRING, LONG)),
    field("_rescued_data", STRING),
  ]);
  const file = await parquetFile(folder);
  const rescued = {
    s: { x: "bad", Z: "more" },
    l: ["1", "two"],
    n: [
      { q: 1, r: null },
      { q: 2, r: "more" },
    ],
    m: { k: "v" },
  };
  const path = { _file_path: `file://${file.path}` };
  expect(await read("parquet", [file], narrow)).toEqual([
    [[null, 7n, null], null, null, null, { ...rescued, ...path }],
    [[null, 1n, null], null, [[3n]], null, { s: { x: "1" }, ...path }],
  ]);
});

test("fields of structs in Parquet columns are found in all files", async () => {
  const folder = newFolder();
  const engine = await newEngine();
  const inner = (...names: readonly string[]) => struct(names.map((name) => field(name, LONG)));
  for (const [name, fields] of [
    ["1", inner("x")],
    ["2", inner("y", "x")],
  ] as const) {
    const schema = struct([field("s", fields), field("l", array(fields)), field("m", map(STRING, fields))]);
    await engine.write(
      requestOf(targetAt(join(folder, name), schema), scanOf(schema), rowsOf([[null, null, null]]), 0),
    );
  }
  const files = await Promise.all(["1", "2"].map((name) => parquetFile(join(folder, name))));
  const both = inner("x", "y");
  expect(await infer("parquet", files, true)).toEqual([
    ["s", both],
    ["l", array(both)],
    ["m", map(STRING, both)],
  ]);
});

async function parquetFile(folder: string): Promise<FileEntry> {
  const { readdirSync } = await import("node:fs");
  return entryOf(join(folder, readdirSync(folder).find((name) => name.endsWith(".parquet")) ?? ""));
}

test("a file that is no Parquet file is an error that names it", async () => {
  const file = writeEntry(newFolder(), "x.parquet", "this is not parquet at all");
  await expect(read("parquet", [file], AB)).rejects.toMatchObject({
    facts: { condition: "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER", file: file.path },
  });
});

test("[F137] text files give lines, or with wholeText the file; binaryFile gives bytes", async () => {
  const file = writeEntry(newFolder(), "a.txt", "one\n\nthree, 'x'\n");
  const value = struct([field("value", STRING)]);
  expect(await read("text", [file], value)).toEqual([["one"], [""], ["three, 'x'"]]);
  expect(await read("text", [file], value, { wholeText: "true" })).toEqual([["one\n\nthree, 'x'\n"]]);
  expect(await read("binaryFile", [file], struct([field("length", LONG)]))).toEqual([[16n]]);
});

test("a format that this engine lacks is an error that lists those it has", async () => {
  const file = writeEntry(newFolder(), "a.orc", "x");
  await expect(read("orc", [file], AB)).rejects.toThrow(/"orc".*json, csv, xml, parquet/s);
});

async function infer(format: string, files: readonly FileEntry[], inferTypes: boolean, options = {}, basePath = "/") {
  const engine = await newEngine();
  const schema = await engine.inferSchema(files, { format, options, basePath }, inferTypes);
  return schema.fields.map((one) => [one.name, one.dataType]);
}

test("JSON columns are found by name, as text or with Spark's types; broken lines do not count", async () => {
  const folder = newFolder();
  const files = [
    writeEntry(folder, "1.json", '{"z":1,"a":{"x":1,"l":[1]},"t":true}\nbroken\n'),
    writeEntry(folder, "2.json", '{"b":"2024-01-01","z":1.5,"n":null,"m":1}\n{"m":"s"}\n'),
    writeEntry(folder, "3.json", ""),
  ];
  expect(await infer("json", files, true)).toEqual([
    ["a", struct([field("l", array(LONG)), field("x", LONG)])],
    ["b", STRING],
    ["m", STRING],
    ["n", STRING],
    ["t", BOOLEAN],
    ["z", DOUBLE],
  ]);
  expect((await infer("json", files, false)).slice(0, 2)).toEqual([
    ["a", struct([field("l", array(STRING)), field("x", STRING)])],
    ["b", STRING],
  ]);
});

test("CSV columns are found by header or position, with types when asked", async () => {
  const folder = newFolder();
  const file = writeEntry(folder, "1.csv", "i,d,b,day,at,s,e\n1,1.5,true,2024-01-01,2024-01-01T10:00:00,x,\n,2,,,,,\n");
  expect(await infer("csv", [file], true, { header: "true" })).toEqual([
    ["i", INTEGER],
    ["d", DOUBLE],
    ["b", BOOLEAN],
    ["day", DATE],
    ["at", TIMESTAMP],
    ["s", STRING],
    ["e", STRING],
  ]);
  expect((await infer("csv", [file], false)).map(([name]) => name)).toEqual([
    "_c0",
    "_c1",
    "_c2",
    "_c3",
    "_c4",
    "_c5",
    "_c6",
  ]);
});

test.each([
  ["json", '{"d":"3","m":"INTERVAL -\'1-2\' YEAR TO MONTH"}\n{"d":"3 days","m":null}\n'],
  ["csv", "3,INTERVAL -'1-2' YEAR TO MONTH\n3 days,\n"],
])("%s gives intervals of the fields asked for, and rescues what is none", async (format, text) => {
  const file = writeEntry(newFolder(), `1.${format}`, text);
  const days = field("d", dayTimeInterval("day"));
  const schema = struct([days, field("m", INTERVAL_YEAR_MONTH), field("_rescued_data", STRING)]);
  expect(await read(format, [file], schema)).toEqual([
    [3n * 86_400_000_000n, -14, null],
    [null, null, expect.objectContaining({ d: "3 days" })],
  ]);
});

test("partition columns of paths come last", async () => {
  const folder = newFolder();
  mkdirSync(join(folder, "year=2024/k=a%20b"), { recursive: true });
  const file = writeEntry(folder, "year=2024/k=a%20b/1.json", '{"v":1}\n');
  expect(await infer("json", [file], true, {}, folder)).toEqual([
    ["v", LONG],
    ["year", INTEGER],
    ["k", STRING],
  ]);
});
