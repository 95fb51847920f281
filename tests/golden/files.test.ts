import { mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { openPipeline, type Pipeline } from "sluice";
import { afterEach, describe, expect, test } from "vitest";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const opened: Pipeline[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((pipeline) => pipeline.close()));
});

async function project(options: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>) {
  const all = { "cloudFiles.format": "json", "cloudFiles.inferColumnTypes": "true", ...options };
  const calls = Object.entries(all).map(([key, value]) => `.option(${JSON.stringify(key)}, ${JSON.stringify(value)})`);
  const folder = await makeProject({
    "sluice.yml": "name: files\nschema: s\n",
    "transformations/p.ts": `import { dlt, spark } from "sluice";
dlt.table({ name: "bronze" }, () => spark.readStream.format("cloudFiles")${calls.join("")}.load("raw"));`,
    ...files,
  });
  const pipeline = await openPipeline(folder);
  opened.push(pipeline);
  return { folder, pipeline };
}

async function update(pipeline: Pipeline): Promise<void> {
  expect(await pipeline.run().result).toMatchObject({ state: "COMPLETED" });
}

async function ids(pipeline: Pipeline): Promise<readonly unknown[]> {
  return (await pipeline.query("SELECT id FROM bronze ORDER BY id")).rows.map(([id]) => id);
}

test("what was read when, what was rescued and why, and how the schema drifted [F150]", async () => {
  const { folder, pipeline } = await project({}, { "raw/1.json": '{"id":1,"n":2}\n' });
  await update(pipeline);
  await writeFiles(folder, { "raw/2 ä.json": '{"id":2,"n":"x","new":true}\n{"id":3,"N":5}\nbroken\n' });
  await update(pipeline);
  const found = await pipeline.files("bronze");
  expect(found?.files).toMatchObject([
    { path: join(folder, "raw/1.json"), size: 15, batch: 0, batchRows: 1, rescuedRows: 0, isCommitted: true },
    { path: join(folder, "raw/2 ä.json"), batch: 1, batchRows: 3, rescuedRows: 3, flowName: "s.bronze" },
  ]);
  expect(found?.files[0]?.commitTime).toBeGreaterThan(found?.files[0]?.createTime ?? 0);
  expect(found?.rescued.map((one) => [one.field, one.reason, one.rows, one.files]).sort()).toEqual([
    ["N", 'written "n" in the schema', 1, 1],
    ["_corrupt_record", "the record cannot be read", 1, 1],
    ["n", "does not fit bigint", 1, 1],
  ]);
  expect(found?.schemas.map((one) => [one.version, one.changes])).toEqual([
    [0, ["id bigint", "n bigint"]],
    [1, ["new boolean"]],
  ]);
  const shown = await sluice(["files", "bronze", "-n", "1", "--project", folder]);
  expect(shown.stdout).toMatch(/The last 1 of 2 files\nbatch {2}.*\n +1 .* 3 +3 {2}.*2 ä\.json/);
  expect(await pipeline.files("none")).toBeUndefined();
});

test("cloud_files_state gives the files that a table has found, in SQL [F150]", async () => {
  const { folder, pipeline } = await project({}, { "raw/1.json": '{"id":1}\n', "raw/2.json": '{"id":2}\n' });
  const missing = expect.objectContaining({ message: expect.stringContaining("`bronze` cannot be found") });
  await expect(pipeline.query("SELECT * FROM cloud_files_state('bronze')")).rejects.toEqual(missing);
  await update(pipeline);
  const asked =
    "path, size, commit_time >= discovery_time AND processed_time = commit_time, archive_time, source_id IS NOT NULL, flow_name";
  for (const argument of ["TABLE(bronze)", "'s.bronze'", "TABLE(LIVE.bronze)"]) {
    const found = await pipeline.query(`SELECT ${asked} FROM cloud_files_state(${argument}) ORDER BY path`);
    expect(found.rows).toEqual(
      ["1", "2"].map((name) => [join(folder, `raw/${name}.json`), 9n, true, null, true, "s.bronze"]),
    );
  }
  await expect(pipeline.query("SELECT * FROM cloud_files_state(1)")).rejects.toThrow(/takes a table of the pipeline/);
});

describe("a source that is cleaned up", () => {
  test("keeps files until their rows are committed, then moves them; each row is there once [F148]", async () => {
    const options = {
      "cloudFiles.cleanSource": "MOVE",
      "cloudFiles.cleanSource.moveDestination": "done",
      "cloudFiles.cleanSource.retentionDuration": "0 days",
    };
    const { folder, pipeline } = await project(options, { "raw/k=1/a.json": '{"id":1}\n', "raw/b.json": '{"id":2}\n' });
    await update(pipeline);
    await update(pipeline);
    expect(await readdir(join(folder, "raw"), { recursive: true })).toEqual(["k=1"]);
    expect(await readFile(join(folder, "done/k=1/a.json"), "utf8")).toBe('{"id":1}\n');
    await writeFiles(folder, { "raw/c.json": '{"id":3}\n' });
    await update(pipeline);
    expect(await ids(pipeline)).toEqual([1n, 2n, 3n]);
    const [first] = (await pipeline.files("bronze"))?.files ?? [];
    expect(first).toMatchObject({ archiveMode: "MOVE", moveLocation: expect.stringContaining("done/") });
  });
});

describe("a folder that misbehaves", () => {
  test("names, links, empty files and folders: each has a defined result", async () => {
    const names = ["a b", "k=v", "100%", "a[1]{x}", "ünï 漢", "quo'te\"s", "new\nline", "plus+&#"];
    const files = Object.fromEntries(names.map((name, i) => [`raw/${name}/${name}.json`, `{"id":${i}}\n`]));
    const { folder, pipeline } = await project({ "cloudFiles.partitionColumns": "" }, files);
    await mkdir(join(folder, "raw/empty"));
    await writeFiles(folder, {
      "raw/nothing.json": "",
      "raw/.hidden.json": "x",
      "raw/_part.json": "x",
      "elsewhere.json": '{"id":8}\n',
    });
    await symlink(join(folder, "elsewhere.json"), join(folder, "raw/link.json"));
    await symlink(join(folder, "raw"), join(folder, "raw/empty/loop"));
    await symlink(join(folder, "gone"), join(folder, "raw/broken.json"));
    await update(pipeline);
    expect(await ids(pipeline)).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);
    await writeFiles(folder, { "raw/nothing.json": '{"id":9}\n' });
    await update(pipeline);
    expect((await ids(pipeline)).at(-1)).toBe(9n);
  });

  test("a path that does not exist, and a folder without files, say what to do", async () => {
    const { pipeline, folder } = await project({}, {});
    expect((await pipeline.validate()).errors.map((error) => error.code)).toEqual(["PATH_NOT_FOUND"]);
    await mkdir(join(folder, "raw"));
    expect((await pipeline.validate()).errors.map((error) => error.code)).toEqual(["NO_FILES_TO_INFER_SCHEMA_FROM"]);
  });
});

test("partition columns come from folders, typed when types are inferred; an empty list takes none [F139] [F149]", async () => {
  const files = { "raw/day=2024-01-02/n=7/a.json": '{"id":1}\n' };
  const types = async (options: Readonly<Record<string, string>>) => {
    const { pipeline } = await project(options, files);
    await update(pipeline);
    const { schema } = await pipeline.query("SELECT * FROM bronze");
    return schema.fields.map((one) => `${one.name} ${one.dataType.kind}`);
  };
  expect(await types({})).toEqual(["id long", "day date", "n integer", "_rescued_data string"]);
  expect(await types({ "cloudFiles.inferColumnTypes": "false" })).toEqual([
    "id string",
    "day string",
    "n string",
    "_rescued_data string",
  ]);
  expect(await types({ "cloudFiles.partitionColumns": "" })).toEqual(["id long", "_rescued_data string"]);
  expect(await types({ "cloudFiles.partitionColumns": "n", "cloudFiles.schemaHints": "n STRING" })).toEqual([
    "id long",
    "n string",
    "_rescued_data string",
  ]);
});
