export type { Dataset as DatasetHandle, Flow as FlowHandle } from "./api/declare.ts";
export type { FlowOptions, StreamingTableOptions } from "./api/dlt.ts";
export * as dlt from "./api/dlt-module.ts";
export * as dp from "./api/dlt-module.ts";
export type { ExpectationOptions, Expectations, QueryFunction, TableOptions, ViewOptions } from "./api/options.ts";
export type { HookOptions, Sink as SinkHandle, SinkOptions } from "./api/sinks.ts";
export { type Configuration, type Spark, spark } from "./api/spark.ts";
export { RESERVED_PREFIX } from "./cdc/change-columns.ts";
export * from "./declaration/declaration.ts";
export * from "./declaration/registry.ts";
export * from "./diagnostics/closest-match.ts";
export * from "./diagnostics/error-params.ts";
export * from "./diagnostics/format.ts";
export * from "./diagnostics/pipeline-error.ts";
export * from "./engine/engine.ts";
export * from "./engine/engine-error.ts";
export * from "./engine/file-store.ts";
export * from "./engine/other-thread.ts";
export { type OutboxColumn, outboxRelation } from "./engine/outbox-columns.ts";
export * from "./engine/process-folder.ts";
export * from "./engine/sink-writer.ts";
export * from "./event-log/delta-event-writer.ts";
export * from "./event-log/event-details.ts";
export * from "./event-log/event-row.ts";
export * from "./event-log/event-writer.ts";
export * from "./event-log/pipeline-event.ts";
export { ruleExpression } from "./expectation/resolve-rules.ts";
export * from "./expectation/rule.ts";
export * from "./expectation/system-table.ts";
export * from "./expectation/with-rules.ts";
export { configurationProblem } from "./graph/configuration-problem.ts";
export type { DataflowGraph, Dataset, FlowRead, ResolvedFlow } from "./graph/dataflow-graph.ts";
export { type NameScope, parseDatasetName, type QualifiedName, qualifyName } from "./graph/dataset-name.ts";
export { type FileWriting, fileWriting } from "./graph/file-sink-options.ts";
export { GraphMemory } from "./graph/graph-memory.ts";
export * from "./graph/graph-to-json.ts";
export type { GraphWorld } from "./graph/graph-world.ts";
export * from "./graph/pipeline-settings.ts";
export * from "./graph/record-schemas.ts";
export * from "./graph/resolve-graph.ts";
export { storedColumn } from "./graph/storable-type.ts";
export { KEYS_PROPERTY, keyName, keyText, storedKeys } from "./graph/stored-keys.ts";
export { isPrivateTable, storedKindWords } from "./graph/stored-kind.ts";
export * from "./planner/explain-plan.ts";
export type { LostChanges, RestatePreview, RestateRequest } from "./planner/restate-request.ts";
export type { RefreshRequest } from "./planner/selection.ts";
export * from "./planner/update-plan.ts";
export * from "./replay/replay-request.ts";
export { type ReplayWorld, runReplay } from "./replay/run-replay.ts";
export type { BatchFrame } from "./sink/foreach-batch-sink.ts";
export { CHANGE_FIELDS, changeBounds, changeRange, changesTable } from "./source/change-feed.ts";
export * from "./source/connector.ts";
export { schemaChanges } from "./source/evolve-schema.ts";
export type { FileSourceWorld } from "./source/file-read.ts";
export * from "./source/file-source.ts";
export * from "./source/file-source-path.ts";
export { type FileSourceResolution, resolveFileSource } from "./source/file-source-resolve.ts";
export * from "./source/file-source-schema.ts";
export * from "./source/option-mistake.ts";
export { optionError } from "./source/option-mistake.ts";
export {
  checkShape,
  type OptionShape,
  type OptionTable,
  parseCount,
  parseFlag,
  parseInterval,
  parseTime,
  shapeOf,
} from "./source/option-shape.ts";
export { RATE_MICRO_BATCH_CONNECTOR } from "./source/rate-micro-batch-source.ts";
export { RATE_CONNECTOR } from "./source/rate-source.ts";
export { withFileReads } from "./source/read-files.ts";
export { ReaderOptions } from "./source/reader-options.ts";
export { RegisteredSchemas } from "./source/registered-schemas.ts";
export * from "./source/schema-registry.ts";
export { SocketConnector } from "./source/socket-source.ts";
export * from "./source/stream-source.ts";
export { declareSql } from "./sql/declare-sql.ts";
export * from "./streaming/cloud-files-state.ts";
export * from "./streaming/file-states.ts";
export * from "./streaming/stream-states.ts";
export type { QueryTrigger } from "./streaming-query/query-loop.ts";
export * from "./streaming-query/resolve-query.ts";
export { type QueryListener, type QueryStart, type QueryWorld, startQuery } from "./streaming-query/running-query.ts";
export { type Clock, SYSTEM_CLOCK } from "./update/clock.ts";
export type { EvaluateFrame } from "./update/follow-snapshots.ts";
export { planNextUpdate } from "./update/plan-next-update.ts";
export { runUpdate } from "./update/run-update.ts";
export { Slots } from "./update/slots.ts";
export { foreignStorage } from "./update/storage-owner.ts";
export * from "./update/update-input.ts";
export { type LeaseHolder, leaseHolder } from "./update/update-lease.ts";
