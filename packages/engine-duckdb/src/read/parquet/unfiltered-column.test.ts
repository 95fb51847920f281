import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { InputSlice } from "@sluice/pipelines";
import { BINARY, field, LONG, type Plan, struct } from "@sluice/query";
import { expect, test } from "vitest";
import {
  call,
  columnOf,
  entryOf,
  literal,
  newEngine,
  newFolder,
  requestOf,
  rowsOf,
  SESSION,
  scanOf,
  targetAt,
} from "../../../test/engine-fixture.ts";

const SCHEMA = struct([field("id", LONG), field("key", BINARY)]);
const KEYS = ["", "00", "0001", "ff", "6b"].map((hex) => Uint8Array.from(Buffer.from(hex, "hex")));

test("rows are found by bytes that cannot be printed, in tables and files, by a condition and by a join", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  const rows = Array.from({ length: 40 }, (_, i) => [BigInt(i), KEYS[i % KEYS.length] ?? null]);
  await engine.write(requestOf(target, scanOf(SCHEMA), rowsOf(rows), 0));
  const files = readdirSync(target.location).filter((name) => name.endsWith(".parquet"));
  const read = { format: "parquet", options: {}, basePath: "/", schema: SCHEMA };
  const own = await DuckDBInstance.create(":memory:");
  const other = await own.connect();
  const found = await other.runAndReadAll(
    `SELECT id FROM read_parquet('${target.location}/*.parquet') WHERE key = '\\x00\\x01'::BLOB`,
  );
  expect(found.getRows(), "by DuckDB itself").toHaveLength(8);
  own.closeSync();
  const slices: readonly InputSlice[] = [
    { kind: "TableVersion", location: target.location, version: 0 },
    { kind: "Files", files: files.map((name) => entryOf(join(target.location, name))), read },
  ];
  for (const slice of slices) {
    for (const key of KEYS) {
      const scan = scanOf(SCHEMA);
      const condition = call("=", columnOf(scan, "key"), literal(key, BINARY));
      const filter: Plan = { kind: "Filter", input: scan, condition, output: scan.output };
      const filtered = await engine.query(filter, new Map([[0, slice]]), SESSION);
      expect(filtered.rows, `${slice.kind} ${key}`).toHaveLength(8);
      const wanted = scanOf(struct([field("key", BINARY)]), 1);
      const equal = call("=", columnOf(scan, "key"), columnOf(wanted, "key"));
      const sides = { left: scan, right: wanted, condition: equal, lateral: false, output: scan.output };
      const join: Plan = { kind: "Join", how: "semi", ...sides };
      const inputs = new Map([
        [0, slice],
        [1, rowsOf([[key]])],
      ]);
      expect((await engine.query(join, inputs, SESSION)).rows, `${slice.kind} ${key}`).toHaveLength(8);
    }
  }
});
