import { join } from "node:path";
import { openStore } from "@sluice/delta";
import {
  analyze,
  array,
  BINARY,
  type DataType,
  DOUBLE,
  field,
  INTEGER,
  LONG,
  type NamedTable,
  type Plan,
  STRING,
  type StructType,
  struct,
  type Value,
} from "@sluice/query";
import fc from "fast-check";
import { expect } from "vitest";
import { newFolder } from "../../packages/engine-duckdb/test/engine-fixture.ts";
import type { ChangeSpec } from "../../packages/pipelines/src/cdc/change-columns.ts";
import { changedColumns, changeState } from "../../packages/pipelines/src/cdc/change-plans.ts";
import { changeRows, resolveChanges } from "../../packages/pipelines/src/cdc/resolve-changes.ts";
import type { ChangeDeclaration } from "../../packages/pipelines/src/declaration/declaration.ts";
import type { Engine, InputSlice, TableTarget } from "../../packages/pipelines/src/engine/engine.ts";
import type { Dataset, ResolvedFlow } from "../../packages/pipelines/src/graph/dataflow-graph.ts";
import { pipelineSettings } from "../../packages/pipelines/src/graph/pipeline-settings.ts";
import type { RestateRequest } from "../../packages/pipelines/src/planner/restate-request.ts";
import { restateTable } from "../../packages/pipelines/src/restate/restate-table.ts";
import type { RunStaging } from "../../packages/pipelines/src/restate/stage-changes.ts";
import { type ChangeRequest, ChangeTarget } from "../../packages/pipelines/src/streaming/change-target.ts";
import { tableTarget } from "../../packages/pipelines/src/streaming/table-write.ts";
import type { Change } from "./change-oracle.ts";

/** What the keys of a table are, and the value that stands for an id of 1 to 3. */
export interface KeyKind {
  readonly dataType: DataType;
  readonly of: (id: number) => Value;
}

const NUMBERS: KeyKind = { dataType: LONG, of: BigInt };
const PAIR = struct([field("x", INTEGER), field("y", STRING)]);

export const KEYS: readonly KeyKind[] = [
  NUMBERS,
  { dataType: BINARY, of: (id) => Uint8Array.of(0, id) },
  { dataType: DOUBLE, of: (id) => [Number.NaN, -0, 1.5][id - 1] ?? null },
  { dataType: PAIR, of: (id) => [id === 1 ? null : id, id === 2 ? null : "é"] },
];

/** The key stands between other columns, so that nothing can go by its place. */
const sourceWith = (key: DataType): StructType =>
  struct([
    field("b", STRING),
    field("seq", LONG),
    field("op", STRING),
    field("id", key),
    field("s", PAIR),
    field("a", INTEGER),
    field("sets", array(STRING)),
    field("sys", LONG),
  ]);
const VALUES = ["id", "a", "b", "s"];

const LEAF: NamedTable = { kind: "NamedTable", name: ["source"], streaming: false, options: {} };
const SESSION = { now: 1_000_000_000n, timeZone: "UTC", ansi: false };

/** One table that changes are merged into, batch by batch. */
export class Merged {
  readonly #engine: Engine;
  readonly #dataset: Dataset;
  readonly #spec: ChangeSpec;
  readonly #storage: string;
  readonly #target: ChangeTarget;
  readonly #plan: Plan;
  readonly #key: KeyKind;
  #batch = 0;

  constructor(engine: Engine, changes: ChangeDeclaration, key: KeyKind = NUMBERS) {
    const source = sourceWith(key.dataType);
    const options = {
      resolveLeaf: () => ({ kind: "Table", schema: source, hidden: struct([]) }) as const,
      ansi: false,
      timeZone: "UTC",
    };
    const origin = { file: "t.ts", line: 1, column: 1 };
    const spec = resolveChanges({ flow: "f", origin, changes }, source.fields) as ChangeSpec;
    this.#engine = engine;
    this.#key = key;
    this.#plan = analyze(changeRows(changes, LEAF), options);
    const rows = this.#plan.output.map(({ id: _, ...column }) => column);
    this.#dataset = {
      kind: "StreamingTable",
      name: "s.t",
      displayName: "s.t",
      declaration: {
        ...{ kind: "StreamingTable", name: "t", partitionBy: [], clusterBy: [], private: false, origin },
        tableProperties: { "delta.enableDeletionVectors": "true" },
        ...{ sparkConf: {}, expectations: [] },
      },
      location: join(newFolder(), "t"),
      schema: struct(changedColumns(spec, rows)),
      changes: { spec, rows: source, state: changeState(spec, rows) },
      flows: ["f"],
      reads: [],
    };
    this.#spec = spec;
    this.#storage = newFolder();
    this.#target = new ChangeTarget(spec, this.#dataset, this.#storage);
  }

  async merge(changes: readonly Change[], flow = `f${this.#batch++}`): Promise<void> {
    await this.#write(await this.#request(changes), flow);
  }

  /** Begins to merge, as the flow of that name, and gets no further than what is remembered of the changes. */
  async die(changes: readonly Change[], flow: string): Promise<void> {
    const { merge: _, states, ...request } = await this.#request(changes);
    const [state] = states;
    if (state === undefined) throw new Error("changes are remembered");
    await this.#write({ ...request, plan: state.plan, target: state.target, mode: "append", states: [] }, flow);
  }

  /** Makes the keys of rows that meet the condition anew from these changes, of which there are no others. */
  async restate(changes: readonly Change[], request: RestateRequest): Promise<void> {
    const declaration = { name: "f", target: "t", once: false, origin: { file: "t.ts", line: 1, column: 1 } };
    const flow: ResolvedFlow = {
      ...{ name: "f", target: "s.t", declaration: declaration as ResolvedFlow["declaration"], plan: this.#plan },
      ...{ streaming: true, once: false, reads: new Map(), rules: [], changes: this.#spec, upstream: [] },
    };
    const world = {
      engine: this.#engine,
      store: openStore(this.#storage),
      session: () => SESSION,
      nullIsViolation: false,
      watermarkPolicy: "min" as const,
      updateId: "u",
    };
    const runStaging: RunStaging = async (staging) => {
      const plan = staging.flow.plan;
      const target = { ...tableTarget(staging.dataset), properties: {} };
      const inputs = new Map([[[...scansOf(plan)][0] ?? 0, rowsOf(changes, this.#key)]]);
      const facts = { states: [], operation: "WRITE", operationParameters: {} };
      await this.#engine.write({ target, mode: "append", plan, inputs, session: SESSION, ...facts });
    };
    const settings = {
      ...pipelineSettings({ name: "p", projectDir: "/", storage: this.#storage }),
      id: "p",
      ansi: false,
    };
    const folder = `restates/${this.#batch++}`;
    const workStore = openStore(join(this.#storage, folder));
    const scope = { dataset: this.#dataset, flows: [flow], settings, world, workStore, runStaging };
    await restateTable(request, scope, folder);
  }

  async #request(changes: readonly Change[]): Promise<ChangeRequest & { readonly target: TableTarget }> {
    const target = tableTarget(this.#dataset);
    await this.#engine.tables.ensure(target);
    const scan = rowsOf(changes, this.#key);
    const number = [...scansOf(this.#plan)][0] ?? 0;
    const own = { plan: this.#plan, inputs: new Map([[number, scan]]), states: [] };
    return { ...(await this.#target.request(own, SESSION, this.#engine.tables)), target };
  }

  async #write(request: ChangeRequest & { readonly target: TableTarget }, flow: string): Promise<void> {
    const outcome = await this.#engine.write({
      ...request,
      session: SESSION,
      transaction: { appId: flow, version: 0 },
      operation: "STREAMING UPDATE",
      operationParameters: {},
    });
    expect(outcome.kind, request.target.location).toBe("Committed");
  }

  /** The rows as the oracle gives them. */
  async rows(): Promise<readonly unknown[]> {
    const { location = "", schema } = this.#dataset;
    const output = schema.fields.map((column, id) => ({ id, ...column }));
    const { version = 0 } = (await this.#engine.tables.describe(location)) ?? {};
    const scan: Plan = { kind: "Scan", scan: 0, leaf: LEAF, streaming: false, output };
    const slice = { kind: "TableVersion", location, version } as const;
    const { rows } = await this.#engine.query(scan, new Map([[0, slice]]), SESSION);
    const names = schema.fields.map((column) => column.name);
    const order = [...VALUES, ...names.filter((name) => !VALUES.includes(name))].map((name) => names.indexOf(name));
    return rows
      .map((row) => order.map((i) => plain(row[i] ?? null)))
      .map(([key, ...values]) => JSON.stringify([this.#idOf(key), ...values]))
      .toSorted();
  }

  #idOf(key: unknown): number | undefined {
    return [1, 2, 3].find((id) => JSON.stringify(plain(this.#key.of(id))) === JSON.stringify(key));
  }
}

function rowsOf(changes: readonly Change[], key: KeyKind): InputSlice {
  const rows = changes.map(({ id, seq, op, a, b, s, sets, sys }): readonly Value[] => [
    ...[b, BigInt(seq), op, key.of(id)],
    s === null ? null : [s.x, s.y],
    ...[a, sets, BigInt(sys)],
  ]);
  return { kind: "Rows", rows };
}

function* scansOf(plan: Plan): Generator<number> {
  if (plan.kind === "Scan") yield plan.scan;
  if ("input" in plan) yield* scansOf(plan.input);
}

function plain(value: Value): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint8Array) return [...value];
  return Array.isArray(value) ? value.map(plain) : value;
}

/** Changes of three keys. */
export const change = (op: fc.Arbitrary<string>): fc.Arbitrary<Change> =>
  fc.record({
    id: fc.integer({ min: 1, max: 3 }),
    seq: fc.integer({ min: 1, max: 9 }),
    op,
    a: fc.option(fc.integer({ min: 0, max: 2 })),
    b: fc.option(fc.constantFrom("x", "y")),
    s: fc.option(fc.record({ x: fc.option(fc.integer({ min: 0, max: 1 })), y: fc.option(fc.constantFrom("p", "q")) })),
    sets: fc.option(fc.subarray(["a", "B", "s", null, "other"])),
    sys: fc.integer({ min: 1, max: 9 }),
  });

/** Kinds of flows of changes: a name, what they declare, and operations to draw from. */
export const SHAPES: readonly (readonly [string, Partial<ChangeDeclaration>, readonly string[]])[] = [
  ["SCD type 1", { scdType: 1 }, ["U", "U", "D"]],
  ["SCD type 1 with truncates", { scdType: 1, appliesAsTruncate: "op = 'T'" }, ["U", "U", "U", "D", "T"]],
  ["SCD type 1 that ignores NULLs", { scdType: 1, ignoresNull: { kind: "Except", columns: [] } }, ["U", "U", "U", "D"]],
  [
    "SCD type 1 that ignores NULLs in some columns, with truncates",
    { scdType: 1, ignoresNull: { kind: "List", columns: ["a"] }, appliesAsTruncate: "op = 'T'" },
    ["U", "U", "U", "U", "D", "T"],
  ],
  ["SCD type 1 with columns to update", { scdType: 1, columnsToUpdate: "sets" }, ["U", "U", "U", "D"]],
  ["SCD type 2", { scdType: 2 }, ["U", "U", "D"]],
  [
    "SCD type 2 that tracks some columns",
    { scdType: 2, trackHistory: { kind: "List", columns: ["a"] } },
    ["U", "U", "D"],
  ],
  [
    "SCD type 2 that ignores NULLs",
    { scdType: 2, ignoresNull: { kind: "Except", columns: ["b"] } },
    ["U", "U", "U", "D"],
  ],
  ["bitemporal", { scdType: "bitemporal", systemSequenceBy: "sys" }, ["U", "U", "D"]],
  [
    "bitemporal that tracks some columns",
    { scdType: "bitemporal", systemSequenceBy: "sys", trackHistory: { kind: "List", columns: ["a"] } },
    ["U", "U", "D"],
  ],
  [
    "bitemporal that ignores NULLs",
    { scdType: "bitemporal", systemSequenceBy: "sys", ignoresNull: { kind: "Except", columns: ["b"] } },
    ["U", "U", "U", "D"],
  ],
  ["SCD type 2 with columns to update", { scdType: 2, columnsToUpdate: "sets" }, ["U", "U", "U", "D"]],
];

/** Whether two changes of a key are at the same place. */
export function isTie({ systemSequenceBy }: Partial<ChangeDeclaration>, one: Change, other: Change): boolean {
  const isKnownApart = systemSequenceBy !== undefined && one.sys !== other.sys;
  return one.id === other.id && one.seq === other.seq && !isKnownApart;
}

/** The events in another order, cut into batches. */
export function batches(list: readonly Change[], next: (below: number) => number): readonly (readonly Change[])[] {
  const left = [...list];
  const cut: Change[][] = [[]];
  while (left.length > 0) {
    const [taken] = left.splice(next(left.length), 1);
    if (next(4) === 0) cut.push([]);
    if (taken !== undefined) cut.at(-1)?.push(taken);
  }
  return cut.filter((batch) => batch.length > 0);
}
