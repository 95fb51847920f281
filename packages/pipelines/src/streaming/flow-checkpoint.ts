import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { FileStore } from "../engine/file-store.ts";
import { type BatchRecord, decodeBatch, encodeBatch } from "./batch-record.ts";

const KEPT_BATCHES = 100;

/** A flow as its checkpoint knows it. */
export interface FlowIdentity {
  readonly pipelineId: string;
  /** Canonical name of the target. */
  readonly target: string;
  readonly flow: string;
}

interface Metadata {
  readonly id: string;
  readonly generation: number;
}

/** The folder of a flow below `checkpoints` or `state`, relative to the storage. */
function flowFolder(kind: "checkpoints" | "state", identity: Pick<FlowIdentity, "target" | "flow">): string {
  return `${kind}/${encodeURIComponent(identity.target)}/${encodeURIComponent(identity.flow)}`;
}

/** Another run has planned a batch of the same number. */
export class BatchTaken extends Error {
  override readonly name = "BatchTaken";
}

/** How far a flow got, on disk: its generation (a full refresh begins the next one) and what each batch of that generation depends on. */
export class FlowCheckpoint {
  /** Relative to the store. */
  readonly folder: string;
  /** Where the flow's state tables of this generation are, relative to the store. */
  readonly stateFolder: string;
  /** Stable while the flow goes on; another one in each generation. */
  readonly id: string;
  /** Counts from 0. */
  readonly generation: number;
  /** The application that the target's transactions are recorded for. */
  readonly appId: string;
  readonly #store: FileStore;
  #isStored: boolean;

  private constructor(store: FileStore, identity: FlowIdentity, metadata: Metadata, isStored: boolean) {
    this.#store = store;
    this.folder = flowFolder("checkpoints", identity);
    const state = flowFolder("state", identity);
    this.stateFolder = metadata.generation === 0 ? state : `${state}/generation-${metadata.generation}`;
    this.id = metadata.id;
    this.generation = metadata.generation;
    this.appId = applicationId(identity, metadata.generation);
    this.#isStored = isStored;
  }

  /** Reads how far a flow got; a flow without a checkpoint is at the beginning. Writes nothing. */
  static async open(store: FileStore, identity: FlowIdentity): Promise<FlowCheckpoint> {
    const content = await store.read(`${flowFolder("checkpoints", identity)}/metadata.json`);
    const metadata = content && (JSON.parse(new TextDecoder().decode(content)) as Metadata);
    return new FlowCheckpoint(store, identity, metadata ?? generationMetadata(identity, 0), metadata !== undefined);
  }

  /** Forgets everything and begins `generation`. Running it again changes nothing. */
  static async restart(store: FileStore, identity: FlowIdentity, generation: number): Promise<void> {
    const folder = flowFolder("checkpoints", identity);
    const metadata = `${folder}/metadata.json`;
    const files = [...(await store.list(folder)), ...(await store.list(flowFolder("state", identity)))];
    await Promise.all(files.filter((file) => file.path !== metadata).map((file) => store.delete(file.path)));
    await store.put(metadata, new TextEncoder().encode(JSON.stringify(generationMetadata(identity, generation))));
  }

  /** What batch `batch` depends on; undefined when it was not planned, or is long past. */
  async read(batch: number): Promise<BatchRecord | undefined> {
    const path = this.#path(batch);
    const content = await this.#store.read(path);
    return content && decodeBatch(content, `${this.#store.root}/${path}`);
  }

  /** Stores what a batch depends on. @throws BatchTaken when another run has planned that batch; what it depends on then is what that run has stored. */
  async plan(record: BatchRecord): Promise<void> {
    if (!this.#isStored) await this.#storeMetadata();
    const outcome = await this.#store.putIfAbsent(this.#path(record.batch), encodeBatch(record));
    if (outcome === "exists") throw new BatchTaken(`Batch ${record.batch} is planned already`);
  }

  /** As `plan`, for a caller that goes on meanwhile, and goes first: its failure is that of whoever waits for it. */
  begin(record: BatchRecord): Promise<void> {
    const planned = setImmediate().then(() => this.plan(record));
    planned.catch(() => undefined);
    return planned;
  }

  /** Whether any batch was ever planned in this generation. */
  async hasBatches(): Promise<boolean> {
    return (await this.#store.list(`${this.folder}/offsets`)).length > 0;
  }

  /** Removes what is not needed once `batch` is committed. */
  async settle(batch: number): Promise<void> {
    if (batch >= KEPT_BATCHES) await this.#store.delete(this.#path(batch - KEPT_BATCHES));
  }

  async #storeMetadata(): Promise<void> {
    const content = JSON.stringify({ id: this.id, generation: this.generation });
    await this.#store.putIfAbsent(`${this.folder}/metadata.json`, new TextEncoder().encode(content));
    this.#isStored = true;
  }

  #path(batch: number): string {
    return `${this.folder}/offsets/${batch}.json`;
  }
}

function applicationId(identity: FlowIdentity, generation: number): string {
  const name = `${identity.pipelineId}/${identity.flow}`;
  return generation === 0 ? name : `${name}/${generation}`;
}

function generationMetadata(identity: FlowIdentity, generation: number): Metadata {
  const name = [identity.pipelineId, identity.target, identity.flow, generation].join("\n");
  const hash = createHash("sha256").update(name).digest("hex");
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `5${hash.slice(13, 16)}`, `8${hash.slice(17, 20)}`];
  return { id: [...parts, hash.slice(20, 32)].join("-"), generation };
}
