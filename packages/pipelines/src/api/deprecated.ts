import { type Dataset, declareTarget, declareWithQuery } from "./declare.ts";
import type { Declare, StreamingTableOptions } from "./dlt.ts";
import type { QueryFunction, TableOptions, ViewOptions } from "./options.ts";

/** The old name of `table`. The event log tells of its use. */
export const createTable: Declare<TableOptions> = (first: TableOptions | QueryFunction, second?: QueryFunction) =>
  declareWithQuery("dlt.createTable", "Table", first, second, "PYTHON_CREATE_TABLE");

/** The old name of `view`. The event log tells of its use. */
export const createView: Declare<ViewOptions> = (first: ViewOptions | QueryFunction, second?: QueryFunction) =>
  declareWithQuery("dlt.createView", "TemporaryView", first, second, "PYTHON_CREATE_VIEW");

/** An old name of `createStreamingTable`. The event log tells of its use. */
export function createTargetTable(options: string | StreamingTableOptions): Dataset {
  return declareTarget("dlt.createTargetTable", options, "PYTHON_CREATE_TARGET_TABLE");
}

/** An old name of `createStreamingTable`. The event log tells of its use. */
export function createStreamingLiveTable(options: string | StreamingTableOptions): Dataset {
  return declareTarget("dlt.createStreamingLiveTable", options, "PYTHON_CREATE_STREAMING_LIVE_TABLE");
}
