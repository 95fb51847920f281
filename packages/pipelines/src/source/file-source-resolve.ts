import type { DataSource, StructField, StructType } from "@sluice/query";
import { field, STRING, sqlType, struct, VARIANT } from "@sluice/query";
import { isPipelineError, PipelineError } from "../diagnostics/pipeline-error.ts";
import type { Engine, FileEntry } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import type { OpenStore } from "../engine/file-store.ts";
import { cleanPolicy } from "./clean-policy.ts";
import { idleOptions, readerOptions } from "./cloud-files-options.ts";
import { tidySchema } from "./evolve-schema.ts";
import {
  basePathOf,
  type FileListing,
  type FileSource,
  listFiles,
  namesItsColumns,
  type SchemaEvolution,
} from "./file-source.ts";
import { canonicalFormat, extensionFormat, fileFormat } from "./file-source-format.ts";
import { pathExists } from "./file-source-listing.ts";
import { checkOptions } from "./file-source-options.ts";
import { partitionColumns } from "./file-source-partition.ts";
import { mapPath, type PathWorld } from "./file-source-path.ts";
import { readSchemaVersion } from "./file-source-schema.ts";
import { optionError } from "./option-mistake.ts";
import { ReaderOptions } from "./reader-options.ts";
import { applySchemaHints, parseSchemaHints, type SchemaHint } from "./schema-hints.ts";

/** What resolving a source of files may ask. */
export interface FileSourceWorld extends PathWorld {
  readonly engine: Pick<Engine, "inferSchema">;
  /** Where inferred schemas of this source are kept unless its options say otherwise: an absolute folder. */
  readonly schemaLocation: string;
  readonly openStore: OpenStore;
  /** Whether to look at the files although a schema is stored, as a full refresh does. */
  readonly inferAgain: boolean;
  /** Whether streams of files other than `cloudFiles` may infer their schema: `spark.sql.streaming.schemaInference`. */
  readonly streamingInference: boolean;
}

/** A source of files, or all that is wrong with it. Warnings come with either. */
export interface FileSourceResolution {
  readonly source?: FileSource;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

const INFERENCE_FILES = 1000;
const DEFAULT_MAX_FILES = 1000;
/** Many small files make one micro-batch up to so many bytes, unless the user says how many: each micro-batch costs a commit. */
const SMALL_BATCH_BYTES = 256 * 1024 ** 2;
const DEFAULT_RESCUED = "_rescued_data";

/**
 * Understands a read of files: options and paths checked, mounts applied, columns known. Reads a stored schema if there is one, else looks into the files;
 * writes nothing.
 */
export async function resolveFileSource(leaf: DataSource, world: FileSourceWorld): Promise<FileSourceResolution> {
  const read = new Read(leaf);
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

/** A read of files as the user wrote it, its options at hand. */
class Read {
  readonly leaf: DataSource;
  readonly options: ReaderOptions;
  readonly autoLoader: boolean;

  constructor(leaf: DataSource) {
    this.leaf = leaf;
    this.options = new ReaderOptions(leaf.options);
    this.autoLoader = ["cloudfiles", "read_files"].includes(leaf.format.toLowerCase());
  }

  /** The column that takes each record as a VARIANT. */
  get variantColumn(): string | undefined {
    const name = this.options.get("singleVariantColumn");
    return name === "" ? undefined : name;
  }

  get recursive(): boolean {
    return this.autoLoader || this.options.flag("recursiveFileLookup") === true;
  }

  /** `none` unless a schema is inferred. */
  get evolution(): string {
    const given = this.options.get("cloudFiles.schemaEvolutionMode")?.trim().toLowerCase();
    return given ?? (this.leaf.schema === undefined ? "addnewcolumns" : "none");
  }

  get inferTypes(): boolean {
    const format = this.leaf.format.toLowerCase();
    if (this.autoLoader) return this.options.flag("cloudFiles.inferColumnTypes") ?? false;
    if (format === "csv") return this.options.flag("inferSchema") ?? false;
    return this.options.flag("primitivesAsString") !== true;
  }
}

/** Whether all files of a format have the same columns. */
function isFixed(format: string): boolean {
  return format === "text" || format === "binaryfile";
}

/** The format of the files as far as the program says it. */
function givenFormat({ leaf, options, autoLoader }: Read): string | undefined {
  const name = autoLoader ? options.get("cloudFiles.format") : leaf.format;
  return name === undefined ? undefined : canonicalFormat(name);
}

function mapPaths(leaf: DataSource, read: Read, world: PathWorld): readonly (string | PipelineError)[] {
  const option = read.options.get("path");
  const given = leaf.paths.length > 0 || option === undefined ? leaf.paths : [option];
  if (given.length === 0) {
    const example = `.load("data/orders")`;
    return [
      new PipelineError(
        "MISSING_OPTION",
        { where: `The ${leaf.format} source`, option: "path", example },
        { origin: leaf.origin },
      ),
    ];
  }
  return given.map((path) => findPlace(path, leaf, world));
}

/** Where a path of a program is; or what keeps it from being anywhere. */
function findPlace(path: string, leaf: DataSource, world: PathWorld): string | PipelineError {
  const mapped = mapPath(path, world);
  if (mapped.kind === "Local" || mapped.kind === "Remote") return mapped.path;
  const context = { origin: leaf.origin };
  if (mapped.kind === "NotMounted")
    return new PipelineError("PATH_NOT_MOUNTED", { path, prefix: mapped.prefix }, context);
  const plan = `Mount "${path}" to a local folder, or to s3://, gs:// or abfss://.`;
  return new PipelineError("UNSUPPORTED_FEATURE", { feature: `Reading files from "${mapped.target}"`, plan }, context);
}

/** @throws PipelineError when a path is nowhere */
function placeOf(path: string, leaf: DataSource, world: PathWorld): string {
  const place = findPlace(path, leaf, world);
  if (isPipelineError(place)) throw place;
  return place;
}

function usageErrors(read: Read, world: FileSourceWorld): readonly PipelineError[] {
  const { leaf } = read;
  const context = { origin: leaf.origin };
  if (read.autoLoader && !leaf.streaming && leaf.format.toLowerCase() === "cloudfiles") {
    const plan = 'Use spark.readStream.format("cloudFiles"), or read once with spark.read and the format of the files.';
    return [new PipelineError("UNSUPPORTED_FEATURE", { feature: "A batch read with cloudFiles", plan }, context)];
  }
  const fixed = isFixed(canonicalFormat(leaf.format)) || read.variantColumn !== undefined;
  const mustDeclare = leaf.streaming && !read.autoLoader && !fixed;
  if (mustDeclare && leaf.schema === undefined && !world.streamingInference) {
    return [new PipelineError("STREAM_NEEDS_SCHEMA", { format: leaf.format }, context)];
  }
  const variantErrors = singleVariantErrors(read);
  if (variantErrors.length > 0) return variantErrors;
  if (givenFormat(read) === "xml" && read.options.get("rowTag") === undefined) {
    const params = { where: "The XML source", option: "rowTag", example: '.option("rowTag", "book")' };
    return [new PipelineError("MISSING_OPTION", params, context)];
  }
  const evolves = read.evolution.startsWith("addnewcolumns");
  if (evolves && leaf.schema !== undefined) {
    const where = "cloudFiles with an explicit schema";
    const params = {
      where,
      option: "cloudFiles.schemaEvolutionMode",
      value: read.options.get("cloudFiles.schemaEvolutionMode") ?? "",
      expected: "rescue, failOnNewColumns or none",
    };
    return [new PipelineError("INVALID_OPTION_VALUE", params, context)];
  }
  return [];
}

/** A schema beside a single variant column has that column, and one for corrupt records at most; names of other columns have no place. */
function singleVariantErrors({ leaf, options, variantColumn }: Read): readonly PipelineError[] {
  if (variantColumn === undefined) return [];
  const context = { origin: leaf.origin };
  const corrupt = options.get("columnNameOfCorruptRecord") ?? "_corrupt_record";
  const isVariant = (one: StructField) => one.name === variantColumn && one.dataType.kind === "variant";
  const isCorrupt = (one: StructField) => one.name === corrupt && one.dataType.kind === "string";
  const fields = leaf.schema?.fields ?? [];
  const fits = fields.some(isVariant) && fields.every((one) => isVariant(one) || isCorrupt(one));
  const isDeclared = leaf.schema !== undefined && !fits;
  const option = ["cloudFiles.schemaHints", "schemaHints"].find((name) => options.get(name) !== undefined);
  if (!isDeclared && option === undefined) return [];
  const params = { column: variantColumn, corrupt, given: isDeclared ? sqlType(leaf.schema) : `${option}` };
  return [new PipelineError("INVALID_SINGLE_VARIANT_COLUMN", params, context)];
}

async function buildSource(read: Read, paths: readonly string[], world: FileSourceWorld): Promise<FileSource> {
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

const VARIANT_FORMATS = ["json", "csv", "xml"];

/** The columns of files that do not depend on what is in them. */
function knownSchema({ variantColumn }: Read, format: string): StructType | undefined {
  if (variantColumn !== undefined && VARIANT_FORMATS.includes(format)) return struct([field(variantColumn, VARIANT)]);
  return format === "text" ? struct([field("value", STRING)]) : undefined;
}

const EVOLVING_FORMATS = ["json", "csv", "xml", "parquet", "avro"];

const EVOLUTIONS: Readonly<Record<string, SchemaEvolution["mode"]>> = {
  addnewcolumns: "AddNewColumns",
  addnewcolumnswithtypewidening: "AddNewColumnsWithTypeWidening",
  failonnewcolumns: "FailOnNewColumns",
};

function evolutionOf(read: Read, format: string, hints: readonly SchemaHint[]): SchemaEvolution | undefined {
  const mode =
    read.autoLoader && read.leaf.streaming && EVOLVING_FORMATS.includes(format) && read.variantColumn === undefined
      ? EVOLUTIONS[read.evolution]
      : undefined;
  return mode && { mode, inferTypes: read.inferTypes, hints };
}

/** The options that the reader sees; which partition columns to take is among them. */
function engineOptions(read: Read, paths: readonly string[], world: PathWorld): Readonly<Record<string, string>> {
  const partitionColumns = read.options.get("cloudFiles.partitionColumns");
  const options = {
    ...readerOptions(read.leaf.options),
    ...(partitionColumns === undefined ? {} : { partitionColumns }),
  };
  const badRecords = read.options.get("badRecordsPath");
  if (badRecords === undefined) return options;
  const others = Object.entries(options).filter(([name]) => name.toLowerCase() !== "badrecordspath");
  return { ...Object.fromEntries(others), badRecordsPath: badRecordsFolder(badRecords, read, paths, world) };
}

/** @throws PipelineError for a folder of which the source itself would read */
function badRecordsFolder(
  given: string,
  { leaf, recursive }: Read,
  paths: readonly string[],
  world: PathWorld,
): string {
  const folder = placeOf(given, leaf, world);
  const isInside = `${folder}/`.startsWith(`${basePathOf({ paths, options: {}, recursive })}/`);
  if (!isInside) return folder;
  throw new PipelineError(
    "INVALID_OPTION_VALUE",
    {
      where: `The ${leaf.format} source`,
      option: "badRecordsPath",
      value: given,
      expected: "a folder outside of the source",
    },
    { origin: leaf.origin },
  );
}

async function requirePaths(read: Read, paths: readonly string[], world: FileSourceWorld): Promise<void> {
  const exists = (path: string) => pathExists(path, world.openStore);
  const missing = await Promise.all(paths.map(async (path) => ((await exists(path)) ? undefined : path)));
  const at = missing.findIndex((path) => path !== undefined);
  const path = missing[at];
  if (path === undefined) return;
  const given = read.leaf.paths[at];
  throw new PipelineError(
    "PATH_NOT_FOUND",
    { path, ...(given === undefined ? {} : { given }) },
    { origin: read.leaf.origin },
  );
}

async function formatOf(read: Read, listing: FileListing, world: FileSourceWorld): Promise<string> {
  if (!read.autoLoader) return fileFormat(read.leaf.format);
  const given = read.options.get("cloudFiles.format");
  if (given !== undefined) return fileFormat(given);
  const files = await listFiles(listing, undefined, world.openStore, INFERENCE_FILES);
  const formats = new Set(files.map((file) => extensionFormat(file.path)));
  const [only] = formats;
  if (formats.size === 1 && only !== undefined) return only;
  const params = { where: "cloudFiles", option: "cloudFiles.format", example: '.option("cloudFiles.format", "json")' };
  throw new PipelineError("MISSING_OPTION", params, { origin: read.leaf.origin });
}

function triggerLimits(
  read: Read,
): Pick<FileSource, "maxFilesPerTrigger" | "smallBatchBytes" | "maxBytesPerTrigger" | "maxFileAge"> {
  const given = read.options.count("cloudFiles.maxFilesPerTrigger") ?? read.options.count("maxFilesPerTrigger");
  const maxFilesPerTrigger = given ?? (read.autoLoader ? DEFAULT_MAX_FILES : undefined);
  const maxBytesPerTrigger =
    read.options.size("cloudFiles.maxBytesPerTrigger") ?? read.options.size("maxBytesPerTrigger");
  const maxFileAge = read.options.interval("cloudFiles.maxFileAge") ?? read.options.interval("maxFileAge");
  return {
    ...(maxFilesPerTrigger === undefined ? {} : { maxFilesPerTrigger }),
    ...(given === undefined && read.autoLoader ? { smallBatchBytes: SMALL_BATCH_BYTES } : {}),
    ...(maxBytesPerTrigger === undefined ? {} : { maxBytesPerTrigger }),
    ...(maxFileAge === undefined ? {} : { maxFileAge }),
  };
}

function discoveryRules(read: Read): Pick<FileSource, "allowOverwrites" | "includeExistingFiles"> {
  const allowOverwrites = read.options.flag("cloudFiles.allowOverwrites");
  const includeExistingFiles = read.options.flag("cloudFiles.includeExistingFiles");
  return {
    ...(allowOverwrites === undefined ? {} : { allowOverwrites }),
    ...(includeExistingFiles === undefined ? {} : { includeExistingFiles }),
  };
}

function cleaning(read: Read, paths: readonly string[], world: PathWorld): Pick<FileSource, "clean"> {
  const clean = read.autoLoader ? cleanPolicy(read.options, paths, world) : undefined;
  return clean === undefined ? {} : { clean };
}

function rescuedColumn(read: Read, format: string): string | undefined {
  const given = read.options.get("cloudFiles.rescuedDataColumn") ?? read.options.get("rescuedDataColumn");
  if (given !== undefined) return given === "" ? undefined : given;
  if (!read.autoLoader || isFixed(format)) return undefined;
  if (read.leaf.schema?.fields.some((one) => one.name === DEFAULT_RESCUED && one.dataType.kind === "string"))
    return DEFAULT_RESCUED;
  if (read.evolution === "none") return undefined;
  return read.leaf.schema === undefined || read.evolution === "rescue" ? DEFAULT_RESCUED : undefined;
}

/** Auto Loader takes the first line of CSV files for names when it infers their columns. */
function headerAssumed(
  read: Read,
  format: string,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const assumed =
    read.autoLoader && format === "csv" && read.leaf.schema === undefined && read.options.get("header") === undefined;
  return assumed ? { ...options, header: "true" } : options;
}

function schemaLocationOf(read: Read, world: FileSourceWorld): string {
  const given = read.options.get("cloudFiles.schemaLocation");
  if (given === undefined) return world.schemaLocation;
  const mapped = mapPath(given, world);
  return mapped.kind === "Local" || mapped.kind === "Remote" ? mapped.path : world.schemaLocation;
}

async function inferredSchema(
  read: Read,
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

/** Takes out the partition columns that `cloudFiles.partitionColumns` or `recursiveFileLookup` exclude. */
function keepPartitions(found: StructType, read: Read, files: readonly FileEntry[], basePath: string): StructType {
  const keep = partitionFilter(read);
  if (keep === undefined) return found;
  const paths = files.map((file) => file.path);
  const excluded = new Set(
    partitionColumns(paths, basePath)
      .map((column) => column.name.toLowerCase())
      .filter((name) => !keep.has(name)),
  );
  return struct(found.fields.filter((column) => !excluded.has(column.name.toLowerCase())));
}

async function withPartitions(
  declared: StructType,
  read: Read,
  listing: FileListing,
  world: FileSourceWorld,
): Promise<StructType> {
  const keep = partitionFilter(read);
  if (keep?.size === 0) return declared;
  const names = new Set(declared.fields.map((column) => column.name.toLowerCase()));
  const paths = (await listFiles(listing, undefined, world.openStore)).map((file) => file.path);
  const added = partitionColumns(paths, basePathOf(listing)).filter((column) => {
    const name = column.name.toLowerCase();
    return !names.has(name) && (keep?.has(name) ?? true);
  });
  return struct([...declared.fields, ...added]);
}

/** Names in lower case; undefined: all. */
function partitionFilter(read: Read): ReadonlySet<string> | undefined {
  const given = read.options.get("cloudFiles.partitionColumns");
  if (given !== undefined)
    return new Set(
      given
        .split(",")
        .map((name) => name.trim().toLowerCase())
        .filter(Boolean),
    );
  return !read.autoLoader && read.recursive ? new Set() : undefined;
}

function withRescued(schema: StructType, name: string | undefined): StructType {
  const taken = (column: StructField): boolean => column.name.toLowerCase() === name?.toLowerCase();
  return name === undefined || schema.fields.some(taken) ? schema : struct([...schema.fields, field(name, STRING)]);
}

function notices(leaf: DataSource): readonly PipelineError[] {
  const options = idleOptions(leaf.options);
  const why = "each update finds new files by listing the folder.";
  const next = "No queue, identity or schedule is set up; leave the options out, or keep them for Databricks.";
  return options.length === 0
    ? []
    : [new PipelineError("OPTIONS_WITHOUT_EFFECT", { options, why, next }, { origin: leaf.origin })];
}
