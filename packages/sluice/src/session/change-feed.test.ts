import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSession } from "./open-session.ts";
import type { Session } from "./session.ts";

let folder: string;
let session: Session;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-feed-"));
  session = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "warehouse") }, threads: 2 });
  await session.sql("CREATE TABLE t (id BIGINT) TBLPROPERTIES (delta.enableChangeDataFeed = true)");
  await session.sql("INSERT INTO t VALUES (1), (2)");
  await session.sql("INSERT OVERWRITE t VALUES (3)");
  await session.sql("CREATE TABLE plain (id BIGINT)");
});

afterAll(async () => {
  await session.stop();
  await rm(folder, { recursive: true, force: true });
});

async function rowsOf(sql: string): Promise<readonly unknown[]> {
  return (await session.sql(sql)).collect();
}

const INSERTS = [
  { id: 1n, _change_type: "insert", _commit_version: 1n },
  { id: 2n, _change_type: "insert", _commit_version: 1n },
];
const ALL = [
  ...INSERTS,
  { id: 1n, _change_type: "delete", _commit_version: 2n },
  { id: 2n, _change_type: "delete", _commit_version: 2n },
  { id: 3n, _change_type: "insert", _commit_version: 2n },
];
const SHOWN = "SELECT * EXCEPT (_commit_timestamp) FROM";
const SORTED = "ORDER BY _commit_version, id";

test("table_changes gives the changes of a range of versions, by name and by path [F51] [F198]", async () => {
  expect(await rowsOf(`${SHOWN} table_changes('t', 0) ${SORTED}`)).toEqual(ALL);
  expect(await rowsOf(`${SHOWN} table_changes('default.t', 1, 1) ${SORTED}`)).toEqual(INSERTS);
  const path = (await (await session.sql("DESCRIBE DETAIL t")).first())?.["location"];
  expect(await rowsOf(`${SHOWN} table_changes_by_path('${path}', 0, 9) ${SORTED}`)).toEqual(ALL);
});

test("readChangeFeed begins at a version or a time, with the commit's time [F198]", async () => {
  const feed = session.read.option("readChangeFeed", "true").option("startingVersion", 2).table("t");
  expect(await feed.where("_change_type = 'insert' AND _commit_timestamp <= now()").select("id").collect()).toEqual([
    { id: 3n },
  ]);
  const since = session.read.option("readChangeData", "true").option("startingTimestamp", "2000-01-01").table("t");
  expect(await since.count()).toBe(5);
});

test("ranges that a table has not are Delta's errors", async () => {
  const mistake = (sql: string, code: RegExp) => expect(rowsOf(sql)).rejects.toThrow(code);
  await mistake("SELECT * FROM table_changes('plain', 0)", /none were recorded for version 0/);
  await mistake("SELECT * FROM table_changes('t', 9)", /Start version\(9\).*latest version of the table\(2\)/);
  await mistake("SELECT * FROM table_changes('t', 2, 1)", /CDC range from start 2 to end 1/);
  await mistake("SELECT * FROM table_changes('t', 'soon')", /startingTimestamp cannot be "soon"/);
  await expect(session.read.option("readChangeFeed", "true").table("t").count()).rejects.toThrow(/No startingVersion/);
});

test("a stream of a change feed begins with the rows there are, or with a version [F199]", async () => {
  const streamed = async (options: Record<string, string>, name: string) => {
    const query = await session.readStream
      .options({ readChangeFeed: "true", ...options })
      .table("t")
      .writeStream.trigger({ availableNow: true })
      .option("checkpointLocation", join(folder, name))
      .toTable(name);
    await query.awaitTermination();
    return await rowsOf(`${SHOWN} ${name} ${SORTED}, _change_type`);
  };
  expect(await streamed({}, "now")).toEqual([{ id: 3n, _change_type: "insert", _commit_version: 2n }]);
  expect(await streamed({ startingVersion: "0" }, "since")).toEqual(ALL);
  await session.sql("INSERT OVERWRITE t VALUES (4)");
  expect(await streamed({}, "now")).toHaveLength(3);
});
