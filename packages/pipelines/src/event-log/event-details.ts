/** States of an update, in the order in which a successful one passes through them (RESETTING only for a full refresh). */
export type UpdateState =
  | "QUEUED"
  | "CREATED"
  | "WAITING_FOR_RESOURCES"
  | "INITIALIZING"
  | "RESETTING"
  | "SETTING_UP_TABLES"
  | "RUNNING"
  | "STOPPING"
  | "COMPLETED"
  | "FAILED"
  | "CANCELED";

/** States of one flow within an update. */
export type FlowStatus =
  | "QUEUED"
  | "STARTING"
  | "RUNNING"
  | "COMPLETED"
  | "FAILED"
  | "SKIPPED"
  | "STOPPED"
  | "IDLE"
  | "EXCLUDED";

/** Why an update was started. */
export type UpdateCause =
  | "API_CALL"
  | "INFRASTRUCTURE_MAINTENANCE"
  | "JOB_TASK"
  | "RETRY_ON_FAILURE"
  | "SCHEMA_CHANGE"
  | "SERVICE_UPGRADE"
  | "USER_ACTION";

/** How a flow writes its target. */
export type FlowType = "COMPLETE" | "APPEND" | "CHANGE" | "SNAPSHOT_CHANGE" | "MATERIALIZED_VIEW" | "VIEW";

/** Counts of one rule since the event before; a reader sums over the events of an update. `dataset` is the display name. */
export interface ExpectationMetrics {
  readonly name: string;
  readonly dataset: string;
  readonly passed_records: number;
  readonly failed_records: number;
}

/** What became of the rules in the rows of one write. `dropped_records` counts rows, once each. */
export interface DataQuality {
  readonly dropped_records: number;
  readonly expectations: readonly ExpectationMetrics[];
}

/** Rows and bytes of one write; what of a streaming source is still unread. */
export interface FlowMetrics {
  readonly num_output_rows?: number;
  readonly num_output_bytes?: number;
  readonly num_upserted_rows?: number;
  readonly num_deleted_rows?: number;
  readonly backlog_bytes?: number;
  readonly backlog_records?: number;
  readonly backlog_files?: number;
  readonly backlog_seconds?: number;
  readonly executor_time_ms?: number;
  /** Records and files that were left out and kept under `badRecordsPath`. */
  readonly num_bad_records?: number;
  readonly num_bad_files?: number;
  /** The backlog source by source, in the order of the query. */
  readonly source_metrics?: readonly SourceMetrics[];
}

/** What one streaming source still holds; fields that it does not know are absent. */
export interface SourceMetrics {
  readonly source_name: string;
  readonly backlog_bytes?: number;
  readonly backlog_records?: number;
  readonly backlog_files?: number;
  readonly backlog_seconds?: number;
}

export type MaintenanceType =
  | "MAINTENANCE_TYPE_COMPLETE_RECOMPUTE"
  | "MAINTENANCE_TYPE_NO_OP"
  | "MAINTENANCE_TYPE_PARTITION_OVERWRITE"
  | "MAINTENANCE_TYPE_ROW_BASED"
  | "MAINTENANCE_TYPE_APPEND_ONLY"
  | "MAINTENANCE_TYPE_GROUP_AGGREGATE"
  | "MAINTENANCE_TYPE_GENERIC_AGGREGATE"
  | "MAINTENANCE_TYPE_WINDOW_FUNCTION";

export interface IncrementalizationIssue {
  readonly issue_type: string;
  readonly prevent_incrementalization: boolean;
  readonly plan_not_deterministic_sub_type?: string;
  readonly table_name?: string;
}

/** One way to refresh a materialized view, or the reasons against others. */
export interface TechniqueInformation {
  readonly maintenance_type?: MaintenanceType;
  readonly is_chosen?: boolean;
  readonly is_applicable?: boolean;
  readonly cost?: number;
  readonly incrementalization_issues?: readonly IncrementalizationIssue[];
}

export interface TableInformation {
  readonly table_name: string;
  readonly table_id?: string;
  readonly full_size?: number;
  readonly change_size?: number;
}

/** One source of a micro-batch; offsets are JSON text, null at the very start. */
export interface SourceProgress {
  readonly description: string;
  readonly startOffset: string | null;
  readonly endOffset: string | null;
  readonly latestOffset: string | null;
  readonly metrics: Readonly<Record<string, string>>;
}

/** One micro-batch, in the shape of Spark's StreamingQueryProgress. `timestamp` is ISO 8601. */
export interface StreamProgress {
  readonly id: string;
  readonly runId: string;
  readonly name: string;
  readonly timestamp: string;
  readonly batchId: number;
  readonly durationMs: Readonly<Record<string, number>>;
  /** Absent for a query without a watermark. */
  readonly eventTime?: { readonly watermark: string };
  /** `operatorName` is the folder of its state table; the rows are those before the batch, the dropped ones those of the batch that came too late. */
  readonly stateOperators: readonly {
    readonly operatorName: string;
    readonly numRowsTotal?: number;
    readonly numRowsDroppedByWatermark: number;
  }[];
  readonly sources: readonly SourceProgress[];
  readonly sink: { readonly description: string; readonly numOutputRows: number };
}

/** The payload of each type of event, with the field names of the event log's JSON. */
export interface EventDetails {
  readonly user_action: { readonly user_name: string; readonly user_id?: string; readonly action: string };
  readonly create_update: {
    readonly update_id: string;
    readonly run_as: string;
    readonly cause: UpdateCause;
    readonly full_refresh: boolean;
    readonly refresh_selection: readonly string[];
    readonly full_refresh_selection: readonly string[];
    readonly validate_only: boolean;
    readonly config: Readonly<Record<string, unknown>>;
  };
  readonly update_progress: { readonly state: UpdateState; readonly cancellation_cause?: string };
  readonly runtime_details: {
    readonly dbr_version: string;
    readonly runtime_version: { readonly dbr_version: string };
    readonly engine: string;
  };
  readonly dataset_definition: {
    readonly dataset_type: "STREAMING_TABLE" | "MATERIALIZED_VIEW" | "VIEW";
    readonly num_flows: number;
    readonly expectations: readonly { readonly name: string; readonly constraint: string; readonly action: string }[];
    readonly comment?: string;
  };
  readonly sink_definition: { readonly format: string; readonly options: Readonly<Record<string, string>> };
  readonly flow_definition: {
    readonly input_datasets: readonly string[];
    readonly output_dataset: string;
    readonly output_sink?: string;
    readonly explain_text: string;
    readonly schema_json: string;
    readonly schema: readonly { readonly name: string; readonly path: string; readonly data_type: string }[];
    readonly flow_type: FlowType;
    readonly comment?: string;
    readonly spark_conf: Readonly<Record<string, string>>;
    readonly language: "SQL" | "TYPESCRIPT";
    readonly once: boolean;
  };
  readonly flow_progress: {
    readonly status: FlowStatus;
    readonly metrics?: FlowMetrics;
    readonly data_quality?: DataQuality;
  };
  readonly planning_information: {
    readonly technique_information: readonly TechniqueInformation[];
    readonly source_table_information: readonly TableInformation[];
    readonly target_table_information?: TableInformation;
  };
  readonly stream_progress: { readonly progress: StreamProgress; readonly progress_json: string };
  readonly operation_progress: {
    readonly type: "AUTO_LOADER_LISTING" | "AUTO_LOADER_BACKFILL" | "CONNECTOR_FETCH" | "CDC_SNAPSHOT";
    readonly status: "STARTED" | "IN_PROGRESS" | "COMPLETED" | "CANCELED" | "FAILED";
    readonly duration_ms?: number;
    readonly auto_loader_details?: { readonly source_path: string; readonly num_files_listed: number };
  };
  readonly hook_progress: { readonly name: string; readonly status: string };
  readonly deprecation: { readonly message: string };
}

export type EventType = keyof EventDetails;
