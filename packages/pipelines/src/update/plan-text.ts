import { type Plan, planChildren } from "@sluice/query";

/** A plan as a tree of lines, the outermost node first, in the way of Spark's explain. What several nodes read is written out once. */
export function planText(plan: Plan): string {
  return linesOf(plan, 0, new Set()).join("\n");
}

function linesOf(plan: Plan, depth: number, seen: Set<Plan>): readonly string[] {
  const repeated = seen.has(plan) && planChildren(plan).length > 0;
  seen.add(plan);
  const line = `${depth === 0 ? "" : `${"   ".repeat(depth - 1)}+- `}${nodeText(plan)}`;
  if (repeated) return [`${line} (as above)`];
  return [line, ...planChildren(plan).flatMap((input) => linesOf(input, depth + 1, seen))];
}

function nodeText(plan: Plan): string {
  const columns = plan.output.map((column) => column.name).join(", ");
  switch (plan.kind) {
    case "Scan":
      return `${plan.streaming ? "StreamingScan" : "Scan"} ${leafName(plan.leaf)} [${columns}]`;
    case "Join":
      return `Join ${plan.how} [${columns}]`;
    case "SetOperation":
      return `${plan.operation}${plan.all ? " all" : ""} [${columns}]`;
    case "Expect":
      return `Expect ${plan.rules.map((rule) => `${rule.name} (${rule.policy})`).join(", ")}`;
    default:
      return `${plan.kind} [${columns}]`;
  }
}

function leafName(leaf: Extract<Plan, { kind: "Scan" }>["leaf"]): string {
  switch (leaf.kind) {
    case "NamedTable":
      return leaf.name.join(".");
    case "DataSource":
      return `${leaf.format} ${leaf.paths.join(",")}`;
    case "TableFunction":
      return leaf.name;
  }
}
