import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { QUARANTINE_FIELDS, VIOLATION_SCHEMA } from "@sluice/pipelines";
import { DATE, DOUBLE, field, INTEGER, LONG, type Plan, STRING, struct, TIMESTAMP } from "@sluice/query";
import { expect, test } from "vitest";
import {
  attributeOf,
  call,
  columnOf,
  judged,
  literal,
  newEngine,
  newFolder,
  requestOf,
  rowsOf,
  SESSION,
  scanOf,
  tableRows,
  targetAt,
  writeEntry,
} from "../../test/engine-fixture.ts";

const SCHEMA = struct([field("id", LONG), field("name", STRING), field("amount", DOUBLE)]);
const ROWS = rowsOf([
  [1n, "a", 10],
  [2n, "b", -5],
  [3n, null, 7],
  [4n, "d", -1],
]);

function dataFiles(location: string): readonly string[] {
  if (!existsSync(location)) return [];
  return readdirSync(location, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(^|\/)part-.*\.parquet$/.test(name),
  );
}

test("the first write creates the table, a repeated transaction costs no evaluation and adds nothing", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  const scan = scanOf(SCHEMA);
  expect(await engine.write(requestOf(target, scan, ROWS, 0))).toMatchObject({
    kind: "Committed",
    version: 0,
    rows: 4,
  });
  const missing = { kind: "TableVersion", location: "/nowhere", version: 0 } as const;
  expect(await engine.write(requestOf(target, scan, missing, 0))).toEqual({ kind: "AlreadyCommitted", version: 0 });
  expect(await engine.tables.describe(target.location)).toMatchObject({ version: 0, files: 1, rows: 4 });
  expect(await engine.tables.transactionVersion(target.location, "pipeline/flow")).toBe(0);
  const [commit] = await engine.tables.history(target.location);
  expect(commit).toMatchObject({ operation: "STREAMING UPDATE", metrics: { numOutputRows: "4", numFiles: "1" } });
});

test("an append matches columns by name, adds new columns and leaves missing ones NULL", async () => {
  const engine = await newEngine();
  const folder = newFolder();
  const target = targetAt(join(folder, "t"), SCHEMA);
  await engine.write(requestOf(target, scanOf(SCHEMA), rowsOf([[1n, "a", 1]]), 0));
  const wider = struct([...SCHEMA.fields, field("extra", INTEGER)]);
  const given = struct([field("EXTRA", INTEGER), field("id", INTEGER)]);
  const plan = scanOf(given);
  await engine.write(requestOf({ ...target, schema: wider }, plan, rowsOf([[5, 2]]), 1));
  expect(await tableRows(engine, target.location)).toEqual([
    [1n, "a", 1, null],
    [2n, null, null, 5],
  ]);
});

test("an overwrite replaces rows and schema in one commit", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  await engine.write(requestOf(target, scanOf(SCHEMA), ROWS, 0));
  const schema = struct([field("total", STRING)]);
  const request = requestOf({ ...target, schema }, scanOf(schema), rowsOf([["x"]]), 1, { mode: "overwrite" });
  expect(await engine.write(request)).toMatchObject({ version: 1, rows: 1 });
  expect(await tableRows(engine, target.location)).toEqual([["x"]]);
  expect(await engine.tables.tail(target.location, 0)).toMatchObject({ kind: "Changed", version: 1 });
});

test("[F96] a type that the column cannot take, or a column that the table lacks, is refused before anything is written", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), struct([field("id", INTEGER)]));
  const text = requestOf(target, scanOf(struct([field("id", STRING)])), rowsOf([["x"]]), 0);
  await expect(engine.write(text)).rejects.toMatchObject({
    facts: { condition: "DELTA_FAILED_TO_MERGE_FIELDS", column: "id" },
  });
  const other = requestOf(target, scanOf(struct([field("other", INTEGER)])), rowsOf([[1]]), 0);
  await expect(engine.write(other)).rejects.toMatchObject({
    facts: { condition: "DELTA_SCHEMA_MISMATCH", column: "other" },
  });
  expect(await engine.tables.describe(target.location)).toBeUndefined();
});

test("a NULL in a NOT NULL column names the column, shows the row and commits nothing", async () => {
  const engine = await newEngine();
  const schema = struct([field("id", LONG), field("name", STRING, false), field("amount", DOUBLE)]);
  const target = targetAt(join(newFolder(), "t"), schema);
  await expect(engine.write(requestOf(target, scanOf(SCHEMA), ROWS, 0))).rejects.toThrow(
    /"name".*must not be NULL.*"id":3/s,
  );
  expect(await engine.tables.describe(target.location)).toBeUndefined();
  expect(dataFiles(target.location)).toEqual([]);
});

test("partitioned tables keep partition values, NULL and odd characters too, whatever the session's zone", async () => {
  const engine = await newEngine();
  const schema = struct([field("id", LONG), field("day", DATE), field("at", TIMESTAMP), field("kind", STRING)]);
  const target = targetAt(join(newFolder(), "t"), schema, { partitionBy: ["day", "at", "kind"] });
  const rows = [
    [1n, 19_000, 1_700_000_000_123_456n, "a/b=c d%"],
    [2n, null, null, null],
  ];
  const session = { ...SESSION, timeZone: "America/Los_Angeles" };
  await engine.write(requestOf(target, scanOf(schema), rowsOf(rows), 0, { session }));
  expect(await tableRows(engine, target.location)).toEqual(rows);
});

test("[F102] [F103] rules count rows in the pass that writes them: warn keeps, drop leaves out", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  const scan = scanOf(SCHEMA);
  const plan = judged(scan, [
    ["named", "warn", call("isnotnull", columnOf(scan, "name"))],
    ["positive", "drop", call(">", columnOf(scan, "amount"), literal(0, DOUBLE))],
  ]);
  expect(await engine.write(requestOf(target, plan, ROWS, 0))).toMatchObject({
    kind: "Committed",
    rows: 2,
    counts: [
      {
        dataset: "silver.orders",
        dropped: 2,
        rules: [
          { name: "named", passed: 3, failed: 1 },
          { name: "positive", passed: 2, failed: 2 },
        ],
      },
    ],
  });
});

test("[F104] a broken fail rule commits nothing, leaves no file and shows the row", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  const scan = scanOf(SCHEMA);
  const plan = judged(scan, [["named", "fail", call("isnotnull", columnOf(scan, "name"))]]);
  const outcome = await engine.write(requestOf(target, plan, ROWS, 0));
  expect(outcome).toMatchObject({ kind: "Violated", dataset: "silver.orders", rules: ["named"] });
  expect(outcome.kind === "Violated" && JSON.parse(outcome.record)).toEqual({ id: 3, name: null, amount: 7 });
  expect(dataFiles(target.location)).toEqual([]);
});

test("[F111] [F113] [F115] quarantined rows stand in their table with reasons, and samples of broken rules in theirs", async () => {
  const engine = await newEngine();
  const folder = newFolder();
  const target = targetAt(join(folder, "t"), SCHEMA);
  const quarantine = targetAt(join(folder, "q"), struct([...SCHEMA.fields, ...QUARANTINE_FIELDS]));
  const violations = { target: targetAt(join(folder, "v"), VIOLATION_SCHEMA), limit: 1 };
  const scan = scanOf(SCHEMA);
  const plan = judged(scan, [
    ["named", "quarantine", call("isnotnull", columnOf(scan, "name"))],
    ["positive", "quarantine", call(">", columnOf(scan, "amount"), literal(-2, DOUBLE))],
    ["small", "warn", call("<", columnOf(scan, "id"), literal(4n, LONG))],
  ]);
  const outcome = await engine.write(requestOf(target, plan, ROWS, 7, { quarantine, violations }));
  expect(outcome).toMatchObject({ rows: 2, counts: [{ dropped: 2 }] });
  const { now } = SESSION;
  expect(await tableRows(engine, quarantine.location)).toEqual([
    [2n, "b", -5, ["positive"], "pipeline/flow", now],
    [3n, null, 7, ["named"], "pipeline/flow", now],
  ]);
  const kept = await tableRows(engine, violations.target.location);
  expect(kept.map((row) => row[0])).toEqual(["named", "positive", "small"]);
  expect(await engine.tables.transactionVersion(quarantine.location, "pipeline/flow")).toBe(7);
});

test("a state that shares a Deduplicate with the target gets the rows that won there", async () => {
  const engine = await newEngine();
  const folder = newFolder();
  const target = targetAt(join(folder, "t"), SCHEMA);
  const scan = scanOf(SCHEMA);
  const keys = [attributeOf(scan, "name").id];
  const winners: Plan = { kind: "Deduplicate", input: scan, keys, withinWatermark: false, output: scan.output };
  const output = [attributeOf(scan, "id")];
  const columns = output.map((attribute) => ({ attribute, expression: columnOf(scan, "id") }));
  const state: Plan = { kind: "Project", input: winners, output, columns };
  const written = { plan: state, mode: "append", version: 0 } as const;
  const states = [{ ...written, target: targetAt(join(folder, "s"), struct([field("id", LONG)])) }];
  const rows = rowsOf(Array.from({ length: 5000 }, (_, i) => [BigInt(i), `n${i % 100}`, i]));
  expect(await engine.write(requestOf(target, winners, rows, 0, { states }))).toMatchObject({ rows: 100 });
  const won = (await tableRows(engine, target.location)).map((row) => row[0]);
  expect((await tableRows(engine, join(folder, "s"))).map((row) => row[0])).toEqual(won);
});

test("a state that was committed before a crash is not written twice", async () => {
  const engine = await newEngine();
  const folder = newFolder();
  const state = {
    target: targetAt(join(folder, "s"), SCHEMA),
    plan: scanOf(SCHEMA),
    mode: "append",
    version: 0,
  } as const;
  await engine.write(requestOf(state.target, state.plan, ROWS, 3));
  const target = targetAt(join(folder, "t"), SCHEMA);
  const outcome = await engine.write(requestOf(target, scanOf(SCHEMA), ROWS, 3, { states: [state] }));
  expect(outcome).toMatchObject({ kind: "Committed", rows: 4 });
  expect(await tableRows(engine, state.target.location)).toHaveLength(4);
});

test("a write commits nothing before what it comes after, and nothing at all when that fails", async () => {
  const engine = await newEngine();
  const folder = newFolder();
  const written = { plan: scanOf(SCHEMA), mode: "append", version: 0 } as const;
  const states = [{ ...written, target: targetAt(join(folder, "s"), SCHEMA) }];
  const target = targetAt(join(folder, "t"), SCHEMA);
  const failing = new Promise((_, reject) => setTimeout(() => reject(new Error("no offsets")), 300));
  const write = engine.write({ ...requestOf(target, scanOf(SCHEMA), ROWS, 0, { states }), after: failing });
  await expect(write).rejects.toThrow("no offsets");
  for (const { location } of [target, ...states.map((state) => state.target)]) {
    expect(await engine.tables.describe(location)).toBeUndefined();
    expect(dataFiles(location)).toEqual([]);
  }
});

test("an aborted write ends soon, leaves no files and the table as it was", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), struct([field("id", LONG)]));
  const id = { id: 1, name: "id", dataType: LONG, nullable: false, metadata: {} };
  const plan: Plan = { kind: "Range", start: 0n, end: 5_000_000_000n, step: 1n, output: [id] };
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error("stop")), 200);
  await expect(engine.write(requestOf(target, plan, rowsOf([]), 0), controller.signal)).rejects.toThrow("stop");
  expect(await engine.tables.describe(target.location)).toBeUndefined();
  expect(dataFiles(target.location)).toEqual([]);
});

test("no rows are a commit without files that records its transaction", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  expect(await engine.write(requestOf(target, scanOf(SCHEMA), rowsOf([]), 0))).toMatchObject({
    kind: "Committed",
    rows: 0,
  });
  expect(await engine.tables.transactionVersion(target.location, "pipeline/flow")).toBe(0);
  expect(await tableRows(engine, target.location)).toEqual([]);
});

test("broken files do not disturb a write: counts hold although the read began anew", async () => {
  const engine = await newEngine();
  const folder = newFolder();
  const schema = struct([field("id", LONG), field("_rescued_data", STRING)]);
  const files = [
    writeEntry(folder, "a.json", Array.from({ length: 5000 }, (_, i) => `{"id":${i}}`).join("\n")),
    writeEntry(folder, "b.json", '{"id":1}\nbroken\n'),
  ];
  const read = { format: "json", schema, options: {}, rescuedDataColumn: "_rescued_data", basePath: folder };
  const scan = scanOf(schema);
  const plan = judged(scan, [["known", "drop", call("isnotnull", columnOf(scan, "id"))]]);
  const target = targetAt(join(folder, "t"), schema);
  const outcome = await engine.write(requestOf(target, plan, { kind: "Files", files, read }, 0));
  expect(outcome).toMatchObject({ rows: 5001, counts: [{ dropped: 1, rules: [{ passed: 5001, failed: 1 }] }] });
  expect(dataFiles(target.location)).toHaveLength(1);
});

test("a table is created empty, brought up to date, cleared and its appends are told", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA, { comment: "orders" });
  await engine.tables.ensure(target);
  await engine.tables.ensure(target);
  expect(await engine.tables.describe(target.location)).toMatchObject({ version: 0, rows: 0, comment: "orders" });
  await engine.write(requestOf(target, scanOf(SCHEMA), ROWS, 0));
  expect(await engine.tables.tail(target.location, 0)).toMatchObject({
    kind: "Appends",
    through: 1,
    files: [{ version: 1, path: expect.stringMatching(/\.parquet$/), sizeBytes: expect.any(Number) }],
  });
  const slice = { kind: "TableAppends", location: target.location, after: 0, through: 1 } as const;
  const appended = await engine.query(scanOf(SCHEMA), new Map([[0, slice]]), SESSION);
  expect(appended.rows).toHaveLength(4);
  await engine.tables.clear(target.location, ["pipeline/flow"]);
  expect(await engine.tables.transactionVersion(target.location, "pipeline/flow")).toBeUndefined();
  expect(await tableRows(engine, target.location)).toEqual([]);
});

test("tables with hundreds of commits go on through checkpoints that this engine writes and reads", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  for (let version = 0; version < 25; version += 1) {
    await engine.write(requestOf(target, scanOf(SCHEMA), rowsOf([[BigInt(version), "x", 1]]), version));
  }
  expect(readdirSync(join(target.location, "_delta_log")).some((name) => name.includes(".checkpoint."))).toBe(true);
  const other = await newEngine();
  expect(await tableRows(other, target.location)).toHaveLength(25);
  expect(await other.tables.transactionVersion(target.location, "pipeline/flow")).toBe(24);
});
