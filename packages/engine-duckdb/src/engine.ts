import type { Engine } from "@sluice/pipelines";
import { checkPlan } from "./compile/check.ts";
import { DuckDb } from "./connection/duck-db.ts";
import type { DuckDbOptions } from "./connection/settings.ts";
import { DeltaTables, toTableError } from "./read/delta-tables.ts";
import { inferSchema } from "./read/infer-schema.ts";
import { queryRows } from "./read/query-rows.ts";
import { exportFiles } from "./write/export-files.ts";
import { writeTable } from "./write/write-table.ts";

/**
 * An engine on an embedded DuckDB, which is loaded while the caller goes on; that it cannot be is told at first use. Close it to give back memory and temporary files.
 *
 * @throws Error for an option that is not in the form documented
 */
export async function openDuckDbEngine(options: DuckDbOptions = {}): Promise<Engine> {
  const db = new DuckDb(options);
  db.begin();
  const tables = new DeltaTables(db);
  return {
    name: "duckdb",
    tables,
    check: checkPlan,
    inferSchema: (files, read, inferTypes, extent = "Sample") =>
      tables.cache
        .use((copies) =>
          db.use("UTC", undefined, (connection) =>
            inferSchema(connection, files, { read, inferTypes, extent }, { folder: db.folder, copies }),
          ),
        )
        .catch((error) => {
          throw toTableError(error);
        }),
    write: (request, signal) => writeTable({ db, tables }, request, signal),
    exportFiles: (request, signal) => exportFiles({ db, tables }, request, signal),
    query: (plan, inputs, session, limits) => queryRows({ db, tables }, { plan, inputs, session, ...limits }),
    close: async () => {
      await tables.memory.settle();
      await db.close();
    },
  };
}
