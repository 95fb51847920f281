export {
  type DatasetHandle,
  dlt,
  dp,
  type EngineError,
  type ExpectationOptions,
  type FlowHandle,
  type FlowOptions,
  formatDiagnostic,
  type HookEvent,
  type HookOptions,
  type LostChanges,
  type PipelineError,
  type PipelineErrors,
  type PipelineEvent,
  type PipelineSettings,
  type QueryFunction,
  type QueryResult,
  type RefreshRequest,
  type ReplayRequest,
  type ReplayResult,
  type RestatePreview,
  type RestateRequest,
  type SinkHandle,
  type SinkOptions,
  type StreamingTableOptions,
  spark,
  type TableOptions,
  type UpdatePlan,
  type UpdateResult,
  type ViewOptions,
} from "@sluice/pipelines";
export * from "@sluice/query/api";
export type { DatasetSummary, TableDetails } from "./session/dataset-summary.ts";
export type { EventFilter, RuleQuality } from "./session/event-queries.ts";
export { openSession, type SessionOptions } from "./session/open-session.ts";
export { type OpenOptions, openPipeline, type Pipeline, type RunOptions, type Validation } from "./session/pipeline.ts";
export type { Session, StatementOptions } from "./session/session.ts";
export type { CatalogTable, SessionCatalog } from "./session/session-catalog.ts";
export type { SessionConf } from "./session/session-conf.ts";
export type {
  QueryIdleEvent,
  QueryStartedEvent,
  QueryTerminatedEvent,
  StreamingQueryListener,
  StreamingQueryManager,
} from "./session/stream/query-manager.ts";
export type { UpdateRun } from "./session/update-run.ts";
