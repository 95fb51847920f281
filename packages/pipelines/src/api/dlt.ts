import type { DataFrame, DataFrameLike } from "@sluice/query";
import { type Dataset, declareFlowInto, declareTarget, declareWithQuery, type Flow, liveRead } from "./declare.ts";
import type { QueryFunction, TableOptions, ViewOptions } from "./options.ts";
import type { Sink } from "./sinks.ts";

/** A named query function, as `function orders() { ... }`: the dataset takes its name. */
export interface Declare<Options> {
  (options: Options, query: QueryFunction): Dataset;
  (query: QueryFunction): Dataset;
}

/** Options of a streaming table without a query of its own. */
export type StreamingTableOptions = Omit<TableOptions, "name"> & { readonly name: string };

/** Options of a flow. */
export interface FlowOptions {
  /** The streaming table or sink that it appends to, by name or handle. */
  readonly target: string | Dataset | Sink;
  /** The identity of the flow's checkpoint; the query function's name unless given. */
  readonly name?: string;
  /** Runs one time, on a batch read, until a full refresh. */
  readonly once?: boolean;
  readonly comment?: string;
  readonly sparkConf?: Readonly<Record<string, string>>;
}

/** A table: a streaming table when its query reads a stream, else a materialized view. */
export const table: Declare<TableOptions> = (first: TableOptions | QueryFunction, second?: QueryFunction) =>
  declareWithQuery("dlt.table", "Table", first, second);

/** A streaming table: each row of its sources is computed once, as it comes. */
export const streamingTable: Declare<TableOptions> = (first: TableOptions | QueryFunction, second?: QueryFunction) =>
  declareWithQuery("dlt.streamingTable", "StreamingTable", first, second);

/** A materialized view: after each update its content is what its query gives. */
export const materializedView: Declare<TableOptions> = (first: TableOptions | QueryFunction, second?: QueryFunction) =>
  declareWithQuery("dlt.materializedView", "MaterializedView", first, second);

/** A view: a named query of the pipeline, stored nowhere and computed wherever it is read. */
export const view: Declare<ViewOptions> = (first: ViewOptions | QueryFunction, second?: QueryFunction) =>
  declareWithQuery("dlt.view", "TemporaryView", first, second);

/** As `view`. */
export const temporaryView: Declare<ViewOptions> = (first: ViewOptions | QueryFunction, second?: QueryFunction) =>
  declareWithQuery("dlt.temporaryView", "TemporaryView", first, second);

/** A streaming table that flows write into; with a text, its name. */
export function createStreamingTable(options: string | StreamingTableOptions): Dataset {
  return declareTarget("dlt.createStreamingTable", options);
}

/** A flow that appends the rows of its query to a streaming table or a sink. Several may write into one; each has its own checkpoint. */
export function appendFlow(options: FlowOptions, query: () => DataFrameLike): Flow {
  return declareFlowInto("dlt.appendFlow", options, query);
}

/** All rows of a dataset of the pipeline, by name or handle. */
export function read(dataset: string | Dataset): DataFrame {
  return liveRead(nameOf(dataset), false);
}

/** The new rows of a dataset of the pipeline, by name or handle. */
export function readStream(dataset: string | Dataset): DataFrame {
  return liveRead(nameOf(dataset), true);
}

function nameOf(dataset: string | Dataset): string {
  return typeof dataset === "string" ? dataset : dataset.name;
}
