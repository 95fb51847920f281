import { type StructType, sameType, struct } from "@sluice/query";
import type { Engine, FileEntry, InputSlice, Inputs } from "../engine/engine.ts";
import { EngineError, type EngineErrorFacts } from "../engine/engine-error.ts";
import type { FileStore } from "../engine/file-store.ts";
import type { FlowRead } from "../graph/dataflow-graph.ts";
import { evolvedSchema, schemaChanges } from "../source/evolve-schema.ts";
import { basePathOf, type FileSource, namesItsColumns } from "../source/file-source.ts";
import { readSchemaVersion, storeSchemaVersion } from "../source/file-source-schema.ts";
import { applySchemaHints } from "../source/schema-hints.ts";
import { NEWER_SCHEMA } from "../source/schema-registry.ts";

const UNKNOWN_FIELD = "UNKNOWN_FIELD_EXCEPTION.NEW_FIELDS_IN_RECORD_WITH_FILE_PATH";

/** A source has got new columns, which are known to its schema location or its registry: what reads it must be understood anew. Nothing was written. */
export class SchemaChanged extends EngineError {
  override readonly name = "UnknownFieldException";
}

/** What evolving sources needs of the world. */
export interface EvolutionWorld {
  readonly engine: Pick<Engine, "inferSchema">;
  /** Opens a schema location; absent: nothing evolves, and new fields are rescued. */
  readonly openStore?: ((root: string) => FileStore) | undefined;
}

/** When a batch's files are looked into: before it is evaluated, for formats that name their columns, or because its evaluation stopped at a record. */
export type EvolutionMoment = "Before" | "Stopped";

/**
 * Looks at all files of a batch for columns that their source's schema lacks, and stores what it becomes with them.
 *
 * @throws SchemaChanged when a schema has a new version.
 * @throws EngineError UNKNOWN_FIELD_EXCEPTION when a source must not get new columns.
 */
export async function evolveSources(
  reads: readonly (readonly [number, FlowRead])[],
  inputs: Inputs,
  moment: EvolutionMoment,
  world: EvolutionWorld,
  cause?: unknown,
): Promise<void> {
  for (const [scan, read] of reads) {
    const files = filesOf(inputs.get(scan));
    if (read.kind !== "Files" || read.source.evolution === undefined || files.length === 0) continue;
    if (namesItsColumns(read.source.format) === (moment === "Before")) await evolve(read.source, files, world, cause);
  }
}

/** Whether an evaluation ended at a record with fields that the schema of its source lacks. */
export function stoppedAtNewFields(error: unknown): error is EngineError {
  return error instanceof EngineError && error.facts.condition === UNKNOWN_FIELD;
}

/** Whether an evaluation ended since a subject of a schema registry has a newer schema than the query was understood with. */
export function stoppedAtNewerSchema(error: unknown): error is EngineError {
  return error instanceof EngineError && error.facts.condition === NEWER_SCHEMA;
}

/** The same inputs read to their end, with new fields rescued. */
export function readThrough(inputs: Inputs): Inputs {
  return new Map([...inputs].map(([scan, slice]) => [scan, withoutStop(slice)]));
}

function withoutStop(slice: InputSlice): InputSlice {
  if (slice.kind !== "Files") return slice;
  const { stopAt: _, ...read } = slice.read;
  return { ...slice, read };
}

function filesOf(slice: InputSlice | undefined): readonly FileEntry[] {
  return slice?.kind === "Files" ? slice.files : [];
}

async function evolve(
  source: FileSource,
  files: readonly FileEntry[],
  world: EvolutionWorld,
  cause: unknown,
): Promise<void> {
  const current = struct(source.schema.fields.filter((one) => one.name !== source.rescuedDataColumn));
  const found = await schemaOf(source, files, world.engine);
  const next = nextSchema(source, current, found);
  if (sameType(next, current)) return;
  const facts = factsOf(cause, files);
  if (source.evolution?.mode === "FailOnNewColumns")
    throw newColumns(source, schemaChanges(current, next), facts, cause);
  if (world.openStore === undefined || source.schemaLocation === undefined) return;
  const store = world.openStore(source.schemaLocation);
  const newest = (await readSchemaVersion(store))?.schema ?? current;
  const { version } = await storeSchemaVersion(store, nextSchema(source, newest, found));
  throw schemaChanged(source, schemaChanges(current, next), version, facts, cause);
}

async function schemaOf(
  source: FileSource,
  files: readonly FileEntry[],
  engine: Pick<Engine, "inferSchema">,
): Promise<StructType> {
  const { format, options, rescuedDataColumn } = source;
  const rescued = rescuedDataColumn === undefined ? {} : { rescuedDataColumn };
  const read = { format, options, basePath: basePathOf(source), ...rescued };
  return await engine.inferSchema(files, read, source.evolution?.inferTypes ?? false, "All");
}

function nextSchema({ evolution, rescuedDataColumn }: FileSource, current: StructType, found: StructType): StructType {
  const columns = struct(found.fields.filter((one) => one.name !== rescuedDataColumn));
  const known = evolution?.mode === "AddNewColumnsWithTypeWidening" ? "Widen" : "Keep";
  return applySchemaHints(evolvedSchema(current, columns, known), evolution?.hints ?? []);
}

function factsOf(cause: unknown, files: readonly FileEntry[]): EngineErrorFacts {
  const named = cause instanceof Error ? /file:\/\/\S+/.exec(cause.message)?.[0] : undefined;
  const file = named === undefined ? files[0]?.path : decodeURIComponent(named.slice("file://".length));
  return { condition: UNKNOWN_FIELD, domain: "user", retry: "never", ...(file === undefined ? {} : { file }) };
}

function schemaChanged(
  source: FileSource,
  changes: readonly string[],
  version: number,
  facts: EngineErrorFacts,
  cause: unknown,
): SchemaChanged {
  const what = `New columns in ${source.paths.join(", ")}: ${changes.join(", ")} (first seen in ${facts.file}).`;
  return new SchemaChanged(
    `${what} They are version ${version} of the schema, with which the update starts again.`,
    facts,
    cause,
  );
}

function newColumns(
  source: FileSource,
  changes: readonly string[],
  facts: EngineErrorFacts,
  cause: unknown,
): EngineError {
  const column = changes[0]?.split(" ")[0];
  const message =
    `The file ${facts.file} has fields that the schema of ${source.paths.join(", ")} lacks: ${changes.join(", ")}. With schemaEvolutionMode failOnNewColumns ` +
    "the flow stops here until they are in the schema (cloudFiles.schemaHints, or .schema(..)), or until the file is taken away and ignoreMissingFiles is true.";
  return new EngineError(message, { ...facts, ...(column === undefined ? {} : { column }) }, cause);
}
