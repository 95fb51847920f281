export * from "./action/action.ts";
export { encodeDataPath, fileKey, resolveDataPath } from "./action/data-path.ts";
export { type FileStatistics, rowCountOf, type StatisticsTree, statisticsOf } from "./action/file-statistics.ts";
export { parseAction } from "./action/parse-action.ts";
export { printAction } from "./action/print-action.ts";
export { type ChangedFile, hasChangeFeed } from "./change-feed/read-changes.ts";
export { CHECKPOINT_SCHEMA } from "./checkpoint/checkpoint-schema.ts";
export {
  type DeletionVectorFile,
  packDeletionVectors,
  readDeletionVector,
} from "./deletion-vector/deletion-vector.ts";
export {
  BLOCK_BYTES,
  differenceOf,
  positionsOf,
  type RowSet,
  rowSet,
  rowsOf,
  sortedBlocks,
  unionOf,
} from "./deletion-vector/row-set.ts";
export { LOG_FOLDER } from "./log/file-names.ts";
export type { LayeredMap } from "./log/layered-map.ts";
export type { ParquetCodec } from "./log/parquet-codec.ts";
export type { TableState } from "./log/replay.ts";
export type { PrunedTable } from "./scan/column-facts.ts";
export { mayMatch } from "./scan/may-match.ts";
export { type Scan, type ScanOptions, scan } from "./scan/scan.ts";
export type { HistoryEntry } from "./snapshot/history.ts";
export type { CommitStamp, Snapshot } from "./snapshot/snapshot.ts";
export type { TableMetadata } from "./snapshot/table-metadata.ts";
export type { TableTail } from "./snapshot/tail.ts";
export { indexedColumns, type Leaf, type StatisticsSettings } from "./statistics/indexed-columns.ts";
export { toPartitionValue } from "./statistics/statistics-text.ts";
export { type ParquetFacts, toStatistics } from "./statistics/to-statistics.ts";
export { DeltaError, type DeltaErrorCode, type DeltaErrorParams, isDeltaError } from "./storage/delta-error.ts";
export { type Fault, FaultyStore } from "./storage/faulty-store.ts";
export { LocalStore } from "./storage/local-store.ts";
export { MemoryStore } from "./storage/memory-store.ts";
export { type ByteRange, compareUtf8, type ObjectStore, type StoredFile } from "./storage/object-store.ts";
export { openStore } from "./storage/open-store.ts";
export { isStoreUrl } from "./storage/store-url.ts";
export { DeltaTable, type TableOptions, type VersionWanted } from "./table/delta-table.ts";
export { mergeSchema } from "./transaction/merge-schema.ts";
export type {
  ChangeFile,
  CommitOutcome,
  ConflictCode,
  FileUpdate,
  NewFile,
  TableChange,
  TableDefinition,
} from "./transaction/table-change.ts";
export { type CheckedProperties, checkProperties, propertyErrors } from "./transaction/table-property.ts";
