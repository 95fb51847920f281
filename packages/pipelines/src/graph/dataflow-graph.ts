import type { Leaf, Plan, StructType } from "@sluice/query";
import type { ChangeSpec } from "../cdc/change-columns.ts";
import type { DatasetDeclaration, EventHook, FlowDeclaration } from "../declaration/declaration.ts";
import type { OutboxColumn } from "../engine/outbox-columns.ts";
import type { ResolvedRule } from "../expectation/rule.ts";
import type { ChangeBounds } from "../source/change-feed.ts";
import type { ConnectorSink, ConnectorSource } from "../source/connector.ts";
import type { FileSource } from "../source/file-source.ts";

export type { ResolvedRule } from "../expectation/rule.ts";

/** Where a scan of a flow reads: a dataset of the pipeline, a Delta table outside of it, files, or what a connector reaches. */
export type FlowRead =
  | {
      readonly kind: "Dataset";
      readonly dataset: string;
      readonly location: string;
      readonly streaming: boolean;
      readonly leaf: Leaf;
      /** Present: its change feed is read. */
      readonly changes?: ChangeBounds;
    }
  | {
      readonly kind: "ExternalTable";
      readonly name: string;
      readonly location: string;
      readonly streaming: boolean;
      readonly leaf: Leaf;
      readonly version?: number;
      readonly changes?: ChangeBounds;
    }
  | { readonly kind: "Files"; readonly source: FileSource; readonly streaming: boolean; readonly leaf: Leaf }
  | { readonly kind: "Connector"; readonly source: ConnectorSource; readonly streaming: boolean; readonly leaf: Leaf };

/** A flow whose query is understood: only such flows are planned and run. */
export interface ResolvedFlow {
  readonly name: string;
  /** Canonical dataset name, a key of the graph's datasets. */
  readonly target: string;
  readonly declaration: FlowDeclaration;
  /** The query without the target's rules; a top ORDER BY is already dropped, types are those of the target. */
  readonly plan: Plan;
  readonly streaming: boolean;
  readonly once: boolean;
  /** By `ScanPlan.scan`. */
  readonly reads: ReadonlyMap<number, FlowRead>;
  readonly rules: readonly ResolvedRule[];
  /** How the plan's rows change the target; absent: they are appended to it, or are all of it. */
  readonly changes?: ChangeSpec;
  /** How the target follows the plan's rows: they are what it is to hold, by keys. */
  readonly snapshots?: ChangeSpec;
  /** Canonical names of the pipeline's datasets that it reads, directly or through views. */
  readonly upstream: readonly string[];
}

export interface Dataset {
  readonly kind: "StreamingTable" | "MaterializedView" | "TemporaryView";
  /** Canonical: `schema.table` lower case; unique in the graph. */
  readonly name: string;
  /** As the event log and people see it: `catalog.schema.table`, or `schema.table` without a catalog. */
  readonly displayName: string;
  /** As declared, but partition and clustering columns spelled as in the schema, and clustering asked for by table properties moved to `clusterBy`. */
  readonly declaration: DatasetDeclaration;
  /** Absolute folder of the Delta table; absent for views. Of a sink that is no Delta table: where its batches wait. */
  readonly location?: string;
  /** What the columns of the table are for the sink behind it; absent: the same. */
  readonly outbox?: readonly OutboxColumn[];
  /** Where a sink of files writes. */
  readonly sinkLocation?: string;
  /** A sink that a connector writes. */
  readonly connectorSink?: ConnectorSink;
  readonly schema: StructType;
  /** How the changes that its flows bring make its rows, their columns, and those of what is remembered of them; absent: flows bring its rows. */
  readonly changes?: { readonly spec: ChangeSpec; readonly rows: StructType; readonly state?: StructType };
  /** None for views: their queries are part of the flows that read them. */
  readonly flows: readonly string[];
  /** Canonical names of the pipeline's datasets that its queries read directly. */
  readonly reads: readonly string[];
}

/** The columns of the rows that rules see and that go to quarantine. */
export function rowSchema({ schema, changes }: Dataset): StructType {
  return changes?.rows ?? schema;
}

/** A pipeline, understood: every name resolved, every type known. Plain data. */
export interface DataflowGraph {
  /** Sources before their readers. */
  readonly datasets: readonly Dataset[];
  /** In the same order as their targets. */
  readonly flows: readonly ResolvedFlow[];
  /** Functions that hear of the pipeline's events; absent: none. */
  readonly hooks?: readonly EventHook[];
}
