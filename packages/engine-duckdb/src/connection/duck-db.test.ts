import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { newFolder } from "../../test/engine-fixture.ts";
import { DuckDb } from "./duck-db.ts";

test("an instance that DuckDB has given up is replaced: that work fails, later work goes on", async () => {
  const db = new DuckDb({});
  await expect(
    db.use("UTC", undefined, () => Promise.reject(new Error("INTERNAL Error: database has been invalidated"))),
  ).rejects.toMatchObject({ name: "EngineError", facts: { condition: "INTERNAL_ERROR", retry: "backoff" } });
  expect(await db.use("UTC", undefined, (connection) => connection.rows("SELECT 1 AS one"))).toEqual([{ one: 1 }]);
  await db.close();
});

test("a real fatal error of DuckDB does not end the process", async () => {
  const db = new DuckDb({});
  const folder = newFolder();
  const fatal = `COPY (SELECT {'a': 1}::VARIANT AS v) TO '${folder}/x.parquet' (FORMAT parquet, SHREDDING {v: 'NULL'})`;
  await expect(db.use("UTC", undefined, (connection) => connection.run(fatal))).rejects.toMatchObject({
    name: "EngineError",
  });
  expect(await db.use("UTC", undefined, (connection) => connection.rows("SELECT 1 AS one"))).toEqual([{ one: 1 }]);
  await db.close();
});

test("each use has its own session zone and temporary tables", async () => {
  const db = new DuckDb({});
  await db.use("Asia/Tokyo", undefined, (connection) => connection.run("CREATE TEMP TABLE t AS SELECT 1"));
  const rows = await db.use("UTC", undefined, (connection) =>
    connection.rows("SELECT current_setting('TimeZone') AS zone, count(*)::INT AS tables FROM duckdb_tables()"),
  );
  expect(rows).toEqual([{ zone: "UTC", tables: 0 }]);
  await db.close();
});

test("bytes of files that have been read do not stay in memory", async () => {
  const db = new DuckDb({ tempDirectory: newFolder() });
  const file = `${newFolder()}/x.parquet`;
  const tags = await db.use("UTC", undefined, async (connection) => {
    await connection.run(`COPY (SELECT range AS id, md5(range::VARCHAR) AS text FROM range(100000)) TO '${file}'`);
    await connection.read(`SELECT max(text) FROM '${file}'`);
    return connection.rows(
      "SELECT tag, memory_usage_bytes::INT AS bytes FROM duckdb_memory() WHERE tag = 'EXTERNAL_FILE_CACHE'",
    );
  });
  expect(tags).toEqual([{ tag: "EXTERNAL_FILE_CACHE", bytes: 0 }]);
  await db.close();
});

test("memory that does not suffice is an error that names the setting", async () => {
  const db = new DuckDb({ memoryLimit: "20MB", tempDirectory: newFolder() });
  const greedy = "SELECT list(repeat('x', 1000) || i) FROM range(1000000) t(i)";
  await expect(db.use("UTC", undefined, (connection) => connection.read(greedy))).rejects.toThrow(/memoryLimit/);
  await db.close();
});

test("options are checked and the work folder is gone after close", async () => {
  expect(() => new DuckDb({ memoryLimit: "lots" })).toThrow(/memoryLimit/);
  expect(() => new DuckDb({ threads: 0 })).toThrow(/threads/);
  const db = new DuckDb({ threads: availableParallelism(), tempDirectory: newFolder() });
  const { folder } = db;
  expect(existsSync(folder)).toBe(true);
  await db.close();
  expect(existsSync(folder)).toBe(false);
  await expect(db.use("UTC", undefined, async () => 1)).rejects.toThrow("closed");
});

test("however many statements run, files can be reached", async () => {
  const db = new DuckDb({});
  const stop = new AbortController();
  let ended = 0;
  const statements = Array.from({ length: 6 }, () =>
    db
      .use("UTC", stop.signal, (connection) =>
        connection.run("SELECT sum(sqrt(a.range) * sin(b.range)) FROM range(1000000) a, range(1000) b"),
      )
      .catch((error: Error) => error.name)
      .finally(() => ended++),
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  await stat(".");
  expect(ended).toBe(0);
  stop.abort();
  expect(await Promise.all(statements)).toEqual(Array(6).fill("AbortError"));
  await db.close();
});
