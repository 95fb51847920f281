import { type StructType, struct, structFromJson } from "@sluice/query";
import type { Metadata } from "../action/action.ts";
import { parseExactJson } from "../action/exact-json.ts";
import { DeltaError } from "../storage/delta-error.ts";

/** What a table is, read from its metadata action. */
export interface TableMetadata {
  /** Given at creation, never changed: tells a table from one created later at the same place. */
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  /** Columns in order, partition columns among them. Empty while a table has no columns yet. */
  readonly schema: StructType;
  readonly partitionColumns: readonly string[];
  /** Table properties. */
  readonly configuration: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt?: number;
}

/** Reads a metadata action. @throws DELTA_LOG_CORRUPT when its schema is no schema */
export function toTableMetadata(table: string, action: Metadata): TableMetadata {
  return {
    id: action.id,
    ...(action.name === undefined ? {} : { name: action.name }),
    ...(action.description === undefined ? {} : { description: action.description }),
    schema: parseSchema(table, action.schemaString),
    partitionColumns: action.partitionColumns,
    configuration: action.configuration,
    ...(action.createdTime === undefined ? {} : { createdAt: action.createdTime }),
  };
}

function parseSchema(table: string, text: string | undefined): StructType {
  if (text === undefined || text === "") return struct([]);
  try {
    return structFromJson(parseExactJson(text));
  } catch (error) {
    const reason = `schemaString: ${error instanceof Error ? error.message : String(error)}`;
    throw new DeltaError("DELTA_LOG_CORRUPT", { file: table, reason }, error);
  }
}
