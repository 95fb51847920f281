import type { WatermarkPlan } from "@sluice/query";
import type { Observation, Tables, WriteOutcome } from "../engine/engine.ts";
import type { StatefulPlan } from "../stateful/stateful-plan.ts";
import { advance, type WatermarkPolicy } from "../stateful/watermark.ts";
import type { BatchRecord } from "./batch-record.ts";

/**
 * The watermark of a flow. The latest event time of each stream is kept by the flow's target beside the transaction of the batch that had it, so that the two
 * can never tell different stories.
 */
export class FlowWatermark {
  readonly #nodes: readonly WatermarkPlan[];
  readonly #policy: WatermarkPolicy;
  readonly #appId: string;
  #latest: readonly (bigint | undefined)[] = [];

  /** `appId` is the application of the flow; its streams are applications below it. */
  constructor(nodes: readonly WatermarkPlan[], policy: WatermarkPolicy, appId: string) {
    this.#nodes = nodes;
    this.#policy = policy;
    this.#appId = appId;
  }

  /** Reads what earlier batches saw. */
  async open(tables: Tables, location: string): Promise<void> {
    const versions = this.#nodes.map((_, i) => tables.transactionVersion(location, this.#applicationOf(i)));
    this.#latest = (await Promise.all(versions)).map((one) => (one === undefined ? undefined : BigInt(one)));
  }

  /** What a batch has to learn of its rows. */
  observations(plan: StatefulPlan): readonly Observation[] {
    return plan.eventTimes.map((one, i) => ({ appId: this.#applicationOf(i), plan: one }));
  }

  /** Takes in what a batch has learned; after a batch that another run committed, what the table says. */
  async settle(outcome: WriteOutcome, tables: Tables, location: string): Promise<void> {
    if (this.#nodes.length === 0) return;
    if (outcome.kind !== "Committed") return await this.open(tables, location);
    this.#latest = this.#nodes.map((_, i) => later(this.#latest[i], outcome.observed?.[i]));
  }

  /** The watermark after a batch, in milliseconds since the epoch; 0 before any row. */
  after(last: BatchRecord | undefined): number {
    return advance(last?.watermark?.current ?? 0, this.#nodes, this.#latest, this.#policy);
  }

  /** What the next batch is to know of the watermark; undefined for a query without one. */
  next(last: BatchRecord | undefined): BatchRecord["watermark"] {
    if (this.#nodes.length === 0) return undefined;
    return { late: last?.watermark?.current ?? 0, current: this.after(last) };
  }

  #applicationOf(stream: number): string {
    return `${this.#appId}/event-time/${stream}`;
  }
}

function later(left: bigint | undefined, right: bigint | undefined): bigint | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return left > right ? left : right;
}
