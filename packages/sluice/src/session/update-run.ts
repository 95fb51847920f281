import type { PipelineEvent, UpdateResult } from "@sluice/pipelines";

/** A running update: its events as they happen, and how it ended. */
export interface UpdateRun extends AsyncIterable<PipelineEvent> {
  /** Settles when the update has ended; rejects when it could not begin because the pipeline is wrong (PipelineErrors). */
  readonly result: Promise<UpdateResult>;
}

/**
 * Starts `work` and gives its events to whoever iterates, in order; events wait until they are asked for.
 *
 * @param work - Tells events through its argument and resolves when the update has ended.
 */
export function startRun(work: (tell: (event: PipelineEvent) => void) => Promise<UpdateResult>): UpdateRun {
  const waiting: PipelineEvent[] = [];
  let wake: () => void = () => {};
  let isOver = false;
  const result = work((event) => {
    waiting.push(event);
    wake();
  }).finally(() => {
    isOver = true;
    wake();
  });
  result.catch(() => {});
  return {
    result,
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) yield event;
        if (isOver) break;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (waiting.length > 0 || isOver) resolve();
        });
      }
      await result;
    },
  };
}
