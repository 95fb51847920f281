import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { cleanPolicy } from "./clean-policy.ts";
import { readerOptions } from "./cloud-files-options.ts";
import { type FileRead, type FileSourceWorld, INFERENCE_FILES } from "./file-read.ts";
import { placeOf } from "./file-read-path.ts";
import { basePathOf, type FileListing, type FileSource, listFiles } from "./file-source.ts";
import { extensionFormat, fileFormat } from "./file-source-format.ts";
import type { PathWorld } from "./file-source-path.ts";

const DEFAULT_MAX_FILES = 1000;
/** Many small files make one micro-batch up to so many bytes, unless the user says how many: each micro-batch costs a commit. */
const SMALL_BATCH_BYTES = 256 * 1024 ** 2;

/** The options that the reader sees; which partition columns to take is among them. */
export function engineOptions(
  read: FileRead,
  paths: readonly string[],
  world: PathWorld,
): Readonly<Record<string, string>> {
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
  { leaf, recursive }: FileRead,
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

/** Auto Loader takes the first line of CSV files for names when it infers their columns. */
export function headerAssumed(
  read: FileRead,
  format: string,
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const assumed =
    read.autoLoader && format === "csv" && read.leaf.schema === undefined && read.options.get("header") === undefined;
  return assumed ? { ...options, header: "true" } : options;
}

/** How much a micro-batch reads at most. */
export function triggerLimits(
  read: FileRead,
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

/** Which files count as new. */
export function discoveryRules(read: FileRead): Pick<FileSource, "allowOverwrites" | "includeExistingFiles"> {
  const allowOverwrites = read.options.flag("cloudFiles.allowOverwrites");
  const includeExistingFiles = read.options.flag("cloudFiles.includeExistingFiles");
  return {
    ...(allowOverwrites === undefined ? {} : { allowOverwrites }),
    ...(includeExistingFiles === undefined ? {} : { includeExistingFiles }),
  };
}

/** What becomes of files that were read. @throws PipelineError for a wrong place to move them to */
export function cleaning(read: FileRead, paths: readonly string[], world: PathWorld): Pick<FileSource, "clean"> {
  const clean = read.autoLoader ? cleanPolicy(read.options, paths, world) : undefined;
  return clean === undefined ? {} : { clean };
}

/** The format of the files: as given, or as the names of the files tell it. @throws PipelineError when neither does */
export async function formatOf(read: FileRead, listing: FileListing, world: FileSourceWorld): Promise<string> {
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
