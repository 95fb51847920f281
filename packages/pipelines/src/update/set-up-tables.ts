import type { Tables } from "../engine/engine.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import { tableTarget } from "../streaming/table-write.ts";

/**
 * Creates the tables that are missing, and brings those of `refreshed` streaming tables up to date; a materialized view gets its columns with its rows. The
 * answer is what went wrong, by canonical dataset.
 */
export async function setUpTables(
  datasets: readonly Dataset[],
  refreshed: ReadonlySet<string>,
  tables: Tables,
): Promise<ReadonlyMap<string, unknown>> {
  const errors = new Map<string, unknown>();
  await Promise.all(
    datasets.map(async (dataset) => {
      try {
        await setUpTable(dataset, refreshed.has(dataset.name), tables);
      } catch (error) {
        errors.set(dataset.name, error);
      }
    }),
  );
  return errors;
}

async function setUpTable(dataset: Dataset, isRefreshed: boolean, tables: Tables): Promise<void> {
  const target = tableTarget(dataset);
  const isCurrent = dataset.kind === "StreamingTable" && isRefreshed;
  if (isCurrent || (await tables.describe(target.location)) === undefined) await tables.ensure(target);
}
