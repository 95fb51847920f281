import { join } from "node:path";
import { field, LONG, STRING, struct } from "@sluice/query";
import { expect, test } from "vitest";
import { newEngine, newFolder, requestOf, rowsOf, scanOf, tableRows, targetAt } from "../../test/engine-fixture.ts";

const SCHEMA = struct([field("id", LONG), field("name", STRING)]);

test("a rewrite replaces the files in one commit, and whoever reads appends sees only the new rows", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  const before = rowsOf([
    [1n, null],
    [2n, "b"],
  ]);
  await engine.write(requestOf(target, scanOf(SCHEMA), before, 0));
  const [corrected, kept] = [scanOf(SCHEMA), scanOf(SCHEMA, 1)];
  const version = (await engine.tables.describe(target.location))?.version ?? 0;
  const request = {
    ...requestOf(target, corrected, rowsOf([[1n, "a"]]), 1),
    inputs: new Map([
      [0, rowsOf([[1n, "a"]])],
      [1, rowsOf([[2n, "b"]])],
    ]),
    kept: { version, plan: kept },
  };
  expect(await engine.write(request)).toMatchObject({ kind: "Committed", rows: 1, version: version + 1 });
  expect(await tableRows(engine, target.location)).toEqual([
    [1n, "a"],
    [2n, "b"],
  ]);
  expect(await engine.tables.tail(target.location, version)).toMatchObject({
    kind: "Appends",
    files: [{ version: version + 1 }],
  });
  const news = { kind: "TableAppends", location: target.location, after: version, through: version + 1 } as const;
  const read = await engine.query(scanOf(SCHEMA), new Map([[0, news]]), request.session);
  expect(read.rows).toEqual([[1n, "a"]]);
  expect(await engine.write(request)).toMatchObject({ kind: "AlreadyCommitted" });
});

test("a rewrite of a version that somebody has added to since is refused, and loses nothing", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  await engine.write(requestOf(target, scanOf(SCHEMA), rowsOf([[1n, null]]), 0));
  const version = (await engine.tables.describe(target.location))?.version ?? 0;
  await engine.write(requestOf(target, scanOf(SCHEMA), rowsOf([[7n, "since"]]), 1));
  const request = {
    ...requestOf(target, scanOf(SCHEMA), rowsOf([[1n, "a"]]), 2),
    inputs: new Map([
      [0, rowsOf([[1n, "a"]])],
      [1, rowsOf([])],
    ]),
    kept: { version, plan: scanOf(SCHEMA, 1) },
  };
  await expect(engine.write(request)).rejects.toMatchObject({ facts: { condition: "DELTA_CONCURRENT_WRITE" } });
  expect(await tableRows(engine, target.location)).toEqual([
    [1n, null],
    [7n, "since"],
  ]);
});
