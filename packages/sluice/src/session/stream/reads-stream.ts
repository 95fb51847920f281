import { collectLeaves, type Leaf, mapLeaves, type QueryProblem, type Relation } from "@sluice/query";
import type { SessionState } from "../session-state.ts";

type Views = Pick<SessionState, "views" | "unfinished">;

/** Whether a query reads a stream, directly or through views of the session. @throws QueryError when one of these views is being made */
export function readsStream(relation: Relation, state: Views): boolean {
  return collectLeaves(withViews(relation, state)).some((leaf) => leaf.streaming);
}

/** The query with the session's views in the places of their names. A view that reads its own name means the table of that name. */
export function withViews(relation: Relation, { views, unfinished }: Views): Relation {
  return mapLeaves(relation, (leaf) => {
    if (leaf.kind !== "NamedTable" || leaf.name.length !== 1) return leaf;
    const [name = ""] = leaf.name;
    unfinished.refuseView(name, placeOf(leaf));
    const key = name.toLowerCase();
    const view = views.get(key);
    if (view === undefined) return leaf;
    const others = new Map([...views].filter(([other]) => other !== key));
    return { kind: "SubqueryAlias", input: withViews(view.relation, { views: others, unfinished }), alias: view.name };
  });
}

function placeOf({ span, origin }: Leaf): Pick<QueryProblem, "span" | "origin"> {
  return { ...(span && { span }), ...(origin && { origin }) };
}
