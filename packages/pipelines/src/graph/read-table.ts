import {
  type DataSource,
  type Leaf,
  type NamedTable,
  type Origin,
  originOf,
  type StructType,
  struct,
} from "@sluice/query";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { isPipelineError, PipelineError } from "../diagnostics/pipeline-error.ts";
import { expectationsViewName, quarantineTableName } from "../expectation/system-table.ts";
import { CHANGE_FIELDS, type ChangeBounds, changeBounds } from "../source/change-feed.ts";
import { mapPath } from "../source/file-source-path.ts";
import { ReaderOptions } from "../source/reader-options.ts";
import type { FlowRead } from "./dataflow-graph.ts";
import { declaredName, qualifyName } from "./dataset-name.ts";
import { type DeclaredDataset, datasetNames } from "./declared-graph.ts";
import type { GraphWorld } from "./graph-world.ts";
import { checkTableOptions } from "./table-options.ts";

/** What a leaf turned out to be: something of the pipeline, or something outside whose columns are known. */
export type ResolvedRead =
  | {
      readonly kind: "Dataset";
      readonly dataset: string;
      readonly part: "Rows" | "Quarantine";
      /** Present: the change feed of the dataset is read. */
      readonly changes?: ChangeBounds;
    }
  | { readonly kind: "Outside"; readonly schema: StructType; readonly hidden: StructType; readonly read: FlowRead };

/** Who reads, for messages. */
export interface Reader {
  /** As people see it. */
  readonly dataset: string;
  readonly origin: Origin;
}

/** Datasets by canonical name. */
export type DeclaredDatasets = ReadonlyMap<string, DeclaredDataset>;

/** The pipeline's own dataset that a leaf reads, by name, by the path of its table, or its quarantine table; undefined when it is none. */
export function datasetOf(leaf: Leaf, datasets: DeclaredDatasets, world: GraphWorld): ResolvedRead | undefined {
  const location = deltaPath(leaf, world);
  if (location !== undefined) return datasetAt(location, datasets, world);
  if (leaf.kind !== "NamedTable") return undefined;
  const name = nameOf(leaf, world);
  if (name === undefined) return undefined;
  const dataset = declaredName(name, datasets, world.settings);
  if (dataset !== undefined) return { kind: "Dataset", dataset, part: "Rows" };
  const source = [...datasets].find(
    ([canonical, one]) => quarantineTableName(canonical) === name.canonical && quarantines(one),
  );
  return source && { kind: "Dataset", dataset: source[0], part: "Quarantine" };
}

/** Whether a name says that it is of the pipeline: `LIVE.orders`, which is also what `dlt.read("orders")` makes. */
export function isLive(leaf: NamedTable): boolean {
  return leaf.name.length > 1 && leaf.name[0]?.toLowerCase() === "live";
}

/** Where a leaf happens in the user's files. */
export function placeOfLeaf(leaf: Leaf, reader: Reader): Origin {
  return leaf.origin ?? originOf(leaf.span) ?? reader.origin;
}

/**
 * A Delta table outside of the pipeline, by name or path.
 *
 * @throws PipelineError when there is none, or the options ask for what is not supported.
 */
export async function resolveTable(
  leaf: NamedTable | DataSource,
  reader: Reader,
  datasets: DeclaredDatasets,
  world: GraphWorld,
): Promise<ResolvedRead> {
  const origin = placeOfLeaf(leaf, reader);
  checkTableOptions(leaf, origin);
  const location = deltaPath(leaf, world) ?? (await namedLocation(leaf, world));
  if (location === undefined) throw notLocal(leaf, origin);
  const version = await versionOf(leaf, location, world, origin);
  const outside = leaf.kind !== "NamedTable" || !isLive(leaf);
  const table = outside ? await world.engine.tables.describe(location, version) : undefined;
  const name = leaf.kind === "NamedTable" ? leaf.name.slice(outside ? 0 : 1).join(".") : (leaf.paths[0] ?? "");
  if (table === undefined) throw notFound(leaf, name, location, reader, datasets, origin);
  const changes = changeBounds(leaf);
  const feed = changes === undefined ? {} : { changes };
  const read = { kind: "ExternalTable" as const, name, location, streaming: leaf.streaming, leaf, ...feed };
  return {
    kind: "Outside",
    schema: changes === undefined ? table.schema : struct([...table.schema.fields, ...CHANGE_FIELDS]),
    hidden: { kind: "struct", fields: [] },
    read: version === undefined ? read : { ...read, version },
  };
}

/** The folder that a leaf names itself: ``delta.`path` `` or `format("delta").load(path)`. */
function deltaPath(leaf: Leaf, world: GraphWorld): string | undefined {
  const path = givenPath(leaf);
  if (path === undefined) return undefined;
  const mapped = mapPath(path, world.settings);
  return mapped.kind === "Local" || mapped.kind === "Remote" ? mapped.path : undefined;
}

function givenPath(leaf: Leaf): string | undefined {
  if (leaf.kind === "DataSource") return leaf.paths[0] ?? new ReaderOptions(leaf.options).get("path");
  const isDelta = leaf.kind === "NamedTable" && leaf.name.length === 2 && leaf.name[0]?.toLowerCase() === "delta";
  const path = isDelta ? leaf.name[1] : undefined;
  return path !== undefined && /[/\\:]/.test(path) ? path : undefined;
}

function datasetAt(location: string, datasets: DeclaredDatasets, world: GraphWorld): ResolvedRead | undefined {
  const found = [...datasets.values()].find((one) => `${world.settings.storage}/${one.name.folder}` === location);
  if (found === undefined || found.declaration.kind === "TemporaryView") return undefined;
  return { kind: "Dataset", dataset: found.name.canonical, part: "Rows" };
}

function quarantines(dataset: DeclaredDataset): boolean {
  return dataset.declaration.expectations.some((one) => one.policy === "quarantine");
}

async function namedLocation(leaf: NamedTable | DataSource, world: GraphWorld): Promise<string | undefined> {
  if (leaf.kind === "DataSource") return undefined;
  if (world.locateTable !== undefined) return await world.locateTable(leaf.name);
  const name = nameOf(leaf, world);
  return name && `${world.settings.storage}/${name.folder}`;
}

function nameOf(leaf: NamedTable, world: GraphWorld): ReturnType<typeof qualifyName> | undefined {
  try {
    return qualifyName(leaf.name, world.settings);
  } catch (error) {
    if (isPipelineError(error)) return undefined;
    throw error;
  }
}

async function versionOf(
  leaf: NamedTable | DataSource,
  location: string,
  world: GraphWorld,
  origin: Origin,
): Promise<number | undefined> {
  const options = new ReaderOptions(leaf.options);
  const asked = options.get("versionAsOf") ?? (leaf.kind === "NamedTable" ? leaf.version?.toString() : undefined);
  if (asked !== undefined) {
    if (/^\d+$/.test(asked)) return Number(asked);
    const params = { where: "A table read", option: "versionAsOf", value: asked, expected: "a version number" };
    throw new PipelineError("INVALID_OPTION_VALUE", params, { origin });
  }
  const text = options.get("timestampAsOf") ?? literalTime(leaf, origin);
  if (text === undefined) return undefined;
  const time = new ReaderOptions({ time: text }).time("time");
  const version = time === undefined ? undefined : await world.engine.tables.versionAt(location, time);
  if (version !== undefined) return version;
  const expected = "a time, such as 2024-01-31 12:00:00, at which the table had a version";
  const params = { where: "A table read", option: "timestampAsOf", value: text, expected };
  throw new PipelineError("INVALID_OPTION_VALUE", params, { origin });
}

function literalTime(leaf: NamedTable | DataSource, origin: Origin): string | undefined {
  if (leaf.kind !== "NamedTable" || leaf.timestamp === undefined) return undefined;
  const { timestamp } = leaf;
  if (timestamp.kind === "Literal" && typeof timestamp.value === "string") return timestamp.value;
  const plan = "Write the time as text: TIMESTAMP AS OF '2024-01-31 12:00:00'.";
  throw new PipelineError("UNSUPPORTED_FEATURE", { feature: "TIMESTAMP AS OF a computed time", plan }, { origin });
}

function notLocal(leaf: NamedTable | DataSource, origin: Origin): PipelineError {
  const path = givenPath(leaf);
  if (path === undefined && leaf.kind === "NamedTable") {
    return new PipelineError("INVALID_DATASET_NAME", { name: leaf.name.join(".") }, { origin });
  }
  if (path === undefined) {
    const params = { where: "The delta source", option: "path", example: '.load("data/table")' };
    return new PipelineError("MISSING_OPTION", params, { origin });
  }
  const prefix = /^[a-z][a-z0-9+.-]*:\/\/[^/]+/i.exec(path)?.[0] ?? path;
  return new PipelineError("PATH_NOT_MOUNTED", { path, prefix }, { origin });
}

function notFound(
  leaf: NamedTable | DataSource,
  name: string,
  location: string,
  reader: Reader,
  datasets: DeclaredDatasets,
  origin: Origin,
): PipelineError {
  const given = givenPath(leaf);
  if (given !== undefined) return new PipelineError("PATH_NOT_FOUND", { path: location, given }, { origin });
  const candidates = datasetNames(datasets.values());
  const closest = closestMatch(name, candidates);
  const evidence = [...datasets.values()].some((one) => expectationsViewName(one.name.table) === name);
  if (evidence) {
    const plan = "Query it after an update; to use bad rows in the pipeline, give the rule the policy quarantine.";
    return new PipelineError(
      "UNSUPPORTED_FEATURE",
      { feature: `Reading "${name}" inside of the pipeline`, plan },
      { origin },
    );
  }
  const hint =
    closest === undefined
      ? "Declare it in one of the pipeline's files, or correct the name."
      : `Did you mean \`${closest}\`?`;
  const problem = {
    condition: "TABLE_OR_VIEW_NOT_FOUND",
    sqlState: "42P01",
    message: `There is no dataset or table \`${name}\`. ${hint}`,
    parameters: { relationName: name, ...(closest === undefined ? {} : { suggestion: closest }) },
    ...(leaf.span === undefined ? {} : { span: leaf.span }),
    origin,
  };
  return new PipelineError("QUERY_PROBLEM", { dataset: reader.dataset, problem }, { origin });
}
