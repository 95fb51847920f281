import { readFileSync } from "node:fs";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import { array, BINARY, DATE, decimal, field, LONG, STRING, type StructType, struct, TIMESTAMP } from "@sluice/query";
import avsc from "avsc";
import { describe, expect, test } from "vitest";
import { newEngine, newFolder, SESSION, scanOf, writeEntry } from "../../test/engine-fixture.ts";

type Options = FileRead["options"];

async function read(format: string, files: readonly FileEntry[], schema: StructType, options: Options = {}) {
  const engine = await newEngine();
  const rescued = schema.fields.some((one) => one.name === "_rescued_data");
  const more = rescued ? { rescuedDataColumn: "_rescued_data" } : {};
  const slice = { kind: "Files", files, read: { format, schema, options, basePath: "/", ...more } } as const;
  return (await engine.query(scanOf(schema), new Map([[0, slice]]), SESSION)).rows;
}

async function infer(format: string, files: readonly FileEntry[], options: Options = {}) {
  const engine = await newEngine();
  const { fields } = await engine.inferSchema(files, { format, options, basePath: "/" }, true);
  return Object.fromEntries(fields.map((one) => [one.name, one.dataType]));
}

const A = struct([field("a", LONG)]);
const RESCUED = field("_rescued_data", STRING);

describe("packed files and charsets", () => {
  const ZSTD = Buffer.from("28b52ffd04584100007b2261223a347d0ad378e1ee", "hex");

  test("are read by the extension of their name, for rows and for columns", async () => {
    const folder = newFolder();
    const files = [
      writeEntry(folder, "1.json.gz", Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"a":2}\n')])),
      writeEntry(folder, "2.json.deflate", deflateSync('{"a":3}\n')),
      writeEntry(folder, "3.json.zst", ZSTD),
    ];
    expect(await infer("json", files)).toEqual({ a: LONG });
    expect((await read("json", files, A)).map(([a]) => a).sort()).toEqual([1n, 2n, 3n, 4n]);
  });

  test.each([
    ["t.json.gz", gzipSync('{"a":1}\n'.repeat(5000)).subarray(0, -20)],
    ["t.json.zst", ZSTD.subarray(0, 12)],
    ["t.json.bz2", Buffer.from("BZh9 but no more")],
  ])("a damaged %s fails the read and is named, though its beginning could be read", async (name, content) => {
    const file = writeEntry(newFolder(), name, content);
    await expect(read("json", [file], A)).rejects.toMatchObject({ facts: { file: file.path } });
  });

  test("a file packed in a way that is not read says what to do", async () => {
    const file = writeEntry(newFolder(), "a.csv.lz4", "x");
    await expect(read("csv", [file], A)).rejects.toThrow(/\.lz4.*\.gz/);
  });

  test.each([
    ["UTF-16LE", Buffer.from("1,é\n", "utf16le")],
    ["UTF-16", Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from("1,é\n", "utf16le").swap16()])],
    ["ISO-8859-1", Buffer.from("1,é\n", "latin1")],
    ["UTF-32", Buffer.from([..."1,é\n"].flatMap((one) => [0, 0, 0, one.charCodeAt(0)]))],
  ])("%s is decoded", async (encoding, content) => {
    const file = writeEntry(newFolder(), "a.csv", content);
    const schema = struct([field("a", LONG), field("b", STRING)]);
    expect(await read("csv", [file], schema, { encoding })).toEqual([[1n, "é"]]);
  });
});

describe("XML", () => {
  const text = '<r><!-- <row/> --><row id="1"><v>1</v><v>2</v><x>y</x></row><row id="b"><v>3</row><row id="3"/></r>';

  test("[F135] rows are elements; unknown elements and values of other types are rescued, malformed elements whole", async () => {
    const file = writeEntry(newFolder(), "a.xml", text);
    const schema = struct([field("_id", LONG), field("v", array(LONG)), RESCUED]);
    const rows = await read("xml", [file], schema, { rowTag: "row" });
    expect(rows.map(([id, v]) => [id, v])).toEqual([
      [1n, [1n, 2n]],
      [null, null],
      [3n, null],
    ]);
    expect(JSON.parse(String(rows[0]?.[2]))).toMatchObject({ x: "y" });
    expect(JSON.parse(String(rows[1]?.[2]))).toMatchObject({ _corrupt_record: '<row id="b"><v>3</row>' });
  });

  test("columns are found with their types", async () => {
    const file = writeEntry(newFolder(), "a.xml", text);
    expect(await infer("xml", [file], { rowTag: "row" })).toEqual({ _id: LONG, v: array(LONG), x: STRING });
  });

  test("without rowTag nothing can be read, and the error says so", async () => {
    const file = writeEntry(newFolder(), "a.xml", text);
    await expect(read("xml", [file], A)).rejects.toThrow(/rowTag/);
  });
});

describe("Avro", () => {
  const schema = {
    type: "record",
    name: "Row",
    fields: [
      { name: "a", type: ["null", "long"] },
      { name: "u", type: ["int", "string"] },
      { name: "d", type: { type: "int", logicalType: "date" } },
      { name: "t", type: { type: "long", logicalType: "timestamp-millis" } },
      { name: "n", type: { type: "bytes", logicalType: "decimal", precision: 10, scale: 2 } },
      { name: "b", type: { type: "record", name: "Inner", fields: [{ name: "c", type: "bytes" }] } },
    ],
  };

  function avroFile(codec: "null" | "deflate"): FileEntry {
    const same = { d: -1, t: -1, n: Buffer.from([0xff, 0x38]), b: { c: Buffer.from([0, 255]) } };
    const rows = [
      { a: 1, u: 7, ...same },
      { a: null, u: "x", ...same },
    ];
    const type = avsc.Type.forSchema(schema as avsc.Schema);
    const plain = Buffer.concat(rows.map((row) => type.toBuffer(row)));
    const block = codec === "deflate" ? deflateRawSync(plain) : plain;
    const meta = { "avro.schema": Buffer.from(JSON.stringify(schema)), "avro.codec": Buffer.from(codec) };
    const sync = Buffer.alloc(16, 7);
    const parts = [
      Buffer.from("Obj\u0001"),
      avsc.Type.forSchema({ type: "map", values: "bytes" }).toBuffer(meta),
      sync,
      avsc.Type.forSchema("long").toBuffer(rows.length),
      avsc.Type.forSchema("long").toBuffer(block.length),
      block,
      sync,
    ];
    return writeEntry(newFolder(), "1.avro", Buffer.concat(parts));
  }

  test.each(["null", "deflate"] as const)("[F137] columns and values have Spark's types (codec %s)", async (codec) => {
    const file = avroFile(codec);
    const types = await infer("avro", [file]);
    expect(types).toMatchObject({ a: LONG, d: DATE, t: TIMESTAMP, n: decimal(10, 2), b: struct([field("c", BINARY)]) });
    const wanted = struct(["a", "u", "d", "t", "n", "b"].map((name) => field(name, types[name] ?? STRING)));
    expect(await read("avro", [file], wanted)).toEqual([
      [1n, [7, null], -1, -1000n, "-2.00", [Buffer.from([0, 255])]],
      [null, [null, "x"], -1, -1000n, "-2.00", [Buffer.from([0, 255])]],
    ]);
  });

  test("a file that is none, and one that ends too early, are errors that name it", async () => {
    const file = avroFile("null");
    const folder = newFolder();
    const cut = writeEntry(folder, "cut.avro", readFileSync(file.path).subarray(0, -10));
    const none = writeEntry(folder, "none.avro", "no Avro");
    for (const one of [cut, none]) {
      await expect(read("avro", [one], A)).rejects.toMatchObject({ facts: { file: one.path } });
    }
  });
});
