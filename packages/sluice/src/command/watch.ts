import { setTimeout as sleep } from "node:timers/promises";
import { toEventJson } from "@sluice/pipelines";
import colors from "picocolors";
import { openProgress, type ProgressDisplay } from "../render/progress.ts";
import type { EventFollower } from "../session/follow-events.ts";
import type { Pipeline } from "../session/pipeline.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

const LOOK_MS = 500;

/** Follows the pipeline from its event log while some process runs it, shown as that process shows it; tells how its newest update stands when none does. */
export async function watch(pipeline: Pipeline, output: Output): Promise<number> {
  const follower = await pipeline.follow();
  const display = openProgress(process.stderr);
  while (await pipeline.holder()) {
    await tell(follower, display, output);
    await sleep(LOOK_MS);
  }
  await tell(follower, display, output);
  const { state, startedAt } = display.end();
  const { name } = pipeline.settings;
  if (startedAt === undefined) output.text(`Nothing has run ${name} yet.\n`);
  else output.text(`\nThe newest update of ${name} is ${colors.bold(state)}; no process runs it now.\n`);
  return EXIT.done;
}

async function tell(follower: EventFollower, display: ProgressDisplay, output: Output): Promise<void> {
  for (const event of await follower.next()) {
    display.show(event);
    output.json(toEventJson(event));
  }
}
