import type { Inputs } from "@sluice/pipelines";
import { type Plan, planChildren, type Relation, simpleString } from "@sluice/query";
import { evaluateQuery } from "./evaluate-query.ts";
import type { SessionState } from "./session-state.ts";

/** The plan of a query as a tree, what reads first at the bottom; each read says which rows it stands for. */
export async function explainQuery(relation: Relation, state: SessionState): Promise<string> {
  const { plan, inputs } = await evaluateQuery(relation, state);
  return ["== Plan ==", ...lines(plan, inputs, "")].join("\n");
}

function lines(plan: Plan, inputs: Inputs, indent: string): readonly string[] {
  const columns = plan.output.map((one) => `${one.name} ${simpleString(one.dataType)}`).join(", ");
  const read = plan.kind === "Scan" ? ` ${readText(inputs, plan.scan)}` : "";
  const own = `${indent}${indent === "" ? "" : "+- "}${plan.kind}${read} [${columns}]`;
  const inner = indent === "" ? "  " : `${indent}   `;
  return [own, ...planChildren(plan).flatMap((child) => lines(child, inputs, inner))];
}

function readText(inputs: Inputs, scan: number): string {
  const slice = inputs.get(scan);
  switch (slice?.kind) {
    case "TableVersion":
      return `${slice.location} at version ${slice.version}`;
    case "TableChanges":
      return `changes of ${slice.location} from version ${(slice.after ?? 0) + 1} to ${slice.through}`;
    case "Files":
      return `${slice.files.length} ${slice.read.format} files below ${slice.read.basePath}`;
    default:
      return "";
  }
}
