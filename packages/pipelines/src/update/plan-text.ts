import { type Plan, planChildren } from "@sluice/query";

/** A plan as a tree of lines, the outermost node first, in the way of Spark's explain. */
export function planText(plan: Plan, depth = 0): string {
  const line = `${depth === 0 ? "" : `${"   ".repeat(depth - 1)}+- `}${nodeText(plan)}`;
  return [line, ...planChildren(plan).map((input) => planText(input, depth + 1))].join("\n");
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
