import { type StructType, typeToJson } from "@sluice/query";
import type { KeyConstraint } from "../declaration/declaration.ts";
import type { DataflowGraph, Dataset, FlowRead, ResolvedFlow } from "./dataflow-graph.ts";

/** A graph as plain JSON data for people and tools: datasets and flows with names, schemas, reads and rules; without plans. Keys are stable. */
export function graphToJson(graph: DataflowGraph): GraphJson {
  return { datasets: graph.datasets.map(datasetToJson), flows: graph.flows.map(flowToJson) };
}

/** The JSON form of a graph. */
export interface GraphJson {
  readonly datasets: readonly DatasetJson[];
  readonly flows: readonly FlowJson[];
}

export interface DatasetJson {
  readonly name: string;
  readonly displayName: string;
  readonly kind: Dataset["kind"];
  readonly comment?: string;
  readonly location?: string;
  /** Spark's JSON form. */
  readonly schema: unknown;
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly expectations: readonly { readonly name: string; readonly policy: string; readonly condition: string }[];
  /** Primary and foreign keys as declared, if there are some. */
  readonly keys?: readonly KeyConstraint[];
  /** The format of the sink that it stands for. */
  readonly sink?: string;
  readonly flows: readonly string[];
  readonly reads: readonly string[];
  /** `file:line:column`. */
  readonly declaredAt: string;
}

export interface FlowJson {
  readonly name: string;
  readonly target: string;
  readonly streaming: boolean;
  readonly once: boolean;
  readonly upstream: readonly string[];
  readonly reads: readonly FlowReadJson[];
  readonly declaredAt: string;
}

export interface FlowReadJson {
  readonly kind: FlowRead["kind"];
  /** A dataset's name, a table's name or path, or the paths of files. */
  readonly from: string;
  readonly streaming: boolean;
  readonly format?: string;
  /** Its change feed is read. */
  readonly changes?: boolean;
}

function datasetToJson(dataset: Dataset): DatasetJson {
  const { declaration, location } = dataset;
  return {
    name: dataset.name,
    displayName: dataset.displayName,
    kind: dataset.kind,
    ...(declaration.comment === undefined ? {} : { comment: declaration.comment }),
    ...(location === undefined ? {} : { location }),
    schema: schemaToJson(dataset.schema),
    partitionBy: declaration.partitionBy,
    clusterBy: declaration.clusterBy,
    properties: declaration.tableProperties,
    expectations: declaration.expectations.map(({ name, policy, condition, text }) => ({
      name,
      policy,
      condition: text ?? (typeof condition === "string" ? condition : "(column expression)"),
    })),
    ...(declaration.keys !== undefined && declaration.keys.length > 0 && { keys: declaration.keys }),
    ...(declaration.sink !== undefined && { sink: declaration.sink.format }),
    flows: dataset.flows,
    reads: dataset.reads,
    declaredAt: place(declaration.origin),
  };
}

function flowToJson(flow: ResolvedFlow): FlowJson {
  const { name, target, streaming, once, upstream } = flow;
  const reads = [...flow.reads.values()].map(readToJson);
  return { name, target, streaming, once, upstream, reads, declaredAt: place(flow.declaration.origin) };
}

function readToJson(read: FlowRead): FlowReadJson {
  const { kind, streaming } = read;
  switch (read.kind) {
    case "Dataset":
      return { kind, from: read.dataset, streaming, ...(read.changes && { changes: true }) };
    case "ExternalTable":
      return { kind, from: read.name, streaming, ...(read.changes && { changes: true }) };
    case "Files":
      return { kind, from: read.source.paths.join(", "), streaming, format: read.source.format };
    case "Connector":
      return { kind, from: read.source.description, streaming, format: read.source.format };
  }
}

function schemaToJson(schema: StructType): unknown {
  return typeToJson(schema);
}

function place(origin: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${origin.file}:${origin.line}:${origin.column}`;
}
