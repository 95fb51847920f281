import { type AddFile, statisticsOf } from "@sluice/delta";
import type { StructField } from "@sluice/query";
import { duckType } from "../compile/duck-type.ts";
import { quoteName } from "../compile/identifier.ts";
import type { Connection } from "../connection/duck-db.ts";
import { pathList } from "./file-list.ts";
import { rowBytes } from "./row-bytes.ts";

/** Files of the table in a folder: `paths` say where they can be read, one for each. */
export interface AddedFiles {
  readonly root: string;
  readonly files: readonly AddFile[];
  readonly paths: readonly string[];
}

/** What is read of a table. */
export interface TableRead extends AddedFiles {
  readonly columns: readonly StructField[];
  /** Rows of the whole version that the files are of. */
  readonly versionRows: number;
  /** SQL of a join that leaves the rows wanted of `r`. These tell where they lie, as those of a reader of files do: `file_index` and `file_row_number`. */
  readonly join?: string | undefined;
}

const FILE = "__file";
const ROW = "__row";
const NUMBER_BYTES = 4;

/** Whether columns have the names of those that are kept beside them. */
export function hasOwnNames({ columns }: TableRead): boolean {
  return columns.some((one) => [FILE, ROW, "file_index", "file_row_number"].includes(one.name.toLowerCase()));
}

/** The rows of files of one Delta table, deleted ones included, in a table of DuckDB, each with the number of its file and its place there. Rows are only ever added; a table with too many that nobody reads gives way to a new one. */
export class MemoryTable {
  readonly columns: readonly StructField[];
  readonly #name: string;
  readonly #positions: boolean;
  readonly #width: number;
  /** Number and rows of each file, by its path in the table. */
  readonly #files = new Map<string, { readonly number: number; readonly rows: number }>();
  #rows = 0;
  #users = 0;
  #created = false;

  constructor(name: string, columns: readonly StructField[], positions: boolean) {
    this.#name = name;
    this.columns = columns;
    this.#positions = positions;
    this.#width = (rowBytes(columns) ?? 0) + (positions ? 2 : 1) * NUMBER_BYTES;
  }

  get positions(): boolean {
    return this.#positions;
  }

  /** What it takes, by estimate. */
  get bytes(): number {
    return this.#rows * this.#width;
  }

  /** Whether it has the columns, of the same types, and at least half of its rows are in the version that is read, be it in part. */
  canServe({ columns, versionRows, join }: TableRead): boolean {
    const found = columns.every((one) =>
      this.columns.some((own) => own.name === one.name && duckType(own.dataType) === duckType(one.dataType)),
    );
    return found && (this.#positions || join === undefined) && this.#rows <= 2 * versionRows;
  }

  /** Reads the files that are not here yet. */
  async add(connection: Connection, { files, paths }: AddedFiles): Promise<void> {
    const first = this.#files.size;
    const missing = files.flatMap((file, i) => (this.#files.has(file.path) ? [] : [{ file, path: paths[i] ?? "" }]));
    if (missing.length > 0) {
      const source = `read_parquet(${pathList(missing.map((one) => one.path))}, hive_partitioning = false)`;
      const names = this.columns.map((one) => `r.${quoteName(one.name)}`);
      if (this.#positions) names.unshift(`CAST(r.file_row_number AS UINTEGER) AS ${ROW}`);
      const rows = `SELECT CAST(${first} + r.file_index AS INTEGER) AS ${FILE}, ${names.join(", ")} FROM ${source} AS r`;
      await connection.run(
        this.#created ? `INSERT INTO ${this.#name} ${rows}` : `CREATE TABLE ${this.#name} AS ${rows}`,
      );
      this.#created = true;
    }
    for (const [i, { file }] of missing.entries()) {
      const rows = statisticsOf(file).numRecords ?? 0;
      this.#files.set(file.path, { number: first + i, rows });
      this.#rows += rows;
    }
  }

  /** SQL of the rows of files that are here; it holds until the end of the conversation. */
  use(connection: Connection, { files, columns, join }: TableRead): string {
    this.#users += 1;
    connection.atEnd(() => {
      this.#users -= 1;
    });
    const numbers = files.map((file) => this.#files.get(file.path)?.number ?? -1);
    const names = columns.map((one) => `r.${quoteName(one.name)}`);
    if (join !== undefined)
      names.push(`${placesOf(numbers)} AS file_index`, `CAST(r.${ROW} AS BIGINT) AS file_row_number`);
    const wanted = names.join(", ") || `r.${FILE}`;
    return `(SELECT ${wanted} FROM ${this.#name} AS r${join ?? ""} WHERE ${numbersAre(new Set(numbers))})`;
  }

  /** Gives back its memory when nobody reads it; answers whether it did. */
  async drop(connection: Connection): Promise<boolean> {
    if (this.#users > 0) return false;
    await connection.run(`DROP TABLE IF EXISTS ${this.#name}`);
    return true;
  }
}

/**
 * That the number of a file is one of these: a range with gaps, as the files of a table are mostly all that there are, and a long list is a join. Where nearly every row
 * passes, an expression is faster than a comparison, which DuckDB makes row by row while it scans.
 */
function numbersAre(numbers: ReadonlySet<number>): string {
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  const gaps: number[] = [];
  for (let one = first; one < last; one += 1) if (!numbers.has(one)) gaps.push(one);
  if (first === 0 && gaps.length === 0) return `r.${FILE} + 0 <= ${last}`;
  if (gaps.length > numbers.size) return `r.${FILE} IN (${[...numbers].join(", ")})`;
  return `r.${FILE} BETWEEN ${first} AND ${last}${gaps.length === 0 ? "" : ` AND r.${FILE} NOT IN (${gaps.join(", ")})`}`;
}

/** SQL of the place of a row's file among those that are read, from its number here. */
function placesOf(numbers: readonly number[]): string {
  const places = Array.from({ length: Math.max(...numbers) + 1 }, () => -1);
  for (const [place, number] of numbers.entries()) places[number] = place;
  return `CAST(([${places.join(", ")}])[r.${FILE} + 1] AS BIGINT)`;
}
