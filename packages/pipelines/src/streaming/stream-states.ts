import { columnOf, LONG, type NamedTable, type Plan, type ScanPlan } from "@sluice/query";
import { UNTIL as CHANGE_UNTIL } from "../cdc/change-columns.ts";
import type { Engine, Session, TableTarget } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import type { DataflowGraph, Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { UNTIL } from "../stateful/operator.ts";
import type { WatermarkPolicy } from "../stateful/watermark.ts";
import { BatchQuery } from "./batch-query.ts";
import { changeStateTarget } from "./change-target.ts";
import { FlowCheckpoint } from "./flow-checkpoint.ts";
import { stateName } from "./flow-state.ts";
import { FlowWatermark } from "./flow-watermark.ts";

/** What one operator of a flow remembers. Times are milliseconds since the epoch. */
export interface StreamState {
  readonly flow: string;
  /** Canonical name of the table. */
  readonly target: string;
  /** `aggregate-0`, `dedupe-1`, `join-left-2`: numbered from the sources upwards. */
  readonly operator: string;
  /** The folder of its Delta table. */
  readonly location: string;
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
  /** Absent for a query without one. */
  readonly watermark?: number;
  /** When the watermark lets the first of its rows go; absent when none has a time. */
  readonly oldest?: number;
}

/** What looking at states needs of the world. */
export interface StatesWorld {
  readonly engine: Engine;
  readonly store: FileStore;
  readonly pipelineId: string;
  readonly session: Session;
  readonly watermarkPolicy: WatermarkPolicy;
}

/** The states of all streaming flows of a pipeline, in the order of the graph. Reads tables and checkpoints only. */
export async function streamStates(graph: DataflowGraph, world: StatesWorld): Promise<readonly StreamState[]> {
  const datasets = new Map(graph.datasets.map((one) => [one.name, one]));
  const states: StreamState[] = [];
  for (const flow of graph.flows.filter((one) => one.streaming && !one.once)) {
    const dataset = datasets.get(flow.target);
    if (dataset?.location !== undefined) states.push(...(await statesOf(flow, dataset, dataset.location, world)));
  }
  for (const dataset of graph.datasets) states.push(...(await changeStatesOf(dataset, world)));
  return states;
}

/** What is remembered of the changes of a table; all of its flows share it. */
async function changeStatesOf(dataset: Dataset, world: StatesWorld): Promise<readonly StreamState[]> {
  const target = changeStateTarget(dataset, world.store.root);
  if (target === undefined) return [];
  const found = await stateOf(target, world);
  if (found === undefined) return [];
  return [{ flow: dataset.flows.join(", "), target: dataset.name, ...found, operator: "changes" }];
}

async function statesOf(
  flow: ResolvedFlow,
  dataset: Dataset,
  location: string,
  world: StatesWorld,
): Promise<readonly StreamState[]> {
  const { store, pipelineId, engine } = world;
  const checkpoint = await FlowCheckpoint.open(store, { pipelineId, target: flow.target, flow: flow.name });
  const stateFolder = `${store.root}/${checkpoint.stateFolder}`;
  const query = new BatchQuery({ flow, dataset, storage: store.root, stateFolder, nullIsViolation: false });
  if (query.states.length === 0) return [];
  const watermark = new FlowWatermark(query.watermarks, world.watermarkPolicy, checkpoint.appId);
  await watermark.open(engine.tables, location);
  const committed = await engine.tables.transactionVersion(location, checkpoint.appId);
  const last = committed === undefined ? undefined : await checkpoint.read(committed);
  const current = watermark.next(last)?.current;
  const found = await Promise.all(query.states.map((state) => stateOf(state, world)));
  return found.flatMap((one) =>
    one === undefined
      ? []
      : [{ flow: flow.name, target: flow.target, ...one, ...(current === undefined ? {} : { watermark: current }) }],
  );
}

type TableFacts = Pick<StreamState, "operator" | "location" | "rows" | "bytes" | "files" | "oldest">;

async function stateOf(target: TableTarget, { engine, session }: StatesWorld): Promise<TableFacts | undefined> {
  const table = await engine.tables.describe(target.location);
  if (table === undefined) return undefined;
  const until = [UNTIL, CHANGE_UNTIL].find((name) => table.schema.fields.some((column) => column.name === name));
  const at = { location: target.location, version: table.version };
  const oldest = until === undefined ? undefined : await least(engine, at, until, session);
  return {
    operator: stateName(target),
    location: target.location,
    rows: table.rows ?? 0,
    bytes: table.sizeBytes,
    files: table.files,
    ...(oldest === undefined ? {} : { oldest }),
  };
}

async function least(
  engine: Engine,
  { location, version }: { readonly location: string; readonly version: number },
  name: string,
  session: Session,
): Promise<number | undefined> {
  const until = { id: 0, name, dataType: LONG, nullable: true, metadata: {} };
  const leaf: NamedTable = { kind: "NamedTable", name: ["state"], streaming: false, options: {} };
  const scan: ScanPlan = { kind: "Scan", scan: 0, leaf, streaming: false, output: [until] };
  const attribute = { ...until, id: 1 };
  const expression = { kind: "Call", name: "min", args: [columnOf(until)], dataType: LONG, nullable: true } as const;
  const plan: Plan = {
    kind: "Aggregate",
    input: scan,
    grouping: [],
    columns: [{ attribute, expression }],
    output: [attribute],
  };
  const { rows } = await engine.query(plan, new Map([[0, { kind: "TableVersion", location, version }]]), session);
  const value = rows[0]?.[0];
  return typeof value === "bigint" ? Number(value / 1000n) : undefined;
}
