import type { Plan, StructType } from "@sluice/query";
import type { Session, TableDescription, TableTarget, WriteRequest } from "../engine/engine.ts";
import type { Replayed } from "./replayer.ts";

/** One replay at work: the rows that it looks at, where it puts aside what stays of them, and how its commits are known. */
export interface Feeding {
  /** At the version whose rows are looked at. */
  readonly quarantine: TableDescription;
  readonly where?: string;
  readonly session: Session;
  readonly aside: TableTarget;
  readonly commit: Pick<WriteRequest, "transaction" | "operation" | "operationParameters">;
}

/** How quarantined rows come back into a table. */
export interface RowFeeder {
  /** Whether a feeding that dies before its commit may leave something behind, so that the replay must be done again. */
  readonly leavesTraces: boolean;
  /**
   * A query of the quarantine of one row: how many rows are looked at (`examined`), and how many of them would come back (`passing`).
   *
   * @throws QueryError for a wrong condition; PipelineErrors for rules that do not fit the rows.
   */
  counts(quarantine: StructType, where: string | undefined): Plan;
  /** Puts aside what does not pass, then gives the table what passes, in one commit. */
  feed(feeding: Feeding): Promise<Pick<Replayed, "version">>;
}
