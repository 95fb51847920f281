import { randomUUID } from "node:crypto";
import { EngineError } from "../engine/engine-error.ts";
import type { FileStore } from "../engine/file-store.ts";
import { FlowCheckpoint } from "../streaming/flow-checkpoint.ts";
import type { Clock } from "../update/clock.ts";
import { UpdateLease } from "../update/update-lease.ts";

const METADATA = "metadata";

/** The checkpoint of a streaming query, held against every other query. */
export interface QueryCheckpoint {
  /** Stays with the folder. */
  readonly id: string;
  readonly flow: FlowCheckpoint;
  readonly lease: UpdateLease;
}

/**
 * Takes the checkpoint in a folder, or begins one. `runId` says who holds it.
 *
 * @throws EngineError CONCURRENT_STREAM_LOG_UPDATE when another query holds it, STREAMING_CHECKPOINT_FOREIGN when another program wrote it.
 */
export async function takeCheckpoint(store: FileStore, clock: Clock, runId: string): Promise<QueryCheckpoint> {
  await refuseForeign(store);
  const outcome = await UpdateLease.acquire(store, clock, runId);
  if (outcome.kind === "Busy") {
    const { pid, host } = outcome.holder;
    const message = `Multiple streaming jobs detected for the checkpoint ${store.root}: process ${pid} on ${host} runs a query with it. Stop that one first, or give this query a checkpointLocation of its own.`;
    throw new EngineError(message, {
      condition: "CONCURRENT_STREAM_LOG_UPDATE",
      domain: "user",
      retry: "never",
      file: store.root,
    });
  }
  const { lease } = outcome;
  try {
    const id = await identityOf(store);
    const flow = await FlowCheckpoint.open(store, { pipelineId: id, target: "sink", flow: "query" });
    return { id, flow, lease };
  } catch (error) {
    await lease.release();
    throw error;
  }
}

async function identityOf(store: FileStore): Promise<string> {
  const content = await store.read(METADATA);
  if (content !== undefined) return (JSON.parse(new TextDecoder().decode(content)) as { readonly id: string }).id;
  const id = randomUUID();
  const outcome = await store.putIfAbsent(METADATA, new TextEncoder().encode(JSON.stringify({ id })));
  return outcome === "created" ? id : await identityOf(store);
}

/** Spark's own checkpoints have their offsets in the folder itself. */
async function refuseForeign(store: FileStore): Promise<void> {
  const [first] = await store.list("offsets");
  if (first === undefined) return;
  const message = `The checkpoint ${store.root} was written by Spark, whose offsets and state cannot be gone on from. Give the query a new checkpointLocation.`;
  const facts = {
    condition: "STREAMING_CHECKPOINT_FOREIGN",
    domain: "user",
    retry: "never",
    file: store.root,
  } as const;
  throw new EngineError(message, facts);
}
