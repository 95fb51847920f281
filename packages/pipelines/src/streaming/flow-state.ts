import { sameType } from "@sluice/query";
import type { TableDescription, Tables, TableTarget } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import type { StateOperator } from "./stateful-plan.ts";

/** The table that an operator keeps its state in; `folder` is the flow's state folder, absolute. */
export function stateTarget(operator: StateOperator, folder: string, flow: string): TableTarget {
  return {
    location: `${folder}/${operator.name}-${operator.operator}`,
    name: `state of ${operator.name} ${operator.operator} of ${flow}`,
    schema: operator.schema,
    partitionBy: [],
    clusterBy: [],
    properties: {},
  };
}

/**
 * The version that a state table has now; creates the table empty if there is none.
 *
 * @throws EngineError STATE_SCHEMA_CHANGED when the table was made for other keys.
 */
export async function stateVersion(tables: Tables, target: TableTarget, flow: string): Promise<number> {
  const found = (await tables.describe(target.location)) ?? (await createState(tables, target));
  if (sameType(found.schema, target.schema)) return found.version;
  throw new EngineError(
    `The keys of dropDuplicates or distinct in flow "${flow}" are not those that its state was kept for. Run a full refresh of its table to begin with the new keys.`,
    { condition: "STATE_SCHEMA_CHANGED", domain: "user", retry: "never", file: target.location },
  );
}

async function createState(tables: Tables, target: TableTarget): Promise<TableDescription> {
  await tables.ensure(target);
  const created = await tables.describe(target.location);
  if (created === undefined) throw new Error(`The state table ${target.location} was created but cannot be found`);
  return created;
}
