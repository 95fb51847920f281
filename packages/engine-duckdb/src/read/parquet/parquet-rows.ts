import type { FileEntry } from "@sluice/pipelines";
import { field, holdsVariant, type StructField } from "@sluice/query";
import { duckType, fromDuckType } from "../../compile/duck-type.ts";
import { quoteName } from "../../compile/identifier.ts";
import { asInstants, fromInt96 } from "../../compile/stored-value.ts";
import type { Connection } from "../../connection/duck-db.ts";
import { pathList, splitSchema } from "../file-list.ts";
import { emptyRows, type FileScan } from "../file-scan.ts";
import type { Inference } from "../format.ts";
import { mergeFields } from "../merge-fields.ts";
import { typedRows } from "../typed-rows.ts";
import { ELEMENT_COLUMNS, timesAreInt96, topColumns } from "./top-columns.ts";
import { unfilteredColumn } from "./unfiltered-column.ts";

/** Parquet files with the same columns. */
interface ParquetGroup {
  readonly files: readonly FileEntry[];
  readonly columns: readonly ParquetColumn[];
}

interface ParquetColumn {
  readonly name: string;
  readonly duck: string;
  /** Whether its times are INT96, which are instants, as Spark writes them. */
  readonly isInt96: boolean;
}

/**
 * Files grouped by their columns, in order of first appearance. A file that has not changed since it was last asked is not asked again.
 *
 * @throws DuckDB's error naming a file that is no Parquet file
 */
async function groupParquet(connection: Connection, files: readonly FileEntry[]): Promise<readonly ParquetGroup[]> {
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

/** The columns of Parquet files, in order of first appearance; of columns of the same name the first counts, structs are merged. */
export async function parquetColumns({ connection, files }: Inference): Promise<readonly StructField[]> {
  const groups = await groupParquet(connection, files);
  const each = groups.map(({ columns }) => columns.map(({ name, duck }) => field(name, fromDuckType(duck))));
  return each.reduce<readonly StructField[]>(mergeFields, []);
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

async function describe(connection: Connection, [file]: readonly FileEntry[]): Promise<ParquetGroup["columns"]> {
  if (file === undefined) return [];
  const rows = await connection.rows(`DESCRIBE SELECT * FROM ${reader([file.path])}`);
  const old = await int96Columns(connection, file);
  return rows.map((row) => {
    const name = String(row["column_name"]);
    const duck = String(row["column_type"]);
    const isInt96 = old.has(name);
    return { name, duck: isInt96 ? duckType(asInstants(fromDuckType(duck))) : duck, isInt96 };
  });
}

async function int96Columns(connection: Connection, file: FileEntry): Promise<ReadonlySet<string>> {
  const elements = await connection.rows(`SELECT ${ELEMENT_COLUMNS} FROM parquet_schema(${pathList([file.path])})`);
  return new Set(
    topColumns(elements)
      .filter(timesAreInt96)
      .map(([top]) => String(top?.["name"])),
  );
}

function reader(paths: readonly string[], columns: ParquetGroup["columns"] = []): string {
  const source = `read_parquet(${pathList(paths)}, hive_partitioning = false)`;
  const values = columns.flatMap((column) => {
    const value = readValue(column);
    return value === undefined ? [] : [`${value} AS ${quoteName(column.name)}`];
  });
  if (values.length === 0) return source;
  return `(SELECT * REPLACE (${values.join(", ")}), file_index FROM ${source})`;
}

/** SQL of a column that is not read as it is. */
function readValue({ name, duck, isInt96 }: ParquetColumn): string | undefined {
  if (isInt96) return fromInt96(quoteName(name), fromDuckType(duck));
  return duck === "BLOB" ? unfilteredColumn(quoteName(name)) : undefined;
}

/** SQL of the rows of Parquet files: columns a file lacks are NULL; others, and values of other types, are rescued or left out. */
export async function parquetRows(scan: FileScan): Promise<string> {
  const schema = splitSchema(scan.read, scan.files);
  const groups = await groupParquet(scan.connection, scan.files);
  if (groups.length === 0) return emptyRows(scan);
  const rows = groups.map(async ({ files, columns }) => {
    const marksVariants = columns.some((one) => holdsVariant(fromDuckType(one.duck)));
    const paths = marksVariants ? await scan.unmarked(files) : files.map((file) => file.path);
    return `(${typedRows(scan, schema, { files, columns, reader: reader(paths, columns), index: "r.file_index" })})`;
  });
  return (await Promise.all(rows)).join(" UNION ALL ");
}
