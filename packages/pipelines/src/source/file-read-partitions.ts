import { type StructType, struct } from "@sluice/query";
import type { FileEntry } from "../engine/engine.ts";
import type { FileRead, FileSourceWorld } from "./file-read.ts";
import { basePathOf, type FileListing, listFiles } from "./file-source.ts";
import { partitionColumns } from "./file-source-partition.ts";

/** Takes out the partition columns that `cloudFiles.partitionColumns` or `recursiveFileLookup` exclude. */
export function keepPartitions(
  found: StructType,
  read: FileRead,
  files: readonly FileEntry[],
  basePath: string,
): StructType {
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

/** Declared columns with those of partitions, which folders name, behind them. */
export async function withPartitions(
  declared: StructType,
  read: FileRead,
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
function partitionFilter(read: FileRead): ReadonlySet<string> | undefined {
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
