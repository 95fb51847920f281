import { openStore } from "@sluice/delta";
import {
  type GraphWorld,
  type PipelineError,
  type PipelineSettings,
  pipelineSettings,
  queryColumns,
  queryProblem,
  type StreamedQuery,
} from "@sluice/pipelines";
import { callerOrigin, QueryError, type QueryProblem, type Relation, type StructType } from "@sluice/query";
import { locateTable } from "../locate-table.ts";
import type { SessionState } from "../session-state.ts";
import { withViews } from "./reads-stream.ts";

/** A query over streams as a flow has it: without views of the session. */
export function streamedQuery(relation: Relation, state: SessionState): StreamedQuery {
  const origin = relation.origin ?? callerOrigin() ?? { file: "<unknown>", line: 1, column: 1 };
  return { relation: withViews(relation, state), origin };
}

/** The session's settings for a query whose files lie below `storage`. */
export function streamSettings(storage: string, { conf, place, schema }: SessionState): PipelineSettings {
  const { projectDir, mounts, catalog } = place;
  return pipelineSettings({
    name: "streaming query",
    storage,
    projectDir,
    mounts,
    schema,
    configuration: Object.fromEntries(conf.all),
    ...(catalog === undefined ? {} : { catalog }),
  });
}

/** What understanding a query over streams may ask of the session. */
export async function streamWorld(settings: PipelineSettings, state: SessionState): Promise<GraphWorld> {
  return {
    engine: await state.engine(),
    settings,
    openStore,
    locateTable: async (name) => (await locateTable(name, state)).location,
    ...(state.connectors === undefined ? {} : { connectors: state.connectors }),
  };
}

/** The columns of a query over streams. @throws QueryError with all that is wrong with it */
export async function streamColumns(relation: Relation, state: SessionState): Promise<StructType> {
  const settings = streamSettings(state.place.warehouse, state);
  const columns = await queryColumns(streamedQuery(relation, state), await streamWorld(settings, state));
  if ("kind" in columns) return columns;
  throw wrongQuery(columns);
}

/** Mistakes in a query over streams as the session tells them. */
export function wrongQuery(errors: readonly PipelineError[]): QueryError {
  return new QueryError(errors.map(toProblem));
}

function toProblem(error: PipelineError): QueryProblem {
  const { condition, message, next, params, origin } = error;
  const problem = queryProblem(error);
  if (problem !== undefined) return problem.span || problem.origin || !origin ? problem : { ...problem, origin };
  return {
    condition,
    message: next === undefined ? message : `${message} ${next}`,
    parameters: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)])),
    ...(origin === undefined ? {} : { origin }),
  };
}
