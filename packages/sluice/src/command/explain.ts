import type { RefreshRequest, Stage } from "@sluice/pipelines";
import type { Pipeline } from "../session/pipeline.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";
import { showRestatement } from "./show-restatement.ts";
import { report } from "./validate.ts";

/** Prints what the next update would do, and why. Writes nothing. */
export async function explain(pipeline: Pipeline, request: RefreshRequest, output: Output): Promise<number> {
  const validation = await pipeline.validate(request);
  report(validation, pipeline, output);
  if (validation.graph === undefined) return EXIT.wrong;
  const plan = await pipeline.explain(request, validation.graph);
  for (const stage of plan.stages) output.json(stage);
  const steps = plan.stages.filter((stage) => stage.kind !== "SetUpTable");
  output.grid(
    [{ title: "what" }, { title: "flow" }, { title: "after" }, { title: "why" }],
    steps.map((stage) => [
      verb(stage),
      "flow" in stage ? stage.flow : stage.dataset,
      "after" in stage ? stage.after.join(", ") : "",
      "reason" in stage ? stage.reason : "",
    ]),
  );
  for (const stage of plan.stages) if (stage.kind === "RestateTable") showRestatement(stage, output);
  return EXIT.done;
}

const VERBS = {
  Stream: "stream new rows",
  Once: "append once",
  Materialize: "recompute",
  Snapshot: "compare snapshots",
} as const;

function verb(stage: Stage): string {
  switch (stage.kind) {
    case "ResetTable":
      return "empty";
    case "SetUpTable":
      return "set up";
    case "RestateTable":
      return "restate keys";
    case "SkipFlow":
      return "skip";
    case "RunFlow":
      return stage.decision?.kind === "NoOp" ? "leave as it is" : VERBS[stage.technique];
  }
}
