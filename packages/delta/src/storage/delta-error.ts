/** What each error is about: the code, which is Delta's own where Delta has one, and the facts that its message is made of. */
export interface DeltaErrorParams {
  DELTA_TABLE_NOT_FOUND: { readonly table: string };
  DELTA_VERSION_NOT_FOUND: { readonly table: string; readonly version: number; readonly reason: string };
  DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION: { readonly table: string; readonly timestamp: number };
  DELTA_LOG_CORRUPT: { readonly file: string; readonly reason: string };
  DELTA_DELETION_VECTOR_CORRUPT: { readonly table: string; readonly file: string; readonly reason: string };
  DELTA_VERSIONS_NOT_CONTIGUOUS: { readonly table: string; readonly missing: number; readonly found: number };
  DELTA_STATE_RECOVER_ERROR: { readonly table: string; readonly missing: "protocol" | "metaData" };
  DELTA_CHECKPOINT_READER_MISSING: { readonly table: string; readonly version: number };
  DELTA_UNSUPPORTED_FEATURES_FOR_READ: { readonly table: string; readonly features: readonly string[] };
  DELTA_UNSUPPORTED_FEATURES_FOR_WRITE: { readonly table: string; readonly features: readonly string[] };
  DELTA_UNSUPPORTED_STORAGE: { readonly url: string };
  STORAGE_CLIENT_MISSING: { readonly url: string; readonly package: string };
  STORAGE_NO_CREDENTIALS: { readonly url: string; readonly reason: string; readonly next: string };
  STORAGE_ACCESS_DENIED: { readonly url: string; readonly action: string; readonly reason: string };
  STORAGE_BUCKET_NOT_FOUND: { readonly url: string; readonly reason: string };
  STORAGE_UNREACHABLE: { readonly url: string; readonly reason: string; readonly settings: string };
  STORAGE_FAILED: { readonly url: string; readonly action: string; readonly reason: string };
  DELTA_SCHEMA_NOT_SET: { readonly table: string };
  DELTA_FAILED_TO_MERGE_FIELDS: { readonly column: string; readonly current: string; readonly wanted: string };
  DELTA_DUPLICATE_COLUMNS_FOUND: { readonly columns: readonly string[] };
  DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES: { readonly columns: readonly string[] };
  DELTA_UNSUPPORTED_DATA_TYPE: { readonly column: string; readonly dataType: string };
  DELTA_INVALID_PARTITION_COLUMN: { readonly column: string; readonly reason: string };
  DELTA_PARTITION_COLUMNS_CHANGED: { readonly current: readonly string[]; readonly wanted: readonly string[] };
  DELTA_UNKNOWN_CONFIGURATION: { readonly key: string; readonly closest?: string };
  DELTA_INVALID_CONFIGURATION: { readonly key: string; readonly value: string; readonly expected: string };
  /** A property of Delta's that we have not, or not with this value. `instead` is a sentence. */
  DELTA_CONFIGURATION_NOT_SUPPORTED: { readonly key: string; readonly value?: string; readonly instead: string };
  DELTA_CANNOT_MODIFY_APPEND_ONLY: { readonly table: string };
  DELTA_NOT_NULL_CONSTRAINT_VIOLATED: { readonly column: string; readonly file: string; readonly nulls: string };
  DELTA_INVALID_COMMIT: { readonly reason: string };
  DELTA_CHANGE_DATA_FEED_NEEDED: { readonly table: string };
  DELTA_MISSING_CHANGE_DATA: {
    readonly table: string;
    readonly first: number;
    readonly last: number;
    readonly version: number;
  };
}

export type DeltaErrorCode = keyof DeltaErrorParams;

const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

const MESSAGES: { readonly [Code in DeltaErrorCode]: (params: DeltaErrorParams[Code]) => string } = {
  DELTA_TABLE_NOT_FOUND: (p) => `There is no Delta table at "${p.table}". Check the path, or create the table first.`,
  DELTA_VERSION_NOT_FOUND: (p) =>
    `Version ${p.version} of "${p.table}" cannot be read: ${p.reason}. Choose a version that the log still holds.`,
  DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION: (p) =>
    `"${p.table}" has no version at or before ${new Date(p.timestamp).toISOString()}. Choose a later time.`,
  DELTA_LOG_CORRUPT: (p) => `The log file "${p.file}" cannot be read: ${p.reason}. Restore it from a backup.`,
  DELTA_DELETION_VECTOR_CORRUPT: (p) =>
    `The deletion vector in ${p.file} of "${p.table}" cannot be read: ${p.reason}. Restore the file, or the table to a version without it.`,
  DELTA_VERSIONS_NOT_CONTIGUOUS: (p) =>
    `The log of "${p.table}" has a hole: version ${p.missing} is missing before version ${p.found}. Restore the missing commit file.`,
  DELTA_STATE_RECOVER_ERROR: (p) =>
    `The log of "${p.table}" holds no ${p.missing} action. Its first commits are missing or damaged: restore them from a backup.`,
  DELTA_CHECKPOINT_READER_MISSING: (p) =>
    `"${p.table}" can be read only from its checkpoint at version ${p.version}, and no Parquet codec was given. Open the table with a codec (an engine has one).`,
  DELTA_UNSUPPORTED_FEATURES_FOR_READ: (p) =>
    `"${p.table}" needs ${list(p.features)} to be read, which is not supported. Drop the feature with the engine that enabled it, or read the table there.`,
  DELTA_UNSUPPORTED_FEATURES_FOR_WRITE: (p) =>
    `"${p.table}" needs ${list(p.features)} to be written, which is not supported. Drop the feature with the engine that enabled it, or write the table there.`,
  DELTA_UNSUPPORTED_STORAGE: (p) =>
    `There is no storage for "${p.url}". Use a local path, s3://bucket/folder, gs://bucket/folder or abfss://container@account.dfs.core.windows.net/folder.`,
  STORAGE_CLIENT_MISSING: (p) =>
    `"${p.url}" cannot be reached without the package "${p.package}". Install it beside sluice: npm install ${p.package}`,
  STORAGE_NO_CREDENTIALS: (p) => `There are no credentials for "${p.url}": ${p.reason}. ${p.next}.`,
  STORAGE_ACCESS_DENIED: (p) =>
    `"${p.url}" may not be ${p.action} with the credentials found: ${p.reason}. Check them, and the rights of who they are for.`,
  STORAGE_BUCKET_NOT_FOUND: (p) => `There is no "${p.url}": ${p.reason}. Correct its name, or create it.`,
  STORAGE_UNREACHABLE: (p) =>
    `"${p.url}" does not answer: ${p.reason}. Check the network, and ${p.settings} if the service is not the public one.`,
  STORAGE_FAILED: (p) => `"${p.url}" could not be ${p.action}: ${p.reason}. Try again later.`,
  DELTA_SCHEMA_NOT_SET: (p) => `"${p.table}" has no columns yet. Write to it with a definition that has a schema.`,
  DELTA_FAILED_TO_MERGE_FIELDS: (p) =>
    `Column "${p.column}" is ${p.current} in the table and ${p.wanted} in the new data: a column's type cannot change in place. Cast the column, or overwrite the table with the new schema.`,
  DELTA_DUPLICATE_COLUMNS_FOUND: (p) =>
    `Column names must differ in more than case: ${list(p.columns)} clash. Rename one of them.`,
  DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES: (p) =>
    `Column names may not contain any of " ,;{}()\\n\\t=": ${list(p.columns)}. Give them another name with an alias.`,
  DELTA_UNSUPPORTED_DATA_TYPE: (p) =>
    `Column "${p.column}" has type ${p.dataType}, which Delta tables cannot store. Cast it first.`,
  DELTA_INVALID_PARTITION_COLUMN: (p) => `The table cannot be partitioned by "${p.column}": ${p.reason}.`,
  DELTA_PARTITION_COLUMNS_CHANGED: (p) =>
    `The table is partitioned by (${list(p.current)}), not by (${list(p.wanted)}). Overwrite the table to change its partitions.`,
  DELTA_UNKNOWN_CONFIGURATION: (p) =>
    `"${p.key}" is no Delta table property.${p.closest === undefined ? " Use a name that does not begin with delta." : ` Did you mean "${p.closest}"?`}`,
  DELTA_INVALID_CONFIGURATION: (p) => `The table property "${p.key}" cannot be "${p.value}": it must be ${p.expected}.`,
  DELTA_CONFIGURATION_NOT_SUPPORTED: (p) =>
    `The Delta table property "${p.key}"${p.value === undefined ? "" : ` = "${p.value}"`} is not supported. ${p.instead}`,
  DELTA_CANNOT_MODIFY_APPEND_ONLY: (p) =>
    `"${p.table}" is append-only (delta.appendOnly = true): its rows cannot be removed or changed. Unset the property first.`,
  DELTA_NOT_NULL_CONSTRAINT_VIOLATED: (p) =>
    `Column "${p.column}" is NOT NULL, but the new file "${p.file}" has ${p.nulls} NULL values in it. Filter those rows, or drop the constraint.`,
  DELTA_INVALID_COMMIT: (p) => `This commit would break the table: ${p.reason}.`,
  DELTA_MISSING_CHANGE_DATA: (p) =>
    `The changes of "${p.table}" from version ${p.first} to ${p.last} cannot be told: none were recorded for version ${p.version}. Its history says when delta.enableChangeDataFeed was set to true: start there. Where it never was, set this table property; changes are recorded from then on.`,
  DELTA_CHANGE_DATA_FEED_NEEDED: (p) =>
    `"${p.table}" has its change data feed enabled: a commit that rewrites part of its rows needs change files. Set delta.enableChangeDataFeed = false, or replace the whole table.`,
};

/** Trouble with a Delta table. Test `code`, never the text. */
export class DeltaError<Code extends DeltaErrorCode = DeltaErrorCode> extends Error {
  override readonly name: string = "DeltaError";
  readonly code: Code;
  readonly params: DeltaErrorParams[Code];

  constructor(code: Code, params: DeltaErrorParams[Code], cause?: unknown) {
    super(`[${code}] ${MESSAGES[code](params)}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.params = params;
  }
}

/** Whether a caught value is a DeltaError, of this code if one is given. Holds across copies of this package. */
export function isDeltaError<Code extends DeltaErrorCode>(error: unknown, code?: Code): error is DeltaError<Code> {
  if (!(error instanceof Error) || error.name !== "DeltaError" || !("code" in error)) return false;
  return code === undefined || error.code === code;
}
