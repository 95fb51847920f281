import {
  type DataSource,
  type Expression,
  field,
  LONG,
  type NamedTable,
  QueryError,
  STRING,
  type StructField,
  type TableFunction,
  TIMESTAMP,
} from "@sluice/query";
import type { TableDescription, Tables } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import { parseTime } from "./option-shape.ts";
import { ReaderOptions } from "./reader-options.ts";

/** What the change feed of a table has besides its columns. */
export const CHANGE_FIELDS: readonly StructField[] = [
  field("_change_type", STRING),
  field("_commit_version", LONG),
  field("_commit_timestamp", TIMESTAMP),
];

/** An end of a range of versions: its number, a time in milliseconds since the epoch, or, of streams, what comes after the latest now. */
export type ChangeBound = { readonly version: number } | { readonly timestamp: number } | { readonly latest: true };

/** The versions whose changes are asked for, both included. Absent `end`: up to the latest; absent `start`, of streams only: all rows there are, then changes. */
export interface ChangeBounds {
  readonly start?: ChangeBound;
  readonly end?: ChangeBound;
}

/** What a read asks of a table's change feed; undefined when it asks for the table itself. @throws QueryError for options that are wrong */
export function changeBounds(leaf: NamedTable | DataSource): ChangeBounds | undefined {
  const options = new ReaderOptions(leaf.options);
  if (options.flag("readChangeFeed") !== true && options.flag("readChangeData") !== true) return undefined;
  const start = boundOf(options, "starting", leaf.streaming);
  const end = boundOf(options, "ending", false);
  if (start === undefined && !leaf.streaming) {
    throw mistake(
      "DELTA_NO_START_FOR_CDC_READ",
      "No startingVersion or startingTimestamp provided for CDC read. Say from which version on, such as 0.",
    );
  }
  return { ...(start && { start }), ...(end && { end }) };
}

function boundOf(options: ReaderOptions, which: "starting" | "ending", latest: boolean): ChangeBound | undefined {
  const version = options.get(`${which}Version`);
  const time = options.get(`${which}Timestamp`);
  if (version !== undefined && time !== undefined) {
    const message = `Multiple ${which} arguments provided for CDC read. Please provide one of either ${which}Timestamp or ${which}Version.`;
    throw mistake("DELTA_MULTIPLE_CDC_BOUNDARY", message);
  }
  if (latest && version?.toLowerCase() === "latest") return { latest: true };
  if (version !== undefined) {
    if (/^\d{1,15}$/.test(version)) return { version: Number(version) };
    throw mistake(
      "INVALID_PARAMETER_VALUE",
      `The option ${which}Version cannot be "${version}": it is the number of a version.`,
    );
  }
  if (time === undefined) return undefined;
  const timestamp = parseTime(time);
  if (timestamp !== undefined) return { timestamp };
  throw mistake(
    "INVALID_PARAMETER_VALUE",
    `The option ${which}Timestamp cannot be "${time}": it is a time, such as 2024-01-31 12:00:00.`,
  );
}

/**
 * The versions that the bounds of a batch read mean, as a range whose `after` is excluded. An end beyond the latest version is the latest.
 *
 * @throws EngineError when the table has no such versions, with Delta's conditions
 */
export async function changeRange(
  bounds: ChangeBounds,
  table: TableDescription,
  tables: Tables,
): Promise<{ readonly after: number; readonly through: number }> {
  const start = await firstVersion(bounds.start ?? { version: 0 }, table, tables);
  const end = await lastVersion(bounds.end ?? { version: table.version }, table, tables);
  if (start > table.version) {
    const message = `Provided Start version(${start}) for reading change data is invalid. Start version cannot be greater than the latest version of the table(${table.version}).`;
    throw rangeError("DELTA_CDC_START_VERSION_AFTER_LATEST", message, table);
  }
  if (end >= start) return { after: start - 1, through: end };
  const message = `CDC range from start ${start} to end ${end} was invalid. End cannot be before start.`;
  throw rangeError("DELTA_INVALID_CDC_RANGE", message, table);
}

/** The first version at or after a bound; beyond the latest when all are before it. */
export async function firstVersion(bound: ChangeBound, table: TableDescription, tables: Tables): Promise<number> {
  if ("version" in bound) return bound.version;
  if ("latest" in bound) return table.version + 1;
  if (bound.timestamp > table.modifiedAt) return table.version + 1;
  return ((await tables.versionAt(table.location, bound.timestamp - 1)) ?? -1) + 1;
}

async function lastVersion(bound: ChangeBound, table: TableDescription, tables: Tables): Promise<number> {
  if ("latest" in bound) return table.version;
  if ("version" in bound) return Math.min(bound.version, table.version);
  return (await tables.versionAt(table.location, bound.timestamp)) ?? -1;
}

/**
 * The table that `table_changes('t', start [, end])` or `table_changes_by_path('/path', ..)` reads, with its bounds as options; undefined for other functions.
 * Bounds are versions, or times as text. @throws QueryError for arguments that are wrong
 */
export function changesTable(leaf: TableFunction): NamedTable | DataSource | undefined {
  const name = leaf.name.toLowerCase();
  if (name !== "table_changes" && name !== "table_changes_by_path") return undefined;
  const [table, start, end] = leaf.args.map((one) => one.value);
  const wrong = (what: string) =>
    mistake("INVALID_TABLE_VALUED_FUNCTION_ARGUMENT", `${name} takes ${what}: ${name}('t', 0, 5).`, leaf);
  if (table === undefined || start === undefined || leaf.args.length > 3)
    throw wrong("a table, a start and an end at most");
  const options = { readChangeFeed: "true", ...boundOption("starting", start), ...(end && boundOption("ending", end)) };
  const { streaming } = leaf;
  const place = { ...(leaf.span && { span: leaf.span }), ...(leaf.origin && { origin: leaf.origin }) };
  if (table.kind === "NamedTable") return { ...table, streaming, options, ...place };
  if (table.kind !== "Literal" || typeof table.value !== "string") throw wrong("the name of a table as text");
  if (name === "table_changes_by_path") {
    return { kind: "DataSource", format: "delta", paths: [table.value], options, streaming, ...place };
  }
  return { kind: "NamedTable", name: nameParts(table.value), options, streaming, ...place };
}

function nameParts(text: string): readonly string[] {
  return [...text.matchAll(/`((?:[^`]|``)*)`|[^.`]+/g)].map(
    ([part, quoted]) => quoted?.replaceAll("``", "`") ?? part.trim(),
  );
}

function boundOption(
  which: "starting" | "ending",
  bound: TableFunction["args"][number]["value"],
): Record<string, string> {
  const value = literalOf(bound);
  if (typeof value === "number" || typeof value === "bigint") return { [`${which}Version`]: String(value) };
  if (typeof value === "string") return { [`${which}Timestamp`]: value };
  const span = "span" in bound && bound.span ? { span: bound.span } : {};
  throw mistake(
    "INVALID_TABLE_VALUED_FUNCTION_ARGUMENT",
    "A bound of table_changes is the number of a version, or a time as text: '2024-01-31 12:00:00'.",
    span,
  );
}

function literalOf(bound: TableFunction["args"][number]["value"]): unknown {
  const inner: Expression | NamedTable = bound.kind === "Cast" ? bound.expression : bound;
  return inner.kind === "Literal" ? inner.value : undefined;
}

function mistake(condition: string, message: string, place: Pick<TableFunction, "span" | "origin"> = {}): QueryError {
  const at = { ...(place.span && { span: place.span }), ...(place.origin && { origin: place.origin }) };
  return new QueryError([{ condition, message, parameters: {}, ...at }]);
}

function rangeError(condition: string, message: string, table: TableDescription): EngineError {
  return new EngineError(message, { condition, domain: "user", retry: "never", file: table.location });
}
