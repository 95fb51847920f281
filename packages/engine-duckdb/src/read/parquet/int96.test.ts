import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { InputSlice } from "@sluice/pipelines";
import { array, field, type StructType, simpleString, struct, TIMESTAMP, TIMESTAMP_NTZ } from "@sluice/query";
import { expect, test } from "vitest";
import {
  newEngine,
  newFolder,
  requestOf,
  rowsOf,
  SESSION,
  scanOf,
  targetAt,
  writeEntry,
} from "../../../test/engine-fixture.ts";

/** Written by Spark 4.1: `t` TIMESTAMP and `l` ARRAY<TIMESTAMP> as INT96, `n` TIMESTAMP_NTZ, each 2026-07-01 12:00:00 in UTC. */
const BY_SPARK = [
  "UEFSMRUEFRgVQBWE2avaDjwVAhUEAAAfiwgAAAAAAAAAY2hY7uGlzsCg3qfKAACa6wCuDAAAABUAFQQVLBXm4tG+BxwVAhUEFQgVCAAAH4sIAAAAAAAAAGNgBgBFQ9DYAgAAABUAFRAV",
  "OBWIw+jOCRwVAhUAFQgVCAAAH4sIAAAAAAAAAGO4EJTXHcrGAAAbxtCvCAAAABUEFRgVQBWE2avaDjwVAhUEAAAfiwgAAAAAAAAAY2hY7uGlzsCg3qfKAACa6wCuDAAAABUAFRwVPhWl",
  "h7isBRwVAhUEFQYVBgAAH4sIAAAAAAAAAGNiYGBgZmACkYwMzAB3lbkTDgAAABkRAhkYCADQUm6LVQYAGRgIANBSbotVBgAVAhkWAAAZHBZuFVoWAAAAGRwWyAEVZhYAAAAZHBaUAxVs",
  "FgAAABUCGWxIDHNwYXJrX3NjaGVtYRUGABUGJQAYAXQAFQQlABgBbiUUTIwSHCwAAAAAADUAGAFsFQIVBkw8AAAANQQYBGxpc3QVAgAVBiUAGAdlbGVtZW50ABYCGRwZPCYAHBUGGSUE",
  "CBkYAXQVBBYCFnAWwAEmbiYIHBgMAICnSEonAAAnjiUAGAwAgKdISicAACeOJQAWACgMAICnSEonAAAnjiUAGAwAgKdISicAACeOJQAAGSwVBBUEFQIAFQAVBBUCADwAABa+BBUUACYA",
  "HBUEGSUACBkYAW4VBBYCFj4WZibIATwYCADQUm6LVQYAGAgA0FJui1UGABYAKAgA0FJui1UGABgIANBSbotVBgAAGRwVABUAFQIAPAAAFtIEFRYWgAQVPgAmABwVBhklBAYZOAFsBGxp",
  "c3QHZWxlbWVudBUEFgIWiAEW0gEmlAMmrgIcGAwAgKdISicAACeOJQAYDACAp0hKJwAAJ44lABYAKAwAgKdISicAACeOJQAYDACAp0hKJwAAJ44lAAAZLBUEFQQVAgAVABUEFQIAPCkm",
  "AgAAABboBBUWABa2AhYCJggW+AMUAAAZLBgYb3JnLmFwYWNoZS5zcGFyay52ZXJzaW9uGAU0LjEuMwAYKW9yZy5hcGFjaGUuc3Bhcmsuc3FsLnBhcnF1ZXQucm93Lm1ldGFkYXRhGJEC",
  "eyJ0eXBlIjoic3RydWN0IiwiZmllbGRzIjpbeyJuYW1lIjoidCIsInR5cGUiOiJ0aW1lc3RhbXAiLCJudWxsYWJsZSI6ZmFsc2UsIm1ldGFkYXRhIjp7fX0seyJuYW1lIjoibiIsInR5",
  "cGUiOiJ0aW1lc3RhbXBfbnR6IiwibnVsbGFibGUiOmZhbHNlLCJtZXRhZGF0YSI6e319LHsibmFtZSI6ImwiLCJ0eXBlIjp7InR5cGUiOiJhcnJheSIsImVsZW1lbnRUeXBlIjoidGlt",
  "ZXN0YW1wIiwiY29udGFpbnNOdWxsIjpmYWxzZX0sIm51bGxhYmxlIjpmYWxzZSwibWV0YWRhdGEiOnt9fV19ABhKcGFycXVldC1tciB2ZXJzaW9uIDEuMTYuMCAoYnVpbGQgNDAyYzM4",
  "MTBjMzcyZDI5NjAzZTE4MTc3MWFjZWJmZWNjNzFiZWY2MSkZPBwAABwAABwAAABzAwAAUEFSMQ==",
].join("");

const NOON = BigInt(Date.UTC(2026, 6, 1, 12)) * 1000n;

const SCHEMA = struct([field("t", TIMESTAMP), field("n", TIMESTAMP_NTZ), field("l", array(TIMESTAMP))]);

async function rowsIn(timeZone: string, schema: StructType, slice: InputSlice): Promise<readonly unknown[]> {
  const engine = await newEngine();
  return (await engine.query(scanOf(schema), new Map([[0, slice]]), { ...SESSION, timeZone })).rows;
}

test.each(["UTC", "Europe/Berlin", "America/Los_Angeles"])(
  "[F137] INT96 in Parquet files is an instant, in %s too",
  async (zone) => {
    const engine = await newEngine();
    const file = writeEntry(newFolder(), "a.parquet", Buffer.from(BY_SPARK, "base64"));
    const read = { format: "parquet", options: {}, basePath: "/" };
    const schema = await engine.inferSchema([file], read, true);
    expect(simpleString(schema)).toBe("struct<t:timestamp,n:timestamp_ntz,l:array<timestamp>>");
    const rows = await rowsIn(zone, SCHEMA, { kind: "Files", files: [file], read: { ...read, schema: SCHEMA } });
    expect(rows).toEqual([[NOON, NOON, [NOON]]]);
  },
);

const column = (name: string, type: unknown) => ({ name, type, nullable: true, metadata: {} });

/** A Delta table of files by Spark. */
function tableBySpark(count: number): string {
  const location = newFolder();
  const list = { type: "array", elementType: "timestamp", containsNull: true };
  const fields = [column("t", "timestamp"), column("n", "timestamp_ntz"), column("l", list)];
  const features = { readerFeatures: ["timestampNtz"], writerFeatures: ["timestampNtz"] };
  const adds = Array.from({ length: count }, (_, i) => {
    const path = `part-${String(i).padStart(5, "0")}-c000.snappy.parquet`;
    const { sizeBytes } = writeEntry(location, path, Buffer.from(BY_SPARK, "base64"));
    return { add: { path, partitionValues: {}, size: sizeBytes, modificationTime: 0, dataChange: true } };
  });
  const actions = [
    { protocol: { minReaderVersion: 3, minWriterVersion: 7, ...features } },
    {
      metaData: {
        ...{ id: "1", format: { provider: "parquet", options: {} }, partitionColumns: [], configuration: {} },
        schemaString: JSON.stringify({ type: "struct", fields }),
      },
    },
    ...adds,
  ];
  mkdirSync(join(location, "_delta_log"));
  const log = actions.map((one) => `${JSON.stringify(one)}\n`).join("");
  writeEntry(join(location, "_delta_log"), `${"0".repeat(20)}.json`, log);
  return location;
}

const ZONES = ["UTC", "Europe/Berlin", "America/Los_Angeles"];

test.each(ZONES)("INT96 in the files of a Delta table is an instant, in %s too", async (zone) => {
  const slice = { kind: "TableVersion" as const, location: tableBySpark(1), version: 0 };
  expect(await rowsIn(zone, SCHEMA, slice)).toEqual([[NOON, NOON, [NOON]]]);
});

test.each(ZONES)(
  "so it is beside files of ours, and in more files than are looked into at once, in %s too",
  async (zone) => {
    const location = tableBySpark(70);
    const engine = await newEngine();
    await engine.write(requestOf(targetAt(location, SCHEMA), scanOf(SCHEMA), rowsOf([[NOON, NOON, [NOON]]]), 0));
    for (const read of [engine, await newEngine()]) {
      const slice = { kind: "TableVersion" as const, location, version: 1 };
      const found = await read.query(scanOf(SCHEMA), new Map([[0, slice]]), { ...SESSION, timeZone: zone });
      expect(found.rows).toEqual(Array.from({ length: 71 }, () => [NOON, NOON, [NOON]]));
    }
  },
);
