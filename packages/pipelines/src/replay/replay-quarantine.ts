import { type StructType, scans } from "@sluice/query";
import type { InputSlice, Session, TableDescription, TableTarget } from "../engine/engine.ts";
import { quarantineLocation } from "../expectation/system-table.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import type { FlowWorld } from "../streaming/flow-world.ts";
import { quarantineTarget, tableTarget } from "../streaming/table-write.ts";
import { stayingRows } from "./quarantine-query.ts";
import { ReplayLedger, type ReplayRecord } from "./replay-ledger.ts";
import { inputsOf, type Replayed, type Replayer } from "./replayer.ts";
import type { Feeding, RowFeeder } from "./row-feeder.ts";

/**
 * Feeds the quarantined rows of one table back that its rules let pass now. Three steps, each on record, so that after a crash anywhere a row is neither lost
 * nor fed back twice: (1) what the replay depends on; (2) rows that do not pass are put aside, and those that do are given to the table under the replay's
 * transaction; (3) the quarantine table is replaced by what was put aside and what was not looked at, under the same transaction.
 */
export class QuarantineReplayer implements Replayer {
  readonly #dataset: Dataset;
  readonly #feeder: RowFeeder;
  readonly #settings: PipelineSettings;
  readonly #world: FlowWorld;
  readonly #ledger: ReplayLedger;
  readonly #appId: string;
  readonly #target: TableTarget;

  constructor(dataset: Dataset, feeder: RowFeeder, settings: PipelineSettings, world: FlowWorld) {
    this.#feeder = feeder;
    this.#dataset = dataset;
    this.#settings = settings;
    this.#world = world;
    this.#ledger = new ReplayLedger(world.store, dataset.name);
    this.#appId = `${settings.id}/replay/${dataset.name}`;
    this.#target = tableTarget(dataset);
  }

  /** How many rows there are that the condition chooses, and how many of them would come back. Writes nothing. */
  async count(where: string | undefined): Promise<Replayed> {
    const quarantine = await this.#quarantine();
    if (quarantine === undefined) return { examined: 0, replayed: 0 };
    return this.#counted(quarantine, where, this.#world.session());
  }

  /** Brings earlier replays to their end: those whose rows are in the table lose them in quarantine; others never happened, or are done again. Answers whether one was finished. */
  async finishEarlier(): Promise<boolean> {
    let isFinished = false;
    for (const record of await this.#ledger.open()) {
      const isFed = (await this.#recorded(this.#target.location)) >= record.number || (await this.#feedAgain(record));
      if (isFed) await this.#removeTaken(record);
      isFinished ||= isFed;
      await this.#ledger.settle(record.number);
    }
    return isFinished;
  }

  async #feedAgain(record: ReplayRecord): Promise<boolean> {
    if (!this.#feeder.leavesTraces || (await this.#grown(record)) === undefined) return false;
    const quarantine = await this.#quarantine(record.quarantineVersion);
    if (quarantine === undefined) return false;
    const session = { ...this.#world.session(), now: BigInt(record.now) };
    await this.#feeder.feed(this.#feeding(record, quarantine, session));
    return true;
  }

  /** Feeds back what passes. Earlier replays must have been finished. */
  async replay(where: string | undefined): Promise<Replayed> {
    const quarantine = await this.#quarantine();
    if (quarantine === undefined) return { examined: 0, replayed: 0 };
    const session = this.#world.session();
    const counted = await this.#counted(quarantine, where, session);
    if (counted.replayed === 0) return counted;
    const record: ReplayRecord = {
      number: (await this.#lastNumber()) + 1,
      quarantineId: quarantine.id,
      quarantineVersion: quarantine.version,
      now: String(session.now),
      ...(where === undefined ? {} : { where }),
    };
    await this.#ledger.plan(record);
    const fed = await this.#feeder.feed(this.#feeding(record, quarantine, session));
    await this.#removeTaken(record);
    await this.#ledger.settle(record.number);
    return { ...counted, ...fed };
  }

  #quarantine(version?: number): Promise<TableDescription | undefined> {
    return this.#world.engine.tables.describe(quarantineLocation(this.#target.location), version);
  }

  async #counted(quarantine: TableDescription, where: string | undefined, session: Session): Promise<Replayed> {
    const counts = this.#feeder.counts(quarantine.schema, where);
    const { rows } = await this.#world.engine.query(counts, inputsOf(counts, quarantine), session);
    return { examined: Number(rows[0]?.[0] ?? 0), replayed: Number(rows[0]?.[1] ?? 0) };
  }

  async #lastNumber(): Promise<number> {
    const quarantine = quarantineLocation(this.#target.location);
    return Math.max(0, await this.#recorded(this.#target.location), await this.#recorded(quarantine));
  }

  async #recorded(location: string): Promise<number> {
    return (await this.#world.engine.tables.transactionVersion(location, this.#appId)) ?? 0;
  }

  /** Rows that stay behind keep the columns of the quarantine, and are nobody's table. */
  #feeding(record: ReplayRecord, quarantine: TableDescription, session: Session): Feeding {
    const aside = {
      ...quarantineTarget(this.#target, this.#dataset),
      location: this.#ledger.rowsLocation(record.number),
      properties: {},
    };
    const where = record.where === undefined ? {} : { where: record.where };
    return { quarantine, ...where, session, aside, commit: this.#commit(record) };
  }

  #commit({ number, where = "" }: ReplayRecord): Feeding["commit"] {
    return {
      transaction: { appId: this.#appId, version: number },
      operation: "REPLAY",
      operationParameters: { source: "quarantine", where, updateId: this.#world.updateId },
    };
  }

  /** Replaces the quarantine by what was put aside, what was not looked at, and what came since. One that was emptied since has nothing to lose. */
  async #removeTaken(record: ReplayRecord): Promise<void> {
    const { engine } = this.#world;
    const latest = await this.#grown(record);
    if (latest === undefined || (await this.#recorded(latest.location)) >= record.number) return;
    const slices = await this.#staying(record, latest);
    const schemas = new Map([...slices].map(([name, { schema }]) => [name, schema]));
    const plan = stayingRows(schemas, record.where, this.#settings);
    await engine.write({
      target: { ...quarantineTarget(this.#target, this.#dataset), schema: latest.schema },
      mode: "overwrite",
      plan,
      inputs: new Map(
        scans(plan).flatMap(({ scan, leaf }) => {
          const staying = leaf.kind === "NamedTable" ? slices.get(leaf.name.join() as StayingTable) : undefined;
          return staying === undefined ? [] : [[scan, staying.slice] as const];
        }),
      ),
      session: { ...this.#world.session(), now: BigInt(record.now) },
      states: [],
      ...this.#commit(record),
    });
  }

  /** The quarantine as it is, if rows have but come since the replay began. */
  async #grown({ quarantineId, quarantineVersion }: ReplayRecord): Promise<TableDescription | undefined> {
    const latest = await this.#quarantine();
    if (latest?.id !== quarantineId) return undefined;
    const { kind } = await this.#world.engine.tables.tail(latest.location, quarantineVersion);
    return kind === "Changed" ? undefined : latest;
  }

  async #staying(record: ReplayRecord, { location, schema, version }: TableDescription): Promise<Staying> {
    const { quarantineVersion, where, number } = record;
    const staying = new Map<StayingTable, { readonly schema: StructType; readonly slice: InputSlice }>();
    if (where !== undefined) {
      staying.set("before", { schema, slice: { kind: "TableVersion", location, version: quarantineVersion } });
    }
    const aside = await this.#world.engine.tables.describe(this.#ledger.rowsLocation(number));
    if (aside !== undefined) {
      const slice = { kind: "TableVersion", location: aside.location, version: aside.version } as const;
      staying.set("aside", { schema: aside.schema, slice });
    }
    staying.set("since", {
      schema,
      slice: { kind: "TableAppends", location, after: quarantineVersion, through: version },
    });
    return staying;
  }
}

type StayingTable = "before" | "aside" | "since";
type Staying = ReadonlyMap<StayingTable, { readonly schema: StructType; readonly slice: InputSlice }>;
