import { rmSync } from "node:fs";
import { openStore } from "@sluice/delta";
import {
  type BatchFrame,
  makeProcessFolder,
  type OutboxColumn,
  outboxRelation,
  parseInterval,
  type QueryListener,
  type QueryTrigger,
  resolveQuery,
  SYSTEM_CLOCK,
  startQuery,
} from "@sluice/pipelines";
import type { Relation, StreamingQuery, StreamSpec } from "@sluice/query";
import { executionSession } from "../execution-session.ts";
import { locatePath } from "../locate-table.ts";
import type { SessionState } from "../session-state.ts";
import { refusal } from "./stream-refusal.ts";
import { formatOf, isTransient, memoryTable, streamSink } from "./stream-sink.ts";
import { streamedQuery, streamSettings, streamWorld, wrongQuery } from "./stream-world.ts";

/** What a session lends to its streaming queries. */
export interface StreamContext {
  readonly state: SessionState;
  /** Gives the batches of a query a session of their own. */
  readonly batchFrame: () => BatchFrame;
  readonly print: (text: string) => void;
}

/** Begins a streaming query of a session. @throws QueryError for a mistake in the query or in what its writer was told; EngineError when its checkpoint is in use */
export async function startStream(
  relation: Relation,
  spec: StreamSpec,
  { state, batchFrame, print }: StreamContext,
): Promise<StreamingQuery> {
  checkName(spec, state);
  const trigger = triggerOf(spec);
  const place = checkpointPlace(spec, state);
  try {
    const sink = await streamSink(spec, place.folder, state);
    const settings = streamSettings(place.folder, state);
    const resolved = await resolveQuery(
      streamedQuery(relation, state),
      sink.declaration,
      await streamWorld(settings, state),
    );
    if (resolved.kind === "Wrong") throw wrongQuery(resolved.errors);
    const { flow, dataset } = resolved;
    const { nullIsViolation, watermarkPolicy } = settings;
    const start = { flow, dataset, name: spec.name ?? null, trigger };
    const query = await startQuery(sink.description === undefined ? start : { ...start, sink: sink.description }, {
      engine: await state.engine(),
      store: openStore(place.folder),
      openStore,
      session: () => executionSession(state),
      nullIsViolation,
      watermarkPolicy,
      batchFrame,
      ...(sink.writer === undefined ? {} : { writer: sink.writer }),
      clock: SYSTEM_CLOCK,
      print,
      listener: cleaning(state.streams.listener(), spec, place),
    });
    if (formatOf(spec) === "memory") nameMemory(spec, place.folder, state, dataset.outbox);
    return query;
  } catch (error) {
    place.discard();
    throw error;
  }
}

/** The folder of a checkpoint, and what lets it go when nobody needs it any more. */
interface CheckpointPlace {
  readonly folder: string;
  readonly discard: () => void;
}

const ROOT = "spark.sql.streaming.checkpointLocation";

function checkpointPlace(spec: StreamSpec, state: SessionState): CheckpointPlace {
  const given = spec.options["checkpointlocation"];
  const root = state.conf.get(ROOT, undefined);
  const kept = (path: string): CheckpointPlace => ({ folder: locatePath(path, state), discard: () => {} });
  if (given !== undefined) return kept(given);
  if (root !== undefined) return kept(`${root}/${spec.name ?? crypto.randomUUID()}`);
  if (isTransient(spec)) {
    const folder = makeProcessFolder("checkpoint");
    return { folder, discard: () => rmSync(folder, { recursive: true, force: true }) };
  }
  const message = `checkpointLocation must be specified either through option("checkpointLocation", ...) or SparkSession.conf.set("${ROOT}", ...).`;
  throw refusal("_LEGACY_ERROR_TEMP_1298", message, { config: ROOT });
}

/** A temporary checkpoint goes with its query; the rows of a memory sink stay. */
function cleaning(listener: QueryListener, spec: StreamSpec, { discard }: CheckpointPlace): QueryListener {
  if (formatOf(spec) === "memory") return listener;
  return {
    ...listener,
    terminated: (query) => {
      discard();
      listener.terminated(query);
    },
  };
}

function nameMemory(
  { name = "" }: StreamSpec,
  folder: string,
  { views }: SessionState,
  columns: readonly OutboxColumn[] | undefined,
): void {
  const rows = {
    kind: "DataSource",
    format: "delta",
    paths: [memoryTable(folder)],
    options: {},
    streaming: false,
  } as const;
  const relation = columns === undefined ? rows : outboxRelation(rows, columns);
  views.set(name.toLowerCase(), { name, relation });
}

function checkName({ name, ...spec }: StreamSpec, { streams }: SessionState): void {
  if (formatOf(spec) === "memory" && name === undefined)
    throw refusal(
      "_LEGACY_ERROR_TEMP_1194",
      'queryName must be specified for memory sink: it is the name of its table. Say queryName("..").',
    );
  if (name === undefined || streams.active.every((query) => query.name !== name)) return;
  const message = `Cannot start query with name ${name} as a query with that name is already active in this SparkSession. Stop it first, or choose another name.`;
  throw refusal("STREAMING_QUERY_NAME_ACTIVE", message, { name });
}

function triggerOf({ trigger }: StreamSpec): QueryTrigger {
  if (trigger === undefined) return { kind: "ProcessingTime", intervalMs: 0 };
  if (!("processingTime" in trigger)) return { kind: "AvailableNow" };
  const intervalMs = parseInterval(trigger.processingTime);
  if (intervalMs !== undefined) return { kind: "ProcessingTime", intervalMs };
  const input = trigger.processingTime;
  const message = `Error parsing '${input}' to interval. Give a number and a unit, such as "10 seconds".`;
  throw refusal("INVALID_INTERVAL_FORMAT.UNRECOGNIZED_NUMBER", message, { input });
}
