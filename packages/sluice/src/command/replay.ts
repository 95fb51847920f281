import type { LeaseHolder, ReplayRequest, ReplayResult } from "@sluice/pipelines";
import { countOf, formatCount, formatDuration } from "../render/format.ts";
import type { Pipeline } from "../session/pipeline.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

/** Feeds rows back into a table, and says how many. */
export async function replay(pipeline: Pipeline, request: ReplayRequest, output: Output): Promise<number> {
  const result = await pipeline.replay(request);
  if (result.kind === "Busy") throw held(result.holder);
  const { kind: _, ...facts } = result;
  output.json(facts);
  if (result.finishedEarlier) output.note("An earlier replay that was stopped has been brought to its end first.\n");
  output.text(`${summary(result)}\n`);
  return EXIT.done;
}

function summary({
  table,
  source,
  examined,
  replayed,
  remaining,
  dryRun,
}: Extract<ReplayResult, { kind: "Finished" }>): string {
  const rows = source === "quarantine" ? "quarantined row" : "rescued row";
  if (examined === 0) return `There are no ${rows}s of ${table} to replay.`;
  const verb = dryRun ? "would come" : "came";
  const rest =
    remaining === 0 ? "" : `, ${formatCount(remaining)} ${dryRun ? "would stay" : remaining === 1 ? "stays" : "stay"}`;
  return `${formatCount(replayed)} of ${countOf(examined, rows)} ${verb} back into ${table}${rest}.`;
}

function held({ pid, host, startedAt }: LeaseHolder): CommandError {
  const since = formatDuration(Date.now() - startedAt);
  return new CommandError(
    EXIT.held,
    `Another process works on this pipeline: process ${pid} on ${host}, since ${since}.`,
    "wait until it has ended, or stop that process",
  );
}
