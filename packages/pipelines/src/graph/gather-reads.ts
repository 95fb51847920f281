import { collectLeaves, type Leaf, type StructType } from "@sluice/query";
import { fromQueryError, isPipelineError, isQueryError, type PipelineError } from "../diagnostics/pipeline-error.ts";
import type { RegisteredSchemas } from "../source/registered-schemas.ts";
import type { Dataset } from "./dataflow-graph.ts";
import { parseDatasetName } from "./dataset-name.ts";
import type { DeclaredDataset, DeclaredGraph } from "./declared-graph.ts";
import { type QueriedFlow, queryFlow, withOrigin } from "./flow-query.ts";
import type { GraphWorld } from "./graph-world.ts";
import type { ResolvedRead } from "./read-table.ts";
import { resolveRead } from "./resolve-read.ts";
import { datasetLocation, hasOutbox } from "./sink-rules.ts";
import { kindChange } from "./stored-kind.ts";

/** A flow whose query and reads are understood. */
export interface ReadFlow extends QueriedFlow {
  readonly reads: ReadonlyMap<Leaf, ResolvedRead>;
  /** Canonical names of the pipeline's datasets among the reads. */
  readonly upstream: readonly string[];
}

/** All that is learned by calling queries and looking at the world, before anything is analyzed. */
export interface Gathered {
  readonly declared: DeclaredGraph;
  /** By flow name. Flows that failed are missing. */
  readonly flows: ReadonlyMap<string, ReadFlow>;
  /** Kinds by canonical name; undefined where the deciding query failed. */
  readonly kinds: ReadonlyMap<string, Dataset["kind"] | undefined>;
  /** Schemas of streaming tables that exist and are not started over, and of tables behind sinks. */
  readonly stored: ReadonlyMap<string, StructType>;
  /** How tables behind sinks are partitioned. */
  readonly partitions: ReadonlyMap<string, readonly string[]>;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/** Calls each query once and resolves everything that is read, in parallel. */
export async function gatherReads(
  declared: DeclaredGraph,
  world: GraphWorld,
  schemas: RegisteredSchemas,
): Promise<Gathered> {
  const startsOver = refreshMatcher(world);
  const errors: PipelineError[] = [];
  const warnings: PipelineError[] = [];
  const flows = new Map<string, ReadFlow>();
  const work = [...declared.datasets.values()].flatMap((dataset) =>
    dataset.flows.map(async (flow) => {
      const queried = await completeQuery(queryFlow(flow, dataset), dataset.name.display, schemas);
      if (!("relation" in queried)) return { flow, errors: queried, warnings: [] };
      return readLeaves(queried, dataset, declared, world, startsOver(dataset.name.canonical));
    }),
  );
  for (const result of await Promise.all(work)) {
    errors.push(...result.errors);
    warnings.push(...result.warnings);
    if ("reads" in result && result.errors.length === 0) flows.set(result.flow.name, result);
  }
  const kinds = new Map([...declared.datasets].map(([name, dataset]) => [name, kindOf(dataset, flows)]));
  const stored = await storedTables(kinds, declared, world, startsOver);
  return { declared, flows, kinds, ...stored, errors: [...errors, ...stored.errors], warnings };
}

/** The query with the schemas that it names by subject. */
async function completeQuery(
  queried: QueriedFlow | readonly PipelineError[],
  dataset: string,
  schemas: RegisteredSchemas,
): Promise<QueriedFlow | readonly PipelineError[]> {
  if (!("relation" in queried)) return queried;
  try {
    const relation = await schemas.complete(queried.relation);
    return relation === queried.relation ? queried : { ...queried, relation, leaves: collectLeaves(relation) };
  } catch (error) {
    const { origin } = queried.flow.declaration;
    if (isPipelineError(error)) return [withOrigin(error, origin)];
    if (!isQueryError(error)) throw error;
    return fromQueryError(error, dataset, origin);
  }
}

type ReadFlowOutcome = ReadFlow & {
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
};

async function readLeaves(
  queried: QueriedFlow,
  dataset: DeclaredDataset,
  declared: DeclaredGraph,
  world: GraphWorld,
  startsOver: boolean,
): Promise<ReadFlowOutcome> {
  const { leaves, flow } = queried;
  const inferring = leaves.filter((leaf) => leaf.kind === "DataSource" && leaf.format.toLowerCase() === "cloudfiles");
  const results = await Promise.all(
    leaves.map((leaf) => {
      const source = inferring.indexOf(leaf);
      const folder = source > 0 ? `${flow.name}/${source}` : flow.name;
      const reader = { dataset: dataset.name.display, origin: flow.declaration.origin, startsOver };
      const schemaLocation = `${world.settings.storage}/schemas/${folder}`;
      return resolveRead(leaf, { ...reader, schemaLocation }, declared.datasets, world);
    }),
  );
  const reads = new Map<Leaf, ResolvedRead>();
  for (const [i, leaf] of leaves.entries()) {
    const read = results[i]?.read;
    if (read !== undefined) reads.set(leaf, read);
  }
  const upstream = [...reads.values()].flatMap((read) => (read.kind === "Dataset" ? [read.dataset] : []));
  return {
    ...queried,
    reads,
    upstream: [...new Set(upstream)],
    errors: results.flatMap((result) => result.errors),
    warnings: results.flatMap((result) => result.warnings),
  };
}

/** What was declared as a table is a streaming table when its own query reads a stream. */
function kindOf(dataset: DeclaredDataset, flows: ReadonlyMap<string, ReadFlow>): Dataset["kind"] | undefined {
  const { kind } = dataset.declaration;
  if (kind !== "Table") return kind;
  const own = flows.get(dataset.name.canonical);
  if (own === undefined) return undefined;
  return own.leaves.some((leaf) => leaf.streaming) ? "StreamingTable" : "MaterializedView";
}

/** What is stored of datasets that do not start over: the columns of streaming tables, and what is of another kind now. */
async function storedTables(
  kinds: Gathered["kinds"],
  declared: DeclaredGraph,
  world: GraphWorld,
  startsOver: (dataset: string) => boolean,
): Promise<Pick<Gathered, "stored" | "partitions" | "errors">> {
  const schemas = new Map<string, StructType>();
  const partitions = new Map<string, readonly string[]>();
  const work = [...declared.datasets].map(async ([name, dataset]) => {
    const kind = kinds.get(name);
    const { sink } = dataset.declaration;
    if (kind === undefined || kind === "TemporaryView" || (sink === undefined && startsOver(name))) return undefined;
    if (hasOutbox(dataset.declaration)) return undefined;
    const table = await world.engine.tables.describe(datasetLocation(dataset, world.settings));
    if (table === undefined) return undefined;
    if (sink !== undefined) partitions.set(name, table.partitionBy);
    if (kind === "StreamingTable") schemas.set(name, table.schema);
    return kindChange(dataset, kind, table.properties);
  });
  const errors = (await Promise.all(work)).filter((error) => error !== undefined);
  return { stored: schemas, partitions, errors };
}

function refreshMatcher(world: GraphWorld): (dataset: string) => boolean {
  const { fullRefresh, settings } = world;
  if (fullRefresh === "all") return () => true;
  const names = new Set((fullRefresh ?? []).map((name) => parseDatasetName(name, settings).canonical));
  return (dataset) => names.has(dataset);
}
