import type { EventDetails, IncrementalizationIssue, TechniqueInformation } from "../event-log/event-details.ts";
import type { FlowRead } from "../graph/dataflow-graph.ts";
import { type RefreshDecision, type RefreshDemand, refreshReason } from "../planner/refresh-decision.ts";
import type { StaticInput } from "../streaming/batch-record.ts";
import { staticReads } from "../streaming/static-input.ts";
import type { TrackedFlow } from "./flow-identity.ts";
import type { RefreshAssessment } from "./refresh-view.ts";

type Planning = EventDetails["planning_information"];

/** Which technique a refresh uses, which it could not use, and why. */
export function planningDetails(tracked: TrackedFlow, assessment: RefreshAssessment): Planning {
  const reads = staticReads(tracked.flow).map(([, read]) => read);
  return {
    technique_information: techniques(assessment),
    source_table_information: reads.map((read, i) => ({
      table_name: readName(read),
      ...sourceFacts(assessment.inputs[i]),
    })),
    target_table_information: { table_name: tracked.dataset.displayName },
  };
}

/** The sentence for people. */
export function planningMessage(name: string, { decision }: RefreshAssessment): string {
  const technique = decision.kind === "NoOp" ? "NO_OP" : "COMPLETE_RECOMPUTE";
  return `Flow '${name}' has been planned to be executed as ${technique}, because ${refreshReason(decision)}.`;
}

function techniques({ decision, demand }: RefreshAssessment): readonly TechniqueInformation[] {
  const isNoOp = decision.kind === "NoOp";
  const issues = refreshIssues(decision, demand);
  return [
    ...(issues.length === 0 ? [] : [{ incrementalization_issues: issues }]),
    { maintenance_type: "MAINTENANCE_TYPE_COMPLETE_RECOMPUTE", is_chosen: !isNoOp, is_applicable: true },
    { maintenance_type: "MAINTENANCE_TYPE_NO_OP", is_chosen: isNoOp, is_applicable: isNoOp },
  ];
}

function refreshIssues(decision: RefreshDecision, demand: RefreshDemand): readonly IncrementalizationIssue[] {
  const issues: IncrementalizationIssue[] = [];
  if (demand.nonDeterminism !== undefined) {
    issues.push({
      issue_type: "PLAN_NOT_DETERMINISTIC",
      prevent_incrementalization: true,
      plan_not_deterministic_sub_type: demand.nonDeterminism,
    });
  }
  if (decision.kind === "Recompute" && decision.issue !== "PLAN_NOT_DETERMINISTIC") {
    issues.push({ issue_type: decision.issue, prevent_incrementalization: decision.issue !== "DATA_HAS_CHANGED" });
  }
  return issues;
}

function readName(read: FlowRead): string {
  if (read.kind === "Dataset") return read.dataset;
  if (read.kind === "Connector") return read.source.description;
  return read.kind === "ExternalTable" ? read.name : read.source.paths.join(",");
}

function sourceFacts(input: StaticInput | undefined): { readonly table_id?: string; readonly full_size?: number } {
  if (input?.kind === "Files") return { full_size: input.files.reduce((sum, file) => sum + file.sizeBytes, 0) };
  return input?.kind !== "Table" || input.id === undefined ? {} : { table_id: input.id };
}
