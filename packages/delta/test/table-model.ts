import { field, LONG, STRING, type StructType, struct } from "@sluice/query";
import type { NewFile, Snapshot } from "../src/index.ts";

/** What a table should hold, in the plainest form. Lists are sorted. */
export interface TableModel {
  readonly files: readonly string[];
  readonly transactions: Readonly<Record<string, number>>;
  readonly columns: readonly string[];
  readonly domains: Readonly<Record<string, string>>;
}

export const ID_AND_NAME: StructType = struct([field("id", LONG), field("name", STRING)]);

export const APPS = ["bronze/flow", "silver flow"] as const;

/** A snapshot as a model, seen through its public face. */
export function modelOf(snapshot: Snapshot): TableModel {
  return {
    files: snapshot.files.map((file) => file.path).sort(),
    transactions: Object.fromEntries(
      APPS.flatMap((app) => {
        const version = snapshot.transactionVersion(app);
        return version === undefined ? [] : [[app, version]];
      }),
    ),
    columns: snapshot.metadata.schema.fields.map((one) => one.name),
    domains: Object.fromEntries(snapshot.domains.map((one) => [one.domain, one.configuration])),
  };
}

export function newFile(path: string, numRecords = 1): NewFile {
  return { path, partitionValues: {}, sizeBytes: 100, stats: JSON.stringify({ numRecords }) };
}
