import { formatCount, formatShare } from "../render/format.ts";
import type { Pipeline } from "../session/pipeline.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

/** What each expectation passed and failed, over all updates that the event log holds. */
export async function quality(pipeline: Pipeline, output: Output): Promise<number> {
  const rules = await pipeline.quality();
  for (const rule of rules) output.json(rule);
  if (rules.length === 0) output.text("No expectation has been checked yet. `sluice run` checks them.\n");
  else {
    output.grid(
      [
        { title: "dataset" },
        { title: "expectation" },
        { title: "on violation" },
        { title: "passed", align: "right" },
        { title: "failed", align: "right" },
        { title: "pass rate", align: "right" },
      ],
      rules.map((rule) => [
        rule.dataset,
        rule.expectation,
        rule.action,
        formatCount(rule.passed),
        formatCount(rule.failed),
        formatShare(rule.passed, rule.passed + rule.failed),
      ]),
    );
  }
  return EXIT.done;
}
