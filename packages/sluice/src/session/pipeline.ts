import { userInfo } from "node:os";
import { isDeltaError, openStore } from "@sluice/delta";
import {
  type BatchFrame,
  closestMatch,
  type DataflowGraph,
  type Declarations,
  type Engine,
  type EvaluateFrame,
  eventLogLocation,
  fileStates,
  foreignStorage,
  fromEventRow,
  GraphMemory,
  type LeaseHolder,
  leaseHolder,
  PipelineError,
  PipelineErrors,
  type PipelineSettings,
  pipelineSettings,
  planNextUpdate,
  type QueryResult,
  qualifyName,
  type RefreshRequest,
  type ReplayRequest,
  type ReplayResult,
  resolveGraph,
  runReplay,
  runUpdate,
  type StreamState,
  streamStates,
  type UpdatePlan,
} from "@sluice/pipelines";
import { backQuote } from "@sluice/query";
import { loadProject, type Project, type ProjectOverrides } from "../project/load-project.ts";
import { type DatasetSummary, describeTable, listTables, type TableDetails } from "./dataset-summary.ts";
import { declaredViews } from "./declared-views.ts";
import { evaluateQuery, type QueryLimits } from "./evaluate-query.ts";
import {
  type EventFilter,
  eventsSql,
  NEWEST_UPDATE_SQL,
  QUALITY_SQL,
  type RuleQuality,
  toObjects,
} from "./event-queries.ts";
import { EventFollower } from "./follow-events.ts";
import { type PipelineWorld, realWorld } from "./pipeline-world.ts";
import { readStatement, runStatement } from "./run-statement.ts";
import { Session } from "./session.ts";
import { SessionConf } from "./session-conf.ts";
import { StreamingQueryManager } from "./stream/query-manager.ts";
import {
  fileSources,
  type RescuedCount,
  rescuedFields,
  rescuedRows,
  rescuedSql,
  schemaSteps,
  type TableFiles,
} from "./table-files.ts";
import { UnfinishedWork } from "./unfinished-work.ts";
import { startRun, type UpdateRun } from "./update-run.ts";

/** What a pipeline is opened with; all win over `sluice.yml`. */
export interface OpenOptions extends ProjectOverrides {
  /** Memory that the engine may use, as DuckDB writes it: "1200MB". More is spilled to disk. */
  readonly memoryLimit?: string;
  /** Processor threads that the engine may use; by default all. */
  readonly threads?: number;
}

/** What `validate` found. `graph` is there when there are no errors. */
export interface Validation {
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
  readonly graph?: DataflowGraph;
}

/** What an update is asked for, and how to stop it. */
export interface RunOptions extends RefreshRequest {
  /** Whether it goes on until `signal` stops it; by default as the pipeline's settings say. */
  readonly continuous?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Opens the pipeline in a folder. Reads the settings only; sources are read anew by each `validate`, `explain` and `run`.
 *
 * @throws PipelineErrors when the folder or its settings are wrong.
 */
export async function openPipeline(directory: string, options: OpenOptions = {}): Promise<Pipeline> {
  const project = await loadProject(directory, options);
  checkStorage(project);
  return new Pipeline(project, options);
}

function checkStorage({ settings }: Project): void {
  try {
    openStore(settings.storage);
  } catch (error) {
    if (!isDeltaError(error)) throw error;
    const problem = `"${settings.storage}" cannot be written: give a folder of this machine, or an s3://, gs:// or abfss:// URL.`;
    throw new PipelineErrors([new PipelineError("INVALID_SETTING", { setting: "storage", problem })]);
  }
}

/** A pipeline at hand: validate, explain and run it, query its tables. One engine serves all; close it when done. */
export class Pipeline {
  readonly settings: PipelineSettings;
  readonly #project: Project;
  readonly #options: OpenOptions;
  readonly #world: PipelineWorld;
  readonly #memory = new GraphMemory();
  #engine: Promise<Engine> | undefined;

  /** @param world - What the pipeline acts on and with; tests put others in the places of the real things. */
  constructor(project: Project, options: OpenOptions, world: PipelineWorld = realWorld()) {
    this.settings = project.settings;
    this.#project = project;
    this.#options = options;
    this.#world = world;
  }

  /** Everything that is wrong with the pipeline, at once. Writes nothing. */
  async validate(request: RefreshRequest = {}): Promise<Validation> {
    const engine = this.#open();
    const { declarations, diagnostics } = await this.#world.evaluate(this.#project);
    const named = request.restate === undefined ? request.fullRefresh : undefined;
    const fullRefresh = request.fullRefreshAll === true ? ("all" as const) : named;
    const world = {
      engine: await engine,
      settings: this.settings,
      openStore: this.#world.openStore,
      connectors: this.#world.connectors.byFormat,
      memory: this.#memory,
      ...(fullRefresh !== undefined && { fullRefresh }),
    };
    const foreign = await foreignStorage(this.#world.openStore(this.settings.storage), this.settings);
    const resolution = await resolveGraph(declarations, world);
    const found = [...diagnostics.filter((one) => one.severity === "error"), ...resolution.errors];
    const errors = [...(foreign === undefined ? [] : [foreign]), ...found, ...this.#withoutTables(found, declarations)];
    const warnings = [...diagnostics.filter((one) => one.severity === "warning"), ...resolution.warnings];
    const { graph } = resolution;
    return { errors, warnings, ...(errors.length === 0 && graph !== undefined && { graph }) };
  }

  /**
   * What the next update would do, and why. Writes nothing.
   *
   * @param graph - What `validate` gave for the same request; absent: the sources are read anew.
   * @throws PipelineErrors when the pipeline is wrong, or the request names tables that it has not.
   */
  async explain(request: RefreshRequest = {}, graph?: DataflowGraph): Promise<UpdatePlan> {
    return planNextUpdate(graph ?? (await this.#graph(request)), this.settings, request, {
      engine: await this.#open(),
      store: this.#world.openStore(this.settings.storage),
      openStore: this.#world.openStore,
    });
  }

  /** Runs one update; a continuous one until it is stopped. Iterate over it for its events; `result` says how it ended. Without anybody iterating it runs all the same. */
  run(options: RunOptions = {}): UpdateRun {
    const { signal, continuous = this.settings.continuous, ...request } = options;
    const isUsual = continuous === this.settings.continuous;
    const settings = isUsual ? this.settings : pipelineSettings({ ...this.#project.identity, continuous });
    return startRun(async (onEvent) => {
      let checked: DataflowGraph | undefined = await this.#graph(request);
      const graph = async (again: RefreshRequest): Promise<DataflowGraph> => {
        const first = checked;
        checked = undefined;
        return first ?? (await this.#graph(again));
      };
      const engine = await this.#open();
      const { openStore, clock, onEventLogTrouble } = this.#world;
      const session = this.session();
      const batchFrame = (): BatchFrame => session.batchFrame();
      const evaluateFrame: EvaluateFrame = ({ relation }) => evaluateQuery(relation, session.state);
      const store = openStore(this.settings.storage);
      return runUpdate(
        { graph, settings, request, user: userInfo().username },
        {
          ...{ engine, store, openStore, clock, batchFrame, evaluateFrame, onEvent },
          ...{ ...(signal && { signal }), ...(onEventLogTrouble && { onEventLogTrouble }) },
        },
      );
    });
  }

  /**
   * Runs one statement in Spark SQL over the pipeline's tables and views, `LIVE.` names, `<table>_expectations` and `event_log`.
   *
   * @param limit - At most this many rows of a query; absent: all.
   * @throws QueryError for everything that is wrong with the statement.
   */
  async query(sql: string, limit?: number): Promise<QueryResult> {
    const { state } = this.session();
    const limits: QueryLimits = limit === undefined ? {} : { limit };
    return runStatement(readStatement(sql, state), state, limits);
  }

  /**
   * A new session on the pipeline: its schema is the current one, its tables are the warehouse, its views can be read, and settings begin as its
   * `configuration`. Ends with the pipeline.
   */
  session(): Session {
    const { id, name, storage, catalog, schema, projectDir, mounts, configuration, timeZone, ansi } = this.settings;
    let views: ReturnType<NonNullable<Session["state"]["pipeline"]>["views"]> | undefined;
    const evaluate = async () => declaredViews((await this.#world.evaluate(this.#project)).declarations, this.settings);
    const conf = { ...configuration, "spark.sql.session.timeZone": timeZone, "spark.sql.ansi.enabled": ansi };
    const state = {
      engine: () => this.#open(),
      connectors: this.#world.connectors.byFormat,
      conf: new SessionConf(conf),
      place: { warehouse: `${storage}/tables`, projectDir, mounts, ...(catalog === undefined ? {} : { catalog }) },
      views: new Map(),
      unfinished: new UnfinishedWork(),
      batchViews: new Set<string>(),
      isOfBatches: false,
      streams: new StreamingQueryManager(),
      schema: schema.toLowerCase(),
      pipeline: {
        ...{ id, name, storage },
        views: () => {
          views ??= evaluate();
          return views;
        },
      },
    };
    return new Session(state, async () => {});
  }

  /** What the operators of the pipeline's streams remember. @throws PipelineErrors when the pipeline is wrong */
  async states(): Promise<readonly StreamState[]> {
    const graph = await this.#graph({});
    const { id, timeZone, ansi, watermarkPolicy, storage } = this.settings;
    const session = { now: BigInt(this.#world.clock.now()) * 1000n, timeZone, ansi };
    const world = {
      engine: await this.#open(),
      store: this.#world.openStore(storage),
      pipelineId: id,
      session,
      watermarkPolicy,
    };
    return await streamStates(graph, world);
  }

  /**
   * Feeds rows back into a table that were kept out of it, once: see `ReplayRequest`.
   *
   * @throws PipelineErrors when the pipeline is wrong or the table cannot be replayed; QueryError for a wrong condition.
   */
  async replay({ signal, ...request }: ReplayRequest & { readonly signal?: AbortSignal }): Promise<ReplayResult> {
    const graph = await this.#graph({});
    const world = {
      engine: await this.#open(),
      store: this.#world.openStore(this.settings.storage),
      ...(signal && { signal }),
    };
    return runReplay({ user: userInfo().username, ...request }, graph, this.settings, world);
  }

  /** The stored tables of the pipeline, in order of their names. */
  async datasets(): Promise<readonly DatasetSummary[]> {
    return listTables(await this.#open(), openStore(this.settings.storage));
  }

  /** One table by its name as people type it; undefined when it is not stored. */
  async describe(name: string): Promise<TableDetails | undefined> {
    const qualified = qualifyName(name.split("."), this.settings);
    return describeTable(await this.#open(), qualified.display, `${this.settings.storage}/${qualified.folder}`);
  }

  /** What a table has taken in from files, by its name as people type it; undefined when it is not stored. */
  async files(name: string): Promise<TableFiles | undefined> {
    const details = await this.describe(name);
    if (details === undefined) return undefined;
    const { canonical } = qualifyName(name.split("."), this.settings);
    const store = this.#world.openStore(this.settings.storage);
    const target = { pipelineId: this.settings.id, target: canonical, location: details.location };
    const states = await fileStates(target, store, (await this.#open()).tables);
    const { graph } = await this.validate();
    const sources = graph === undefined ? [] : fileSources(graph, canonical);
    const column =
      sources.map(({ source }) => source.rescuedDataColumn).find((one) => one !== undefined) ?? "_rescued_data";
    const keepsRescued = details.schema.fields.some((one) => one.name === column);
    const sql = rescuedSql(canonical.split(".").map(backQuote).join("."), backQuote(column));
    const counts = keepsRescued ? (toObjects(await this.query(sql)) as unknown as readonly RescuedCount[]) : [];
    const numbers = counts.map((one) => ({ ...one, rows: Number(one.rows) }));
    const byFile = rescuedRows(numbers);
    const locations = sources.flatMap(({ flow, source }) =>
      source.schemaLocation === undefined ? [] : [{ flow, location: source.schemaLocation }],
    );
    return {
      table: details.name,
      sources: sources.map(({ flow, source }) => ({ flow, format: source.format, paths: source.paths })),
      files: states.map((state) => (keepsRescued ? { ...state, rescuedRows: byFile.get(state.path) ?? 0 } : state)),
      rescued: rescuedFields(numbers, details.schema),
      schemas: await schemaSteps(locations, this.#world.openStore),
    };
  }

  /** The stored table whose name is nearest to a misspelled one. */
  async nearestTable(name: string): Promise<string | undefined> {
    return closestMatch(name.split(".").at(-1) ?? name, await this.#tableNames());
  }

  /** The newest events that match, oldest of them first; none before the first update. */
  async events(filter: EventFilter): Promise<readonly Readonly<Record<string, unknown>>[]> {
    if (!(await this.#hasEvents())) return [];
    return [...toObjects(await this.query(eventsSql(filter)))].reverse();
  }

  /** Follows what happens to the pipeline, whichever process runs it, beginning with its newest update. */
  async follow(): Promise<EventFollower> {
    return new EventFollower(await this.#open(), this.settings.storage, async () =>
      (await this.query(NEWEST_UPDATE_SQL)).rows.map(fromEventRow),
    );
  }

  /** Who runs the pipeline now, in this process or another; undefined: nobody. */
  async holder(): Promise<LeaseHolder | undefined> {
    return await leaseHolder(this.#world.openStore(this.settings.storage), this.#world.clock);
  }

  /** What each expectation passed and failed over all updates, in order of datasets and rules; none before the first update. */
  async quality(): Promise<readonly RuleQuality[]> {
    if (!(await this.#hasEvents())) return [];
    const rows = toObjects(await this.query(QUALITY_SQL));
    const actions = await this.#ruleActions();
    return rows.map((row) => {
      const [dataset, expectation] = [String(row["dataset"]), String(row["expectation"])];
      const action = actions.get(`${dataset}\n${expectation}`) ?? "";
      return { dataset, expectation, action, passed: Number(row["passed"]), failed: Number(row["failed"]) };
    });
  }

  /** Lets the engine go. The pipeline cannot be used afterwards. */
  async close(): Promise<void> {
    await this.#world.connectors.close();
    await (await this.#engine)?.close();
  }

  /** A pipeline that stores nothing has nothing to run. */
  #withoutTables(found: readonly PipelineError[], { datasets, sinks }: Declarations): readonly PipelineError[] {
    if (found.length > 0 || sinks.length > 0 || datasets.some((dataset) => dataset.kind !== "TemporaryView")) return [];
    return [new PipelineError("NO_DATASETS", { project: this.settings.name })];
  }

  async #tableNames(): Promise<readonly string[]> {
    return (await this.datasets()).map((table) => table.name.split(".").at(-1) ?? "");
  }

  async #graph(request: RefreshRequest): Promise<DataflowGraph> {
    const { graph, errors } = await this.validate(request);
    if (graph === undefined) throw new PipelineErrors(errors);
    return graph;
  }

  async #ruleActions(): Promise<ReadonlyMap<string, string>> {
    const sql =
      "SELECT origin.dataset_name AS dataset, details FROM event_log WHERE event_type = 'dataset_definition' ORDER BY timestamp";
    const actions = new Map<string, string>();
    for (const row of toObjects(await this.query(sql))) {
      const details = JSON.parse(String(row["details"])) as DatasetDefinition;
      for (const rule of details.dataset_definition.expectations)
        actions.set(`${String(row["dataset"])}\n${rule.name}`, rule.action);
    }
    return actions;
  }

  async #hasEvents(): Promise<boolean> {
    return (await (await this.#open()).tables.describe(eventLogLocation(this.settings.storage))) !== undefined;
  }

  #open(): Promise<Engine> {
    const { memoryLimit, threads } = this.#options;
    const { writerSchema } = this.#world.connectors;
    this.#engine ??= this.#world.openEngine({
      writerSchema,
      ...(memoryLimit && { memoryLimit }),
      ...(threads && { threads }),
    });
    return this.#engine;
  }
}

interface DatasetDefinition {
  readonly dataset_definition: { readonly expectations: readonly { readonly name: string; readonly action: string }[] };
}
