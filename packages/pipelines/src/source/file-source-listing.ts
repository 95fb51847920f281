import { type Dirent, type Stats, statSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { FileEntry } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import type { OpenStore } from "../engine/file-store.ts";
import { inOtherThread } from "../engine/other-thread.ts";
import { fileFacts } from "./file-facts.ts";
import { type GlobPattern, globToRegExp, parseGlob } from "./file-source-glob.ts";
import { isRemote } from "./file-source-path.ts";
import { isHidden, listRemote, remoteExists } from "./file-source-remote.ts";

/** Which files below the paths of a source belong to it. */
export interface ListingRules {
  /** Absolute folders, files or globs; or such URLs of object stores. */
  readonly paths: readonly string[];
  /** Whether files in any subfolder count; otherwise only `key=value` subfolders are entered. */
  readonly recursive: boolean;
  /** A glob on file names. */
  readonly nameFilter?: string;
  /** Milliseconds since the epoch, excluded. */
  readonly modifiedAfter?: number;
  readonly modifiedBefore?: number;
  /** Paths to leave out as if they were not there; their files are not looked at. */
  readonly isKnown?: (path: string) => boolean;
  /**
   * At most this many files, spread evenly over the paths in order; absent: all. Of the others nothing is looked at but their names, and of folders beside one another not even those once
   * ten times as many files have been found in folders spread evenly over them.
   */
  readonly sample?: number;
}

const PARALLEL = 64;
const SAMPLE_FROM = 10;
const TURN = 256;
const SLOW_TURN_MS = 100;
const FAST_TURN_MS = 20;

/** A thread takes as long to begin as thousands of files to be looked at. */
const WORTH_A_THREAD = 20_000;

/**
 * The files of a source, oldest first and then by path. Names that begin with `_` or `.` are left out, as are folders so named, unless a path names
 * them. Files that vanish while listing are left out. Folders are listed; of files, only those that are not known are looked at.
 */
export async function listPaths(rules: ListingRules, openStore: OpenStore): Promise<readonly FileEntry[]> {
  const matchesName = rules.nameFilter === undefined ? undefined : nameMatcher(rules.nameFilter);
  const isWanted = (path: string) => (matchesName?.(baseName(path)) ?? true) && rules.isKnown?.(path) !== true;
  const roots = new Set<string>();
  const remote = new Map<string, FileEntry>();
  for (const pattern of rules.paths.flatMap(parseGlob)) {
    if (isRemote(pattern.base)) {
      for (const file of await listRemote(pattern, rules.recursive, openStore)) remote.set(file.path, file);
    } else for (const root of await expandPattern(pattern)) roots.add(root);
  }
  const { recursive, sample } = rules;
  const enough = sample === undefined ? undefined : { files: SAMPLE_FROM * sample, isWanted };
  const paths = (await filesBelow([...roots], recursive, enough)).filter(isWanted);
  const local = await describeFiles(sample === undefined ? paths : spread(paths.sort(), sample));
  const entries = [...local, ...[...remote.values()].filter((file) => isWanted(file.path))];
  return entries
    .filter((entry) => inTime(entry, rules))
    .sort(byAge)
    .slice(0, sample);
}

function spread(paths: readonly string[], count: number): readonly string[] {
  if (paths.length <= count) return paths;
  return Array.from({ length: count }, (_, i) => paths[Math.floor((i * paths.length) / count)] ?? "");
}

/** Whether a path exists; for a glob, whether its part before the first wildcard does. */
export async function pathExists(path: string, openStore: OpenStore): Promise<boolean> {
  const bases = parseGlob(path).map((pattern) => pattern.base);
  const found = await Promise.all(
    bases.map(async (base) => (isRemote(base) ? remoteExists(base, openStore) : isThere(base))),
  );
  return found.includes(true);
}

/** Without leaving the thread: it is asked for a few paths by every update. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (isMissing(error)) return false;
    throw unreadable(path, error);
  }
}

async function expandPattern(pattern: GlobPattern): Promise<readonly string[]> {
  let roots: readonly string[] = [pattern.base];
  for (const segment of pattern.segments) {
    const next = await mapParallel(roots, async (root) =>
      (await readFolder(root))
        .filter((entry) => segment.test(entry.name) && (!isHidden(entry.name) || segment.source.startsWith("^_")))
        .map((entry) => join(root, entry.name)),
    );
    roots = next.flat();
  }
  return roots;
}

/** How many files of one level are enough, and which of them count; absent: all are wanted. */
type Enough = { readonly files: number; readonly isWanted: (path: string) => boolean } | undefined;

/** Each file once, though roots may lie in one another. Below a single root no path comes twice, and looking for that would take longer than listing. */
async function filesBelow(roots: readonly string[], recursive: boolean, enough: Enough): Promise<readonly string[]> {
  const found: string[] = [];
  for (const root of roots) await collectFiles(root, recursive, enough, found);
  return roots.length > 1 ? [...new Set(found)] : found;
}

async function collectFiles(root: string, recursive: boolean, enough: Enough, found: string[]): Promise<void> {
  const facts = await statOrNothing(root);
  if (facts?.isFile()) found.push(root);
  let folders: readonly string[] = facts?.isDirectory() ? [root] : [];
  while (folders.length > 0) {
    const listed = await listLevel(folders, recursive, enough);
    for (const { files } of listed) for (const file of files) found.push(file);
    folders = listed.flatMap((one) => one.folders);
  }
}

interface ListedFolder {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

async function listLevel(
  folders: readonly string[],
  recursive: boolean,
  enough: Enough,
): Promise<readonly ListedFolder[]> {
  if (enough === undefined) return await mapParallel(folders, (folder) => listFolder(folder, recursive));
  const order = spreadOrder([...folders].sort());
  const listed: ListedFolder[] = [];
  let count = 0;
  for (let at = 0; at < order.length && count < enough.files; at += PARALLEL) {
    for (const one of await mapParallel(order.slice(at, at + PARALLEL), (folder) => listFolder(folder, recursive))) {
      listed.push(one);
      count += one.files.filter(enough.isWanted).length;
    }
  }
  return listed;
}

/** In an order whose beginnings are spread evenly over all: the halves, the quarters, the eighths.. */
function spreadOrder<Item>(items: readonly Item[]): readonly Item[] {
  const taken = new Set<Item>();
  for (let parts = 1; taken.size < items.length; parts *= 2) {
    for (let i = 0; i < parts; i++) taken.add(items[Math.floor((i * items.length) / parts)] as Item);
  }
  return [...taken];
}

async function listFolder(folder: string, recursive: boolean): Promise<ListedFolder> {
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of await readFolder(folder)) {
    if (isHidden(entry.name)) continue;
    const path = join(folder, entry.name);
    const isFolder = entry.isSymbolicLink() ? (await statOrNothing(path))?.isDirectory() === true : entry.isDirectory();
    if (!isFolder) files.push(path);
    else if ((recursive || entry.name.includes("=")) && !(entry.isSymbolicLink() && (await leadsBack(folder, path)))) {
      folders.push(path);
    }
  }
  return { files, folders };
}

/** Whether a link to a folder leads to one that holds the link, so that entering it would never end. */
async function leadsBack(folder: string, link: string): Promise<boolean> {
  const [here, there] = await Promise.all([realpath(folder), realpath(link)]);
  return here === there || here.startsWith(`${there}/`);
}

/**
 * Sizes and times of files; those that are gone are left out. On a local disk asking costs a few microseconds, far less than a thread pool takes to pass the
 * question on; where it turns out to take longer, many are asked at a time. Of very many on a fast disk another thread looks at one half.
 */
async function describeFiles(paths: readonly string[]): Promise<FileEntry[]> {
  const startedAt = performance.now();
  const first = await describeHere(paths.slice(0, TURN));
  const isFast = performance.now() - startedAt < FAST_TURN_MS;
  const middle = isFast && paths.length > WORTH_A_THREAD ? Math.ceil(paths.length / 2) : paths.length;
  const rest = [describeHere(paths.slice(TURN, middle)), describeApart(paths.slice(middle))];
  return first.concat(...(await Promise.all(rest)));
}

async function describeApart(paths: readonly string[]): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  if (paths.length === 0) return entries;
  const facts = await inOtherThread(fileFacts, paths.join("\0")).catch((error: unknown) => {
    const path = error instanceof Error && "at" in error ? paths[Number(error.at)] : undefined;
    throw path === undefined ? error : unreadable(path, error);
  });
  for (let i = 0; i < paths.length; i++) {
    const sizeBytes = facts[2 * i] ?? Number.NaN;
    if (!Number.isNaN(sizeBytes)) entries.push({ path: paths[i] ?? "", sizeBytes, modifiedAt: facts[2 * i + 1] ?? 0 });
  }
  return entries;
}

async function describeHere(paths: readonly string[]): Promise<FileEntry[]> {
  const entries: FileEntry[] = [];
  let slow = false;
  for (let at = 0; at < paths.length; at += TURN) {
    const turn = paths.slice(at, at + TURN);
    const startedAt = performance.now();
    const facts = slow ? await mapParallel(turn, statOrNothing) : turn.map(statNow);
    slow ||= performance.now() - startedAt > SLOW_TURN_MS;
    for (let i = 0; i < turn.length; i++) {
      const one = facts[i];
      if (one?.isFile())
        entries.push({ path: turn[i] ?? "", sizeBytes: one.size, modifiedAt: Math.trunc(one.mtimeMs) });
    }
    await setImmediate();
  }
  return entries;
}

function statNow(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
}

async function readFolder(path: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw unreadable(path, error);
  }
}

async function statOrNothing(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): EngineError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `"${path}" cannot be read (${why}). Give the right to read it, or name a path that leaves it out.`;
  return new EngineError(
    message,
    { condition: "FAILED_READ_FILE.NO_HINT", domain: "external", retry: "backoff", file: path },
    cause,
  );
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP";
}

/** Runs `work` on all items, some at a time; the results stand in the items' order. */
async function mapParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as Item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker));
  return results;
}

function nameMatcher(filter: string): (name: string) => boolean {
  const patterns = parseGlob(`/${filter}`).flatMap((one) =>
    one.segments.length === 0 ? [globToRegExp(one.base.slice(1))] : one.segments,
  );
  return (name) => patterns.some((pattern) => pattern.test(name));
}

function inTime(entry: FileEntry, rules: ListingRules): boolean {
  if (rules.modifiedAfter !== undefined && entry.modifiedAt <= rules.modifiedAfter) return false;
  return rules.modifiedBefore === undefined || entry.modifiedAt < rules.modifiedBefore;
}

function byAge(left: FileEntry, right: FileEntry): number {
  if (left.modifiedAt !== right.modifiedAt) return left.modifiedAt - right.modifiedAt;
  return left.path < right.path ? -1 : left.path > right.path ? 1 : 0;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `join` makes the text at once; `+` would only note its parts, and everybody who looks into one of very many paths would have to follow them. */
function join(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : [folder, name].join("/");
}
