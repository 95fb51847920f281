import type { FileEntry, FileRead } from "@sluice/pipelines";
import type { Attribute } from "@sluice/query";
import { duckType } from "../compile/duck-type.ts";
import { quoteName } from "../compile/identifier.ts";
import type { Connection } from "../connection/duck-db.ts";

/** One read of files by one statement. */
export interface FileScan {
  readonly files: readonly FileEntry[];
  readonly read: FileRead;
  /** The columns asked for, named as in the reader's schema or hidden; the reader names its columns alike. */
  readonly columns: readonly Attribute[];
  /** Whether all rows and columns given reach the result, so that DuckDB cannot leave any column out. */
  readonly whole: boolean;
  /** The files whose records must be read one by one because the fast reader stumbled over them. */
  readonly isTolerant: (file: FileEntry) => boolean;
  /** Whether any attempt has stumbled so far. */
  readonly cautious: boolean;
  /** Whether clean rows must know their file too: an attempt came upon a row that needs it. */
  readonly identify: boolean;
  /** Whether numbers of JSON must be kept as they are written: an attempt came upon one that its reader may have changed. */
  readonly written: boolean;
  /** Where the content of a file is, and how large: the file itself, or a copy of it that is plain UTF-8. */
  readonly plainOf: (file: FileEntry) => FileEntry;
  /** Given with `badRecordsPath`: is told SELECTs of the records that are left out, columns `path`, `record`, `reason`, all VARCHAR. */
  readonly leaveOut?: (records: string) => void;
  /** Where Parquet files can be read such that variants are groups of bytes. */
  readonly unmarked: (files: readonly FileEntry[]) => Promise<readonly string[]>;
  readonly connection: Connection;
  /** A folder for staged files that outlive the statement. */
  readonly folder: string;
  /** A folder that lasts as long as the engine, for files that are named by their content. */
  readonly lastingFolder: string;
}

/** A select list that names each column as the scan asks; a constant when it asks for none. */
export function selectList(columns: readonly Attribute[], sql: (column: Attribute) => string): string {
  return columns.map((one) => `${sql(one)} AS ${quoteName(one.name)}`).join(", ") || "1 AS one";
}

/** SQL of no rows with the columns of a scan. */
export function emptyRows(scan: Pick<FileScan, "columns">): string {
  const columns = scan.columns.map((one) => `CAST(NULL AS ${duckType(one.dataType)}) AS ${quoteName(one.name)}`);
  return `SELECT ${columns.join(", ") || "NULL AS empty"} WHERE false`;
}
