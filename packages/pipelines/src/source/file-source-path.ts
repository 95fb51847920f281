import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where relative paths begin and what foreign prefixes stand for. */
export interface PathWorld {
  /** Absolute folder. */
  readonly projectDir: string;
  readonly mounts: Readonly<Record<string, string>>;
}

/** A path as a program holds it, turned into one of this machine; or the prefix that would have to be mounted first. */
export type MappedPath =
  | { readonly kind: "Local"; readonly path: string }
  /** In an object store: `path` is a URL. */
  | { readonly kind: "Remote"; readonly path: string }
  | { readonly kind: "NotMounted"; readonly prefix: string }
  /** Mounted to a place that files cannot be read from. */
  | { readonly kind: "NotLocal"; readonly target: string };

const DATABRICKS_ROOTS = ["/Volumes", "/mnt", "/databricks-datasets", "/FileStore", "/dbfs"];

/**
 * Applies the longest mount whose prefix the path begins with, at a `/`. Without one, `file:` URLs, URLs of object stores and absolute paths stand for
 * themselves, relative paths are counted from the project's folder, and other URLs are not mounted. `dbfs:/x`, `/dbfs/x` and `/x` are one path.
 */
export function mapPath(path: string, world: PathWorld): MappedPath {
  const mounted = applyMount(path, world.mounts);
  const target = mounted ?? path;
  if (/^file:/i.test(target)) return { kind: "Local", path: trimSlash(fileUrlPath(target)) };
  if (isRemote(target)) return { kind: "Remote", path: target.replace(/\/+$/, "") };
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(target);
  if (scheme !== null) {
    return mounted === undefined ? { kind: "NotMounted", prefix: mountPrefix(path) } : { kind: "NotLocal", target };
  }
  if (mounted === undefined && isForeignRoot(target)) return { kind: "NotMounted", prefix: mountPrefix(target) };
  return { kind: "Local", path: trimSlash(isAbsolute(target) ? target : joinPath(world.projectDir, target)) };
}

/** Whether a path is the URL of an object store. */
export function isRemote(path: string): boolean {
  return /^(s3[an]?|gs|abfss?|wasbs?):\/\/[^/]/i.test(path);
}

/** Mounts first, then `file:`; `..` and `.` are taken out of what comes before a wildcard. */
function joinPath(folder: string, path: string): string {
  const wild = path.search(/[*?[{\\]/);
  if (wild === -1) return resolve(folder, path);
  const cut = path.lastIndexOf("/", wild) + 1;
  return `${resolve(folder, path.slice(0, cut))}/${path.slice(cut)}`;
}

function applyMount(path: string, mounts: Readonly<Record<string, string>>): string | undefined {
  const spellings = spellingsOf(path);
  const matches = Object.entries(mounts)
    .map(([prefix, target]) => ({ prefix: trimSlash(prefix), target }))
    .flatMap(({ prefix, target }) =>
      spellings.filter((one) => startsAt(one, prefix)).map((one) => ({ prefix, target, one })),
    )
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const best = matches[0];
  return best === undefined ? undefined : trimSlash(best.target) + best.one.slice(best.prefix.length);
}

function spellingsOf(path: string): readonly string[] {
  const rooted = path.replace(/^dbfs:\/*/i, "/").replace(/^\/dbfs(?=\/)/, "");
  return rooted.startsWith("/") ? [...new Set([path, rooted, `dbfs:${rooted}`, `/dbfs${rooted}`])] : [path];
}

function startsAt(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

function isForeignRoot(path: string): boolean {
  const root = DATABRICKS_ROOTS.find((one) => startsAt(path, one));
  return root !== undefined && !existsSync(`/${path.split("/").slice(1, 3).join("/")}`);
}

function mountPrefix(path: string): string {
  const bucket = /^[a-z][a-z0-9+.-]+:\/\/[^/]+/i.exec(path);
  if (bucket !== null) return bucket[0];
  const parts = path.split("/");
  return trimSlash(parts.slice(0, path.startsWith("/Volumes/") ? 5 : 3).join("/"));
}

function fileUrlPath(url: string): string {
  const rest = url.replace(/^file:\/*/i, "/");
  try {
    return fileURLToPath(`file://${rest.replace(/[?#]/g, (c) => encodeURIComponent(c))}`);
  } catch {
    return rest;
  }
}

function trimSlash(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" || trimmed.endsWith(":") ? path : trimmed;
}
