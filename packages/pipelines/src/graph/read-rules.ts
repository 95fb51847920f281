import type { Leaf } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { Dataset } from "./dataflow-graph.ts";
import type { DeclaredDataset, DeclaredFlow } from "./declared-graph.ts";
import { placeOfLeaf } from "./read-table.ts";

/** A read of one of the pipeline's datasets. */
export interface OwnRead {
  readonly leaf: Leaf;
  readonly target: DeclaredDataset;
  readonly kind: Dataset["kind"];
  /** Whether what is read is a view over a stream. */
  readonly streamingView: boolean;
  /** A quarantine table and a change feed may always be read as streams: they are only appended to. */
  readonly appends: boolean;
}

/** Reads that do not go with the kind of what is read. */
export function readErrors(reads: readonly OwnRead[], reader: DeclaredDataset): readonly PipelineError[] {
  return reads.flatMap((read) => {
    const code = readMistake(read);
    if (code === undefined) return [];
    const params = { reader: reader.name.display, dataset: read.target.name.display };
    const origin = placeOfLeaf(read.leaf, { dataset: reader.name.display, origin: reader.declaration.origin });
    return [new PipelineError(code, params, { origin })];
  });
}

/** Whether a flow is of the sort that its target takes. */
export function flowErrors(
  flow: DeclaredFlow,
  target: DeclaredDataset,
  kind: Dataset["kind"],
  leaves: readonly Leaf[],
): readonly PipelineError[] {
  const streaming = leaves.some((leaf) => leaf.streaming);
  if (target.declaration.sink !== undefined && (!streaming || flow.declaration.once)) {
    const params = { sink: target.name.display, flow: flow.declaration.name };
    return [new PipelineError("SINK_NEEDS_STREAM", params, { origin: flow.declaration.origin })];
  }
  const code = flowMistake(flow, kind, streaming, leaves);
  if (code === undefined) return [];
  const params = { dataset: target.name.display, flow: flow.declaration.name };
  return [new PipelineError(code, params, { origin: flow.declaration.origin })];
}

function readMistake({ leaf, kind, streamingView, appends }: OwnRead) {
  if (appends) return undefined;
  if (kind === "TemporaryView") {
    if (leaf.streaming === streamingView) return undefined;
    return leaf.streaming ? "STREAMING_READ_OF_BATCH_VIEW" : "BATCH_READ_OF_STREAMING_VIEW";
  }
  return kind === "MaterializedView" && leaf.streaming ? "STREAMING_READ_OF_MATERIALIZED_VIEW" : undefined;
}

function flowMistake(flow: DeclaredFlow, kind: Dataset["kind"], streaming: boolean, leaves: readonly Leaf[]) {
  if (flow.declaration.once && streaming) {
    const autoLoader = leaves.some((leaf) => leaf.kind === "DataSource" && leaf.format.toLowerCase() === "cloudfiles");
    return autoLoader
      ? "INVALID_FLOW_QUERY_TYPE.AUTO_LOADER_IN_ONCE_FLOW"
      : "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_ONCE_FLOW";
  }
  if (kind === "StreamingTable" && !streaming && !flow.declaration.once && flow.declaration.snapshots === undefined) {
    return "INVALID_FLOW_QUERY_TYPE.BATCH_RELATION_FOR_STREAMING_TABLE";
  }
  return kind === "MaterializedView" && streaming
    ? "INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_MATERIALIZED_VIEW"
    : undefined;
}
