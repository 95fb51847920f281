import type { AddFile } from "./action.ts";
import { isJsonObject, parseJsonWithNumbersAsText } from "./exact-json.ts";

/** Values by column name, nested as the schema; numbers are text with all their digits. */
export type StatisticsTree = Readonly<Record<string, unknown>>;

/** What a file says about its rows. Trees are empty when the file says nothing. */
export interface FileStatistics {
  /** Rows in the file, deleted ones included. */
  readonly numRecords?: number;
  readonly minValues: StatisticsTree;
  readonly maxValues: StatisticsTree;
  readonly nullCount: StatisticsTree;
  /** False: the bounds may be wider than the rows that are left. */
  readonly tightBounds: boolean;
}

const NOTHING: FileStatistics = { minValues: {}, maxValues: {}, nullCount: {}, tightBounds: true };

const known = new WeakMap<AddFile, FileStatistics>();

/** The statistics of a file, read once. Missing or malformed text says nothing; it is never an error. */
export function statisticsOf(file: AddFile): FileStatistics {
  const found = known.get(file);
  if (found !== undefined) return found;
  const statistics = file.stats === undefined ? NOTHING : parseStatistics(file.stats);
  known.set(file, statistics);
  return statistics;
}

/** Live rows of a file; undefined when it does not say. */
export function rowCountOf(file: AddFile): number | undefined {
  const { numRecords } = statisticsOf(file);
  return numRecords === undefined ? undefined : numRecords - (file.deletionVector?.cardinality ?? 0);
}

/**
 * The statistics of a file, as text, for when some of its rows are deleted: `numRecords` counts all rows of the file, and bounds may be wider than the rows
 * left. Everything else stays as it was, digit by digit; statistics that say nothing become the number of rows alone.
 */
export function looseStatistics(stats: string | undefined, numRecords: number): string {
  const known = stats === undefined ? NOTHING : parseStatistics(stats);
  if (stats === undefined || known.numRecords === undefined) return `{"numRecords":${numRecords},"tightBounds":false}`;
  const loose = stats.replace(/"tightBounds"\s*:\s*(true|false)/, '"tightBounds":false');
  return /"tightBounds"\s*:\s*false/.test(loose) ? loose : loose.replace(/\}\s*$/, ',"tightBounds":false}');
}

function parseStatistics(text: string): FileStatistics {
  const json = parseTolerantly(text);
  if (!isJsonObject(json)) return NOTHING;
  const numRecords = typeof json["numRecords"] === "string" ? Number(json["numRecords"]) : Number.NaN;
  return {
    ...(Number.isSafeInteger(numRecords) ? { numRecords } : {}),
    minValues: tree(json["minValues"]),
    maxValues: tree(json["maxValues"]),
    nullCount: tree(json["nullCount"]),
    tightBounds: json["tightBounds"] !== false,
  };
}

function parseTolerantly(text: string): unknown {
  try {
    return parseJsonWithNumbersAsText(text);
  } catch {
    return undefined;
  }
}

function tree(json: unknown): StatisticsTree {
  return isJsonObject(json) ? json : {};
}
