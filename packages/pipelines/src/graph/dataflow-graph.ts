import type { Leaf, Plan, Policy, StructType, Typed } from "@sluice/query";
import type { DatasetDeclaration, FlowDeclaration } from "../declaration/declaration.ts";

/** Where a scan of a flow reads: a dataset of the pipeline, a Delta table outside of it, files, or rows of the program. */
export type FlowRead =
  | {
      readonly kind: "Dataset";
      readonly dataset: string;
      readonly location: string;
      readonly streaming: boolean;
      readonly leaf: Leaf;
    }
  | {
      readonly kind: "ExternalTable";
      readonly name: string;
      readonly location: string;
      readonly streaming: boolean;
      readonly leaf: Leaf;
      readonly version?: number;
    }
  | { readonly kind: "Files"; readonly source: FileSource; readonly streaming: boolean; readonly leaf: Leaf };

/** A directory or glob of files as a source, after mounts were applied and options checked. */
export interface FileSource {
  readonly format: string;
  /** Absolute paths, folders, files or globs. */
  readonly paths: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  /** Columns as the reader gives them, rescued-data column included. */
  readonly schema: StructType;
  readonly rescuedDataColumn?: string;
  /** From `cloudFiles`: at most this many files in a micro-batch. */
  readonly maxFilesPerTrigger?: number;
  /** Absolute folder for inferred schema versions; absent with an explicit schema. */
  readonly schemaLocation?: string;
}

/** A rule with its condition resolved over the columns of the dataset's flow. */
export interface ResolvedRule {
  readonly name: string;
  readonly policy: Policy;
  readonly text: string;
  readonly condition: Typed;
}

/** A flow whose query is understood: only such flows are planned and run. */
export interface ResolvedFlow {
  readonly name: string;
  /** Canonical dataset name, a key of the graph's datasets. */
  readonly target: string;
  readonly declaration: FlowDeclaration;
  /** The query without the target's rules; a top ORDER BY is already dropped. */
  readonly plan: Plan;
  readonly streaming: boolean;
  readonly once: boolean;
  /** By `ScanPlan.scan`. */
  readonly reads: ReadonlyMap<number, FlowRead>;
  readonly rules: readonly ResolvedRule[];
  /** Canonical names of the pipeline's datasets that it reads, directly or through views. */
  readonly upstream: readonly string[];
}

export interface Dataset {
  readonly kind: "StreamingTable" | "MaterializedView" | "TemporaryView";
  /** Canonical: `schema.table` lower case; unique in the graph. */
  readonly name: string;
  /** As the event log and people see it: `catalog.schema.table`, or `schema.table` without a catalog. */
  readonly displayName: string;
  readonly declaration: DatasetDeclaration;
  /** Absolute folder of the Delta table; absent for views. */
  readonly location?: string;
  readonly schema: StructType;
  readonly flows: readonly string[];
}

/** A pipeline, understood: every name resolved, every type known. Plain data. */
export interface DataflowGraph {
  /** Sources before their readers. */
  readonly datasets: readonly Dataset[];
  /** In the same order as their targets. */
  readonly flows: readonly ResolvedFlow[];
}
