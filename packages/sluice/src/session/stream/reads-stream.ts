import { collectLeaves, mapLeaves, type Relation } from "@sluice/query";
import type { SessionState } from "../session-state.ts";

type Views = Pick<SessionState, "views">;

/** Whether a query reads a stream, directly or through views of the session. */
export function readsStream(relation: Relation, state: Views): boolean {
  return collectLeaves(withViews(relation, state)).some((leaf) => leaf.streaming);
}

/** The query with the session's views in the places of their names. A view that reads its own name means the table of that name. */
export function withViews(relation: Relation, { views }: Views): Relation {
  if (views.size === 0) return relation;
  return mapLeaves(relation, (leaf) => {
    const key = leaf.kind === "NamedTable" && leaf.name.length === 1 ? (leaf.name[0] ?? "").toLowerCase() : "";
    const view = views.get(key);
    if (view === undefined) return leaf;
    const others = new Map([...views].filter(([name]) => name !== key));
    return { kind: "SubqueryAlias", input: withViews(view.relation, { views: others }), alias: view.name };
  });
}
