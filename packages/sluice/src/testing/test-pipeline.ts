import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  collectDeclarations,
  type FinishedUpdate,
  pipelineSettings,
  type RefreshRequest,
  type UpdateResult,
} from "@sluice/pipelines";
import type { DataFrame, Row } from "@sluice/query";
import { type EvaluatedSources, evaluateSources } from "../project/evaluate-sources.ts";
import { loadProject, type Project, type ProjectOverrides } from "../project/load-project.ts";
import { ConnectorSet } from "../session/connector-set.ts";
import type { RuleQuality } from "../session/event-queries.ts";
import { Pipeline } from "../session/pipeline.ts";
import { type PipelineWorld, realWorld } from "../session/pipeline-world.ts";
import { MEMORY_FORMAT, memoryConnector } from "./memory-connector.ts";
import type { TestSource } from "./memory-stream.ts";
import { type Death, mortal } from "./mortal-world.ts";
import { plainRow } from "./plain-row.ts";
import { replaceReads } from "./replace-reads.ts";
import type { TestClock } from "./test-clock.ts";

/** What a pipeline is tested with. */
export interface TestPipelineOptions extends Pick<ProjectOverrides, "catalog" | "schema" | "configuration"> {
  /**
   * Test sources in the places of what the pipeline reads: by the path as its program has it, the topic of a Kafka read, the name of a table outside of the
   * pipeline, or the name of a dataset, whose queries are replaced while its expectations stay.
   */
  readonly replace?: Readonly<Record<string, TestSource>>;
  /** By default the machine's clock. */
  readonly clock?: TestClock;
  /** Folders in the places of path prefixes that the program holds; they win over the project's. */
  readonly mounts?: Readonly<Record<string, string>>;
  /** Values of `:name` and `spark.conf.get`; they win over the project's. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * Opens a pipeline for tests: its tables lie in a temporary folder, which `close` removes.
 *
 * @param source - The folder of a project, or a function that declares the pipeline with `dlt`.
 * @throws PipelineErrors when the folder or its settings are wrong
 */
export async function testPipeline(
  source: string | (() => void | Promise<void>),
  options: TestPipelineOptions = {},
): Promise<TestPipeline> {
  const storage = await mkdtemp(join(tmpdir(), "sluice-testing-"));
  try {
    const project = await projectOf(source, storage, options);
    const evaluate = typeof source === "string" ? evaluateSources : (one: Project) => evaluateFunction(source, one);
    return new TestPipeline(project, options, evaluate);
  } catch (error) {
    await rm(storage, { recursive: true, force: true });
    throw error;
  }
}

async function projectOf(
  source: string | (() => void | Promise<void>),
  storage: string,
  { catalog, schema, configuration, parameters, mounts = {} }: TestPipelineOptions,
): Promise<Project> {
  const folder = typeof source === "string" ? source : storage;
  const overrides = { storage, catalog, schema, configuration: { ...configuration, ...parameters } };
  const project = await loadProject(folder, overrides);
  const placed = Object.entries(mounts).map(([prefix, place]) => [prefix, resolve(place)]);
  const identity = {
    ...project.identity,
    ...(typeof source === "string" ? {} : { name: "test", projectDir: process.cwd() }),
    mounts: { ...project.identity.mounts, ...Object.fromEntries(placed) },
  };
  return { ...project, identity, settings: pipelineSettings(identity) };
}

async function evaluateFunction(
  declare: () => void | Promise<void>,
  { settings: { configuration } }: Project,
): Promise<EvaluatedSources> {
  const declarations = await collectDeclarations(async () => declare(), { configuration });
  return { declarations, diagnostics: [] };
}

function completed(update: UpdateResult): FinishedUpdate {
  if (update.kind === "Busy") throw new Error("Another update of the pipeline is running");
  if (update.state === "COMPLETED") return update;
  throw update.error ?? update.flows.find((flow) => flow.error !== undefined)?.error ?? new Error(update.state);
}

/** A pipeline under test. */
export class TestPipeline {
  readonly #project: Project;
  readonly #sources: ReadonlyMap<string, TestSource>;
  readonly #clock: TestClock | undefined;
  readonly #evaluate: (project: Project) => Promise<EvaluatedSources>;
  #pipeline: Pipeline;

  constructor(
    project: Project,
    { replace = {}, clock }: TestPipelineOptions,
    evaluate: (project: Project) => Promise<EvaluatedSources>,
  ) {
    this.#project = project;
    this.#sources = new Map(Object.entries(replace));
    this.#clock = clock;
    this.#evaluate = evaluate;
    this.#pipeline = this.#open();
  }

  /** The pipeline itself: `validate`, `explain`, `query`, `replay`, .. Another one after each crash. */
  get pipeline(): Pipeline {
    return this.#pipeline;
  }

  /**
   * Runs one update, until all that there is has been taken in.
   *
   * @throws PipelineErrors when the pipeline is wrong; what made the first flow fail, or the update, when it did not complete
   */
  async run(request: RefreshRequest = {}): Promise<FinishedUpdate> {
    return completed(await this.#pipeline.run({ ...request, continuous: false }).result);
  }

  /**
   * Runs an update that dies, as if its process were killed, at its `commit`-th commit of rows (from 1; one for each micro-batch of a flow and each computed
   * materialized view): `before` it is made, or `after`, before the pipeline knows of it. True when it died; false when it completed before.
   *
   * @throws as `run` when the update fails by itself
   */
  async crashAt(commit: number, when: "before" | "after" = "before", request: RefreshRequest = {}): Promise<boolean> {
    const death = mortal(commit, when, `${this.#project.settings.storage}/tables`);
    await this.#pipeline.close();
    this.#pipeline = this.#open(death);
    try {
      completed(await this.#pipeline.run({ ...request, continuous: false, signal: death.signal }).result);
      return false;
    } catch (error) {
      if (death.isDead) return true;
      throw error;
    } finally {
      await this.#pipeline.close();
      this.#pipeline = this.#open();
    }
  }

  /** All rows of a table or view, in no order that can be relied on, in JavaScript's types: 64-bit numbers are numbers where these are exact. @throws QueryError */
  async rows(name: string): Promise<readonly Row[]> {
    return (await this.table(name).collect()).map(plainRow);
  }

  /** A table or view as a DataFrame, for queries and `assertDataFrameEqual`. */
  table(name: string): DataFrame {
    return this.#pipeline.session().table(name);
  }

  /** What each expectation passed and failed over all updates. */
  async quality(): Promise<readonly RuleQuality[]> {
    return this.#pipeline.quality();
  }

  /** Lets the engine go and removes everything that the pipeline stored. */
  async close(): Promise<void> {
    await this.#pipeline.close();
    await rm(this.#project.settings.storage, { recursive: true, force: true });
  }

  /** As `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #open(death?: Death): Pipeline {
    const world = realWorld();
    const { openEngine, openStore } = world;
    const connectors = new ConnectorSet();
    const memory = memoryConnector(this.#sources);
    const test: PipelineWorld = {
      ...world,
      ...(this.#clock && { clock: this.#clock }),
      connectors: {
        byFormat: new Map([...connectors.byFormat, [MEMORY_FORMAT, async () => memory]]),
        writerSchema: connectors.writerSchema,
        close: () => connectors.close(),
      },
      evaluate: (project) => this.#replaced(project),
      ...(death && {
        openEngine: async (engine) => death.engine(await openEngine(engine)),
        openStore: (root) => death.store(openStore(root)),
        onEventLogTrouble: () => {},
      }),
    };
    return new Pipeline(this.#project, {}, test);
  }

  async #replaced(project: Project): Promise<EvaluatedSources> {
    const { declarations, diagnostics } = await this.#evaluate(project);
    if (diagnostics.some((one) => one.severity === "error")) return { declarations, diagnostics };
    return { declarations: replaceReads(declarations, [...this.#sources.keys()], project.settings), diagnostics };
  }
}
