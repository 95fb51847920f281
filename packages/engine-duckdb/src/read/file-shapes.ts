import type { StructField } from "@sluice/query";
import { storedType } from "../compile/stored-value.ts";
import type { Connection } from "../connection/duck-db.ts";
import { pathList } from "./file-list.ts";
import { ELEMENT_COLUMNS, type ParquetElement, timesAreInt96, topColumns } from "./parquet/top-columns.ts";

const FEW = 64;
const AT_ONCE = 1000;

/** How the names of our files begin; those that others write have numbers behind `part-`. */
const OURS = /(?:^|\/)part-[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}-[^/]*$/;
const MANY = 200_000;

/** Stands in a shape for the type of a column, nested or not, whose times are INT96 in files written elsewhere. */
export const INT96 = "INT96";

/** DuckDB's types by exact column name. */
export type FileShape = ReadonlyMap<string, string>;

/**
 * The columns that Parquet files of tables are known to hold. Such a file never changes, so what was found once holds for ever; files that this process has
 * written need not be asked at all.
 */
export class FileShapes {
  readonly #byPath = new Map<string, string>();
  readonly #parsed = new Map<string, FileShape>();

  /** Remembers files that were written with these columns. */
  add(paths: readonly string[], fields: readonly StructField[]): void {
    const shape = shapeText(fields.map((one) => [one.name, storedType(one.dataType)]));
    for (const path of paths) this.#remember(path, shape);
  }

  /**
   * The columns that all of the files have alike; undefined when they differ, or when too many files would have to be asked. Nested columns of files written
   * elsewhere are not told, but for {@link INT96}. `local` is where each of them can be read.
   */
  async common(
    connection: Connection,
    paths: readonly string[],
    local: readonly string[],
  ): Promise<FileShape | undefined> {
    const unknown = new Map<string, string>();
    for (const [i, path] of paths.entries()) if (!this.#byPath.has(path)) unknown.set(local[i] ?? path, path);
    if (unknown.size > FEW) return undefined;
    if (unknown.size > 0) await this.#ask(connection, unknown);
    const shapes = new Set(paths.map((path) => this.#byPath.get(path)));
    const [text] = shapes;
    return shapes.size !== 1 || text === undefined ? undefined : this.#parse(text);
  }

  /**
   * Which of the columns, of times, each file holds as {@link INT96}, by its place: files with the same ones have the same text. Only files that others may have written are
   * asked, each once.
   */
  async int96(
    connection: Connection,
    paths: readonly string[],
    local: readonly string[],
    columns: readonly StructField[],
  ): Promise<readonly string[]> {
    const unknown = paths.flatMap((path, i) =>
      this.#byPath.has(path) || OURS.test(path) ? [] : [[local[i] ?? path, path] as const],
    );
    for (let at = 0; at < unknown.length; at += AT_ONCE) {
      await this.#ask(connection, new Map(unknown.slice(at, at + AT_ONCE)));
    }
    return paths.map((path) => {
      const text = this.#byPath.get(path);
      const shape = text === undefined ? undefined : this.#parse(text);
      return JSON.stringify(columns.map((one) => one.name).filter((name) => shape?.get(name) === INT96));
    });
  }

  /** `paths` by where they can be read. */
  async #ask(connection: Connection, paths: ReadonlyMap<string, string>): Promise<void> {
    const rows = await connection.rows(
      `SELECT file_name, ${ELEMENT_COLUMNS} FROM parquet_schema(${pathList([...paths.keys()])})`,
    );
    const byFile = new Map<string, Readonly<Record<string, unknown>>[]>();
    for (const row of rows) {
      const found = byFile.get(String(row["file_name"]));
      if (found === undefined) byFile.set(String(row["file_name"]), [row]);
      else found.push(row);
    }
    for (const [file, elements] of byFile)
      this.#remember(paths.get(file) ?? file, shapeText(topColumns(elements).map(shapeOf)));
  }

  #remember(path: string, shape: string): void {
    if (this.#byPath.size >= MANY) this.#byPath.clear();
    this.#byPath.set(path, shape);
  }

  #parse(text: string): FileShape {
    const found = this.#parsed.get(text);
    if (found !== undefined) return found;
    const columns: readonly (readonly [string, string])[] = JSON.parse(text);
    const shape = new Map(columns);
    this.#parsed.set(text, shape);
    return shape;
  }
}

function shapeText(columns: readonly (readonly [string, string])[]): string {
  return JSON.stringify(columns);
}

function shapeOf(column: readonly ParquetElement[]): readonly [string, string] {
  const [top] = column;
  const type = column.length > 1 ? "" : plainType(top?.["duckdb_type"]);
  return [String(top?.["name"]), timesAreInt96(column) ? INT96 : type];
}

function plainType(duck: unknown): string {
  return duck === "TIMESTAMP WITH TIME ZONE" ? "TIMESTAMPTZ" : String(duck);
}
