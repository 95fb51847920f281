import type { FileEntry } from "../engine/engine.ts";
import type { OpenStore } from "../engine/file-store.ts";
import type { GlobPattern } from "./file-source-glob.ts";

/** The files of an object store that a pattern stands for, as a folder, a file or a glob. One listing of what lies below its base. */
export async function listRemote(
  pattern: GlobPattern,
  recursive: boolean,
  openStore: OpenStore,
): Promise<readonly FileEntry[]> {
  const { bucket, key } = splitUrl(pattern.base);
  const store = openStore(bucket);
  const [files, itself] = await Promise.all([
    store.list(key),
    key === "" || pattern.segments.length > 0 ? undefined : store.head(key),
  ]);
  const start = key === "" ? 0 : key.length + 1;
  const below = files.filter((file) => belongs(file.path.slice(start).split("/"), pattern.segments, recursive));
  return [...(itself === undefined ? [] : [itself]), ...below].map((file) => ({
    path: `${bucket}/${file.path}`,
    sizeBytes: file.sizeBytes,
    modifiedAt: Math.trunc(file.modifiedAt),
  }));
}

/** Whether there is an object at a URL, or any below it. An empty bucket exists. */
export async function remoteExists(url: string, openStore: OpenStore): Promise<boolean> {
  const { bucket, key } = splitUrl(url);
  const store = openStore(bucket);
  if (key === "") return (await store.folders("")) !== undefined;
  if ((await store.head(key)) !== undefined) return true;
  return (await store.list(key)).length > 0;
}

/** Names that begin with `_` or `.` are left out, of files and of folders. */
export function isHidden(name: string): boolean {
  return name.startsWith("_") || name.startsWith(".");
}

/**
 * Whether a path below the base, in parts, is a file of the source: its first parts match the pattern, and what follows lies in folders that are entered.
 * A hidden part counts only where the pattern names it.
 */
function belongs(parts: readonly string[], segments: readonly RegExp[], recursive: boolean): boolean {
  if (parts.length < segments.length) return false;
  const named = segments.every((segment, i) => {
    const part = parts[i] ?? "";
    return segment.test(part) && (!isHidden(part) || segment.source.startsWith("^_"));
  });
  const rest = parts.slice(segments.length);
  const folders = rest.slice(0, -1);
  return named && !rest.some(isHidden) && (recursive || folders.every((one) => one.includes("=")));
}

/** A URL's bucket, as a URL, and the rest of it. */
function splitUrl(url: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = "", key = ""] = /^([a-z0-9]+:\/\/[^/]+)\/*(.*)$/is.exec(url) ?? [];
  return { bucket, key: key.replace(/\/+$/, "") };
}
