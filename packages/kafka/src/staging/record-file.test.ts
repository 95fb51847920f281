import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { crc32c } from "@platformatic/kafka";
import { afterAll, expect, test } from "vitest";
import { type OutgoingRecord, writeBatch } from "../../test/write-batch.ts";
import { readBatches } from "../record/read-batches.ts";
import { RecordFile } from "./record-file.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-records-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const none = (bytes: Buffer) => bytes;

interface Part {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly OutgoingRecord[];
}

function write(name: string, parts: readonly Part[], includeHeaders: boolean): string {
  const file = new RecordFile(join(folder, name), includeHeaders);
  for (const { topic, partition, records } of parts) {
    file.enter(topic, partition);
    const wanted = { from: 0, to: Number.MAX_SAFE_INTEGER, aborted: [] };
    readBatches(writeBatch(records, crc32c), wanted, { crc32c, snappy: none, lz4: none }, file);
  }
  return file.finish().path;
}

async function rows(sql: string) {
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

const record = (key: string | null, value: string | null, headers: OutgoingRecord["headers"] = []): OutgoingRecord => ({
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  time: 1_700_000_000_123,
  headers,
});

test("[F153] another reader finds the columns with their types, NULLs and empty bytes", async () => {
  const parts = [
    { topic: "orders", partition: 3, records: [record("k", "größer"), record(null, null)] },
    { topic: "returns", partition: 0, records: [record("", ""), { ...record("t", "x"), time: -1 }] },
  ];
  const path = write("columns.parquet", parts, false);
  expect(
    await rows(`SELECT * FROM (DESCRIBE FROM '${path}')`).then((all) => all.map((one) => one["column_type"])),
  ).toEqual(["BLOB", "BLOB", "VARCHAR", "INTEGER", "BIGINT", "TIMESTAMP WITH TIME ZONE", "INTEGER"]);
  const sql = `SELECT key::VARCHAR k, decode(value) v, topic, partition p, "offset" o, epoch_ms(timestamp) t, "timestampType" y FROM '${path}'`;
  expect(await rows(sql)).toEqual([
    { k: "k", v: "größer", topic: "orders", p: 3, o: "0", t: "1700000000123", y: 0 },
    { k: null, v: null, topic: "orders", p: 3, o: "1", t: "1700000000123", y: 0 },
    { k: "", v: "", topic: "returns", p: 0, o: "0", t: "1700000000123", y: 0 },
    { k: "t", v: "x", topic: "returns", p: 0, o: "1", t: "-1", y: 0 },
  ]);
});

test("[F160] headers are a list of names and values, NULL for a record without", async () => {
  const headers = [
    ["a", Buffer.from("1")],
    ["a", null],
    ["ü", Buffer.alloc(0)],
  ] as const;
  const records = [record("1", "x", headers), record("2", "y"), record("3", "z", [["b", Buffer.from("2")]])];
  const path = write("headers.parquet", [{ topic: "t", partition: 0, records }], true);
  expect(await rows(`SELECT headers FROM '${path}'`)).toEqual([
    {
      headers: [
        { key: "a", value: "1" },
        { key: "a", value: null },
        { key: "ü", value: "" },
      ],
    },
    { headers: null },
    { headers: [{ key: "b", value: "2" }] },
  ]);
});

test("many groups of rows, NULLs at random, partitions in turn", async () => {
  const parts = Array.from({ length: 130 }, (_, part) => ({
    topic: `t${part % 3}`,
    partition: part % 17,
    records: Array.from({ length: 1000 }, (_, i) =>
      record((part + i) % 7 === 0 ? null : `k${i}`, i % 5 === 0 ? null : `v${part}`),
    ),
  }));
  const path = write("groups.parquet", parts, false);
  const sql = `SELECT count(*) n, count(key) k, count(value) v, count(DISTINCT topic) t, count(DISTINCT partition) p, sum("offset")::BIGINT o,
    count(*) FILTER (decode(value)[2:]::INT % 17 <> partition) wrong FROM '${path}'`;
  const keys = parts.flatMap((one) => one.records).filter((one) => one.key !== null).length;
  expect(await rows(sql)).toEqual([
    { n: "130000", k: String(keys), v: "104000", t: "3", p: "17", o: String(130 * 499_500), wrong: "0" },
  ]);
});
