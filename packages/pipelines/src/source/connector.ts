import type { DataSource, StructType } from "@sluice/query";
import type { SinkDeclaration } from "../declaration/declaration.ts";
import type { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { Engine, InputSlice } from "../engine/engine.ts";
import type { FileStore } from "../engine/file-store.ts";
import type { SinkRows, SinkWriter } from "../engine/sink-writer.ts";
import type { SchemaRegistry } from "./schema-registry.ts";
import type { OffsetRange, StreamSource } from "./stream-source.ts";

/** Part of a connector's source, as kept in checkpoints: what `after` and `through` hold only the connector knows. */
export type ConnectorRange = Extract<OffsetRange, { kind: "Connector" }>;

/** What the work of a source may use. */
export interface ConnectorContext {
  /** Ends waiting and reading. */
  readonly signal?: AbortSignal | undefined;
}

/** What a stream may use beyond that. */
export interface ConnectorStreamContext extends ConnectorContext {
  /** The table that the rows go to, for messages. */
  readonly target: string;
  /** Where the stream keeps what must outlive the process, below `folder`. A full refresh of the table empties it. */
  readonly store: FileStore;
  readonly folder: string;
}

/** What a read of a connector's format turned out to be. It holds nothing open until it is asked for rows. */
export interface ConnectorSource {
  /** The connector's format: `kafka`. */
  readonly format: string;
  /** For people, as Spark's progress has it: `KafkaV2[Subscribe[orders]]`. */
  readonly description: string;
  /** Columns in order. */
  readonly schema: StructType;
  /** The source as a stream. */
  stream(context: ConnectorStreamContext): StreamSource;
  /** All rows that there are now, for a read that is no stream. @throws EngineError */
  observe(context: ConnectorContext): Promise<ConnectorRange>;
  /** The rows of a range that `observe` gave. They stay until rows are asked for again. @throws EngineError */
  rows(range: ConnectorRange, context: ConnectorContext): Promise<InputSlice>;
}

/** What writing a sink may use. */
export interface ConnectorSinkContext extends ConnectorContext {
  /** Gives the rows of batches. */
  readonly engine: Pick<Engine, "exportFiles" | "query">;
}

/** What a flow's way into a sink may use beyond that. */
export interface ConnectorSinkStreamContext extends ConnectorSinkContext {
  /** Where the sink keeps what it must remember of the flow, below `folder`. */
  readonly store: FileStore;
  readonly folder: string;
}

/** A read understood, or all that is wrong with it. */
export interface ConnectorResolution {
  readonly source?: ConnectorSource;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/** What a sink of a connector's format turned out to be. It holds nothing open until it is written. */
export interface ConnectorSink {
  /** For people, as Spark's progress has it: `KafkaSink[alerts]`. */
  readonly description: string;
  /** What is wrong with columns that are to be written into it, in sentences. */
  check(columns: StructType): readonly string[];
  /** The way into it for one flow. */
  open(context: ConnectorSinkStreamContext): SinkWriter;
  /** Appends rows once, outside of any flow: all of them, or none where the sink can take them back. @throws EngineError */
  append(rows: SinkRows, context: ConnectorSinkContext): Promise<void>;
}

/** A sink understood, or all that is wrong with it. */
export interface ConnectorSinkResolution {
  readonly sink?: ConnectorSink;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/** Reads sources, and writes sinks, of one format that pipelines do not know themselves. */
export interface Connector {
  /** Understands the options of a read. Touches nothing outside of the process. */
  resolve(leaf: DataSource): ConnectorResolution;
  /** Understands the options of a sink; absent: the format is only read. Touches nothing outside of the process. */
  resolveSink?(declaration: SinkDeclaration): ConnectorSinkResolution;
  /** Registries of the schemas of messages; absent: the format has none. */
  readonly schemas?: SchemaRegistry;
  /** Gives back connections and staged rows. */
  close(): Promise<void>;
}

/** Connectors by format in lower case, each loaded when a read asks for it. */
export type Connectors = ReadonlyMap<string, () => Promise<Connector>>;
