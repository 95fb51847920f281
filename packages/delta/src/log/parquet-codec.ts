import type { StructType } from "@sluice/query";

/**
 * Reads and writes checkpoint files. An engine gives this; without it tables are read from their commits alone and no checkpoints are written.
 *
 * A row of a checkpoint is exchanged as the JSON text of one commit line, `{"add":{"path":..,"partitionValues":{..},"stats":"..",..}}`, with one key that
 * is not null: any of `txn add remove metaData protocol domainMetadata sidecar checkpointMetadata`. Further keys and fields, and keys and fields that
 * are null, are ignored, so a row may be printed with all columns of the file. Maps are JSON objects, numbers keep all their digits.
 */
export interface ParquetCodec {
  /**
   * All rows of some Parquet checkpoint files, in any order. `add.stats` must be text: where a file has only the struct `add.stats_parsed`, its JSON
   * text stands in for it, with dates as `yyyy-mm-dd` and timestamps in ISO form.
   *
   * @param files Absolute paths on the local disk; at least one. Files of one call have one schema.
   */
  readCheckpoint(files: readonly string[]): Promise<readonly string[]>;
  /**
   * Writes one Parquet file (Snappy) at an absolute local path whose folder exists. `schema` is the columns to write and `rows` their values as JSON text;
   * keys missing from a row are NULL.
   */
  writeCheckpoint(path: string, schema: StructType, rows: readonly string[]): Promise<void>;
}
