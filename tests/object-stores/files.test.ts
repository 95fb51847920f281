import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { openStore } from "@sluice/delta";
import { openPipeline, type Pipeline } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ObjectStoreServer, serverLeftOut, startBucket } from "../harness/object-stores.ts";
import { makeProject, temporaryFolder } from "../harness/sluice.ts";

const leftOut = serverLeftOut("s3");
const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;

describe.skipIf(leftOut !== undefined)(`files in a bucket${why}`, () => {
  let server: ObjectStoreServer;
  const pipelines: Pipeline[] = [];

  beforeAll(async () => {
    process.env["SLUICE_CACHE_DIR"] = await temporaryFolder();
    server = await startBucket("s3");
  });
  afterAll(async () => {
    await Promise.all(pipelines.map((one) => one.close()));
    delete process.env["SLUICE_CACHE_SIZE"];
    await server?.stop();
  });

  const put = (path: string, content: string | Uint8Array) =>
    openStore(`${server.url}/raw`).put(path, typeof content === "string" ? new TextEncoder().encode(content) : content);

  async function open(source: string): Promise<Pipeline> {
    const project = await makeProject({
      "transformations/p.ts": `import { dlt, spark } from "sluice";\ndlt.table({ name: "t" }, () => spark.${source});`,
    });
    const pipeline = await openPipeline(project, { storage: join(project, ".sluice") });
    pipelines.push(pipeline);
    return pipeline;
  }

  async function rowsOf(source: string, sql: string): Promise<readonly unknown[]> {
    const pipeline = await open(source);
    const result = await pipeline.run().result;
    if (result.kind === "Finished") for (const flow of result.flows) if (flow.error !== undefined) throw flow.error;
    return (await pipeline.query(sql)).rows;
  }

  const autoLoader = (path: string) =>
    `readStream.format("cloudFiles").option("cloudFiles.format", "json").load("${server.url}/raw/${path}")`;

  test("records that are no JSON are kept in the bucket with badRecordsPath", async () => {
    await put("unread/a.json", '{"a": 1}\nnot json\n');
    const source = autoLoader("unread").replace(".load(", `.option("badRecordsPath", "${server.url}/kept").load(`);
    expect(await rowsOf(source, "SELECT a FROM t")).toEqual([["1"]]);
    const store = openStore(`${server.url}/kept`);
    const [kept, ...more] = await store.list("");
    expect(more).toEqual([]);
    expect(kept?.path).toMatch(/^\d{8}T\d{6}\/bad_records\/part-00000-/);
    const text = new TextDecoder().decode(await store.read(kept?.path ?? ""));
    expect(JSON.parse(text)).toMatchObject({ path: "s3://lake/raw/unread/a.json", record: "not json" });
  });

  test("a record that is no JSON is rescued, and says from which object", async () => {
    await put("bad/a.json", '{"a": 1}\nnot json\n{"a": 2}\n');
    await put("bad/b.json.gz", gzipSync('{"a": 3}\n'));
    const rows = await rowsOf(autoLoader("bad"), "SELECT a, _rescued_data FROM t ORDER BY a");
    expect(rows.slice(1)).toEqual([
      ["1", null],
      ["2", null],
      ["3", null],
    ]);
    expect(JSON.stringify(rows[0])).toMatch(/not json.*s3:\/\/lake\/raw\/bad\/a\.json/);
  });

  test("a file that cannot be read is named by its URL, or left out when asked", async () => {
    await put("corrupt/a.parquet", "PAR1 this is no Parquet");
    const source = (options: string) =>
      `read.format("parquet").schema("a INT")${options}.load("${server.url}/raw/corrupt")`;
    const failure = await rowsOf(source(""), "SELECT 1").catch((error: unknown) => String(error));
    expect(failure).toContain("s3://lake/raw/corrupt/a.parquet");
    expect(failure).not.toContain(process.env["SLUICE_CACHE_DIR"]);
    expect(await rowsOf(source(`.option("ignoreCorruptFiles", "true")`), "SELECT count(*) FROM t")).toEqual([[0n]]);
  });

  test("only key=value folders are entered without Auto Loader, and globs match parts of names", async () => {
    for (const path of ["k=1/a.json", "k=2/b.json", "deep/c.json", "d1.json", "d2.json", "_h.json", "k=1/.x/e.json"]) {
      await put(`tree/${path}`, `{"p": "${path}"}`);
    }
    const read = (path: string) => `read.schema("p STRING").format("json").load("${server.url}/raw/tree${path}")`;
    const paths = async (path: string) => rowsOf(read(path), "SELECT p FROM t ORDER BY p");
    expect((await paths("")).flat()).toEqual(["d1.json", "d2.json", "k=1/a.json", "k=2/b.json"]);
    expect((await paths("/d?.json")).flat()).toEqual(["d1.json", "d2.json"]);
    expect((await paths("/{deep,k=2}")).flat()).toEqual(["deep/c.json", "k=2/b.json"]);
    expect((await paths("/d1.json")).flat()).toEqual(["d1.json"]);
  });

  test("what cannot be is refused with its place: a missing path, cleaning, a bucket that is not there", async () => {
    await put("there/a.json", '{"a": 1}');
    const clean = `readStream.format("cloudFiles").option("cloudFiles.format", "json").option("cloudFiles.cleanSource", "DELETE").load("${server.url}/raw/there")`;
    const sources = [
      [autoLoader("nowhere"), "PATH_NOT_FOUND"],
      [clean, "UNSUPPORTED_FEATURE"],
      [autoLoader("x").replace("lake", "no-such-lake"), "STORAGE_NOT_REACHED"],
    ] as const;
    for (const [source, code] of sources) {
      const { errors } = await (await open(source)).validate();
      expect(errors.map((error) => [error.code, error.origin?.line])).toEqual([[code, 2]]);
    }
  });

  test("the cache stays within its limit, and what it gives up is fetched again", async () => {
    const folder = await temporaryFolder();
    process.env["SLUICE_CACHE_DIR"] = folder;
    process.env["SLUICE_CACHE_SIZE"] = "50KB";
    for (let i = 0; i < 20; i++) await put(`many/${i}.json`, `{"a": "${"x".repeat(10_000)}"}\n`);
    const source = `read.schema("a STRING").format("json").load("${server.url}/raw/many")`;
    for (let i = 0; i < 2; i++) {
      expect(await rowsOf(source, "SELECT count(*), sum(length(a)) FROM t")).toEqual([[20n, 200_000n]]);
    }
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
    const sizes = await Promise.all(files.map(async (one) => (await stat(join(one.parentPath, one.name))).size));
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(50_000);
    expect((await readdir(folder)).filter((name) => name.startsWith("use-"))).toEqual([]);
  });

  test("no secret of the environment is in the event log or in the plan", async () => {
    await put("plain/a.json", '{"a": 1}');
    const pipeline = await open(autoLoader("plain"));
    const plan = await pipeline.explain();
    await pipeline.run().result;
    const events = await pipeline.query("SELECT * FROM event_log");
    const text = JSON.stringify([plan, events.rows], (_key, value: unknown) =>
      typeof value === "bigint" ? String(value) : value,
    );
    expect(text).toContain("s3://lake/raw/plain");
    expect(text).not.toContain(server.env["AWS_SECRET_ACCESS_KEY"]);
  });
});
