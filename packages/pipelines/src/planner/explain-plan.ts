import { type StageVisitor, type UpdatePlan, visitStage } from "./update-plan.ts";

const SENTENCES: StageVisitor<string> = {
  ResetTable: (stage) => `reset ${stage.dataset}: ${stage.reason}`,
  SetUpTable: (stage) => `set up ${stage.dataset}`,
  RestateTable: (stage) => `restate ${stage.dataset}: ${stage.reason}`,
  RunFlow: (stage) => {
    const after = stage.after.length > 0 ? ` after ${stage.after.join(", ")}` : "";
    const flow = stage.flow === stage.dataset ? stage.dataset : `${stage.flow} into ${stage.dataset}`;
    const isNoOp = stage.decision?.kind === "NoOp";
    return `${isNoOp ? "leave" : VERBS[stage.technique]} ${flow}${after}: ${stage.reason}`;
  },
  SkipFlow: (stage) => `skip ${stage.flow} (${stage.status}): ${stage.reason}`,
};

const VERBS = {
  Stream: "stream",
  Once: "append once",
  Materialize: "materialize",
  Snapshot: "follow snapshots of",
} as const;

/** The plan for people: one line for each stage, in order. */
export function explainPlan(plan: UpdatePlan): readonly string[] {
  return plan.stages.map((stage) => visitStage(stage, SENTENCES));
}
