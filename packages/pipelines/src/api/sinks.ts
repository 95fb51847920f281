import { callerOrigin } from "@sluice/query";
import type { BatchHandler, HookEvent } from "../declaration/declaration.ts";
import { declareHook, declareSink } from "../declaration/registry.ts";
import { checkOptions, misuse, notExpected, recordOption } from "./options.ts";

/** A sink as declared: a target of append flows, never a source. */
export interface Sink {
  readonly name: string;
}

/** Options of a sink, as its format takes them: `path`, `tableName`, `topic`, .. */
export type SinkOptions = Readonly<Record<string, string | number | boolean>>;

const UNKNOWN_PLACE = { file: "<unknown>", line: 1, column: 1 } as const;

/**
 * A place outside of the pipeline that append flows write to: a Delta table (`delta`) or topics (`kafka`), exactly once, files (`json`, `csv`, `parquet`), or people and programs (`webhook`, `slack`, `email`). What a
 * sink got stays in it: a full refresh of it writes everything once more.
 */
export function createSink(name: string, format: string, options: SinkOptions = {}): Sink {
  const call = "dlt.createSink";
  if (typeof name !== "string" || name.trim() === "") throw misuse("DATASET_NAME_MISSING", { call });
  if (typeof format !== "string") throw notExpected(call, "format", 'the name of a format, as "delta"', format);
  if (typeof options !== "object" || options === null) throw notExpected(call, "options", "an object", options);
  const origin = callerOrigin() ?? UNKNOWN_PLACE;
  declareSink({ name, format: format.toLowerCase(), options: recordOption(call, { options }, "options"), origin });
  return { name };
}

/**
 * A sink whose batches a function takes: it is called with the rows of each batch of a flow and the batch's number, from 0, and again from 0 after a full refresh.
 * After a failure or crash it may be called again with the same batch, which then has the same rows; numbers tell which were taken.
 */
export function foreachBatchSink(name: string, handler: BatchHandler): Sink;
export function foreachBatchSink(handler: BatchHandler): Sink;
export function foreachBatchSink(first: string | BatchHandler, second?: BatchHandler): Sink {
  const call = "dlt.foreachBatchSink";
  const handler = typeof first === "function" ? first : second;
  const name = typeof first === "function" ? first.name : first;
  if (typeof name !== "string" || name.trim() === "") throw misuse("DATASET_NAME_MISSING", { call });
  if (typeof handler !== "function") throw misuse("QUERY_FUNCTION_MISSING", { call, dataset: name });
  declareSink({ name, format: "foreachBatch", options: {}, handler, origin: callerOrigin() ?? UNKNOWN_PLACE });
  return { name };
}

/** How an event hook is kept from doing harm. */
export interface HookOptions {
  /** After so many failures one after the other the hook is not called any more in this run; by default it always is. */
  readonly maxAllowableConsecutiveFailures?: number;
}

/**
 * Calls a function for each stable event of the pipeline, in order, one call after the other and apart from the update, which does not wait for it but for a
 * while at its end. What it gives or throws changes nothing for the update; failures stand in the event log.
 */
export function onEvent(hook: (event: HookEvent) => unknown, options: HookOptions = {}): void {
  const call = "dlt.onEvent";
  if (typeof hook !== "function") throw notExpected(call, "hook", "a function", hook);
  const checked = checkOptions(call, options, ["maxAllowableConsecutiveFailures"]);
  const most = checked["maxAllowableConsecutiveFailures"];
  if (most !== undefined && most !== null && !(Number.isInteger(most) && Number(most) >= 0)) {
    throw notExpected(call, "maxAllowableConsecutiveFailures", "a whole number, 0 or more", most);
  }
  declareHook({
    name: hook.name === "" ? "hook" : hook.name,
    call: hook,
    ...(typeof most === "number" && { maxFailures: most }),
    origin: callerOrigin() ?? UNKNOWN_PLACE,
  });
}

/** As `onEvent`. */
export const onEventHook: typeof onEvent = onEvent;
