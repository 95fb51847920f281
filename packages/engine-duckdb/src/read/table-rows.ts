import { type AddFile, mayMatch, resolveDataPath, rowCountOf, type Snapshot, scan, statisticsOf } from "@sluice/delta";
import type { FileEntry, FileRead, InputSlice } from "@sluice/pipelines";
import { type Attribute, holdsVariant, type StructField, type StructType, sameType, type Typed } from "@sluice/query";
import { duckType } from "../compile/duck-type.ts";
import { quoteName, quoteText } from "../compile/identifier.ts";
import { asWallTimes, fromInt96, fromStored, storedType } from "../compile/stored-value.ts";
import type { Connection } from "../connection/duck-db.ts";
import { type DeletedRows, leaveOutDeleted } from "./deleted-rows.ts";
import type { DeltaTables } from "./delta-tables.ts";
import { fileFacts, pathList } from "./file-list.ts";
import { emptyRows } from "./file-scan.ts";
import { type FileShape, INT96 } from "./file-shapes.ts";
import { groupedRows, int96Groups } from "./int96-groups.ts";
import type { LocalCopies } from "./local-copies.ts";
import type { TableRead } from "./memory-table.ts";
import { unfilteredColumn } from "./parquet/unfiltered-column.ts";
import { rowAddress } from "./row-address.ts";
import { ROW_POSITION, rowPosition } from "./row-position.ts";

/** What reading a table's files needs. */
export interface TableReading {
  readonly connection: Connection;
  readonly tables: DeltaTables;
  readonly copies: LocalCopies;
}

type TableSlice = Extract<InputSlice, { kind: "TableVersion" | "TableAppends" }>;

/** What is said of files beside their snapshot. */
export interface FilesRead {
  /** Columns that the files hold beside those of the table. */
  readonly stored?: readonly StructField[];
  /** SQL of columns that the files do not hold, by name, and the join that follows `r` for it. */
  readonly told?: { readonly columns: Readonly<Record<string, string>>; readonly join: string };
  /** Which rows are read; absent: those that deletion vectors leave. */
  readonly rows?: DeletedRows;
  /** Only rows with these keys are wanted. */
  readonly keys?: WantedKeys;
  /** Whether the same files may well be read again by others: those of a version, not what was appended to a table. */
  readonly again?: boolean;
}

/** Rows with keys, how many, and which column of the rows wanted is equal to which of theirs, quoted. */
export interface WantedKeys {
  readonly sql: string;
  readonly rows: number;
  readonly equal: readonly { readonly column: string; readonly key: string }[];
}

/** What the rows wanted of a table meet; others may be left out where that costs little. */
export interface RowRestriction {
  readonly conditions: readonly Typed[];
  readonly keys?: WantedKeys;
}

/** A SELECT of the rows of a slice of a Delta table, with columns named as `columns`. */
export async function tableRows(
  reading: TableReading,
  slice: TableSlice,
  columns: readonly Attribute[],
  { conditions, keys }: RowRestriction,
): Promise<string> {
  const { snapshot, files } = await sliceFiles(reading.tables, slice, conditions);
  const read = keys === undefined ? {} : { keys };
  return await fileRows(reading, snapshot, files, columns, { ...read, again: slice.kind === "TableVersion" });
}

/** The files that hold the rows of a slice, always in the same order, without those that hold no row which meets all conditions `wanted`. */
export async function sliceFiles(
  tables: DeltaTables,
  slice: TableSlice,
  wanted: readonly Typed[] = [],
): Promise<{ readonly snapshot: Snapshot; readonly files: readonly AddFile[] }> {
  const table = tables.at(slice.location);
  if (slice.kind === "TableVersion") {
    const snapshot = await table.snapshot({ version: slice.version });
    const { metadata } = snapshot;
    const files = chosenFiles(scan(snapshot).files, slice);
    return { snapshot, files: files.filter((file) => wanted.every((one) => mayMatch(metadata, file, one))) };
  }
  const snapshot = await table.snapshot({ version: slice.through });
  const { appends } = await table.tail(slice.after, slice.through);
  const files = appends.flatMap((append) => append.files);
  return { snapshot, files: chosenFiles(files, slice) };
}

/** How many rows the files of a slice hold, deleted ones among them; undefined for what is no slice of a table. */
export async function countRows(tables: DeltaTables, slice: InputSlice | undefined): Promise<number | undefined> {
  if (slice?.kind !== "TableAppends" && slice?.kind !== "TableVersion") return undefined;
  const { files } = await sliceFiles(tables, slice);
  return files.reduce((sum, file) => sum + (rowCountOf(file) ?? 0), 0);
}

/** Of the files of a table those that a slice names. */
export function chosenFiles(
  files: readonly AddFile[],
  { files: named }: { readonly files?: readonly string[] },
): readonly AddFile[] {
  if (named === undefined) return files;
  const wanted = new Set(named);
  return files.filter((file) => wanted.has(file.path));
}

/** A SELECT of the rows of some files of a snapshot, deleted ones left out, with columns named as `columns`; those that neither the table nor `read` has are NULL. */
export async function fileRows(
  { connection, tables, copies }: TableReading,
  snapshot: Snapshot,
  files: readonly AddFile[],
  columns: readonly Attribute[],
  read: FilesRead = {},
): Promise<string> {
  if (files.length === 0) return emptyRows({ columns });
  const { schema, partitionColumns } = snapshot.metadata;
  const partition = schema.fields.filter((one) => partitionColumns.includes(one.name));
  const own = schema.fields.filter((one) => !partition.includes(one) && one.dataType.kind !== "void");
  const stored = [...own, ...(read.stored ?? [])];
  const asked = stored.filter((one) => columns.some((column) => column.name.toLowerCase() === one.name.toLowerCase()));
  const paths = files.map((file) => resolveDataPath(snapshot.root, file.path));
  const local = await copies.tableFiles(files.map((file, i) => ({ path: paths[i] ?? "", sizeBytes: file.size })));
  const shape = await tables.shapes.common(connection, paths, local);
  const groups = await int96Groups({ connection, shapes: tables.shapes }, { paths, local, shape }, asked);
  const wanted = asked.map((one) => asInFiles(one, shape));
  const facts = tableFacts(snapshot, files, paths, partition);
  const items = columns.map(
    (one) =>
      `${read.told?.columns[one.name] ?? rowAddress(one.name, schema, snapshot, files) ?? columnSql(one, wanted, facts.column)} AS ${quoteName(one.name)}`,
  );
  const join = columns.some((one) => facts.column(one) !== undefined) ? facts.join : "";
  const deleted = read.rows ?? (await leaveOutDeleted(connection, tables.deletions, snapshot.root, files));
  const keyed =
    deleted.join !== "" && areFew(read.keys, files)
      ? keysJoin(
          asked.filter((one, i) => one === wanted[i]),
          read.keys,
        )
      : undefined;
  const isPlain =
    deleted.join === "" && columns.every((one, i) => items[i] === `r.${quoteName(one.name)} AS ${quoteName(one.name)}`);
  const kept =
    read.again === true && holds(shape, wanted) && (isPlain || keyed !== undefined)
      ? await keptRows({ connection, tables }, snapshot, { files, paths: local, columns: wanted, join: keyed })
      : undefined;
  const readable = holds(shape, wanted) ? local : await plainFiles({ tables, copies }, { files, paths, local }, wanted);
  const rows = groupedRows(groups, wanted, readable, (some, columns) => reader(some, columns, stored, shape));
  const source = kept ?? positionedRows(rows, wanted, keyed);
  return `SELECT ${items.join(", ") || "1 AS one"} FROM ${source} AS r${deleted.join}${join}${read.told?.join ?? ""}${deleted.where}`;
}

/** Files that others have written may mark their variants. */
async function plainFiles(
  { tables, copies }: Pick<TableReading, "tables" | "copies">,
  { files, paths, local }: { files: readonly AddFile[]; paths: readonly string[]; local: readonly string[] },
  wanted: readonly StructField[],
): Promise<readonly string[]> {
  if (!wanted.some((one) => holdsVariant(one.dataType))) return local;
  const told = files.map(({ path, size }, i) => ({
    path: paths[i] ?? path,
    local: local[i] ?? path,
    sizeBytes: size,
    version: "",
  }));
  return await tables.variants.plain(told, copies);
}

async function keptRows(
  { connection, tables }: Pick<TableReading, "connection" | "tables">,
  { root, rowCount }: Snapshot,
  read: Pick<TableRead, "files" | "paths" | "columns" | "join">,
): Promise<string | undefined> {
  if (rowCount === undefined) return undefined;
  return await tables.memory.rows(connection, { root, versionRows: rowCount, ...read });
}

/** Whether so few rows have the keys that telling them first saves more than it costs. */
function areFew(keys: WantedKeys | undefined, files: readonly AddFile[]): boolean {
  const rows = files.reduce((sum, file) => sum + (statisticsOf(file).numRecords ?? 0), 0);
  return keys !== undefined && keys.rows * FEW_KEYS <= rows;
}

const FEW_KEYS = 100;

/** SQL of a join that leaves rows `r` with keys that are looked for, before anything else is done with them: whether a row is deleted is asked of these alone. */
function keysJoin(wanted: readonly StructField[], keys: WantedKeys | undefined): string | undefined {
  const pairs = (keys?.equal ?? []).flatMap(({ column, key }) => {
    const found = wanted.find((one) => one.name.toLowerCase() === column.toLowerCase());
    return found === undefined ? [] : [`k.${key} = r.${quoteName(found.name)}`];
  });
  return keys === undefined || pairs.length === 0
    ? undefined
    : ` SEMI JOIN (${keys.sql}) AS k ON ${pairs.join(" AND ")}`;
}

function positionedRows(source: string, wanted: readonly StructField[], join: string | undefined): string {
  if (join === undefined) return source;
  const columns = wanted.map((one) => `r.${quoteName(one.name)}, `);
  return `(SELECT ${columns.join("")}r.file_index, r.file_row_number FROM ${source} AS r${join})`;
}

function columnSql(
  column: Attribute,
  stored: readonly StructField[],
  fact: (column: Attribute) => string | undefined,
): string {
  const known = fact(column);
  if (known !== undefined) return known;
  if (column.id === ROW_POSITION.id) return rowPosition("r");
  const found = stored.find((one) => one.name.toLowerCase() === column.name.toLowerCase());
  if (found === undefined) return "NULL";
  const value = fromStored(`r.${quoteName(found.name)}`, found.dataType);
  return sameType(column.dataType, found.dataType) ? value : fromInt96(value, column.dataType);
}

/** A column whose instants all files hold as INT96, as Spark writes them, is read as DuckDB has it: with wall-clock times in UTC. */
function asInFiles(column: StructField, shape: FileShape | undefined): StructField {
  return shape?.get(column.name) === INT96 ? { ...column, dataType: asWallTimes(column.dataType) } : column;
}

/**
 * Columns that a file lacks are NULL, those of narrower types are widened. Files that hold just what is wanted are read as they are: given a schema, DuckDB
 * does not know how many rows to expect, and joins the wrong way round.
 */
function reader(
  paths: readonly string[],
  wanted: readonly StructField[],
  stored: readonly StructField[],
  shape: FileShape | undefined,
): string {
  if (holds(shape, wanted)) {
    return unfiltered(`read_parquet(${pathList(paths)}, hive_partitioning = false)`, wanted);
  }
  const first = stored[0];
  const fields = wanted.length === 0 && first !== undefined ? [first] : wanted;
  const entries = fields.map(
    ({ name, dataType }) =>
      `${quoteText(name)}: {name: ${quoteText(name)}, type: ${quoteText(storedType(dataType))}, default_value: NULL}`,
  );
  const schema = entries.length === 0 ? "" : `, schema = MAP {${entries.join(", ")}}`;
  return unfiltered(`read_parquet(${pathList(paths)}, hive_partitioning = false${schema})`, wanted);
}

function unfiltered(source: string, wanted: readonly StructField[]): string {
  const names = wanted.flatMap(({ name, dataType }) => (dataType.kind === "binary" ? [quoteName(name)] : []));
  if (names.length === 0) return source;
  const values = names.map((name) => `${unfilteredColumn(name)} AS ${name}`);
  return `(SELECT * REPLACE (${values.join(", ")}), file_index, file_row_number FROM ${source})`;
}

/** Whether files hold just what is wanted, by name and type. */
function holds(shape: FileShape | undefined, wanted: readonly StructField[]): boolean {
  return shape !== undefined && wanted.every((one) => shape.get(one.name) === storedType(one.dataType));
}

interface TableFacts {
  /** SQL of the join; made when asked for. */
  readonly join: string;
  readonly column: (column: Attribute) => string | undefined;
}

function tableFacts(
  snapshot: Snapshot,
  files: readonly AddFile[],
  paths: readonly string[],
  partition: readonly StructField[],
): TableFacts {
  const entries: readonly FileEntry[] = files.map((file, i) => ({
    path: paths[i] ?? file.path,
    sizeBytes: file.size,
    modifiedAt: file.modificationTime,
  }));
  const read: FileRead = { format: "delta", schema: EMPTY, options: {}, basePath: snapshot.root };
  const facts = fileFacts(entries, { read }, [], "r.file_index", 0);
  return {
    get join() {
      return `${facts.join}${partitionJoin(files, partition)}`;
    },
    column: (column) => {
      const at = partition.findIndex((one) => one.name.toLowerCase() === column.name.toLowerCase());
      return at < 0 ? facts.column(column.name, column.dataType) : `p.p${at}`;
    },
  };
}

function partitionJoin(files: readonly AddFile[], partition: readonly StructField[]): string {
  if (partition.length === 0) return "";
  const names = partition.map((_, i) => `p${i}`);
  const values = files.map((file) => partition.map((one) => partitionSql(file.partitionValues[one.name] ?? null, one)));
  const rows = values.map((row, i) => `(${[i, ...row].join(", ")})`);
  return ` JOIN (VALUES ${rows.join(", ")}) AS p(${["i", ...names].join(", ")}) ON p.i = r.file_index`;
}

const EMPTY: StructType = { kind: "struct", fields: [] };

function partitionSql(value: string | null, field: StructField): string {
  if (value === null || value === "") return `CAST(NULL AS ${duckType(field.dataType)})`;
  const zoneless = field.dataType.kind === "timestamp" && !/(Z|[+-]\d\d(:?\d\d)?)$/.test(value.slice(10));
  return `CAST(${quoteText(zoneless ? `${value}+00` : value)} AS ${duckType(field.dataType)})`;
}
