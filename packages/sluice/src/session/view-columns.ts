import { outputSchema, type StructType } from "@sluice/query";
import type { NameReference } from "../statement/statement.ts";
import { evaluateQuery } from "./evaluate-query.ts";
import { locateTable } from "./locate-table.ts";
import type { SessionState } from "./session-state.ts";

/** The columns of a view of the session or pipeline; undefined when the name is no view's. A table wins over a pipeline's view of its name. */
export async function viewColumns(name: NameReference, state: SessionState): Promise<StructType | undefined> {
  const view = name.parts.length === 1 ? state.views.get((name.parts[0] ?? "").toLowerCase()) : undefined;
  if (view !== undefined) return outputSchema((await evaluateQuery(view.relation, state)).plan);
  const { canonical, location } = await locateTable(name.parts, state);
  if ((await (await state.engine()).tables.describe(location)) !== undefined) return undefined;
  const isSystem = /(^|\.)(__)?event_log$|_expectations$/.test(canonical ?? "");
  const isDeclared = canonical !== undefined && ((await state.pipeline?.views())?.has(canonical) ?? false);
  if (!isDeclared && !(isSystem && state.pipeline)) return undefined;
  const leaf = { kind: "NamedTable", name: name.parts, streaming: false, options: {}, span: name.span } as const;
  return outputSchema((await evaluateQuery(leaf, state)).plan);
}
