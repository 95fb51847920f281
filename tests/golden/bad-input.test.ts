import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { type Finished, makeProject, sluice } from "../harness/sluice.ts";

function pipeline(format: string, options: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries({ "cloudFiles.format": format, "cloudFiles.inferColumnTypes": "true", ...options });
  const calls = given.map(([key, value]) => `.option(${JSON.stringify(key)}, ${JSON.stringify(value)})`).join("");
  return `import { dlt, spark } from "sluice";
dlt.table({ name: "bronze" }, () => spark.readStream.format("cloudFiles")${calls}.load("raw"));`;
}

async function run(
  files: Readonly<Record<string, string | Uint8Array>>,
  program: string,
): Promise<{ readonly finished: Finished; readonly project: string; readonly table: RawTable }> {
  const project = await makeProject({
    "sluice.yml": "name: bad\nschema: s\n",
    "transformations/p.ts": program,
    ...files,
  });
  const finished = await sluice(["run", "--project", project]);
  return { finished, project, table: new RawTable(join(project, ".sluice/tables/s/bronze")) };
}

describe("bad input ends in a rescued value, a quarantine row or a clear error, never in a crash or silence", () => {
  test("a truncated JSON record is rescued with its text and file [F142]", async () => {
    const { finished, table } = await run({ "raw/a.json": '{"id": 1, "name": "a"}\n{"id": 2, "na' }, pipeline("json"));
    expect(finished).toMatchObject({ code: 0 });
    const rows = await table.rows("SELECT id::INTEGER AS id, _rescued_data AS rescued FROM t ORDER BY id NULLS LAST");
    expect(rows.map((row) => row["id"])).toEqual([1, null]);
    expect(rows[0]?.["rescued"]).toBeNull();
    expect(String(rows[1]?.["rescued"])).toContain('\\"na');
    expect(String(rows[1]?.["rescued"])).toContain("a.json");
  });

  test("a JSON column that changes type is rescued, the rest of the row is kept [F142]", async () => {
    const { finished, table } = await run(
      { "raw/a.json": '{"id": 1, "amount": 5}\n', "raw/b.json": '{"id": 2, "amount": "many"}\n' },
      pipeline("json", { "cloudFiles.schemaHints": "amount BIGINT" }).replace(
        '.option("cloudFiles.schemaHints", "amount BIGINT")',
        '.schema("id BIGINT, amount BIGINT").option("rescuedDataColumn", "_rescued_data")',
      ),
    );
    expect(finished).toMatchObject({ code: 0 });
    const rows = await table.rows(
      "SELECT id::INTEGER AS id, amount::INTEGER AS amount, _rescued_data AS rescued FROM t ORDER BY id",
    );
    expect(rows[0]).toEqual({ id: 1, amount: 5, rescued: null });
    expect(rows[1]).toMatchObject({ id: 2, amount: null });
    expect(JSON.parse(String(rows[1]?.["rescued"]))).toMatchObject({ amount: "many" });
  });

  test("with badRecordsPath records that are none, and their number, are found in files and in the events", async () => {
    const program = pipeline("json", { badRecordsPath: "bad" }).replace('.load("raw")', '.load("raw/*.json")');
    const { finished, project, table } = await run(
      { "raw/a.json": '{"id": 1}\n{"id": 2, "na\n', "raw/b.json": '{"id": 3}\n' },
      program,
    );
    expect(finished).toMatchObject({ code: 0 });
    expect(finished.stdout + finished.stderr).toContain("1 unreadable");
    expect(await table.rows("SELECT id::INTEGER AS id FROM t ORDER BY id")).toEqual([{ id: 1 }, { id: 3 }]);
    const bad = (await readdir(join(project, "bad"), { recursive: true })).filter((name) => name.includes("part-"));
    expect(bad.map((name) => name.replace(/\d{8}T\d{6}/, "time"))).toEqual([
      expect.stringMatching(/^time\/bad_records\/part-00000-[0-9a-f]{32}$/),
    ]);
    const [line] = (await readFile(join(project, "bad", bad[0] ?? ""), "utf8")).trim().split("\n");
    expect(JSON.parse(line ?? "")).toEqual({
      path: expect.stringMatching(/^file:.*\/raw\/a\.json$/),
      record: '{"id": 2, "na',
      reason: "The text is no JSON record.",
    });
    const events = await sluice(["events", "--json", "--project", project]);
    expect(events.stdout).toContain('num_bad_records\\":1');
    expect(events.stdout).toMatch(/left out what cannot be read, records: 1, files: 0/);
  });

  test("a CSV record with too many fields is rescued", async () => {
    const { finished, table } = await run(
      { "raw/a.csv": "id,name\n1,a\n2,b,surplus\n" },
      pipeline("csv", { header: "true" }),
    );
    expect(finished).toMatchObject({ code: 0 });
    const rows = await table.rows("SELECT id::INTEGER AS id, name, _rescued_data AS rescued FROM t ORDER BY id");
    expect(rows[0]).toEqual({ id: 1, name: "a", rescued: null });
    expect(rows[1]).toMatchObject({ id: 2, name: "b" });
    expect(String(rows[1]?.["rescued"])).toContain("surplus");
  });

  test("a Parquet file that is not one fails the flow and is named", async () => {
    const { finished } = await run({ "raw/broken.parquet": "this is not Parquet" }, pipeline("parquet"));
    expect(finished.code === 1 || finished.code === 2).toBe(true);
    expect(finished.stdout + finished.stderr).toContain("broken.parquet");
  });

  test("a JSON line of 20 MB is read", async () => {
    const text = "x".repeat(20 * 1024 * 1024);
    const { finished, table } = await run(
      { "raw/big.json": `${JSON.stringify({ id: 1, text })}\n{"id": 2, "text": "small"}\n` },
      pipeline("json"),
    );
    expect(finished).toMatchObject({ code: 0 });
    expect(await table.rows("SELECT length(text)::INTEGER AS n FROM t ORDER BY n")).toEqual([
      { n: 5 },
      { n: text.length },
    ]);
  });

  test("empty files and names with blanks, equal signs and other letters are read", async () => {
    const { finished, table } = await run(
      { "raw/empty.json": "", "raw/a b=c%20d.json": '{"id": 1}\n', "raw/größe-数.json": '{"id": 2}\n' },
      pipeline("json"),
    );
    expect(finished).toMatchObject({ code: 0 });
    expect(await table.rows("SELECT id::INTEGER AS id FROM t ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test("byte order marks, CR LF, NUL and bytes that are no text give rows, and what is no record is rescued", async () => {
    const { finished, table } = await run(
      {
        "raw/a.json": Buffer.concat([
          Buffer.from('\ufeff{"id": 1, "name": "a"}\r\n{"id": 2, "name": "x'),
          Buffer.from([0xff]),
          Buffer.from('"}\r\n{"id": 3, "name": "'),
          Buffer.from([0]),
          Buffer.from('"}\n'),
        ]),
      },
      pipeline("json"),
    );
    expect(finished).toMatchObject({ code: 0 });
    const rows = await table.rows(
      "SELECT id::INTEGER AS id, name, _rescued_data AS rescued FROM t ORDER BY id NULLS LAST",
    );
    expect(rows.map((row) => [row["id"], row["name"]])).toEqual([
      [1, "a"],
      [2, "x\ufffd"],
      [null, null],
    ]);
    expect(String(rows[2]?.["rescued"])).toContain("a.json");
  });

  test("a gzip file that ends too early fails the flow, is named, and gives no rows", async () => {
    const whole = gzipSync('{"id": 1}\n'.repeat(5000));
    const { finished } = await run({ "raw/cut.json.gz": whole.subarray(0, -20) }, pipeline("json"));
    expect([1, 2]).toContain(finished.code);
    expect(finished.stdout + finished.stderr).toContain("cut.json.gz");
  });

  test("wrong options of a format are errors at validate, all at once, with place and advice", async () => {
    const options = { multiLien: "true", mode: "PERMISIVE", locale: "de-DE" };
    const project = await makeProject({ "raw/a.json": "{}", "transformations/p.ts": pipeline("json", options) });
    const finished = await sluice(["validate", "--project", project]);
    expect(finished.code).toBe(2);
    for (const word of ["multiLien", "multiLine", "PERMISIVE", "locale", "p.ts:2"]) {
      expect(finished.stderr).toContain(word);
    }
  });

  test("a folder that is not there is an error at validate, with its place", async () => {
    const project = await makeProject({ "transformations/p.ts": pipeline("json") });
    const finished = await sluice(["validate", "--project", project]);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain("raw");
    expect(finished.stderr).toContain("p.ts:2");
  });
});
