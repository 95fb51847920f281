import { expect, test } from "vitest";
import type { Connection } from "./duck-db.ts";
import { DuckDb } from "./duck-db.ts";

/** Moves the first counter by 2, the second by 0 and the third by `third`; the counts that are read. */
async function count(connection: Connection, third: number): Promise<readonly number[]> {
  const { counters } = connection;
  counters.begin();
  const [first, , last] = [counters.take(), counters.take(), counters.take()];
  const made = counters.create();
  if (made !== undefined) await connection.run(made);
  await connection.run(`SELECT ${first.next} FROM range(2)`);
  await connection.run(`SELECT ${last.next} FROM range(${third})`);
  const [row = []] = await (await connection.read(counters.select ?? "")).getRows();
  return counters.read(row);
}

test("counters of a connection count each user's moves, one user after the other", async () => {
  const db = new DuckDb({});
  const seen = [];
  for (const third of [3, 0, 5]) seen.push(await db.use("UTC", undefined, (connection) => count(connection, third)));
  expect(seen).toEqual([
    [2, 0, 3],
    [2, 0, 0],
    [2, 0, 5],
  ]);
  await db.close();
});

test("a base is where the counter stood, so that a limit can be put above it", async () => {
  const db = new DuckDb({});
  await db.use("UTC", undefined, (connection) => count(connection, 4));
  await db.use("UTC", undefined, async ({ counters }) => {
    counters.begin();
    expect([counters.take(), counters.take(), counters.take()].map(({ base }) => base)).toEqual([3, 1, 5]);
    expect(counters.create()).toBeUndefined();
  });
  await db.close();
});

test("nothing taken is nothing to read", async () => {
  const db = new DuckDb({});
  await db.use("UTC", undefined, async ({ counters }) => {
    counters.begin();
    expect(counters.select).toBeUndefined();
  });
  await db.close();
});
