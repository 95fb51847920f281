import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type Engine,
  type PipelineSettings,
  storedKindWords,
  type TableCommit,
  type TableDescription,
} from "@sluice/pipelines";
import type { StructType } from "@sluice/query";

/** One stored dataset as `sluice show` lists it. Sizes in bytes, times in milliseconds since the epoch; `rows` only when every file has statistics. */
export interface DatasetSummary {
  /** `schema.table`. */
  readonly name: string;
  /** `streaming table`, `materialized view` or `quarantine table`; `table` for one that does not say. */
  readonly kind: string;
  readonly comment?: string;
  readonly location: string;
  readonly version?: number;
  readonly rows?: number;
  readonly sizeBytes?: number;
  readonly modifiedAt?: number;
}

/** One table with its columns, properties and history, newest commit first. */
export interface TableDetails extends DatasetSummary {
  readonly schema: StructType;
  readonly partitionBy: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly history: readonly TableCommit[];
}

/** The tables stored for a pipeline, in order of their names; also those that no source file declares any more. */
export async function listTables(engine: Engine, settings: PipelineSettings): Promise<readonly DatasetSummary[]> {
  const root = join(settings.storage, "tables");
  const summaries: DatasetSummary[] = [];
  for (const schema of await folders(root)) {
    for (const table of await folders(join(root, schema))) {
      const location = join(root, schema, table);
      const description = await engine.tables.describe(location);
      if (description !== undefined) summaries.push(summarize(`${schema}.${table}`, description));
    }
  }
  return summaries;
}

/** A table by its location, or undefined when there is none. */
export async function describeTable(engine: Engine, name: string, location: string): Promise<TableDetails | undefined> {
  const description = await engine.tables.describe(location);
  if (description === undefined) return undefined;
  return {
    ...summarize(name, description),
    schema: description.schema,
    partitionBy: description.partitionBy,
    properties: description.properties,
    history: await engine.tables.history(location, 20),
  };
}

function summarize(name: string, description: TableDescription): DatasetSummary {
  const { location, version, rows, sizeBytes, modifiedAt, comment } = description;
  return {
    name,
    kind: storedKindWords(description.properties),
    location,
    version,
    sizeBytes,
    modifiedAt,
    ...(rows !== undefined && { rows }),
    ...(comment !== undefined && { comment }),
  };
}

async function folders(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("_"))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
