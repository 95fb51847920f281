import type { FileEntry, FileRead } from "@sluice/pipelines";
import type { Attribute } from "@sluice/query";
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
  /** Where the content of a file is: its path, or that of a staged copy. */
  readonly pathOf: (file: FileEntry) => string;
  readonly connection: Connection;
  /** A folder for staged files that outlive the statement. */
  readonly folder: string;
}

/** A select list that names each column as the scan asks; a constant when it asks for none. */
export function selectList(columns: readonly Attribute[], sql: (column: Attribute) => string): string {
  return columns.map((one) => `${sql(one)} AS ${quoteName(one.name)}`).join(", ") || "1 AS one";
}
