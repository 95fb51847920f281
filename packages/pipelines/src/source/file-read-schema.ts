import { field, STRING, type StructField, type StructType, struct, VARIANT } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { tidySchema } from "./evolve-schema.ts";
import { type FileRead, type FileSourceWorld, INFERENCE_FILES, isFixed } from "./file-read.ts";
import { keepPartitions } from "./file-read-partitions.ts";
import { basePathOf, type FileSource, listFiles, namesItsColumns, type SchemaEvolution } from "./file-source.ts";
import { mapPath } from "./file-source-path.ts";
import { readSchemaVersion } from "./file-source-schema.ts";
import type { SchemaHint } from "./schema-hints.ts";

const DEFAULT_RESCUED = "_rescued_data";

const VARIANT_FORMATS = ["json", "csv", "xml"];

/** The columns of files that do not depend on what is in them. */
export function knownSchema({ variantColumn }: FileRead, format: string): StructType | undefined {
  if (variantColumn !== undefined && VARIANT_FORMATS.includes(format)) return struct([field(variantColumn, VARIANT)]);
  return format === "text" ? struct([field("value", STRING)]) : undefined;
}

const EVOLVING_FORMATS = ["json", "csv", "xml", "parquet", "avro"];

const EVOLUTIONS: Readonly<Record<string, SchemaEvolution["mode"]>> = {
  addnewcolumns: "AddNewColumns",
  addnewcolumnswithtypewidening: "AddNewColumnsWithTypeWidening",
  failonnewcolumns: "FailOnNewColumns",
};

/** How the columns change when files bring others; undefined: not at all. */
export function evolutionOf(read: FileRead, format: string, hints: readonly SchemaHint[]): SchemaEvolution | undefined {
  const mode =
    read.autoLoader && read.leaf.streaming && EVOLVING_FORMATS.includes(format) && read.variantColumn === undefined
      ? EVOLUTIONS[read.evolution]
      : undefined;
  return mode && { mode, inferTypes: read.inferTypes, hints };
}

/** The column for what does not fit the others. */
export function rescuedColumn(read: FileRead, format: string): string | undefined {
  const given = read.options.get("cloudFiles.rescuedDataColumn") ?? read.options.get("rescuedDataColumn");
  if (given !== undefined) return given === "" ? undefined : given;
  if (!read.autoLoader || isFixed(format)) return undefined;
  if (read.leaf.schema?.fields.some((one) => one.name === DEFAULT_RESCUED && one.dataType.kind === "string"))
    return DEFAULT_RESCUED;
  if (read.evolution === "none") return undefined;
  return read.leaf.schema === undefined || read.evolution === "rescue" ? DEFAULT_RESCUED : undefined;
}

/** Where the versions of an inferred schema are kept. */
export function schemaLocationOf(read: FileRead, world: FileSourceWorld): string {
  const given = read.options.get("cloudFiles.schemaLocation");
  if (given === undefined) return world.schemaLocation;
  const mapped = mapPath(given, world);
  return mapped.kind === "Local" || mapped.kind === "Remote" ? mapped.path : world.schemaLocation;
}

/** The columns as stored, or as the files have them. @throws PipelineError when there is no file */
export async function inferredSchema(
  read: FileRead,
  source: Omit<FileSource, "schema">,
  schemaLocation: string | undefined,
  world: FileSourceWorld,
): Promise<StructType> {
  if (schemaLocation !== undefined && !world.inferAgain) {
    const stored = await readSchemaVersion(world.openStore(schemaLocation));
    if (stored !== undefined) return stored.schema;
  }
  const listed = await listFiles(source, undefined, world.openStore, read.autoLoader ? INFERENCE_FILES : undefined);
  const files = namesItsColumns(source.format) ? listed.filter((file) => file.sizeBytes > 0) : listed;
  if (files.length === 0) {
    const path = source.paths.join(", ");
    throw new PipelineError("NO_FILES_TO_INFER_SCHEMA_FROM", { path }, { origin: read.leaf.origin });
  }
  const basePath = basePathOf(source);
  const rescued = source.rescuedDataColumn === undefined ? {} : { rescuedDataColumn: source.rescuedDataColumn };
  const named = source.byName === true ? { byName: true } : {};
  const request = { format: source.format, options: source.options, basePath, ...rescued, ...named };
  const found = tidySchema(await world.engine.inferSchema(files, request, read.inferTypes));
  return keepPartitions(found, read, files, basePath);
}

/** Columns with one for what does not fit them, where that is asked for and not there. */
export function withRescued(schema: StructType, name: string | undefined): StructType {
  const taken = (column: StructField): boolean => column.name.toLowerCase() === name?.toLowerCase();
  return name === undefined || schema.fields.some(taken) ? schema : struct([...schema.fields, field(name, STRING)]);
}
