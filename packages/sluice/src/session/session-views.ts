import { collectLeaves, QueryError, type Relation } from "@sluice/query";
import type { CreateView, Statement } from "../statement/statement.ts";
import { evaluateQuery } from "./evaluate-query.ts";
import type { SessionState } from "./session-state.ts";
import { readsStream } from "./stream/reads-stream.ts";
import { streamColumns } from "./stream/stream-world.ts";
import { quoted, statementError } from "./table-facts.ts";

/** `CREATE TEMPORARY VIEW`: the query is checked now and run by whoever reads the view. */
export async function createView(statement: CreateView, state: SessionState): Promise<void> {
  const { name, columns, query, replace, ifNotExists } = statement;
  if (name.parts.length > 1) {
    const shown = quoted(name.parts);
    throw statementError(
      name,
      "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS",
      `A temporary view has a name of one part, not ${shown}.`,
      { actualName: shown },
    );
  }
  const [view = ""] = name.parts;
  if (ifNotExists && state.views.has(view.toLowerCase())) return;
  const relation: Relation = columns ? { kind: "ToDF", input: query, names: columns } : query;
  const call = `spark.sql("CREATE ${replace ? "OR REPLACE " : ""}TEMPORARY VIEW ${view} ..")`;
  refuseRecursion(view, relation, state);
  await nameRelation(view, relation, { replace, call }, state);
}

/** @throws QueryError when the text of a view reads the view, itself or through others (those of DataFrames keep the older view) */
function refuseRecursion(view: string, query: Relation, state: SessionState): void {
  const shown = `\`${view}\``;
  if (state.views.has(view.toLowerCase()) && readsView(query, view.toLowerCase(), state.views)) {
    const message = `Recursive view ${shown} detected: its query reads ${shown}. Read the table or view that it stands for, or give it another name.`;
    const parameters = { viewIdent: shown };
    throw new QueryError([{ condition: "RECURSIVE_VIEW", sqlState: "42K0H", message, parameters }]);
  }
}

function readsView(query: Relation, key: string, views: SessionState["views"]): boolean {
  return collectLeaves(query).some((leaf) => {
    if (leaf.kind !== "NamedTable" || leaf.name.length > 1) return false;
    const name = (leaf.name[0] ?? "").toLowerCase();
    const inner = views.get(name)?.relation;
    return name === key || (inner !== undefined && readsView(inner, key, views));
  });
}

/** @throws QueryError with all that is wrong with a query, over streams or not */
export async function checkQuery(relation: Relation, state: SessionState): Promise<void> {
  await (readsStream(relation, state) ? streamColumns(relation, state) : evaluateQuery(relation, state));
}

/** Gives a query a name in the session, by a `call` that people know. @throws QueryError when the query is wrong, or the name is taken and `replace` is false */
export async function nameRelation(
  name: string,
  relation: Relation,
  { replace, call }: { readonly replace: boolean; readonly call: string },
  state: SessionState,
): Promise<void> {
  const key = name.toLowerCase();
  if (!replace && state.views.has(key)) {
    const parameters = { relationName: `\`${name}\`` };
    const message = `Cannot create the temporary view \`${name}\` because it already exists. Choose another name, or say CREATE OR REPLACE.`;
    throw new QueryError([{ condition: "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS", sqlState: "42P07", message, parameters }]);
  }
  await state.unfinished.during(key, call, checkQuery(relation, state));
  state.views.set(key, { name, relation });
  if (state.isOfBatches) state.batchViews.add(key);
}

/** `DROP VIEW` of a temporary view. */
export function dropView({ name, ifExists }: Extract<Statement, { kind: "DropView" }>, state: SessionState): void {
  const dropped = name.parts.length === 1 && state.views.delete((name.parts[0] ?? "").toLowerCase());
  if (dropped || ifExists) return;
  const shown = quoted(name.parts);
  throw statementError(
    name,
    "TABLE_OR_VIEW_NOT_FOUND",
    `The view ${shown} cannot be found among the session's views (SHOW VIEWS).`,
    { relationName: shown },
  );
}
