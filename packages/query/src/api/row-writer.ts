import type { DataFrame } from "./data-frame.ts";
import type { BatchFunction } from "./data-stream-writer.ts";
import type { Row } from "./frame-runner.ts";

/** Takes the rows of a stream one by one, as the objects that PySpark's `foreach` takes. All are awaited. */
export interface RowWriter {
  /** Before the rows of a micro-batch, `epochId`; a batch is one partition, 0. With `false` its rows are passed over. */
  open?(partitionId: number, epochId: number): unknown;
  process(row: Row): unknown;
  /** After them, with what went wrong; not called when `open` has failed. */
  close?(error: unknown): unknown;
}

/** The function of batches that gives their rows to a writer or a function. */
export function rowByRow(writer: RowWriter | ((row: Row) => unknown)): BatchFunction {
  const whole: RowWriter = typeof writer === "function" ? { process: writer } : writer;
  return async (batch, batchId) => {
    const isWanted = (await whole.open?.(0, batchId)) !== false;
    const error = isWanted ? await processAll(batch, whole) : undefined;
    await whole.close?.(error?.cause);
    if (error !== undefined) throw error.cause;
  };
}

async function processAll(batch: DataFrame, writer: RowWriter): Promise<{ readonly cause: unknown } | undefined> {
  try {
    for (const row of await batch.collect()) await writer.process(row);
    return undefined;
  } catch (cause) {
    return { cause };
  }
}
