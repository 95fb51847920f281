import type { Dataset } from "../graph/dataflow-graph.ts";

/** Where a flow writes, as Spark's progress calls it. */
export function sinkDescription({ location, sinkLocation, connectorSink, declaration: { sink } }: Dataset): string {
  if (connectorSink !== undefined) return connectorSink.description;
  if (sink?.format === "foreachBatch") return "ForeachBatchSink";
  if (sink === undefined || sink.format === "delta") return `DeltaSink[${location ?? ""}]`;
  return `FileSink[${sinkLocation ?? ""}]`;
}
