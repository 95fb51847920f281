import type { ObjectStore } from "@sluice/delta";
import {
  type Engine,
  isPrivateTable,
  storedKindWords,
  type TableCommit,
  type TableDescription,
} from "@sluice/pipelines";
import type { StructType } from "@sluice/query";

/** One stored dataset as `sluice show` lists it. Sizes in bytes, times in milliseconds since the epoch; `rows` only when every file has statistics. */
export interface DatasetSummary {
  /** `schema.table`. */
  readonly name: string;
  /** `streaming table`, `materialized view` or `quarantine table`, `private` before it where it is; `table` for one that does not say. */
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

/** The tables in a pipeline's storage, in order of their names; also those that no source file declares any more. */
export async function listTables(engine: Engine, storage: ObjectStore): Promise<readonly DatasetSummary[]> {
  const schemas = await storage.folders("tables");
  const tables = await Promise.all(
    schemas.map(async (schema) => {
      const names = await storage.folders(`tables/${schema}`);
      return names
        .filter((table) => !table.startsWith("_"))
        .map((table) => ({ name: `${schema}.${table}`, location: `${storage.root}/tables/${schema}/${table}` }));
    }),
  );
  const found = await Promise.all(
    tables.flat().map(async ({ name, location }) => {
      const description = await engine.tables.describe(location);
      return description && summarize(name, description);
    }),
  );
  return found.filter((one) => one !== undefined);
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
    kind: `${isPrivateTable(description.properties) ? "private " : ""}${storedKindWords(description.properties)}`,
    location,
    version,
    sizeBytes,
    modifiedAt,
    ...(rows !== undefined && { rows }),
    ...(comment !== undefined && { comment }),
  };
}
