import type { DataFrame } from "@sluice/query";
import type { BatchHandler } from "../declaration/declaration.ts";
import { EngineError } from "../engine/engine-error.ts";
import type { SinkBatch, SinkWriter } from "../engine/sink-writer.ts";

/** The rows of a Delta table at a version as a DataFrame that can be asked and written. */
export type BatchFrame = (staged: SinkBatch["staged"]) => DataFrame;

/** Gives batches to a function of the pipeline's files. */
export class ForeachBatchSink implements SinkWriter {
  readonly #handler: BatchHandler;
  readonly #frame: BatchFrame;

  constructor(handler: BatchHandler, frame: BatchFrame) {
    this.#handler = handler;
    this.#frame = frame;
  }

  async write({ batch, staged }: SinkBatch, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    try {
      await this.#handler(this.#frame(staged), batch);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `[FOREACH_BATCH_USER_FUNCTION_ERROR] An error occurred in the user provided function in foreach batch sink. Reason: ${reason}`;
      const facts = { condition: "FOREACH_BATCH_USER_FUNCTION_ERROR", domain: "user", retry: "backoff" } as const;
      throw new EngineError(message, facts, cause);
    }
  }
}
