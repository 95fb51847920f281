import { PipelineErrors, toEventJson, type UpdateResult } from "@sluice/pipelines";
import colors from "picocolors";
import { countOf, formatCount, formatDuration } from "../render/format.ts";
import { openProgress } from "../render/progress.ts";
import type { UpdateView } from "../render/update-view.ts";
import type { Pipeline, RunOptions } from "../session/pipeline.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { report } from "./validate.ts";

/** Runs one update, a continuous one until it is stopped; shows its progress, and sums it up. */
export async function run(pipeline: Pipeline, request: Omit<RunOptions, "signal">, output: Output): Promise<number> {
  const stop = stopOnInterrupt(output);
  const display = openProgress(process.stderr);
  const update = pipeline.run({ ...request, signal: stop.signal });
  try {
    for await (const event of update) {
      display.show(event);
      output.json(toEventJson(event));
    }
    return conclude(await update.result, display.end(), pipeline, output);
  } catch (error) {
    display.end();
    if (!(error instanceof PipelineErrors)) throw error;
    report({ errors: error.errors, warnings: [] }, pipeline, output);
    return EXIT.wrong;
  } finally {
    stop.forget();
  }
}

function conclude(result: UpdateResult, view: UpdateView, pipeline: Pipeline, output: Output): number {
  if (result.kind === "Busy") {
    const { pid, host, startedAt, updateId } = result.holder;
    const since = formatDuration(Date.now() - startedAt);
    throw new CommandError(
      EXIT.held,
      `Another update runs this pipeline: process ${pid} on ${host}, since ${since} (update ${updateId.slice(0, 6)}).`,
      "wait until it has ended, or stop that process",
    );
  }
  const { state, startedAt, finishedAt } = result;
  for (const flow of view.flows.values()) {
    if (flow.status === "FAILED" && flow.error !== undefined && result.error === undefined)
      output.note(`\n${colors.red("error")} ${flow.name}: ${flow.error}\n`);
  }
  const rows = result.flows.reduce((sum, flow) => sum + flow.rows, 0);
  const dropped = [...view.flows.values()].reduce((sum, flow) => sum + flow.dropped, 0);
  const facts = [
    `${countOf(rows, "row")} written`,
    ...(dropped > 0 ? [`${formatCount(dropped)} dropped (sluice quality)`] : []),
    formatDuration(finishedAt - startedAt),
  ];
  const painted = state === "COMPLETED" ? colors.green(state) : colors.red(state);
  output.text(
    `\nUpdate ${result.updateId.slice(0, 6)} of ${pipeline.settings.name} is ${painted}: ${facts.join(", ")}.\n`,
  );
  if (result.error !== undefined) throw result.error;
  return state === "COMPLETED" ? EXIT.done : state === "CANCELED" ? EXIT.stopped : EXIT.failed;
}

/** The first Ctrl-C or SIGTERM stops the update at a commit; a second one ends the process. */
function stopOnInterrupt(output: Output): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.stopped);
    output.note("\nStopping at the next commit; once more to stop at once.\n");
    controller.abort();
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, onSignal);
  return {
    signal: controller.signal,
    forget: () => {
      for (const name of ["SIGINT", "SIGTERM"] as const) process.off(name, onSignal);
    },
  };
}
