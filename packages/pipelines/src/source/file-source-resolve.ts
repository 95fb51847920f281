import type { DataSource } from "@sluice/query";
import { isPipelineError, PipelineError } from "../diagnostics/pipeline-error.ts";
import { EngineError } from "../engine/engine-error.ts";
import { idleOptions } from "./cloud-files-options.ts";
import { FileRead, type FileSourceWorld, givenFormat } from "./file-read.ts";
import {
  cleaning,
  discoveryRules,
  engineOptions,
  formatOf,
  headerAssumed,
  triggerLimits,
} from "./file-read-options.ts";
import { withPartitions } from "./file-read-partitions.ts";
import { mapPaths, requirePaths } from "./file-read-path.ts";
import {
  evolutionOf,
  inferredSchema,
  knownSchema,
  rescuedColumn,
  schemaLocationOf,
  withRescued,
} from "./file-read-schema.ts";
import { usageErrors } from "./file-read-usage.ts";
import type { FileSource } from "./file-source.ts";
import { checkOptions } from "./file-source-options.ts";
import { optionError } from "./option-mistake.ts";
import { applySchemaHints, parseSchemaHints } from "./schema-hints.ts";

/** A source of files, or all that is wrong with it. Warnings come with either. */
export interface FileSourceResolution {
  readonly source?: FileSource;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/**
 * Understands a read of files: options and paths checked, mounts applied, columns known. Reads a stored schema if there is one, else looks into the files;
 * writes nothing.
 */
export async function resolveFileSource(leaf: DataSource, world: FileSourceWorld): Promise<FileSourceResolution> {
  const read = new FileRead(leaf);
  const mistakes = checkOptions(leaf.options, givenFormat(read)).map((mistake) =>
    optionError(mistake, `The ${leaf.format} source`, leaf.origin),
  );
  const paths = mapPaths(leaf, read, world);
  const errors = [...mistakes, ...usageErrors(read, world), ...paths.filter(isPipelineError)];
  if (errors.length > 0) return { errors, warnings: [] };
  try {
    const source = await buildSource(
      read,
      paths.filter((path) => typeof path === "string"),
      world,
    );
    return { source, errors: [], warnings: notices(leaf) };
  } catch (thrown) {
    const error = storageTrouble(thrown, paths) ?? dataTrouble(thrown) ?? thrown;
    if (!isPipelineError(error)) throw error;
    return {
      errors: [
        error.origin === undefined
          ? new PipelineError(error.code, error.params, { origin: leaf.origin, cause: error })
          : error,
      ],
      warnings: [],
    };
  }
}

/** What a store says that could not be reached, or would not answer. */
function storageTrouble(error: unknown, paths: readonly unknown[]): PipelineError | undefined {
  if (!(error instanceof Error) || !("code" in error) || !String(error.code).startsWith("STORAGE_")) return undefined;
  const problem = error.message.replace(/^\[\w+\] /, "");
  return new PipelineError("STORAGE_NOT_REACHED", { path: paths.join(", "), problem }, { cause: error });
}

/** That the files themselves cannot be read; undefined for trouble of other kinds. */
function dataTrouble(error: unknown): PipelineError | undefined {
  if (!(error instanceof EngineError) || error.facts.domain !== "user") return undefined;
  return new PipelineError("SCHEMA_NOT_INFERRED", { problem: error.message }, { cause: error });
}

async function buildSource(read: FileRead, paths: readonly string[], world: FileSourceWorld): Promise<FileSource> {
  await requirePaths(read, paths, world);
  const listing = { paths, options: engineOptions(read, paths, world), recursive: read.recursive };
  const format = await formatOf(read, listing, world);
  const rescuedDataColumn = rescuedColumn(read, format);
  const base = {
    ...listing,
    format,
    options: headerAssumed(read, format, listing.options),
    ...triggerLimits(read),
    ...discoveryRules(read),
    ...cleaning(read, paths, world),
    ...(read.autoLoader && format === "csv" ? { byName: true } : {}),
    ...(rescuedDataColumn === undefined ? {} : { rescuedDataColumn }),
  };
  const declared = read.leaf.schema ?? knownSchema(read, format);
  if (declared !== undefined) {
    const schema = withRescued(await withPartitions(declared, read, listing, world), rescuedDataColumn);
    const evolution = evolutionOf(read, format, []);
    return { ...base, schema, ...(evolution === undefined ? {} : { evolution }) };
  }
  const schemaLocation = read.autoLoader && read.leaf.streaming ? schemaLocationOf(read, world) : undefined;
  const hints = parseSchemaHints(read.options.get("cloudFiles.schemaHints") ?? "");
  const inferred = applySchemaHints(await inferredSchema(read, base, schemaLocation, world), hints);
  const evolution = evolutionOf(read, format, hints);
  return {
    ...base,
    schema: withRescued(inferred, rescuedDataColumn),
    ...(schemaLocation === undefined ? {} : { schemaLocation }),
    ...(evolution === undefined ? {} : { evolution }),
  };
}

function notices(leaf: DataSource): readonly PipelineError[] {
  const options = idleOptions(leaf.options);
  const why = "each update finds new files by listing the folder.";
  const next = "No queue, identity or schedule is set up; leave the options out, or keep them for Databricks.";
  return options.length === 0
    ? []
    : [new PipelineError("OPTIONS_WITHOUT_EFFECT", { options, why, next }, { origin: leaf.origin })];
}
