import { appendFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { FileEntry, FileRead } from "@sluice/pipelines";
import { field, LONG, STRING, struct } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { newEngine, newFolder, SESSION, scanOf, writeEntry } from "../../test/engine-fixture.ts";

const SCHEMA = struct([field("a", LONG), field("_rescued_data", STRING)]);

async function read(format: string, files: readonly FileEntry[], options: FileRead["options"] = {}) {
  const engine = await newEngine();
  const slice = {
    kind: "Files",
    files,
    read: { format, schema: SCHEMA, options, basePath: "/", rescuedDataColumn: "_rescued_data" },
  } as const;
  const { rows } = await engine.query(scanOf(SCHEMA), new Map([[0, slice]]), SESSION);
  return rows.map(([a, rescued]) => (rescued === null ? a : String(rescued)));
}

describe("files that are not what they were when they were listed", () => {
  test.each([
    ["json", '{"a":1}\n{"a":2}\n', '{"a":3}\n'],
    ["csv", "a\n1\n2\n", "3\n"],
  ])("of a %s file that has grown only what was there is read, alone and among many", async (format, text, more) => {
    const folder = newFolder();
    const files = Array.from({ length: 70 }, (_, i) => writeEntry(folder, `${i}.${format}`, text));
    appendFileSync(files[0]?.path ?? "", more);
    const options = { header: "true" };
    expect(await read(format, files.slice(0, 1), options)).toEqual([1n, 2n]);
    expect(await read(format, files, options)).toHaveLength(140);
  });

  test("half a line at the end is kept in the rescued data, whatever follows it later", async () => {
    const file = writeEntry(newFolder(), "a.json", '{"a":1}\n{"a":2');
    appendFileSync(file.path, '0}\n{"a":3}\n');
    const [first, half, ...more] = await read("json", [file]);
    expect([first, more]).toEqual([1n, []]);
    expect(half).toContain('"_corrupt_record":"{\\"a\\":2"');
  });

  test("a file that is gone stops the read with the way out, or is left out with ignoreMissingFiles", async () => {
    const folder = newFolder();
    const files = [writeEntry(folder, "a.json", '{"a":1}\n'), writeEntry(folder, "b.json", '{"a":2}\n')];
    rmSync(files[0]?.path ?? "");
    await expect(read("json", files)).rejects.toThrow(/a\.json" was there.*ignoreMissingFiles/);
    expect(await read("json", files, { ignoreMissingFiles: "true" })).toEqual([2n]);
  });

  test("a corrupt file stops the read, or is left out with ignoreCorruptFiles", async () => {
    const folder = newFolder();
    const good = writeEntry(folder, "a.parquet", "");
    const engine = await import("@duckdb/node-api").then((duck) => duck.DuckDBInstance.create());
    await (await engine.connect()).run(`COPY (SELECT 1::BIGINT AS a) TO '${good.path}' (FORMAT parquet)`);
    const bad = writeEntry(folder, "b.parquet", "PAR1 and not more");
    const both = [{ ...good, sizeBytes: statSync(good.path).size }, bad];
    await expect(read("parquet", both)).rejects.toMatchObject({ facts: { file: bad.path } });
    expect(await read("parquet", both, { ignoreCorruptFiles: "true" })).toEqual([1n]);
  });

  test.each(["a b.json", "k=v.json", "100%.json", "a[1].json", "ünïcode-日本.json", "new\nline.json", "quo'te.json"])(
    "a file may be called %j",
    async (name) => {
      const folder = newFolder();
      const file = writeEntry(folder, name, '{"a":1}\n{"a":"x"}\n');
      const [first, rescued] = await read("json", [file]);
      expect(first).toBe(1n);
      expect(decodeURIComponent(JSON.parse(String(rescued))._file_path)).toBe(`file://${file.path}`);
      writeFileSync(file.path, '{"a":5}\n');
      expect(await read("json", [{ ...file, sizeBytes: 8 }])).toEqual([5n]);
    },
  );
});
