import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, FileEntry, InputSlice, Session, TableTarget, WriteRequest } from "@sluice/pipelines";
import type { Attribute, DataType, ExpectPlan, Plan, Policy, ScanPlan, StructType, Typed, Value } from "@sluice/query";
import { BOOLEAN } from "@sluice/query";
import { onTestFinished } from "vitest";
import { type DuckDbOptions, openDuckDbEngine } from "../src/index.ts";

let nextId = 1;

/** A session in UTC at a fixed time. */
export const SESSION: Session = { now: 1_700_000_000_000_000n, timeZone: "UTC", ansi: false };

/** A new folder that is gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "engine-duckdb-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An engine that is closed after the test. */
export async function newEngine(options: DuckDbOptions = {}): Promise<Engine> {
  const engine = await openDuckDbEngine(options);
  onTestFinished(() => engine.close());
  return engine;
}

/** Writes a file and describes it. */
export function writeEntry(folder: string, name: string, content: string | Uint8Array): FileEntry {
  writeFileSync(join(folder, name), content);
  return entryOf(join(folder, name));
}

export function entryOf(path: string): FileEntry {
  const found = statSync(path);
  return { path, sizeBytes: found.size, modifiedAt: found.mtimeMs };
}

/** A scan of all columns of a schema. */
export function scanOf(schema: StructType, number = 0): ScanPlan {
  const output = schema.fields.map((field) => ({ id: nextId++, ...field }));
  const leaf = { kind: "NamedTable", name: ["source"], streaming: true, options: {} } as const;
  return { kind: "Scan", scan: number, leaf, streaming: true, output };
}

export function attributeOf(plan: Plan, name: string): Attribute {
  const found = plan.output.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no column ${name}`);
  return found;
}

export function columnOf(plan: Plan, name: string): Typed {
  return { kind: "Column", ...attributeOf(plan, name) };
}

export function literal(value: Value, dataType: DataType): Typed {
  return { kind: "Literal", value, dataType, nullable: false };
}

export function call(name: string, ...args: readonly Typed[]): Typed {
  return { kind: "Call", name, args, dataType: BOOLEAN, nullable: true };
}

export function judged(input: Plan, rules: readonly (readonly [string, Policy, Typed])[]): ExpectPlan {
  return {
    kind: "Expect",
    input,
    output: input.output,
    dataset: "silver.orders",
    rules: rules.map(([name, policy, condition]) => ({ name, policy, condition })),
    nullIsViolation: false,
  };
}

export function targetAt(location: string, schema: StructType, more: Partial<TableTarget> = {}): TableTarget {
  return { location, name: "silver.orders", schema, partitionBy: [], clusterBy: [], properties: {}, ...more };
}

/** A request to append the rows of one input. */
export function requestOf(
  target: TableTarget,
  plan: Plan,
  input: InputSlice,
  version: number,
  more: Partial<WriteRequest> = {},
): WriteRequest {
  return {
    target,
    mode: "append",
    plan,
    inputs: new Map([[0, input]]),
    session: SESSION,
    transaction: { appId: "pipeline/flow", version },
    states: [],
    operation: "STREAMING UPDATE",
    operationParameters: {},
    ...more,
  };
}

export function rowsOf(rows: readonly (readonly Value[])[]): InputSlice {
  return { kind: "Rows", rows };
}

/** All rows of the latest version of a table, sorted by their text. */
export async function tableRows(engine: Engine, location: string): Promise<readonly (readonly Value[])[]> {
  const table = await engine.tables.describe(location);
  if (table === undefined) throw new Error(`no table at ${location}`);
  const slice = { kind: "TableVersion", location, version: table.version } as const;
  const result = await engine.query(scanOf(table.schema), new Map([[0, slice]]), SESSION);
  return sorted(result.rows);
}

export function sorted(rows: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  const text = (row: unknown) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  return rows.toSorted((a, b) => (text(a) < text(b) ? -1 : 1));
}
