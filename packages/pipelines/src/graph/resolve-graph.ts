import type { Declarations } from "../declaration/declaration.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { RegisteredSchemas } from "../source/registered-schemas.ts";
import { completeRules } from "./complete-rules.ts";
import type { DataflowGraph } from "./dataflow-graph.ts";
import { declareGraph } from "./declared-graph.ts";
import { orderByDependency } from "./dependency-order.ts";
import { type Gathered, gatherReads } from "./gather-reads.ts";
import type { GraphFacts, UnderstoodDatasets } from "./graph-memory.ts";
import type { GraphWorld } from "./graph-world.ts";
import { type DatasetOutcome, type KnownDataset, resolveDataset, widensTypes } from "./resolve-dataset.ts";
import { resolveSinks } from "./resolve-sinks.ts";
import { triggerIntervalErrors } from "./trigger-interval.ts";

/** A pipeline understood, or all that is wrong with it. */
export interface Resolution {
  /** Absent when there are errors. */
  readonly graph?: DataflowGraph;
  /** Every mistake, once, at its cause. */
  readonly errors: readonly PipelineError[];
  /** Datasets that could not be checked because what they read is among the errors. */
  readonly downstream: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/**
 * Understands a pipeline: completes names, calls each query once, finds out what is read, types everything and checks all rules. Reads schemas of files and
 * tables; writes nothing.
 *
 * @throws EngineError when the world cannot be read. Mistakes of the pipeline are never thrown.
 */
export async function resolveGraph(given: Declarations, world: GraphWorld): Promise<Resolution> {
  const schemas = new RegisteredSchemas(world.connectors, world.settings.projectDir);
  const { declarations, errors: unknownSchemas } = await completeRules(given, schemas, world.settings.timeZone);
  const declared = declareGraph(declarations, world.settings);
  const gathered = await gatherReads(declared, world, schemas);
  const ordered = orderDatasets(gathered);
  const sinks = await resolveSinks(declarations.sinks, declared, world);
  const wrong = [...triggerIntervalErrors(declarations), ...sinks.errors];
  const errors = [...declared.errors, ...unknownSchemas, ...wrong, ...gathered.errors, ...ordered.errors];
  const warnings = [...declared.warnings, ...gathered.warnings, ...sinks.warnings];
  const facts = { gathered, sinks: sinks.connected, world };
  const understand = (): UnderstoodDatasets => understandDatasets(ordered.names, facts);
  const { graph, downstream, ...found } = world.memory?.recall(facts, understand) ?? understand();
  errors.push(...found.errors);
  warnings.push(...found.warnings);
  const report = { errors: distinct(errors), downstream, warnings: oneNoticePerSqlFile(distinct(warnings)) };
  if (errors.length > 0 || downstream.length > 0) return report;
  return { graph: { ...graph, hooks: declarations.hooks }, ...report };
}

function understandDatasets(names: readonly string[], facts: GraphFacts): UnderstoodDatasets {
  const outcomes: DatasetOutcome[] = [];
  const known = new Map<string, KnownDataset>();
  const mayWiden = widensTypes(facts.gathered);
  for (const name of names) {
    const dataset = facts.gathered.declared.datasets.get(name);
    if (dataset === undefined) continue;
    const outcome = resolveDataset(dataset, { ...facts, known, mayWiden });
    outcomes.push(outcome);
    if (outcome.known !== undefined) known.set(name, outcome.known);
  }
  const understood = [...known.values()];
  return {
    graph: { datasets: understood.map((one) => one.dataset), flows: understood.flatMap((one) => one.flows) },
    errors: outcomes.flatMap((one) => one.errors),
    downstream: outcomes.flatMap((one) => one.downstream),
    warnings: outcomes.flatMap((one) => one.warnings),
  };
}

/** Sources before readers. Each circle is an error, and its datasets are left out. */
function orderDatasets(gathered: Gathered): {
  readonly names: readonly string[];
  readonly errors: readonly PipelineError[];
} {
  const { datasets } = gathered.declared;
  const errors: PipelineError[] = [];
  const dependencies = new Map<string, readonly string[]>();
  for (const [name, dataset] of datasets) {
    dependencies.set(
      name,
      dataset.flows.flatMap((flow) => gathered.flows.get(flow.name)?.upstream ?? []),
    );
  }
  for (;;) {
    const order = orderByDependency(dependencies);
    if (order.kind === "Ordered") return { names: order.names, errors };
    const path = order.path.map((name) => datasets.get(name)?.name.display ?? name);
    const origin = datasets.get(order.path[0] ?? "")?.declaration.origin;
    errors.push(new PipelineError("DATASET_CYCLE", { path }, { origin }));
    for (const name of order.path) dependencies.delete(name);
  }
}

/** SQL of the time of LIVE says it everywhere: what it means now is told once in each file. */
function oneNoticePerSqlFile(warnings: readonly PipelineError[]): readonly PipelineError[] {
  const told = new Set<string>();
  return warnings.filter(({ code, origin }) => {
    if (code !== "LIVE_PREFIX_IGNORED" || !origin?.file.toLowerCase().endsWith(".sql")) return true;
    const isNew = !told.has(origin.file);
    told.add(origin.file);
    return isNew;
  });
}

function distinct(errors: readonly PipelineError[]): readonly PipelineError[] {
  const seen = new Set<string>();
  return errors.filter((error) => {
    const { file, line, column } = error.origin ?? {};
    const key = JSON.stringify([error.condition, error.message, file, line, column]);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
