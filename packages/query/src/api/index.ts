export { Column } from "./column.ts";
export { DataFrame, type DataFrameLike } from "./data-frame.ts";
export { DataFrameWriter } from "./data-frame-writer.ts";
export { type BatchFunction, DataStreamWriter, type StreamOutputMode } from "./data-stream-writer.ts";
export * from "./data-types.ts";
export { display } from "./display.ts";
export type { Row, RowValue } from "./frame-runner.ts";
export * from "./functions/index.ts";
export * as functions from "./functions/index.ts";
export { type Aggregations, GroupedData } from "./grouped-data.ts";
export type { JoinName } from "./join-kind.ts";
export type { ColumnLike, ColumnOrName, ColumnOrValue, LiteralValue } from "./literal.ts";
export type { LocalRow } from "./local-rows.ts";
export { NullFunctions } from "./null-functions.ts";
export { DataFrameReader, type DataStreamReader, type OptionValue } from "./reader.ts";
export type { RowWriter } from "./row-writer.ts";
export type { SparkCatalog, SparkConf, SparkSession } from "./spark-session.ts";
export {
  type SourceProgress,
  type StateOperatorProgress,
  type StreamingQuery,
  StreamingQueryException,
  type StreamingQueryProgress,
  type StreamingQueryStatus,
  type TriggerOptions,
} from "./streaming-query.ts";
export { Window, WindowSpec } from "./window.ts";
