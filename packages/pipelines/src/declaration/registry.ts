import { AsyncLocalStorage } from "node:async_hooks";
import type { DatasetDeclaration, Declarations, EventHook, FlowDeclaration, SinkDeclaration } from "./declaration.ts";

/** Where declarations go while a pipeline's files are evaluated, and what they may ask. */
export interface Registry {
  readonly datasets: DatasetDeclaration[];
  readonly flows: FlowDeclaration[];
  readonly sinks: SinkDeclaration[];
  readonly hooks: EventHook[];
  /** The pipeline's configuration; `spark.conf.set` of a file adds to it for this evaluation. */
  readonly configuration: Map<string, string>;
}

/** What is known to files while they are evaluated. */
export interface CollectContext {
  readonly configuration: Readonly<Record<string, string>>;
}

const KEY = Symbol.for("sluice.active-registry");

/** One storage for all copies of this package in the process: a user's files may hold another copy. */
function storage(): AsyncLocalStorage<Registry> {
  const shared = globalThis as { [KEY]?: AsyncLocalStorage<Registry> };
  shared[KEY] ??= new AsyncLocalStorage<Registry>();
  return shared[KEY];
}

const OPEN = Symbol.for("sluice.open-registries");

/** How many calls have a registry open, in all copies of this package. */
function openCalls(change: 1 | -1): number {
  const shared = globalThis as { [OPEN]?: number };
  shared[OPEN] = (shared[OPEN] ?? 0) + change;
  return shared[OPEN];
}

/** Calls `work` with a registry open, also after its awaits. Node follows all promises of the process while one is open, which takes time, so not longer. */
function withRegistry<Result>(registry: Registry, work: () => Result): Result {
  const end = (): void => {
    if (openCalls(-1) === 0) storage().disable();
  };
  openCalls(1);
  let isPending = false;
  try {
    const result = storage().run(registry, work);
    isPending = result instanceof Promise;
    return isPending ? ((result as Promise<unknown>).finally(end) as Result) : result;
  } finally {
    if (!isPending) end();
  }
}

/** The registry that is open in this asynchronous call, if any. */
export function activeRegistry(): Registry | undefined {
  return storage().getStore();
}

/** Adds a dataset to the active registry; outside of one, nothing happens. */
export function declareDataset(dataset: DatasetDeclaration): void {
  activeRegistry()?.datasets.push(Object.freeze(dataset));
}

/** Adds a flow to the active registry; outside of one, nothing happens. Its query keeps seeing the configuration whenever it is called. */
export function declareFlow(flow: FlowDeclaration): void {
  const registry = activeRegistry();
  if (registry === undefined) return;
  registry.flows.push(Object.freeze({ ...flow, query: () => withRegistry(registry, flow.query) }));
}

/** Adds a sink to the active registry; outside of one, nothing happens. */
export function declareSink(sink: SinkDeclaration): void {
  activeRegistry()?.sinks.push(Object.freeze(sink));
}

/** Adds an event hook to the active registry; outside of one, nothing happens. */
export function declareHook(hook: EventHook): void {
  activeRegistry()?.hooks.push(Object.freeze(hook));
}

/**
 * Runs `run` and gives everything that it declared, in order, also in modules that it imports and after awaits. Registries of concurrent calls do not mix.
 *
 * @throws what `run` throws.
 */
export async function collectDeclarations(run: () => Promise<void>, context: CollectContext): Promise<Declarations> {
  const configuration = new Map(Object.entries(context.configuration));
  const registry: Registry = { datasets: [], flows: [], sinks: [], hooks: [], configuration };
  await withRegistry(registry, run);
  const { datasets, flows, sinks, hooks } = registry;
  return { datasets: [...datasets], flows: [...flows], sinks: [...sinks], hooks: [...hooks] };
}
