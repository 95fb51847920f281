import {
  type DataflowGraph,
  type FileSource,
  type FileState,
  type FileStore,
  readSchemaHistory,
  schemaChanges,
} from "@sluice/pipelines";
import { type StructType, simpleString, struct } from "@sluice/query";

/** A file that a flow has found, with the rows of it that hold rescued data; absent when the table keeps none. */
export interface ReadFile extends FileState {
  readonly rescuedRows?: number;
}

/** A field of files whose values are in rescued data: why, in how many rows and files. */
export interface RescuedField {
  readonly field: string;
  readonly reason: string;
  readonly rows: number;
  readonly files: number;
  readonly firstFile: string;
}

/** A version of the schema of a source. `changes` are columns and nested fields with their types, against the version before. */
export interface SchemaStep {
  readonly flow: string;
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly storedAt: number;
  readonly changes: readonly string[];
}

/** What a table has taken in from files. */
export interface TableFiles {
  readonly table: string;
  readonly sources: readonly { readonly flow: string; readonly format: string; readonly paths: readonly string[] }[];
  /** Flow by flow, in order of discovery. */
  readonly files: readonly ReadFile[];
  /** Most rows first. */
  readonly rescued: readonly RescuedField[];
  readonly schemas: readonly SchemaStep[];
}

/** One count of a field in the rescued data of one file, which is a URI. */
export interface RescuedCount {
  readonly file: string;
  readonly field: string;
  readonly rows: number;
}

/** The SQL of {@link RescuedCount}s over a table's rescued-data column. */
export function rescuedSql(table: string, column: string): string {
  const keys = `SELECT get_json_object(r, '$._file_path') AS file, explode(json_object_keys(r)) AS field FROM (SELECT ${column} AS r FROM ${table} WHERE ${column} IS NOT NULL)`;
  return `SELECT file, field, count(*) AS rows FROM (${keys}) GROUP BY file, field ORDER BY file, field`;
}

/** The counts by file: rows with rescued data have one `_file_path` each. */
export function rescuedRows(counts: readonly RescuedCount[]): ReadonlyMap<string, number> {
  return new Map(counts.filter((one) => one.field === "_file_path").map((one) => [pathOf(one.file), one.rows]));
}

/** The counts by field, with why values of it are there; `schema` is that of the table. */
export function rescuedFields(counts: readonly RescuedCount[], schema: StructType): readonly RescuedField[] {
  const fields = new Map<string, RescuedField>();
  for (const { file, field, rows } of counts) {
    if (field === "_file_path") continue;
    const before = fields.get(field) ?? {
      field,
      reason: reasonOf(field, schema),
      rows: 0,
      files: 0,
      firstFile: pathOf(file),
    };
    fields.set(field, { ...before, rows: before.rows + rows, files: before.files + 1 });
  }
  return [...fields.values()].sort((left, right) => right.rows - left.rows);
}

function reasonOf(field: string, schema: StructType): string {
  if (field === "_corrupt_record") return "the record cannot be read";
  const exact = schema.fields.find((one) => one.name === field);
  if (exact !== undefined) return `does not fit ${simpleString(exact.dataType)}`;
  const other = schema.fields.find((one) => one.name.toLowerCase() === field.toLowerCase());
  return other === undefined ? "not in the schema" : `written "${other.name}" in the schema`;
}

/** How the schemas of sources came to be what they are. */
export async function schemaSteps(
  locations: readonly { readonly flow: string; readonly location: string }[],
  openStore: (root: string) => FileStore,
): Promise<readonly SchemaStep[]> {
  const steps: SchemaStep[] = [];
  for (const { flow, location } of locations) {
    let before = struct([]);
    for (const { version, storedAt, schema } of await readSchemaHistory(openStore(location))) {
      steps.push({ flow, version, storedAt, changes: schemaChanges(before, schema) });
      before = schema;
    }
  }
  return steps;
}

/** The sources of files that flows into a dataset read, views seen through. */
export function fileSources(
  graph: DataflowGraph,
  dataset: string,
): readonly { readonly flow: string; readonly source: FileSource }[] {
  return graph.flows
    .filter((flow) => flow.target === dataset)
    .flatMap((flow) =>
      [...flow.reads.values()].flatMap((read) =>
        read.kind === "Files" && read.streaming ? [{ flow: flow.name, source: read.source }] : [],
      ),
    );
}

function pathOf(uri: string): string {
  return uri.startsWith("file://") ? decodeURIComponent(uri.slice("file://".length)) : uri;
}
