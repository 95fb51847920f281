import { scans } from "@sluice/query";
import type { InputSlice } from "../engine/engine.ts";
import type { FlowRead, ResolvedFlow } from "../graph/dataflow-graph.ts";
import {
  type Backlog,
  emptyRangeAfter,
  type OffsetRange,
  type StreamSource,
  sumBacklog,
} from "../source/stream-source.ts";
import type { BatchRecord } from "./batch-record.ts";
import type { FlowCheckpoint } from "./flow-checkpoint.ts";
import type { FlowWorld } from "./flow-world.ts";
import { openStreamSource } from "./open-stream-source.ts";

type Range = OffsetRange | undefined;

/** The sources of a streaming flow, in the order of its scans, and the ranges that they have given for the next batch. */
export class FlowSources {
  /** The scans that they feed. */
  readonly reads: readonly (readonly [number, FlowRead])[];
  readonly #sources: readonly StreamSource[];
  #ranges: readonly Range[] | undefined;

  /** @param target - As people see it. */
  constructor(flow: ResolvedFlow, target: string, checkpoint: FlowCheckpoint, world: FlowWorld) {
    const streaming = scans(flow.plan).filter((one) => one.streaming);
    this.reads = streaming.map(({ scan }) => [scan, readOf(flow, scan)]);
    this.#sources = this.reads.map(([, read], i) => {
      const folder = `${checkpoint.folder}/sources/${i}`;
      return openStreamSource(read, folder, target, { ...world, tables: world.engine.tables });
    });
  }

  /** Whether a source has rows for the next batch; undefined before they were asked. */
  get available(): boolean | undefined {
    return this.#ranges?.some((range) => range !== undefined);
  }

  /** Lets the next look see the sources as they are then. */
  renew(): void {
    if (this.available === false) this.#ranges = undefined;
    for (const source of this.#sources) source.renew();
  }

  /** Asks for what comes after a batch. */
  async look(last: BatchRecord | undefined, batch: number): Promise<void> {
    this.#ranges = await Promise.all(this.#sources.map((source, i) => source.next(last?.sources[i], batch)));
  }

  /** What the next batch reads of each: what was found, or nothing from where the last one ended. */
  nextRanges(last: BatchRecord | undefined): readonly OffsetRange[] {
    return this.#sources.map((_, i) => this.#ranges?.[i] ?? emptyRangeAfter(last?.sources[i]));
  }

  async slices({ sources }: BatchRecord): Promise<readonly (readonly [number, InputSlice])[]> {
    return await Promise.all(
      this.reads.map(async ([scan], i) => [scan, await this.#at(i).slice(sources[i] ?? { kind: "Nothing" })] as const),
    );
  }

  /** Told when a batch is committed. */
  async settle({ sources }: BatchRecord): Promise<void> {
    this.#ranges = undefined;
    await Promise.all(this.#sources.map((source, i) => source.settle(sources[i] ?? { kind: "Nothing" })));
  }

  /** Told when nothing is left to do. */
  async finish(last: BatchRecord | undefined): Promise<void> {
    await Promise.all(this.#sources.map((source, i) => source.finish?.(last?.sources[i])));
  }

  /** What they are called, and what remains of them. */
  get states(): readonly { readonly description: string; readonly backlog: Backlog }[] {
    return this.#sources.map((source) => ({ description: source.description, backlog: source.backlog() }));
  }

  get backlog(): Backlog {
    return sumBacklog(this.#sources.map((source) => source.backlog()));
  }

  /** Whether a batch was planned for sources like these. */
  fit({ sources }: BatchRecord): boolean {
    if (sources.length !== this.reads.length) return false;
    return this.reads.every(([, read], i) => {
      const kind = sources[i]?.kind;
      return kind === "Nothing" || kind === rangeKind(read);
    });
  }

  #at(i: number): StreamSource {
    const source = this.#sources[i];
    if (source === undefined) throw new Error(`there is no source ${i}`);
    return source;
  }
}

function rangeKind({ kind }: FlowRead): OffsetRange["kind"] {
  return kind === "Files" || kind === "Connector" ? kind : "Table";
}

function readOf(flow: ResolvedFlow, scan: number): FlowRead {
  const read = flow.reads.get(scan);
  if (read === undefined) throw new Error(`Flow "${flow.name}" has no read for scan ${scan}`);
  return read;
}
