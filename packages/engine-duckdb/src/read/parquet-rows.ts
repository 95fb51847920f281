import type { FileEntry } from "@sluice/pipelines";
import { type DataType, type StructField, sameType } from "@sluice/query";
import { duckType, fromDuckType } from "../compile/duck-type.ts";
import { quoteName } from "../compile/identifier.ts";
import type { Connection } from "../connection/duck-db.ts";
import { type FileFacts, fileFacts, pathList, type SplitSchema, splitSchema } from "./file-list.ts";
import type { FileScan } from "./file-scan.ts";
import { misfitMember, rescueObject } from "./json-fit.ts";

/** Parquet files with the same columns. */
export interface ParquetGroup {
  readonly files: readonly FileEntry[];
  readonly columns: readonly { readonly name: string; readonly duck: string }[];
}

/**
 * Files grouped by their columns, in order of first appearance. A file that has not changed since it was last asked is not asked again.
 *
 * @throws DuckDB's error naming a file that is no Parquet file
 */
export async function groupParquet(
  connection: Connection,
  files: readonly FileEntry[],
): Promise<readonly ParquetGroup[]> {
  if (files.length === 0) return [];
  const known = memoryOf(connection);
  await askShapes(
    connection,
    files.filter((file) => !known.shapes.has(identity(file))),
    known,
  );
  const groups = new Map<string, FileEntry[]>();
  for (const file of files) {
    const shape = known.shapes.get(identity(file)) ?? identity(file);
    const group = groups.get(shape);
    if (group === undefined) groups.set(shape, [file]);
    else group.push(file);
  }
  const result: ParquetGroup[] = [];
  for (const [shape, group] of groups) {
    const columns = known.columns.get(shape) ?? (await describe(connection, group.slice(0, 1)));
    known.columns.set(shape, columns);
    result.push({ files: group, columns });
  }
  return result;
}

interface ParquetMemory {
  /** The fingerprint of a file's schema by the file's identity. */
  readonly shapes: Map<string, string>;
  readonly columns: Map<string, ParquetGroup["columns"]>;
}

const MANY = 100_000;

const memories = new WeakMap<object, ParquetMemory>();

function memoryOf({ engine }: Connection): ParquetMemory {
  const found = memories.get(engine);
  if (found !== undefined && found.shapes.size < MANY) return found;
  const made = { shapes: new Map(), columns: new Map() };
  memories.set(engine, made);
  return made;
}

function identity({ path, sizeBytes, modifiedAt }: FileEntry): string {
  return `${modifiedAt} ${sizeBytes} ${path}`;
}

async function askShapes(connection: Connection, files: readonly FileEntry[], known: ParquetMemory): Promise<void> {
  if (files.length === 0) return;
  const paths = pathList(files.map((file) => file.path));
  const rows = await connection.rows(
    `SELECT file_name AS path, md5(string_agg(concat_ws(':', name, type, type_length, num_children, converted_type, scale, precision, logical_type, repetition_type), '|' ORDER BY rowid_)) AS shape FROM (SELECT *, row_number() OVER () AS rowid_ FROM parquet_schema(${paths})) GROUP BY ALL`,
  );
  const shapes = new Map(rows.map((row) => [String(row["path"]), String(row["shape"])]));
  for (const file of files) {
    const shape = shapes.get(file.path);
    if (shape !== undefined) known.shapes.set(identity(file), shape);
  }
}

async function describe(connection: Connection, files: readonly FileEntry[]): Promise<ParquetGroup["columns"]> {
  const source = `read_parquet(${pathList(files.map((file) => file.path))}, hive_partitioning = false)`;
  const rows = await connection.rows(`DESCRIBE SELECT * FROM ${source}`);
  return rows.map((row) => ({ name: String(row["column_name"]), duck: String(row["column_type"]) }));
}

/** SQL of the rows of Parquet files: columns a file lacks are NULL; others, and values of other types, are rescued or left out. */
export async function parquetRows(scan: FileScan): Promise<string> {
  const schema = splitSchema(scan.read, scan.files);
  const groups = await groupParquet(scan.connection, scan.files);
  if (groups.length === 0) return emptyRows(scan);
  return groups.map((group) => `(${groupRows(scan, schema, group)})`).join(" UNION ALL ");
}

/** SQL of no rows with the columns of a scan. */
export function emptyRows(scan: Pick<FileScan, "columns">): string {
  const columns = scan.columns.map((one) => `CAST(NULL AS ${duckType(one.dataType)}) AS ${quoteName(one.name)}`);
  return `SELECT ${columns.join(", ") || "NULL AS empty"} WHERE false`;
}

function groupRows(scan: FileScan, schema: SplitSchema, group: ParquetGroup): string {
  const facts = fileFacts(group.files, scan.read, schema.partition, "r.file_index", 0);
  const matches = schema.data.map((field) => matchColumn(field, group, schema.rescued !== undefined));
  const needsFacts = scan.columns.some(
    (one) => one.name === schema.rescued || facts.column(one.name, one.dataType) !== undefined,
  );
  const columns = scan.columns.map((one) => {
    const field = matches.find((match) => match.field.name.toLowerCase() === one.name.toLowerCase());
    const sql =
      facts.column(one.name, one.dataType) ??
      (one.name === schema.rescued ? rescued(group, matches, facts) : field?.value) ??
      "NULL";
    return `CAST(${sql} AS ${duckType(one.dataType)}) AS ${quoteName(one.name)}`;
  });
  const paths = pathList(group.files.map((file) => file.path));
  return `SELECT ${columns.join(", ") || "1 AS one"} FROM read_parquet(${paths}, hive_partitioning = false) AS r${needsFacts ? facts.join : ""}`;
}

interface Match {
  readonly field: StructField;
  readonly column?: string;
  readonly value?: string;
  /** SQL of the JSON of what did not fit; absent when all fits. */
  readonly misfit?: string;
}

function matchColumn(field: StructField, group: ParquetGroup, exact: boolean): Match {
  const found =
    group.columns.find((one) => one.name === field.name) ??
    (exact ? undefined : group.columns.find((one) => one.name.toLowerCase() === field.name.toLowerCase()));
  if (found === undefined) return { field };
  const column = `r.${quoteName(found.name)}`;
  const type = fromDuckType(found.duck);
  if (widens(type, field.dataType)) return { field, column: found.name, value: column };
  const json = `to_json(${column})::VARCHAR`;
  if (!isNested(type) || type.kind !== field.dataType.kind) {
    return { field, column: found.name, value: "NULL", misfit: `CASE WHEN ${column} IS NOT NULL THEN ${json} END` };
  }
  const value = `TRY_CAST(${column} AS ${duckType(field.dataType)})`;
  return {
    field,
    column: found.name,
    value,
    misfit: `CASE WHEN ${column} IS NOT NULL AND ${value} IS NULL THEN ${json} END`,
  };
}

function rescued(group: ParquetGroup, matches: readonly Match[], facts: FileFacts): string {
  const misfits = matches.flatMap(({ field, misfit }) => (misfit === undefined ? [] : [{ name: field.name, misfit }]));
  const known = new Set(matches.map((match) => match.column));
  const extra = group.columns
    .filter((one) => !known.has(one.name))
    .map(({ name }) => ({
      name,
      misfit: `CASE WHEN r.${quoteName(name)} IS NOT NULL THEN to_json(r.${quoteName(name)})::VARCHAR END`,
    }));
  const all = [...misfits, ...extra];
  if (all.length === 0) return "NULL::VARCHAR";
  const some = all.map(({ misfit }) => `(${misfit}) IS NOT NULL`).join(" OR ");
  const path = `'"_file_path":' || to_json(${facts.uri})::VARCHAR`;
  return `CASE WHEN ${some} THEN ${rescueObject(
    all.map((one) => misfitMember(one.name, one.misfit)),
    path,
  )} END`;
}

const INTEGERS = ["byte", "short", "integer", "long"];

function isNested(type: DataType): boolean {
  return type.kind === "struct" || type.kind === "array" || type.kind === "map";
}

/** Whether every value of one type is a value of the other, as Spark's Parquet reader takes them. */
export function widens(from: DataType, to: DataType): boolean {
  if (sameType(from, to)) return true;
  const at = INTEGERS.indexOf(from.kind);
  if (at >= 0 && INTEGERS.indexOf(to.kind) >= at) return true;
  if (at >= 0 && at < 3 && to.kind === "double") return true;
  if (from.kind === "float" && to.kind === "double") return true;
  if (from.kind === "decimal" && to.kind === "decimal") {
    return to.scale >= from.scale && to.precision - to.scale >= from.precision - from.scale;
  }
  if (from.kind === "timestamp_ntz") return to.kind === "timestamp";
  if (from.kind === "binary") return to.kind === "string";
  if (from.kind === "date") return to.kind === "timestamp_ntz";
  return to.kind === "variant" && from.kind === "string";
}
