import type { DataSource } from "@sluice/query";
import { isPipelineError, PipelineError } from "../diagnostics/pipeline-error.ts";
import type { FileRead, FileSourceWorld } from "./file-read.ts";
import { pathExists } from "./file-source-listing.ts";
import { mapPath, type PathWorld } from "./file-source-path.ts";

/** Where the paths of a read are, each a path or what is wrong with it. */
export function mapPaths(leaf: DataSource, read: FileRead, world: PathWorld): readonly (string | PipelineError)[] {
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
export function placeOf(path: string, leaf: DataSource, world: PathWorld): string {
  const place = findPlace(path, leaf, world);
  if (isPipelineError(place)) throw place;
  return place;
}

/** @throws PipelineError for the first path where nothing is */
export async function requirePaths(read: FileRead, paths: readonly string[], world: FileSourceWorld): Promise<void> {
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
