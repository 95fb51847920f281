import { sameType } from "@sluice/query";
import type { Engine, TableTarget } from "../engine/engine.ts";

/** Removes all rows of a table and forgets transactions of `appIds`; a table whose columns or partitions have become others since gets those of its new definition with the same commit. */
export async function emptyTable(
  target: TableTarget,
  appIds: readonly string[],
  resetId: string,
  engine: Engine,
): Promise<void> {
  const table = await engine.tables.describe(target.location);
  if (table === undefined) return;
  const isSameLayout = table.partitionBy.join() === target.partitionBy.join();
  if (isSameLayout && sameType(table.schema, target.schema)) return await engine.tables.clear(target.location, appIds);
  await engine.write({
    target,
    mode: "overwrite",
    plan: { kind: "Values", output: target.schema.fields.map((column, id) => ({ id, ...column })), rows: [] },
    inputs: new Map(),
    session: { now: 0n, timeZone: "UTC", ansi: false },
    transaction: { appId: resetId, version: table.version },
    states: [],
    operation: "CREATE OR REPLACE TABLE",
    operationParameters: {},
  });
}
