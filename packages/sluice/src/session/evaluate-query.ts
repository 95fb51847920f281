import { type InputSlice, type Inputs, type QueryResult, RegisteredSchemas } from "@sluice/pipelines";
import {
  analyze,
  collectLeaves,
  type Leaf,
  type Plan,
  QueryError,
  type QueryProblem,
  type Relation,
  scans,
} from "@sluice/query";
import { withCompanions } from "./event-companions.ts";
import { executionSession } from "./execution-session.ts";
import { type FoundLeaf, findLeaf } from "./find-leaf.ts";
import type { SessionState } from "./session-state.ts";
import { readsStream } from "./stream/reads-stream.ts";

/** A query understood: what would run, on which rows. */
export interface EvaluatedQuery {
  readonly plan: Plan;
  readonly inputs: Inputs;
}

/** How a query is run. Absent `limit`: all rows. */
export interface QueryLimits {
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

type Leaves = ReadonlyMap<Leaf, FoundLeaf | QueryProblem>;

/**
 * Resolves a query over the world as it is now.
 *
 * @throws QueryError with all that is wrong.
 */
export async function evaluateQuery(query: Relation, state: SessionState): Promise<EvaluatedQuery> {
  if (readsStream(query, state)) throw streamNotStarted();
  const schemas = new RegisteredSchemas(state.connectors, state.place.projectDir);
  const relation = await schemas.complete(query);
  const found = await findLeaves(relation, state, schemas);
  const { plan, leaves } = analyzed(relation, found, state);
  const problems = (await state.engine()).check(plan);
  if (problems.length > 0) throw new QueryError(problems);
  const inputs = new Map<number, InputSlice>();
  for (const scan of scans(plan)) {
    const slice = sliceOf(leaves.get(scan.leaf));
    if (slice !== undefined) inputs.set(scan.scan, slice);
  }
  return { plan, inputs };
}

function streamNotStarted(): QueryError {
  const message =
    "Queries with streaming sources must be executed with writeStream.start(). To look at rows, write them to a memory sink and ask that, or read with read.";
  return new QueryError([{ condition: "_LEGACY_ERROR_TEMP_3102", sqlState: "0A000", message, parameters: {} }]);
}

/** The rows of a query in its order. @throws QueryError for mistakes, EngineError for trouble while running */
export async function runQuery(
  relation: Relation,
  state: SessionState,
  limits: QueryLimits = {},
): Promise<QueryResult> {
  const { plan, inputs } = await evaluateQuery(relation, state);
  return (await state.engine()).query(plan, inputs, executionSession(state), { ...limits, keepsBadRecords: true });
}

/** What every leaf of a query is, those in the bodies of views included. */
async function findLeaves(relation: Relation, state: SessionState, schemas: RegisteredSchemas): Promise<Leaves> {
  const found = new Map<Leaf, FoundLeaf | QueryProblem>();
  const find = async (one: Relation, inView: boolean): Promise<void> => {
    for (const leaf of collectLeaves(one)) {
      if (found.has(leaf)) continue;
      const what = await withSchemas(await findLeaf(leaf, state, inView), schemas);
      found.set(leaf, what);
      if ("body" in what && what.body !== undefined) await find(what.body, true);
    }
  };
  await find(relation, false);
  return found;
}

/** A view's body has the schemas that it names by subject. */
async function withSchemas(
  found: FoundLeaf | QueryProblem,
  schemas: RegisteredSchemas,
): Promise<FoundLeaf | QueryProblem> {
  if (!("body" in found) || found.body === undefined || found.resolved.kind !== "View") return found;
  const body = await schemas.complete(found.body);
  return body === found.body ? found : { ...found, body, resolved: { ...found.resolved, relation: body } };
}

/** The plan, and what its leaves turned out to be. */
function analyzed(
  relation: Relation,
  found: Leaves,
  state: SessionState,
): { readonly plan: Plan; readonly leaves: Leaves } {
  const { ansi, timeZone } = state.conf;
  const { schema } = state;
  const { catalog } = state.place;
  const attempt = (leaves: Leaves) => ({
    leaves,
    plan: analyze(relation, {
      ansi,
      timeZone,
      catalog,
      schema,
      resolveLeaf: (leaf) => {
        const entry = leaves.get(leaf);
        if (entry === undefined) throw new Error(`a leaf that was not collected: ${leaf.kind}`);
        return "resolved" in entry ? entry.resolved : entry;
      },
    }),
  });
  try {
    return attempt(found);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const companions = withCompanions(found, error.problems);
    if (companions === undefined) throw error;
    return attempt(companions);
  }
}

function sliceOf(found: FoundLeaf | QueryProblem | undefined): InputSlice | undefined {
  return found !== undefined && "slice" in found ? found.slice : undefined;
}
