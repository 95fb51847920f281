import type { SinkDeclaration } from "../declaration/declaration.ts";
import type { SinkWriter } from "../engine/sink-writer.ts";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { sinkFiles } from "../graph/sink-rules.ts";
import type { BatchReport } from "../streaming/batch-report.ts";
import type { FlowCheckpoint } from "../streaming/flow-checkpoint.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { StreamFlow } from "../streaming/stream-flow.ts";
import { tableTarget } from "../streaming/table-write.ts";
import { DeliveredStream } from "./delivered-stream.ts";
import { FileSink } from "./file-sink.ts";
import { type BatchFrame, ForeachBatchSink } from "./foreach-batch-sink.ts";

/** A streaming flow at work, whatever it writes. */
export interface RunningStream {
  /** Lets the next step look at the sources as they are then. */
  renew(): void;
  /** Runs the next micro-batch; undefined when the flow is up to date. @throws as `StreamFlow.step` does */
  step(): Promise<BatchReport | undefined>;
}

/** What a flow needs of the world when it writes into a sink. */
export interface SinkWorld {
  /** Begins what stands behind the batches of one flow. Absent: batches cannot be given to functions. */
  readonly batchFrame?: () => BatchFrame;
  /** The way into a place that the declaration does not name. */
  readonly writer?: SinkWriter;
}

/** Opens a streaming flow into its table or its sink. */
export function openStream(
  {
    flow,
    dataset,
    checkpoint,
  }: { readonly flow: ResolvedFlow; readonly dataset: Dataset; readonly checkpoint: FlowCheckpoint },
  world: FlowWorld & SinkWorld,
): RunningStream {
  const stream = new StreamFlow(flow, dataset, checkpoint, world);
  const { sink } = dataset.declaration;
  if (sink === undefined || sink.format === "delta") return stream;
  const delivery = {
    checkpoint,
    outbox: tableTarget(dataset),
    ...(dataset.outbox && { columns: dataset.outbox }),
    writer: world.writer ?? openWriter(sink, dataset, checkpoint.folder, world),
  };
  return new DeliveredStream(stream, delivery, world);
}

function openWriter(sink: SinkDeclaration, dataset: Dataset, folder: string, world: FlowWorld & SinkWorld): SinkWriter {
  const { signal, engine, store } = world;
  const { handler } = sink;
  const { partitionBy } = dataset.declaration;
  if (dataset.connectorSink !== undefined)
    return dataset.connectorSink.open({ signal, engine, store, folder: `${folder}/sink` });
  if (handler !== undefined && world.batchFrame !== undefined) return new ForeachBatchSink(handler, world.batchFrame());
  const [place, files] = [dataset.sinkLocation, sinkFiles(sink)];
  if (place !== undefined && files !== undefined) {
    return new FileSink(engine, { folder: place, format: files.format, ...files.writing, partitionBy });
  }
  throw new Error(`There is no way into the sink "${sink.name}" of format ${sink.format}`);
}
