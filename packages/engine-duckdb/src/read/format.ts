import type { FileEntry, FileRead } from "@sluice/pipelines";
import type { StructField } from "@sluice/query";
import type { Connection } from "../connection/duck-db.ts";
import type { FileScan } from "./file-scan.ts";

/** A search for the columns of files. */
export interface Inference {
  readonly connection: Connection;
  /** The sample; of text formats plain files in UTF-8. */
  readonly files: readonly FileEntry[];
  readonly read: Omit<FileRead, "schema">;
  /** Whether texts that look like numbers, times or flags shall become such; formats with types of their own do not ask. */
  readonly inferTypes: boolean;
  /** Where files may be staged. */
  readonly folder: string;
}

/** What this engine knows of a file format. */
export interface FileFormat {
  /** `Text`: files may be packed and in other charsets than UTF-8, and are handed on plain. `Bytes`: files are handed on as they are. */
  readonly content: "Text" | "Bytes";
  /** Whether the beginning of a file tells its columns as well as all of it; `Never` when columns are the same whatever is in the files. */
  readonly sampling: "Head" | "Whole" | "Never";
  /** The columns of data, in order of first appearance, of JSON and XML by name. */
  readonly columns: (inference: Inference) => Promise<readonly StructField[]>;
  /** SQL of the rows, columns as the scan asks for. */
  readonly rows: (scan: FileScan) => Promise<string>;
}
