import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { CleanPolicy } from "./clean-source.ts";
import { basePathOf } from "./file-source.ts";
import { isRemote, mapPath, type PathWorld } from "./file-source-path.ts";
import type { ReaderOptions } from "./reader-options.ts";

const DAY = 86_400_000;
const WHERE = "The cloudFiles source";

/**
 * What `cloudFiles.cleanSource` and its options ask for; undefined for nothing. `paths` are those of the source.
 *
 * @throws PipelineError when files would be deleted within seven days, moved nowhere or into the source, or are in an object store.
 */
export function cleanPolicy(
  options: ReaderOptions,
  paths: readonly string[],
  world: PathWorld,
): CleanPolicy | undefined {
  const mode = options.get("cloudFiles.cleanSource")?.trim().toUpperCase();
  const retentionMs = options.interval("cloudFiles.cleanSource.retentionDuration") ?? 30 * DAY;
  const basePath = basePathOf({ paths, options: {}, recursive: true });
  if ((mode === "MOVE" || mode === "DELETE") && paths.some(isRemote)) throw cleansRemote();
  if ((mode === "MOVE" || mode === "DELETE") && paths.some(isRemote)) {
    const plan = "Let rules of the bucket delete or move old files, or leave the option out.";
    throw new PipelineError("UNSUPPORTED_FEATURE", { feature: "cloudFiles.cleanSource in an object store", plan });
  }
  if (mode === "MOVE") return { mode, retentionMs, basePath, destination: destinationOf(options, basePath, world) };
  if (mode !== "DELETE") return undefined;
  if (retentionMs > 7 * DAY) return { mode, retentionMs, basePath };
  const option = "cloudFiles.cleanSource.retentionDuration";
  const value = options.get(option) ?? "";
  throw new PipelineError("INVALID_OPTION_VALUE", {
    where: WHERE,
    option,
    value,
    expected: "more than 7 days, as DELETE needs",
  });
}

function cleansRemote(): PipelineError {
  const feature = "cloudFiles.cleanSource for files in an object store";
  return new PipelineError("UNSUPPORTED_FEATURE", { feature, plan: "Give the bucket a lifecycle rule instead." });
}

function destinationOf(options: ReaderOptions, basePath: string, world: PathWorld): string {
  const option = "cloudFiles.cleanSource.moveDestination";
  const given = options.get(option);
  if (given === undefined) {
    throw new PipelineError("MISSING_OPTION", { where: WHERE, option, example: `.option("${option}", "data/done")` });
  }
  const mapped = mapPath(given, world);
  const expected = "a folder of this machine outside of the source";
  if (mapped.kind === "NotMounted") throw new PipelineError("PATH_NOT_MOUNTED", { path: given, prefix: mapped.prefix });
  if (mapped.kind === "Local" && !`${mapped.path}/`.startsWith(`${basePath}/`)) return mapped.path;
  throw new PipelineError("INVALID_OPTION_VALUE", { where: WHERE, option, value: given, expected });
}
