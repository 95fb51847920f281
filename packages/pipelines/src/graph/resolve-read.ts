import { type DataSource, type Leaf, type Origin, QueryError, struct, type TableFunction } from "@sluice/query";
import { fromQueryError, isPipelineError, isQueryError, PipelineError } from "../diagnostics/pipeline-error.ts";
import { changeBounds, changesTable } from "../source/change-feed.ts";
import type { Connector } from "../source/connector.ts";
import { FILE_METADATA } from "../source/file-source.ts";
import { resolveFileSource } from "../source/file-source-resolve.ts";
import { withOrigin } from "./flow-query.ts";
import type { GraphWorld } from "./graph-world.ts";
import {
  type DeclaredDatasets,
  datasetOf,
  isLive,
  placeOfLeaf,
  type Reader,
  type ResolvedRead,
  resolveTable,
} from "./read-table.ts";
import { checkTableOptions } from "./table-options.ts";

/** A leaf resolved, or what is wrong with it. */
export interface ReadResolution {
  readonly read?: ResolvedRead;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/** Who reads, and under which names inferred schemas are kept. */
export interface LeafReader extends Reader {
  /** Absolute folder, its own for each leaf. */
  readonly schemaLocation: string;
  /** Whether the reader is about to start over. */
  readonly startsOver: boolean;
}

const FILES = "Read files (cloudFiles, json, csv, parquet, text) or Delta tables.";
const MESSAGES = 'Have the messages in a topic of Kafka (format("kafka")), or land them as files and read those.';

/** What people do instead of formats that are not read. */
const OTHERS: Readonly<Record<string, string>> = {
  ...{ kinesis: MESSAGES, pubsub: MESSAGES, pulsar: MESSAGES },
  eventhubs: 'Event Hubs speak Kafka: read them by format("kafka") at port 9093.',
  ...{ jdbc: FILES, memory: FILES, snowflake: FILES, bigquery: FILES, mongodb: FILES },
};

const FUNCTIONS: Readonly<Record<string, string>> = {
  read_kinesis: "Only files and Delta tables can be read.",
  read_pubsub: "Only files and Delta tables can be read.",
  read_pulsar: "Only files and Delta tables can be read.",
  event_log: "Query the event log after an update: it is a Delta table under system/events of the storage.",
  cloud_files_state: "`sluice files TABLE` shows what a table has read.",
  read_stream:
    "Write STREAM read_stream('table', skipChangeCommits => true), or STREAM table WITH (SKIPCHANGECOMMITS).",
};

/** Finds out what a leaf reads and which columns it has. Touches files and tables only to read. */
export async function resolveRead(
  leaf: Leaf,
  reader: LeafReader,
  datasets: DeclaredDatasets,
  world: GraphWorld,
): Promise<ReadResolution> {
  try {
    return await resolveLeaf(changesOf(leaf) ?? leaf, reader, datasets, world);
  } catch (error) {
    if (isQueryError(error))
      return { errors: fromQueryError(error, reader.dataset, placeOfLeaf(leaf, reader)), warnings: [] };
    if (!isPipelineError(error)) throw error;
    return { errors: [withOrigin(error, placeOfLeaf(leaf, reader))], warnings: [] };
  }
}

function changesOf(leaf: Leaf): Leaf | undefined {
  return leaf.kind === "TableFunction" ? changesTable(leaf) : undefined;
}

async function resolveLeaf(
  leaf: Leaf,
  reader: LeafReader,
  datasets: DeclaredDatasets,
  world: GraphWorld,
): Promise<ReadResolution> {
  const own = datasetOf(leaf, datasets, world);
  if (own !== undefined) return resolveOwn(own, leaf, reader, datasets);
  if (leaf.kind === "TableFunction") return resolveFunction(leaf, reader);
  if (leaf.kind === "DataSource" && leaf.format.toLowerCase() !== "delta") {
    const open = world.connectors?.get(leaf.format.toLowerCase());
    return open === undefined
      ? await resolveFiles(leaf, reader, world)
      : resolveConnected(await open(), leaf, placeOfLeaf(leaf, reader));
  }
  return { read: await resolveTable(leaf, reader, datasets, world), errors: [], warnings: liveNotice(leaf, reader) };
}

function resolveOwn(read: ResolvedRead, leaf: Leaf, reader: LeafReader, datasets: DeclaredDatasets): ReadResolution {
  if (leaf.kind !== "TableFunction") checkTableOptions(leaf, placeOfLeaf(leaf, reader));
  if (leaf.kind === "NamedTable" && (leaf.version !== undefined || leaf.timestamp !== undefined)) {
    const plan = "A dataset of the pipeline is read as this update leaves it; take the version away.";
    const feature = `Time travel on "${leaf.name.join(".")}"`;
    throw new PipelineError("UNSUPPORTED_FEATURE", { feature, plan });
  }
  const changes = leaf.kind === "TableFunction" ? undefined : changeBounds(leaf);
  if (changes === undefined || read.kind !== "Dataset") return { read, errors: [], warnings: liveNotice(leaf, reader) };
  checkFeed(read, datasets);
  return { read: { ...read, changes }, errors: [], warnings: liveNotice(leaf, reader) };
}

/** Changes are recorded of tables that say so. */
function checkFeed({ dataset, part }: Extract<ResolvedRead, { kind: "Dataset" }>, datasets: DeclaredDatasets): void {
  const declared = datasets.get(dataset);
  if (declared === undefined) return;
  const { declaration, name } = declared;
  if (declaration.kind === "TemporaryView" || part === "Quarantine") {
    const plan = "Read the feed of a table.";
    throw new PipelineError("UNSUPPORTED_FEATURE", { feature: `The change feed of "${name.display}"`, plan });
  }
  const isOn = Object.entries(declaration.tableProperties).some(
    ([key, value]) => key.toLowerCase() === "delta.enablechangedatafeed" && value.toLowerCase() === "true",
  );
  if (isOn) return;
  const message = `\`${name.display}\` records no changes. Set its table property delta.enableChangeDataFeed to true.`;
  throw new QueryError([{ condition: "DELTA_MISSING_CHANGE_DATA", message, parameters: {} }]);
}

function resolveFunction(leaf: TableFunction, reader: LeafReader): ReadResolution {
  const plan = FUNCTIONS[leaf.name.toLowerCase()] ?? "Correct its name, or read a table or files instead.";
  const origin = placeOfLeaf(leaf, reader);
  return {
    errors: [
      new PipelineError("UNSUPPORTED_FEATURE", { feature: `The table function ${leaf.name}`, plan }, { origin }),
    ],
    warnings: [],
  };
}

function resolveConnected(connector: Connector, leaf: DataSource, origin: Origin): ReadResolution {
  const found = connector.resolve(leaf);
  const errors = found.errors.map((error) => withOrigin(error, origin));
  const warnings = found.warnings.map((warning) => withOrigin(warning, origin));
  if (found.source === undefined) return { errors, warnings };
  const { source } = found;
  const read = { kind: "Connector" as const, source, streaming: leaf.streaming, leaf };
  return { read: { kind: "Outside", schema: source.schema, hidden: struct([]), read }, errors, warnings };
}

async function resolveFiles(leaf: DataSource, reader: LeafReader, world: GraphWorld): Promise<ReadResolution> {
  refuseOtherSources(leaf.format);
  const { engine, settings, openStore } = world;
  const inference = settings.configuration["spark.sql.streaming.schemaInference"];
  const found = await resolveFileSource(leaf, {
    engine,
    projectDir: settings.projectDir,
    mounts: settings.mounts,
    openStore,
    schemaLocation: reader.schemaLocation,
    inferAgain: reader.startsOver,
    streamingInference: inference?.toLowerCase() === "true",
  });
  const origin = placeOfLeaf(leaf, reader);
  const errors = found.errors.map((error) => withOrigin(error, origin));
  const warnings = found.warnings.map((warning) => withOrigin(warning, origin));
  if (found.source === undefined) return { errors, warnings };
  const read = { kind: "Files" as const, source: found.source, streaming: leaf.streaming, leaf };
  return { read: { kind: "Outside", schema: found.source.schema, hidden: FILE_METADATA, read }, errors, warnings };
}

function refuseOtherSources(format: string): void {
  const plan = OTHERS[format.toLowerCase()];
  if (plan !== undefined) throw new PipelineError("UNSUPPORTED_FEATURE", { feature: `The source "${format}"`, plan });
}

/** Only for SQL text: `dlt.read(name)` makes the same leaf as `LIVE.name`. */
function liveNotice(leaf: Leaf, reader: LeafReader): readonly PipelineError[] {
  if (leaf.kind !== "NamedTable" || leaf.span === undefined || !isLive(leaf)) return [];
  const origin = placeOfLeaf(leaf, reader);
  return [new PipelineError("LIVE_PREFIX_IGNORED", { name: leaf.name.join(".") }, { origin })];
}
