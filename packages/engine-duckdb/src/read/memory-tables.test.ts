import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddFile } from "@sluice/delta";
import { field, LONG, STRING } from "@sluice/query";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Connection, DuckDb } from "../connection/duck-db.ts";
import type { TableRead } from "./memory-table.ts";
import { MemoryTables } from "./memory-tables.ts";

const K = field("k", LONG);
const T = field("t", STRING);

let folder: string;
let db: DuckDb;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-memory-"));
  db = new DuckDb({ memoryLimit: "400MB", threads: 1 });
  for (const i of [0, 1, 2]) {
    const rows = `SELECT i AS k, 'text ' || i AS t FROM range(${i * 10}, ${i * 10 + 10}) r(i)`;
    await use((connection) => connection.run(`COPY (${rows}) TO '${pathOf(i)}' (FORMAT parquet)`));
  }
});

afterAll(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

function use<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
  return db.use("UTC", undefined, work);
}

function pathOf(i: number): string {
  return join(folder, `${i}.parquet`);
}

/** A read of files of a version of as many files, or more. */
function read(files: readonly number[], columns = [K], root = folder, filesOfVersion = files.length): TableRead {
  const add = (i: number): AddFile => ({
    kind: "AddFile",
    path: `${i}.parquet`,
    size: 100,
    partitionValues: {},
    modificationTime: 0,
    dataChange: true,
    stats: '{"numRecords":10}',
  });
  const versionRows = filesOfVersion * 10;
  return { root, files: files.map(add), paths: files.map(pathOf), columns, versionRows };
}

/** The sum of the keys that a read gives, or the word that it is left to the files. */
async function keys(tables: MemoryTables, wanted: TableRead): Promise<string> {
  return await use(async (connection) => {
    const relation = await tables.rows(connection, wanted);
    if (relation === undefined) return "files";
    const [row = {}] = await connection.rows(`SELECT sum(k)::VARCHAR AS s FROM ${relation} AS r`);
    return String(row["s"]);
  });
}

async function readOften(tables: MemoryTables, wanted: TableRead): Promise<void> {
  for (let i = 0; i < 3; i += 1) expect(await keys(tables, wanted)).toBe("files");
}

/** What DuckDB is told meanwhile. */
async function statementsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const run = vi.spyOn(Connection.prototype, "run");
  await work();
  const statements = run.mock.calls.map(([sql]) => sql);
  run.mockRestore();
  return statements;
}

async function tablesInMemory(): Promise<number> {
  return await use(async (connection) => {
    const rows = await connection.rows("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'kept_%'");
    return rows.length;
  });
}

test("the fourth read of a table and those after it come from memory, each with just the files that it asks for", async () => {
  const tables = new MemoryTables(1_000_000);
  await readOften(tables, read([0, 1]));
  expect(await keys(tables, read([0, 1]))).toBe("190");
  expect(await keys(tables, read([1]))).toBe("145");
  expect(await keys(tables, read([0, 1, 2]))).toBe("435");
  expect(await keys(tables, read([0, 2]))).toBe("290");
  expect(await keys(tables, read([0, 1], [K, T]))).toBe("190");
  expect(await keys(tables, read([2], [T, K]))).toBe("245");
});

test("rows of a table are counted in memory, too, where no column is asked for", async () => {
  const tables = new MemoryTables(1_000_000);
  const wanted = read([0, 1], []);
  const count = () =>
    use(async (connection) => {
      const relation = await tables.rows(connection, wanted);
      if (relation === undefined) return "files";
      const [row = {}] = await connection.rows(`SELECT count(*)::VARCHAR AS n FROM ${relation} AS r`);
      return row["n"];
    });
  expect([await count(), await count(), await count(), await count()]).toEqual(["files", "files", "files", "20"]);
});

test("who reads while others add files sees only its own", async () => {
  const tables = new MemoryTables(1_000_000);
  await readOften(tables, read([0]));
  const sums = await Promise.all([[0], [0, 1], [2], [0, 1, 2], [1]].map((files) => keys(tables, read(files))));
  expect(sums).toEqual(["45", "190", "245", "435", "145"]);
});

test("rows that a join leaves tell where they lie: the place of the file among those asked for, and that in the file", async () => {
  const tables = new MemoryTables(1_000_000);
  const places = (files: readonly number[]) =>
    use(async (connection) => {
      await connection.createTemporaryTable("wanted", "SELECT unnest([3, 12, 25]) AS k0");
      const relation = await tables.rows(connection, { ...read(files), join: " SEMI JOIN wanted AS k ON k.k0 = r.k" });
      if (relation === undefined) return "files";
      const rows = await connection.rows(`SELECT k, file_index, file_row_number FROM ${relation} AS r ORDER BY k`);
      return rows.map((row) => Object.values(row).map(Number));
    });
  for (const files of [[0], [0], [0]]) expect(await places(files)).toBe("files");
  expect(await keys(tables, read([0, 1]))).toBe("190");
  expect(await places([0, 1])).toEqual([
    [3, 0, 3],
    [12, 1, 2],
  ]);
  const some = await Promise.all([places([1, 0]), keys(tables, read([0, 2])), places([2, 1])]);
  expect(some).toEqual([
    [
      [3, 1, 3],
      [12, 0, 2],
    ],
    "290",
    [
      [12, 1, 2],
      [25, 0, 5],
    ],
  ]);
});

test("a table that takes more than the limit is left to its files, and the one that was not read for longest gives way", async () => {
  const tables = new MemoryTables(300);
  await readOften(tables, read([0, 1, 2], [K, T]));
  expect(await keys(tables, read([0, 1, 2], [K, T]))).toBe("files");
  const before = await tablesInMemory();
  await readOften(tables, read([0, 1], [K], "one"));
  expect(await keys(tables, read([0, 1], [K], "one"))).toBe("190");
  await readOften(tables, read([0, 1], [K], "other"));
  expect(await keys(tables, read([0, 1], [K], "other"))).toBe("190");
  expect(await keys(tables, read([0, 1], [K], "one"))).toBe("files");
  expect(await tablesInMemory()).toBe(before + 1);
});

test("rows of files that nobody asks for any more make way for a new table, which waits for those who still read the old one", async () => {
  const tables = new MemoryTables(1_000_000);
  await readOften(tables, read([0, 1, 2]));
  const before = await tablesInMemory();
  await use(async (connection) => {
    const relation = await tables.rows(connection, read([0, 1, 2]));
    expect(await keys(tables, read([2]))).toBe("245");
    const [row = {}] = await connection.rows(`SELECT sum(k)::VARCHAR AS s FROM ${relation} AS r`);
    expect(row["s"]).toBe("435");
  });
  expect(await keys(tables, read([2]))).toBe("245");
  expect(await tablesInMemory()).toBe(before + 1);
});

test("who reads a small part of a version leaves the rest in memory", async () => {
  const tables = new MemoryTables(1_000_000);
  await readOften(tables, read([0, 1, 2]));
  expect(await keys(tables, read([0, 1, 2]))).toBe("435");
  expect(await keys(tables, read([2], [K], folder, 3))).toBe("245");
  expect(await statementsOf(() => keys(tables, read([0, 1, 2])))).toEqual([]);
});

test("files that a kept table gets are taken in before anyone asks, once between two reads", async () => {
  const tables = new MemoryTables(1_000_000);
  const follow = (i: number): void => tables.follow(read([i]), use);
  follow(0);
  await readOften(tables, read([0]));
  expect(tables.isFollowed(folder)).toBe(false);
  expect(await keys(tables, read([0]))).toBe("45");
  follow(1);
  expect(tables.isFollowed(folder)).toBe(false);
  follow(2);
  await tables.settle();
  const inserts = (statements: readonly string[]): number =>
    statements.filter((one) => one.startsWith("INSERT")).length;
  expect(inserts(await statementsOf(() => keys(tables, read([0, 1]))))).toBe(0);
  expect(inserts(await statementsOf(() => keys(tables, read([0, 1, 2]))))).toBe(1);
  follow(9);
  await tables.settle();
  expect(await keys(tables, read([0, 1]))).toBe("files");
});

test("a file that cannot be read fails its reader, and the next reads the files again", async () => {
  const tables = new MemoryTables(1_000_000);
  await readOften(tables, read([0]));
  await expect(keys(tables, read([0, 9]))).rejects.toThrow("9.parquet");
  expect(await keys(tables, read([0]))).toBe("files");
});
