import type { Plan } from "@sluice/query";
import type { TableDescription, TableTarget } from "../engine/engine.ts";
import { fromOutbox, type OutboxColumn } from "../engine/outbox-columns.ts";
import type { SinkBatch, SinkWriter } from "../engine/sink-writer.ts";
import type { BatchReport } from "../streaming/batch-report.ts";
import { emptyTable } from "../streaming/empty-table.ts";
import type { FlowCheckpoint } from "../streaming/flow-checkpoint.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import type { StreamFlow } from "../streaming/stream-flow.ts";

const KEPT_COMMITS = 100;
const SWEEP_EVERY = 100;

/** What stands between a flow and its sink. */
export interface Delivery {
  readonly checkpoint: FlowCheckpoint;
  /** The table that a batch waits in. It is empty but for a batch that is not delivered yet. */
  readonly outbox: TableTarget;
  /** What its columns are for the sink; absent: the same. */
  readonly columns?: readonly OutboxColumn[];
  readonly writer: SinkWriter;
}

/**
 * A stream into a sink that has no transactions of ours. A batch is first committed to a table, with state and offsets as for any streaming table, then delivered,
 * and noted in `commits/<batch>.json` of the checkpoint; the next batch begins only then. After a crash the batch in the table is delivered first: none is lost,
 * and one comes twice only when a process dies between delivery and note and the sink cannot tell.
 */
export class DeliveredStream {
  readonly #stream: StreamFlow;
  readonly #delivery: Delivery;
  readonly #world: FlowWorld;
  #isOpen = false;

  constructor(stream: StreamFlow, delivery: Delivery, world: FlowWorld) {
    this.#stream = stream;
    this.#delivery = delivery;
    this.#world = world;
  }

  renew(): void {
    this.#stream.renew();
  }

  /** As that of a `StreamFlow`, with the batch delivered. */
  async step(): Promise<BatchReport | undefined> {
    if (!this.#isOpen) await this.#open();
    const report = await this.#stream.step();
    if (report !== undefined) await this.#deliver(report.record.batch);
    return report;
  }

  /** Delivers what an earlier run left behind. */
  async #open(): Promise<void> {
    const { checkpoint, outbox } = this.#delivery;
    const committed = await this.#world.engine.tables.transactionVersion(outbox.location, checkpoint.appId);
    if (committed !== undefined) await this.#deliver(committed);
    this.#isOpen = true;
  }

  async #deliver(batch: number): Promise<void> {
    const { checkpoint, outbox, writer } = this.#delivery;
    const { engine, store } = this.#world;
    const table = await engine.tables.describe(outbox.location);
    if (table === undefined) return;
    if (!(await this.#isDelivered(batch, this.#streamOf(table)))) {
      await writer.write(await this.#batch(batch, table), this.#world.signal);
      await store.putIfAbsent(this.#commitPath(batch), new TextEncoder().encode("{}"));
    }
    if (batch >= KEPT_COMMITS) await store.delete(this.#commitPath(batch - KEPT_COMMITS));
    await emptyTable(outbox, [], `${checkpoint.appId}/outbox`, engine);
    if (batch % SWEEP_EVERY === SWEEP_EVERY - 1) await this.#sweep();
  }

  async #isDelivered(batch: number, stream: string): Promise<boolean> {
    const { writer } = this.#delivery;
    if ((await this.#world.store.head(this.#commitPath(batch))) !== undefined) return true;
    const last = await writer.lastCommitted?.(stream);
    return last !== undefined && last >= batch;
  }

  /** The outbox has an id of its own from when it was made. */
  #streamOf({ id }: TableDescription): string {
    return `${this.#delivery.checkpoint.appId}/${id}`;
  }

  async #batch(batch: number, table: TableDescription): Promise<SinkBatch> {
    const { checkpoint, columns } = this.#delivery;
    const { location, version, schema, files } = table;
    const output = schema.fields.map((column, id) => ({ id, ...column }));
    const leaf = { kind: "NamedTable", name: ["outbox"], streaming: false, options: {} } as const;
    const scan: Plan = { kind: "Scan", scan: 0, leaf, streaming: false, output };
    const record = await checkpoint.read(batch);
    return {
      appId: checkpoint.appId,
      stream: this.#streamOf(table),
      batch,
      plan: columns === undefined ? scan : fromOutbox(scan, columns),
      inputs: new Map([[0, { kind: "TableVersion", location, version }]]),
      session: record?.session ?? this.#world.session(),
      isEmpty: files === 0,
      staged: { location, version, ...(columns && { columns }) },
    };
  }

  /** Removes the files of batches that have been delivered: no version that is still asked for has them. */
  async #sweep(): Promise<void> {
    const { store } = this.#world;
    const folder = this.#delivery.outbox.location.slice(store.root.length + 1);
    const files = (await store.list(folder)).filter(
      ({ path }) => path.endsWith(".parquet") && !path.includes("/_delta_log/"),
    );
    for (const { path } of files) await store.delete(path);
  }

  #commitPath(batch: number): string {
    return `${this.#delivery.checkpoint.folder}/commits/${batch}.json`;
  }
}
