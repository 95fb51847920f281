import { sameType } from "@sluice/query";
import type { TableDescription, Tables, TableTarget } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import { OWN_TABLE } from "../engine/own-table.ts";
import type { StateOperator } from "../stateful/operator.ts";

/** The table that an operator keeps its state in; `folder` is the flow's state folder, absolute. */
export function stateTarget(operator: StateOperator, folder: string, flow: string): TableTarget {
  return {
    location: `${folder}/${operator.name}-${operator.operator}`,
    name: `state of ${operator.name} ${operator.operator} of ${flow}`,
    schema: operator.schema,
    partitionBy: [],
    clusterBy: [],
    properties: OWN_TABLE,
    anyNames: true,
  };
}

/** What people know a state by: `aggregate-0`. */
export function stateName({ location }: TableTarget): string {
  return location.slice(location.lastIndexOf("/") + 1);
}

/**
 * A state table as it is now; creates the table empty if there is none.
 *
 * @param startOver - What a person does to begin anew.
 * @throws EngineError STATE_SCHEMA_CHANGED when the table was made for another query.
 */
export async function currentState(
  tables: Tables,
  target: TableTarget,
  flow: string,
  startOver: string = fullRefresh(flow),
): Promise<TableDescription> {
  const found = (await tables.describe(target.location)) ?? (await createState(tables, target));
  checkState(found, target, startOver);
  return found;
}

/** @throws EngineError STATE_SCHEMA_CHANGED when one of a flow's states is stored and was made for another query. */
export async function checkStates(tables: Tables, targets: readonly TableTarget[], flow: string): Promise<void> {
  const stored = await Promise.all(targets.map(({ location }) => tables.describe(location)));
  for (const [i, target] of targets.entries()) {
    const found = stored[i];
    if (found !== undefined) checkState(found, target, fullRefresh(flow));
  }
}

function checkState(found: TableDescription, target: TableTarget, startOver: string): void {
  if (sameType(found.schema, target.schema)) return;
  throw new EngineError(
    `The ${target.name} was kept for another query: keys, aggregates or joined columns have changed since. ${startOver}`,
    { condition: "STATE_SCHEMA_CHANGED", domain: "user", retry: "never", file: target.location },
  );
}

function fullRefresh(flow: string): string {
  return `Run a full refresh of the table of flow "${flow}" to begin with the new query.`;
}

async function createState(tables: Tables, target: TableTarget): Promise<TableDescription> {
  await tables.ensure(target);
  const created = await tables.describe(target.location);
  if (created === undefined) throw new Error(`The state table ${target.location} was created but cannot be found`);
  return created;
}
