import type { LeaseHolder } from "../update/update-lease.ts";

/** What is to be fed back. */
export interface ReplayRequest {
  /** The table as people type it: `table`, `schema.table` or `catalog.schema.table`, case ignored. */
  readonly table: string;
  readonly source: "quarantine" | "rescued";
  /** Only rows for which this is true: SQL over the columns of the quarantine table. Absent: all. */
  readonly where?: string;
  /** Only counts what would come back; writes nothing. */
  readonly dryRun?: boolean;
  readonly user?: string;
}

/** What a replay did, or who holds the pipeline so that it could not begin. */
export type ReplayResult =
  | {
      readonly kind: "Finished";
      /** As people see it. */
      readonly table: string;
      readonly source: ReplayRequest["source"];
      /** Rows that were looked at. */
      readonly examined: number;
      /** Rows that came back; with `dryRun` those that would. */
      readonly replayed: number;
      /** Rows that were looked at and stay where they are. */
      readonly remaining: number;
      readonly dryRun: boolean;
      /** The version of the table that has the rows; absent when none came back. */
      readonly version?: number;
      /** Whether a replay that was stopped half-way was brought to its end first. */
      readonly finishedEarlier: boolean;
    }
  | { readonly kind: "Busy"; readonly holder: LeaseHolder };
