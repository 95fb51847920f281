import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Origin } from "../expression/expression.ts";

/** Turns a place in code that was compiled while loading into the place in the file as written. */
export type PlaceMapper = (place: Origin) => Origin;

const MAPPERS = Symbol.for("sluice.place-mappers");
/** Mostly enough: each frame takes time. */
const NEAR = 6;
const DEPTH = 24;
const HERE = fileURLToPath(import.meta.url);
const PACKAGES = HERE.slice(0, HERE.lastIndexOf(`${sep}query${sep}`));
const OWN = [
  ...["query", "delta", "pipelines", "engine-duckdb", "sluice"].flatMap((name) => [
    `${PACKAGES}${sep}${name}${sep}src${sep}`,
    `${PACKAGES}${sep}${name}${sep}dist${sep}`,
  ]),
  `${sep}node_modules${sep}@sluice${sep}`,
  `${sep}node_modules${sep}sluice${sep}`,
];

/** Mappers by file, one table for all copies of this package in the process. */
function mappers(): Map<string, PlaceMapper> {
  const shared = globalThis as { [MAPPERS]?: Map<string, PlaceMapper> };
  shared[MAPPERS] ??= new Map();
  return shared[MAPPERS];
}

/** Makes `callerOrigin` give places of `file` through `mapper`; replaces an earlier one. */
export function mapPlaces(file: string, mapper: PlaceMapper): void {
  mappers().set(file, mapper);
}

/** The place as the person wrote it, when its file was compiled while loading. */
export function mappedPlace(place: Origin): Origin {
  return mappers().get(place.file)?.(place) ?? place;
}

/**
 * Where the person's program called into Sluice: the nearest frame of the stack that is neither Sluice's own nor Node's. Undefined when there is none within
 * 24 frames. Takes some 10 microseconds.
 */
export function callerOrigin(): Origin | undefined {
  if (isUnplaced) return undefined;
  return originWithin(NEAR) ?? originWithin(DEPTH);
}

let isUnplaced = false;

/** Does work, none of which is asynchronous, that builds queries which no person wrote: they get no origins, and the search for one is spared. */
export function withoutOrigins<Result>(work: () => Result): Result {
  const before = isUnplaced;
  isUnplaced = true;
  try {
    return work();
  } finally {
    isUnplaced = before;
  }
}

function originWithin(frames: number): Origin | undefined {
  const { stackTraceLimit: limit, prepareStackTrace: prepare } = Error;
  const holder: { stack?: unknown } = {};
  Error.stackTraceLimit = frames;
  if (isPlain(prepare)) Error.prepareStackTrace = (_, sites) => sites;
  try {
    Error.captureStackTrace(holder, callerOrigin);
    const { stack } = holder;
    return Array.isArray(stack) ? foreignSite(stack) : firstForeignPlace(String(stack));
  } finally {
    Error.stackTraceLimit = limit;
    Error.prepareStackTrace = prepare;
  }
}

/** Whether stacks tell of the code that runs. Who makes them tell of other code, as source maps do, knows better than we where it was written: then their text is read. */
function isPlain(prepare: typeof Error.prepareStackTrace): boolean {
  return !process.sourceMapsEnabled && (prepare === undefined || prepare.name === "ErrorPrepareStackTrace");
}

function foreignSite(sites: readonly NodeJS.CallSite[]): Origin | undefined {
  const site = sites.find((one) => isForeign(one.getFileName() ?? ""));
  if (site === undefined) return undefined;
  const [line, column] = [site.getLineNumber() ?? 1, site.getColumnNumber() ?? 1];
  return mappedPlace({ file: pathOf(site.getFileName() ?? ""), line, column });
}

/** What has been found out about the files of frames: asking takes longer than all else. */
const foreign = new Map<string, boolean>();

function isForeign(file: string): boolean {
  const known = foreign.get(file);
  if (known !== undefined) return known;
  const answer = /^(?:file:\/\/|\/|[A-Za-z]:[\\/])/.test(file) && !isOwn(pathOf(file));
  foreign.set(file, answer);
  return answer;
}

function pathOf(file: string): string {
  return file.startsWith("file://") ? fileURLToPath(file) : file;
}

/** The first place in the text of a stack that is neither Sluice's own nor Node's, in a file that `accept` takes; mapped to the file as written. */
export function firstForeignPlace(stack: string, accept: (file: string) => boolean = () => true): Origin | undefined {
  for (const line of stack.split("\n")) {
    const place = parseFrame(line);
    if (place !== undefined && !isOwn(place.file) && accept(place.file)) return mappedPlace(place);
  }
  return undefined;
}

function parseFrame(line: string): Origin | undefined {
  const match = /^\s+at (?:.*? \()?(?:async )?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/.exec(line);
  if (match === null) return undefined;
  return { file: pathOf(match[1] ?? ""), line: Number(match[2]), column: Number(match[3]) };
}

function isOwn(file: string): boolean {
  return !/\.test\.m?ts$/.test(file) && OWN.some((folder) => file.includes(folder));
}
