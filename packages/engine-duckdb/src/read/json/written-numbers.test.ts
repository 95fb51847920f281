import { join } from "node:path";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import { array, DOUBLE, decimal, field, LONG, map, STRING, type StructType, struct } from "@sluice/query";
import { expect, test } from "vitest";
import { newEngine, newFolder, SESSION, scanOf, writeEntry } from "../../../test/engine-fixture.ts";
import { markedCopies } from "./marked-copies.ts";

const RESCUED = field("_rescued_data", STRING);

async function read(files: readonly FileEntry[], schema: StructType, more: Partial<FileRead> = {}) {
  const engine = await newEngine();
  const rescued = schema.fields.some((one) => one.name === "_rescued_data");
  const base = { format: "json", schema, options: {}, basePath: "/" };
  const fileRead = { ...base, ...(rescued ? { rescuedDataColumn: "_rescued_data" } : {}), ...more };
  const slice = { kind: "Files", files, read: fileRead } as const;
  const once = async () => {
    const result = await engine.query(scanOf(schema), new Map([[0, slice]]), SESSION);
    return result.rows.map((row) => Object.fromEntries(schema.fields.map((one, i) => [one.name, row[i]])));
  };
  const rows = inOrder(await once());
  expect(inOrder(await once())).toEqual(rows);
  return rows;
}

/** Rows of several threads come in any order. */
function inOrder<Row extends Readonly<Record<string, unknown>>>(rows: readonly Row[]): readonly Row[] {
  const text = (row: Row) => Object.values(row).map(String).join();
  return [...rows].sort((left, right) => (text(left) < text(right) ? -1 : 1));
}

function entry(content: string | Uint8Array): FileEntry {
  return writeEntry(newFolder(), "1.5.json", content);
}

test("[F142] numbers that become text or decimals are those that are written, beside numbers that stay numbers", async () => {
  const file = entry(
    '{"a":1.50,"b":12345678901234567.89,"c":1.50,"d":7}\n{"a":"2.50","b":0.1000000000000000055511151231257827,"c":1e3}\n',
  );
  const schema = struct([
    field("a", STRING),
    field("b", decimal(38, 18)),
    field("c", DOUBLE),
    field("d", LONG),
    RESCUED,
  ]);
  expect(await read([file], schema)).toEqual([
    { a: "1.50", b: "12345678901234567.890000000000000000", c: 1.5, d: 7n, _rescued_data: null },
    { a: "2.50", b: "0.100000000000000006", c: 1000, d: null, _rescued_data: null },
  ]);
});

test("[F142] at any depth", async () => {
  const number = "0.10000000000000000000000001";
  const file = entry(`{"s":{"x":${number},"y":2},"l":[${number}],"m":{"k":${number}},"o":{"p":[${number},"t"]}}\n`);
  const schema = struct([
    field("s", struct([field("x", STRING), field("y", LONG)])),
    field("l", array(STRING)),
    field("m", map(STRING, STRING)),
    field("o", STRING),
    RESCUED,
  ]);
  expect(await read([file], schema)).toEqual([
    { s: [number, 2n], l: [number], m: [["k", number]], o: `{"p":[${number},"t"]}`, _rescued_data: null },
  ]);
});

test("[F142] what is rescued is as written: values that do not fit, and members that the schema lacks", async () => {
  const file = entry('{"a":12.50,"b":{"x":1e3,"y":[2.50]}}\n');
  const facts = `"_file_path":"file://${file.path}"`;
  const schema = struct([field("a", LONG), field("b", struct([field("x", LONG), field("y", array(LONG))])), RESCUED]);
  const nested = '"b":{"x":1e3,"y":[2.50]}';
  expect(await read([file], schema)).toEqual([
    { a: null, b: [null, null], _rescued_data: `{"a":12.50,${nested},${facts}}` },
  ]);
  expect(await read([file], struct([field("a", LONG), RESCUED]))).toEqual([
    { a: null, _rescued_data: `{"a":12.50,${nested},${facts}}` },
  ]);
});

test("[F142] records that are no JSON, and bytes that are no text, are rescued beside numbers as written", async () => {
  const bytes = Buffer.concat([Buffer.from('{"a":1.50}\n{"a":2.50\n'), Buffer.from([0xff, 0x0a])]);
  const files = [entry(bytes), entry('{"a":3.50}\n'), entry('{"a":4.50,"z":5.50}\n'), entry("{'a':6.50}\n")];
  const rows = await read(files, struct([field("a", STRING), RESCUED]));
  const rescued = rows.map((row) => {
    const { _file_path: _, ...rest } = JSON.parse(String(row["_rescued_data"] ?? "{}"));
    return [row["a"], rest];
  });
  const broken = rescued.filter(([a]) => a === null).map(([, rest]) => rest["_corrupt_record"]);
  expect(broken.sort()).toEqual(['{"a":2.50', "\ufffd"]);
  expect(rescued.filter(([a]) => a !== null)).toEqual([
    ["1.50", {}],
    ["3.50", {}],
    ["4.50", { z: 5.5 }],
    ["6.50", {}],
  ]);
  expect(rows.map((row) => row["_rescued_data"]).join()).toContain('"z":5.50');
});

test("[F142] in very many small files, read fast or record by record", async () => {
  const folder = newFolder();
  const files = Array.from({ length: 100 }, (_, i) => writeEntry(folder, `${i}.json`, `{"a":${i}.50}\n{"a":"${i}"}\n`));
  const expected = files.flatMap((_, i) => [`${i}.50`, `${i}`]);
  const schema = struct([field("a", STRING), RESCUED]);
  expect((await read(files, schema)).map((row) => String(row["a"]))).toEqual(expected.sort());
  const bad = [...files, writeEntry(folder, "bad.json", '{"a":7.10,"z":1.20}\n{"a":\n')];
  const rows = await read(bad, schema);
  expect(rows.map((row) => String(row["a"]))).toEqual([...expected, "7.10", "null"].sort());
  const rescued = rows.find((row) => row["a"] === "7.10")?.["_rescued_data"];
  expect(rescued).toBe(`{"z":1.20,"_file_path":"file://${join(folder, "bad.json")}"}`);
});

test("[F142] in a file that is read in parts, first met at its end", async () => {
  const lines = Array.from({ length: 30_000 }, (_, i) => `{"a":${i},"b":"${"long ".repeat(60)}"}\n`);
  const file = entry(`${lines.join("")}{"a":9.90,"b":"end"}\n`);
  const rows = await read([file], struct([field("a", STRING), field("b", STRING), RESCUED]));
  expect(rows.length).toBe(30_001);
  expect(rows.find((row) => row["b"] === "end")).toEqual({ a: "9.90", b: "end", _rescued_data: null });
});

test("texts that look like numbers stay what they are", async () => {
  const texts = ["1.5", "1e3", "-0.0", "10.0.0.1", "[1.5]", '{"x":1.50}', "1.5 ", "v1.50"];
  const file = entry(texts.map((one) => `{"a":${JSON.stringify(one)}}\n`).join(""));
  expect((await read([file], struct([field("a", STRING)]))).map((row) => row["a"])).toEqual(texts.sort());
});

test("a decimal is rounded as its digits say, not as the double next to it", async () => {
  const file = entry(
    '{"a":1234.5649999999999999}\n{"a":1234.565}\n{"a":1234.56}\n{"a":99999999999999.99}\n{"a":0.1}\n',
  );
  const rows = await read([file], struct([field("a", decimal(18, 2))]));
  expect(rows.map((row) => row["a"])).toEqual(["0.10", "1234.56", "1234.56", "1234.57", "99999999999999.99"]);
});

test("of files with and without such numbers only the former are copied, and both are read alike", async () => {
  const folder = newFolder();
  const quoted = Array.from({ length: 60_000 }, (_, i) => `{"a":"${i}.50","b":${i}}`).join("\n");
  const late = `${quoted}\n{"a":7.50,"b":1.5e0}\n`;
  const files = [writeEntry(folder, "quoted.json", quoted), writeEntry(folder, "late.json", late)];
  const schema = struct([field("a", STRING), field("b", decimal(12, 2))]);
  const rows = await read(files, schema);
  expect(rows).toHaveLength(120_001);
  expect(rows.filter(({ b }) => b === "1.50")).toEqual([{ a: "7.50", b: "1.50" }]);
  expect(rows.filter(({ a }) => a === "59999.50")).toEqual([
    { a: "59999.50", b: "59999.00" },
    { a: "59999.50", b: "59999.00" },
  ]);
  const copies = await markedCopies(files, "Lines", newFolder());
  expect(copies[0]).toEqual(files[0]);
  expect(copies[1]?.path).toMatch(/late\.json$/);
  expect(copies[1]?.path).not.toBe(files[1]?.path);
});
