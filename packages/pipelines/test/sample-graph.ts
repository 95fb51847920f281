import type { Attribute, DataType, Plan, Typed } from "@sluice/query";
import { BOOLEAN, LONG, STRING, struct } from "@sluice/query";
import type { DatasetDeclaration } from "../src/declaration/declaration.ts";
import type { DataflowGraph, Dataset, FlowRead, ResolvedFlow, ResolvedRule } from "../src/graph/dataflow-graph.ts";

const ORIGIN = { file: "pipeline.ts", line: 1, column: 1 };

function attribute(id: number, name: string, dataType: DataType = LONG): Attribute {
  return { id, name, dataType, nullable: true, metadata: {} };
}

export function column({ id, name, dataType, nullable }: Attribute): Typed {
  return { kind: "Column", id, name, dataType, nullable };
}

export function literal(value: number | string | boolean): Typed {
  const dataType = typeof value === "number" ? LONG : typeof value === "string" ? STRING : BOOLEAN;
  return { kind: "Literal", value, dataType, nullable: false };
}

export function call(name: string, ...args: readonly Typed[]): Typed {
  return { kind: "Call", name, args, dataType: BOOLEAN, nullable: true };
}

/** A scan numbered `scan` whose columns are numbered from `100 * scan`. */
export function scan(scanNumber: number, streaming: boolean, names: readonly string[] = ["id"]): Plan {
  const output = names.map((name, i) => attribute(100 * scanNumber + i, name));
  const leaf = { kind: "NamedTable", name: ["t"], streaming, options: {} } as const;
  return { kind: "Scan", scan: scanNumber, output, leaf, streaming };
}

export function rule(name: string, policy: ResolvedRule["policy"], condition: Typed): ResolvedRule {
  return { name, policy, condition, text: name };
}

interface FlowSketch {
  readonly name?: string;
  readonly plan: Plan;
  readonly reads: Readonly<Record<number, FlowRead>>;
  readonly once?: boolean;
}

export interface TableSketch {
  readonly kind?: Dataset["kind"];
  readonly flows: readonly FlowSketch[];
  readonly rules?: readonly ResolvedRule[];
  readonly properties?: Readonly<Record<string, string>>;
}

/** A graph of tables `default.<name>` below `storage`. */
export function graphOf(storage: string, tables: Readonly<Record<string, TableSketch>>): DataflowGraph {
  const datasets = Object.entries(tables).map(([name, table]) => dataset(storage, name, table));
  const flows = Object.entries(tables).flatMap(([name, table]) =>
    table.flows.map((flow) => resolvedFlow(name, table, flow)),
  );
  return { datasets, flows };
}

/** A read of table `default.<name>`. */
export function readTable(
  storage: string,
  name: string,
  streaming: boolean,
  options: Readonly<Record<string, string>> = {},
): FlowRead {
  const leaf = { kind: "NamedTable", name: [name], streaming, options } as const;
  return {
    kind: "Dataset",
    dataset: `default.${name}`,
    location: `${storage}/tables/default/${name}`,
    streaming,
    leaf,
  };
}

/** A stream of JSON files below a folder. */
export function readFiles(folder: string, maxFilesPerTrigger?: number, streaming = true): FlowRead {
  const limit = maxFilesPerTrigger === undefined ? {} : { maxFilesPerTrigger };
  const leaf = { kind: "DataSource", format: "json", paths: [folder], options: {}, streaming } as const;
  const source = { format: "json", paths: [folder], options: {}, schema: struct([]), recursive: true, ...limit };
  return { kind: "Files", source, streaming, leaf };
}

function dataset(storage: string, name: string, table: TableSketch): Dataset {
  const kind = table.kind ?? "StreamingTable";
  const declaration: DatasetDeclaration = {
    kind,
    name,
    partitionBy: [],
    clusterBy: [],
    tableProperties: table.properties ?? {},
    sparkConf: {},
    private: false,
    expectations: [],
    origin: ORIGIN,
  };
  const columns = table.flows[0]?.plan.output ?? [];
  const schema = struct(
    columns.map((one) => ({ name: one.name, dataType: one.dataType, nullable: true, metadata: {} })),
  );
  const location = `${storage}/tables/default/${name}`;
  const flows = table.flows.map((flow) => flow.name ?? `default.${name}`);
  const reads = table.flows.flatMap((flow) =>
    Object.values(flow.reads).flatMap((read) => (read.kind === "Dataset" ? [read.dataset] : [])),
  );
  return {
    kind,
    name: `default.${name}`,
    displayName: `main.default.${name}`,
    declaration,
    location,
    schema,
    flows,
    reads,
  };
}

function resolvedFlow(target: string, table: TableSketch, flow: FlowSketch): ResolvedFlow {
  const name = flow.name ?? `default.${target}`;
  const once = flow.once ?? false;
  const reads = new Map(Object.entries(flow.reads).map(([number, read]) => [Number(number), read]));
  const query = (): never => {
    throw new Error("already resolved");
  };
  return {
    name,
    target: `default.${target}`,
    declaration: { name, target, once, sparkConf: {}, query, origin: ORIGIN },
    plan: flow.plan,
    streaming: [...reads.values()].some((read) => read.streaming),
    once,
    reads,
    rules: table.rules ?? [],
    upstream: [...reads.values()].flatMap((read) => (read.kind === "Dataset" ? [read.dataset] : [])),
  };
}
