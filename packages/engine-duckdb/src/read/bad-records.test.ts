import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import { field, LONG, STRING, type StructType, struct } from "@sluice/query";
import { describe, expect, test } from "vitest";
import {
  newEngine,
  newFolder,
  requestOf,
  SESSION,
  scanOf,
  tableRows,
  targetAt,
  writeEntry,
} from "../../test/engine-fixture.ts";

const SCHEMA = struct([field("a", LONG), field("b", STRING)]);
const RESCUED = struct([...SCHEMA.fields, field("_rescued_data", STRING)]);

interface Case {
  readonly format: string;
  readonly files: readonly FileEntry[];
  readonly options?: FileRead["options"];
  readonly schema?: StructType;
}

/** Writes the rows of files into a table twice over, as after a crash before the commit, and answers what came of it. */
async function load({ format, files, options = {}, schema = SCHEMA }: Case) {
  const [engine, folder] = [await newEngine(), newFolder()];
  const bad = join(folder, "bad");
  const rescued = schema === RESCUED ? { rescuedDataColumn: "_rescued_data" } : {};
  const read = { format, schema, options: { ...options, badRecordsPath: bad }, basePath: "/", ...rescued };
  const request = requestOf(targetAt(join(folder, "t"), schema), scanOf(schema), { kind: "Files", files, read }, 0);
  const broken = { ...request, after: Promise.reject(new Error("crashed")) };
  await expect(engine.write(broken)).rejects.toThrow("crashed");
  const outcome = await engine.write(request);
  const rows = await tableRows(engine, join(folder, "t"));
  return { outcome, rows, kept: keptBelow(bad) };
}

/** The lines of all files below a folder, by their path, the last part of it without its hash. */
function keptBelow(folder: string): Readonly<Record<string, readonly unknown[]>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const found = files.map(({ parentPath, name }) => {
    const lines = readFileSync(join(parentPath, name), "utf8").trim().split("\n");
    const path = join(parentPath, name).slice(folder.length + 1);
    return [path.replace(/-[0-9a-f]{32}$/, ""), lines.map((line) => JSON.parse(line))] as const;
  });
  expect(new Set(found.map(([path]) => path)).size).toBe(found.length);
  return Object.fromEntries(found);
}

const RECORDS = "20231114T221320/bad_records/part-00000";
const FILES = "20231114T221320/bad_files/part-00000";

describe("records that cannot be read, with badRecordsPath", () => {
  test("those of JSON files are left out and kept with file and reason, once though the write is made again", async () => {
    const file = writeEntry(newFolder(), "a.json", '{"a":1,"b":"x"}\n{bad-record\n{"a":"no","b":"y"}\n{"a":2}\n');
    const { outcome, rows, kept } = await load({ format: "json", files: [file] });
    expect(rows).toEqual([
      [1n, "x"],
      [2n, null],
    ]);
    expect(kept[RECORDS]).toEqual([
      { path: `file://${file.path}`, record: "{bad-record", reason: "The text is no JSON record." },
      {
        path: `file://${file.path}`,
        record: '{"a":"no","b":"y"}',
        reason: 'The value "no" does not fit the column "a" BIGINT.',
      },
    ]);
    expect(outcome).toMatchObject({ rows: 2, keptAside: [{ records: 2, files: 0 }] });
  });

  test("with a rescued-data column values that do not fit are rescued, and only what is no record is left out", async () => {
    const file = writeEntry(newFolder(), "a.json", '{"a":1,"b":"x"}\n{bad\n{"a":"no","b":"y"}\n');
    const { rows, kept } = await load({ format: "json", files: [file], schema: RESCUED });
    expect(rows.map(([a, b]) => [a, b])).toEqual(
      expect.arrayContaining([
        [1n, "x"],
        [null, "y"],
      ]),
    );
    expect(rows).toHaveLength(2);
    expect(kept[RECORDS]).toMatchObject([{ record: "{bad" }]);
  });

  test("those of CSV files are those with values too many, too few or of another type", async () => {
    const text = 'a,b\n1,x\n2\nno,y\n3,z,more\n4,"w"\n';
    const folder = newFolder();
    const files = [writeEntry(folder, "a.csv", text), writeEntry(folder, "b.csv", "a,b\n5,v\nbad,u\n")];
    const { rows, kept } = await load({ format: "csv", files, options: { header: "true" } });
    expect(rows.map(([a]) => a)).toEqual([1n, 4n, 5n]);
    expect(kept[RECORDS]).toEqual(
      expect.arrayContaining([
        { path: `file://${files[0]?.path}`, record: "2", reason: "The record has 1 values for 2 columns." },
        {
          path: `file://${files[0]?.path}`,
          record: "no,y",
          reason: 'The value "no" does not fit the column "a" BIGINT.',
        },
        { path: `file://${files[0]?.path}`, record: "3,z,more", reason: "The record has 3 values for 2 columns." },
        {
          path: `file://${files[1]?.path}`,
          record: "bad,u",
          reason: 'The value "bad" does not fit the column "a" BIGINT.',
        },
      ]),
    );
    expect(kept[RECORDS]).toHaveLength(4);
  });

  test("those of XML files are elements that are no XML, or have values of another type", async () => {
    const text = "<r><row><a>1</a><b>x</b></row><row><a>no</a></row><row><a>1</b></row></r>";
    const { rows, kept } = await load({
      format: "xml",
      files: [writeEntry(newFolder(), "a.xml", text)],
      options: { rowTag: "row" },
    });
    expect(rows).toEqual([[1n, "x"]]);
    expect(kept[RECORDS]).toMatchObject([
      { record: "<row><a>no</a></row>", reason: 'The value "no" does not fit the column "a" BIGINT.' },
      { record: "<row><a>1</b></row>", reason: "The text is no XML record." },
    ]);
  });

  test("those of a thousand small files, and of one that spreads over lines, are found too", async () => {
    const folder = newFolder();
    const files = Array.from({ length: 200 }, (_, i) =>
      writeEntry(folder, `${i}.json`, i % 50 === 0 ? `{"a":${i}\n` : `{"a":${i}}\n`),
    );
    const many = await load({ format: "json", files });
    expect(many.rows).toHaveLength(196);
    expect(many.kept[RECORDS]).toHaveLength(4);
    const whole = [writeEntry(folder, "x.json", '{"a":\n1}'), writeEntry(folder, "y.json", '{"a":\n1')];
    const one = await load({ format: "json", files: whole, options: { multiLine: "true" } });
    expect(one.rows).toEqual([[1n, null]]);
    expect(one.kept[RECORDS]).toMatchObject([{ record: '{"a":\n1' }]);
  });
});

describe("files that cannot be read, with badRecordsPath", () => {
  test("those that are gone or damaged are left out and kept with the reason", async () => {
    const folder = newFolder();
    const packed = gzipSync(`${'{"a":2}\n'.repeat(1000)}`);
    const files = [
      writeEntry(folder, "good.json", '{"a":1}\n'),
      writeEntry(folder, "gone.json", '{"a":3}\n'),
      writeEntry(folder, "damaged.json.gz", packed.subarray(0, packed.length - 20)),
    ];
    rmSync(join(folder, "gone.json"));
    const { outcome, rows, kept } = await load({ format: "json", files });
    expect(rows).toEqual([[1n, null]]);
    expect(kept[FILES]).toMatchObject([
      { path: `file://${files[1]?.path}`, reason: expect.stringContaining("is gone") },
      { path: `file://${files[2]?.path}`, reason: expect.stringContaining("damaged.json.gz") },
    ]);
    expect(outcome).toMatchObject({ keptAside: [{ records: 0, files: 2 }] });
  });

  test("a query keeps them when it is asked to, and writes nothing else", async () => {
    const [engine, folder] = [await newEngine(), newFolder()];
    const files = [writeEntry(folder, "a.json", '{"a":1}\n{bad\n')];
    const bad = join(folder, "bad");
    const read = { format: "json", schema: SCHEMA, options: { badRecordsPath: bad }, basePath: "/" };
    const inputs = new Map([[0, { kind: "Files", files, read } as const]]);
    expect((await engine.query(scanOf(SCHEMA), inputs, SESSION)).rows).toEqual([[1n, null]]);
    expect(readdirSync(folder)).toEqual(["a.json"]);
    await engine.query(scanOf(SCHEMA), inputs, SESSION, { keepsBadRecords: true });
    expect(keptBelow(bad)[RECORDS]).toMatchObject([{ record: "{bad" }]);
  });
});
