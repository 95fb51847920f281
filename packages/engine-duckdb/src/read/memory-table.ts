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
}

const FILE = "__file";

/** The rows of files of one Delta table in a table of DuckDB, each with the number of its file. Rows are only ever added; a table with too many that nobody reads gives way to a new one. */
export class MemoryTable {
  readonly columns: readonly StructField[];
  readonly #name: string;
  readonly #width: number;
  /** Number and rows of each file, by its path in the table. */
  readonly #files = new Map<string, { readonly number: number; readonly rows: number }>();
  #rows = 0;
  #users = 0;
  #created = false;

  constructor(name: string, columns: readonly StructField[]) {
    this.#name = name;
    this.columns = columns;
    this.#width = (rowBytes(columns) ?? 0) + 4;
  }

  /** What it takes, by estimate. */
  get bytes(): number {
    return this.#rows * this.#width;
  }

  /** Whether it has the columns, of the same types, and at least half of its rows are in the version that is read, be it in part. */
  canServe({ columns, versionRows }: TableRead): boolean {
    const found = columns.every((one) =>
      this.columns.some((own) => own.name === one.name && duckType(own.dataType) === duckType(one.dataType)),
    );
    return found && this.#rows <= 2 * versionRows;
  }

  /** Reads the files that are not here yet. */
  async add(connection: Connection, { files, paths }: AddedFiles): Promise<void> {
    const first = this.#files.size;
    const missing = files.flatMap((file, i) => (this.#files.has(file.path) ? [] : [{ file, path: paths[i] ?? "" }]));
    if (missing.length > 0) {
      const source = `read_parquet(${pathList(missing.map((one) => one.path))}, hive_partitioning = false)`;
      const names = this.columns.map((one) => `r.${quoteName(one.name)}`);
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
  use(connection: Connection, { files, columns }: TableRead): string {
    this.#users += 1;
    connection.atEnd(() => {
      this.#users -= 1;
    });
    const numbers = new Set(files.map((file) => this.#files.get(file.path)?.number ?? -1));
    const names = columns.map((one) => quoteName(one.name));
    return `(SELECT ${names.join(", ") || FILE} FROM ${this.#name} WHERE ${numbersAre(numbers)})`;
  }

  /** Gives back its memory when nobody reads it; answers whether it did. */
  async drop(connection: Connection): Promise<boolean> {
    if (this.#users > 0) return false;
    await connection.run(`DROP TABLE IF EXISTS ${this.#name}`);
    return true;
  }
}

/** That the number of a file is one of these: a range with gaps, as the files of a table are mostly all that there are, and a long list is a join. */
function numbersAre(numbers: ReadonlySet<number>): string {
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  const gaps: number[] = [];
  for (let one = first; one < last; one += 1) if (!numbers.has(one)) gaps.push(one);
  if (gaps.length > numbers.size) return `${FILE} IN (${[...numbers].join(", ")})`;
  return `${FILE} BETWEEN ${first} AND ${last}${gaps.length === 0 ? "" : ` AND ${FILE} NOT IN (${gaps.join(", ")})`}`;
}
