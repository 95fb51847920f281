import type { Inputs, QueryResult, Session } from "@sluice/pipelines";
import { field, type Plan, struct } from "@sluice/query";
import type { DuckDb } from "../connection/duck-db.ts";
import { toValue } from "../connection/row-values.ts";
import { WorkFolder } from "../connection/work-folder.ts";
import { BadRecords } from "./bad-records.ts";
import { type DeltaTables, toTableError } from "./delta-tables.ts";
import { evaluate } from "./evaluation.ts";
import type { LocalCopies } from "./local-copies.ts";
import { ignoresCorruptFiles, type Tolerance, withTolerance } from "./tolerance.ts";

/** A query as the engine is asked it. */
export interface RowsWanted {
  readonly plan: Plan;
  readonly inputs: Inputs;
  readonly session: Session;
  readonly limit?: number;
  readonly keepsBadRecords?: boolean;
  readonly signal?: AbortSignal;
}

/** Evaluates a plan and brings its rows here. */
export async function queryRows(
  { db, tables }: { readonly db: DuckDb; readonly tables: DeltaTables },
  { plan, inputs, session, limit, keepsBadRecords, signal }: RowsWanted,
): Promise<QueryResult> {
  const limited: Plan =
    limit === undefined ? plan : { kind: "Limit", input: plan, count: limit, offset: 0, output: plan.output };
  const attempt = async (tolerance: Tolerance, copies: LocalCopies) => {
    const folder = new WorkFolder(db.folder, "query");
    try {
      return await db.use(session.timeZone, signal, async (connection) => {
        const badRecords = new BadRecords();
        const read = { connection, folder, tables, copies, inputs, tolerance, badRecords };
        const { sql } = await evaluate(limited, { read, session, known: [] });
        const found = await (await connection.read(sql)).getRows();
        if (keepsBadRecords) await badRecords.keep(connection, folder, { now: session.now, id: crypto.randomUUID() });
        return found;
      });
    } finally {
      folder.remove();
    }
  };
  const rows = await tables.cache
    .use((copies) => withTolerance((tolerance) => attempt(tolerance, copies), ignoresCorruptFiles(inputs)))
    .catch((error) => {
      throw toTableError(error);
    });
  const { output } = plan;
  return {
    schema: struct(output.map((one) => field(one.name, one.dataType, one.nullable, one.metadata))),
    rows: rows.map((row) => output.map((one, i) => toValue(row[i] ?? null, one.dataType))),
  };
}
