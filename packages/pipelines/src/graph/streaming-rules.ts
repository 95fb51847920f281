import {
  type JoinKind,
  type JoinPlan,
  type Origin,
  originOf,
  type Plan,
  planChildren,
  planExpressions,
  type QueryProblem,
  walkTyped,
} from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";

/** What stands in a streaming query that streams cannot do, or cannot do yet, outermost first. `dataset` and `origin` are used where a node has no place. */
export function streamingErrors(plan: Plan, dataset: string, origin: Origin): readonly PipelineError[] {
  return errorsOf(plan, dataset, origin, new Set());
}

function errorsOf(plan: Plan, dataset: string, origin: Origin, seen: Set<Plan>): readonly PipelineError[] {
  if (seen.has(plan) || !readsStream(plan)) return [];
  seen.add(plan);
  const at = plan.origin ?? originOf(plan.span) ?? origin;
  const here = nodeMistake(plan);
  const errors = here === undefined ? [] : [toError(here, dataset, at)];
  return [...errors, ...planChildren(plan).flatMap((input) => errorsOf(input, dataset, origin, seen))];
}

type Mistake =
  | { readonly kind: "Later"; readonly feature: string; readonly instead: string }
  | { readonly kind: "Never"; readonly feature: string; readonly instead: string }
  | { readonly kind: "Problem"; readonly problem: QueryProblem };

const AS_BATCH = "read the source with read instead of readStream to make a materialized view";

/** By kind of node, for nodes whose rows come from a stream. */
function nodeMistake(plan: Plan): Mistake | undefined {
  switch (plan.kind) {
    case "Aggregate":
      return { kind: "Later", feature: "Aggregating a stream", instead: AS_BATCH };
    case "Watermark":
      return { kind: "Later", feature: "withWatermark", instead: "leave it out" };
    case "Deduplicate":
      return plan.withinWatermark
        ? { kind: "Later", feature: "dropDuplicatesWithinWatermark", instead: "use dropDuplicates" }
        : undefined;
    case "Sort":
      return { kind: "Never", feature: "Sorting a stream", instead: "Sort where the table is read" };
    case "Limit":
      return { kind: "Later", feature: "LIMIT and OFFSET on a stream", instead: AS_BATCH };
    case "Join":
      return joinMistake(plan);
    case "SetOperation":
      return setMistake(plan);
    case "Project":
    case "Filter":
      return windowMistake(plan);
    default:
      return undefined;
  }
}

const KEEPS_LEFT: readonly JoinKind[] = ["inner", "cross", "left", "semi", "anti"];
const KEEPS_RIGHT: readonly JoinKind[] = ["inner", "cross", "right"];

function joinMistake(join: JoinPlan): Mistake | undefined {
  const left = readsStream(join.left);
  const right = readsStream(join.right);
  if (left && right) {
    return {
      kind: "Later",
      feature: "Joining two streams",
      instead: "read one of them with read instead of readStream",
    };
  }
  if ((left ? KEEPS_LEFT : KEEPS_RIGHT).includes(join.how)) return undefined;
  const side = left ? "left" : "right";
  const instead = `Keep the rows of the stream: use an inner join, or a ${side} join with the stream on the ${side}`;
  return { kind: "Never", feature: `A ${join.how} join with the stream on the ${side}`, instead };
}

function setMistake(plan: Plan & { kind: "SetOperation" }): Mistake | undefined {
  if (plan.operation !== "union") {
    return {
      kind: "Never",
      feature: `${plan.operation.toUpperCase()} on a stream`,
      instead: "Use a semi or anti join with a table",
    };
  }
  if (!plan.all)
    return { kind: "Later", feature: "UNION without ALL on streams", instead: "use UNION ALL and dropDuplicates" };
  if (readsStream(plan.left) === readsStream(plan.right)) return undefined;
  const instead = "Append the batch side with a flow of its own: dlt.appendFlow({ target, once: true }, ..)";
  return { kind: "Never", feature: "UNION of a stream with a batch", instead };
}

function windowMistake(plan: Plan): Mistake | undefined {
  for (const expression of planExpressions(plan)) {
    const window = [...walkTyped(expression)].find((typed) => typed.kind === "Window");
    if (window === undefined) continue;
    const message = `Window functions over rows (\`${window.call.name}\` OVER ..) cannot be used on a stream; ${AS_BATCH}.`;
    const problem = {
      condition: "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING",
      sqlState: "42KDE",
      message,
      parameters: { windowFunc: window.call.name },
    };
    return { kind: "Problem", problem: window.span === undefined ? problem : { ...problem, span: window.span } };
  }
  return undefined;
}

/** Whether rows of a stream come out of a plan. Streams inside of sub-queries do not count. */
function readsStream(plan: Plan, seen: Set<Plan> = new Set()): boolean {
  if (seen.has(plan)) return false;
  seen.add(plan);
  return plan.kind === "Scan" ? plan.streaming : planChildren(plan).some((input) => readsStream(input, seen));
}

function toError(mistake: Mistake, dataset: string, origin: Origin): PipelineError {
  if (mistake.kind === "Problem") {
    return new PipelineError(
      "QUERY_PROBLEM",
      { dataset, problem: mistake.problem },
      { origin: originOf(mistake.problem.span) ?? origin },
    );
  }
  const feature = `${mistake.feature} (in "${dataset}")`;
  const plan =
    mistake.kind === "Never"
      ? `${mistake.instead}.`
      : `It comes with the streaming release; until then ${mistake.instead}.`;
  return new PipelineError("UNSUPPORTED_FEATURE", { feature, plan }, { origin });
}
