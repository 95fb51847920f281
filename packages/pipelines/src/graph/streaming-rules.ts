import {
  type JoinKind,
  type JoinPlan,
  type LimitPlan,
  type Origin,
  originOf,
  type Plan,
  planChildren,
  planExpressions,
  type QueryProblem,
  walkTyped,
} from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { eventTimes, readsStream } from "../stateful/event-time.ts";
import { keyPairs, neededUntil } from "../stateful/join-range.ts";
import type { OutputMode } from "../stateful/operator.ts";
import { outputMode, streamingAggregates } from "../stateful/output-mode.ts";
import { severalTimesMistake } from "./event-time-rules.ts";
import { foundModeMistake, toldModeMistake } from "./output-mode-rules.ts";
import { streamInSubquery } from "./subquery-rules.ts";

/**
 * What stands in a streaming query that streams cannot do, or cannot do yet, outermost first. `dataset` and `origin` are used where a node has no place;
 * `isAlone` says whether the query is the only one into its table, `told` in which mode a streaming query was told to write, "later" that whoever reads the query
 * will be.
 */
export function streamingErrors(
  plan: Plan,
  dataset: string,
  origin: Origin,
  isAlone: boolean,
  told?: OutputMode | "later",
): readonly PipelineError[] {
  const isOpen = told === "later";
  const errors = errorsOf(plan, { dataset, origin, isWhole: isOpen || told === "complete" }, new Set());
  const times = errors.length > 0 || isOpen ? undefined : severalTimesMistake(plan, told ?? outputMode(plan));
  const mode = isOpen ? undefined : told === undefined ? foundModeMistake(plan, isAlone) : toldModeMistake(plan, told);
  const first = streamInSubquery(plan) ?? mode ?? times;
  if (first === undefined) return errors;
  return [toError(first.problem, dataset, placeOf(first.node, origin)), ...errors];
}

/** Where a query stands, and whether each of its results is all that there is. */
interface Standing {
  readonly dataset: string;
  readonly origin: Origin;
  readonly isWhole: boolean;
}

function placeOf(plan: Plan, origin: Origin): Origin {
  return plan.origin ?? originOf(plan.span) ?? origin;
}

function errorsOf(plan: Plan, standing: Standing, seen: Set<Plan>): readonly PipelineError[] {
  if (seen.has(plan) || !readsStream(plan)) return [];
  seen.add(plan);
  const { dataset, origin, isWhole } = standing;
  const here = isWhole && isOverGroups(plan) ? undefined : nodeMistake(plan);
  const errors = here === undefined ? [] : [toError(here, dataset, placeOf(plan, origin))];
  return [...errors, ...planChildren(plan).flatMap((input) => errorsOf(input, standing, seen))];
}

/** A sort of all groups, which are a table like any other. */
function isOverGroups(plan: Plan): boolean {
  return plan.kind === "Sort" && streamingAggregates(plan.input).length > 0;
}

const AS_BATCH = "read the source with read instead of readStream to make a materialized view";

/** Spark's condition for most of what a stream cannot do. */
const UNSUPPORTED = "_LEGACY_ERROR_TEMP_3102";

function never(message: string, instead: string, condition: string = UNSUPPORTED): QueryProblem {
  return { condition, sqlState: "0A000", message: `${message} ${instead}`, parameters: {} };
}

/** By kind of node, for nodes whose rows come from a stream. */
function nodeMistake(plan: Plan): QueryProblem | undefined {
  switch (plan.kind) {
    case "Watermark":
      return eventTimes(plan.input).size > 0
        ? never(
            "Redefining watermark is disallowed.",
            "Declare the watermark once, where the source is read.",
            "STREAM_FAILED",
          )
        : undefined;
    case "Deduplicate":
      return plan.withinWatermark && eventTimes(plan.input).size === 0
        ? never(
            "dropDuplicatesWithinWatermark is not supported on streaming DataFrames/DataSets without watermark.",
            'Declare one before: .withWatermark("event_time", "10 minutes").',
          )
        : undefined;
    case "Sort":
      return never(
        "Sorting is not supported on streaming DataFrames/Datasets, unless it is on aggregated DataFrame/Dataset in Complete output mode.",
        "Sort where the table is read.",
      );
    case "Limit":
      return offsetMistake(plan);
    case "Aggregate":
      return distinctMistake(plan);
    case "Join":
      return joinMistake(plan);
    case "SetOperation":
      return setMistake(plan);
    case "UnionLoop":
      return never(
        "Recursive queries are not supported on streaming DataFrames/Datasets.",
        "Read the source as a batch inside WITH RECURSIVE; a stream may join its rows outside.",
      );
    case "Project":
    case "Filter":
      return windowMistake(plan);
    default:
      return undefined;
  }
}

function offsetMistake({ offset }: LimitPlan): QueryProblem | undefined {
  if (offset === 0) return undefined;
  return never("Offset is not supported on streaming DataFrames/Datasets.", "Leave rows out where the table is read.");
}

function distinctMistake(plan: Plan): QueryProblem | undefined {
  const parts = planExpressions(plan).flatMap((expression) => [...walkTyped(expression)]);
  if (!parts.some((part) => part.kind === "Call" && part.distinct === true)) return undefined;
  return never(
    "Distinct aggregations are not supported on streaming DataFrames/Datasets.",
    "Use approx_count_distinct(), or size(collect_set(..)) for the exact number.",
  );
}

const KEEPS_LEFT: readonly JoinKind[] = ["inner", "cross", "left", "semi", "anti"];
const KEEPS_RIGHT: readonly JoinKind[] = ["inner", "cross", "right"];
const JOIN_NAMES: Readonly<Partial<Record<JoinKind, string>>> = {
  ...{ left: "LeftOuter", right: "RightOuter", full: "FullOuter", semi: "LeftSemi", anti: "LeftAnti" },
};

function joinMistake(join: JoinPlan): QueryProblem | undefined {
  const left = readsStream(join.left);
  if (left && readsStream(join.right)) return streamsMistake(join);
  if ((left ? KEEPS_LEFT : KEEPS_RIGHT).includes(join.how)) return undefined;
  const [stream, table] = left ? ["left", "right"] : ["right", "left"];
  const name = JOIN_NAMES[join.how] ?? join.how;
  return never(
    `${name} join with a streaming DataFrame/Dataset on the ${stream} and a static DataFrame/Dataset on the ${table} is not supported.`,
    `Keep the rows of the stream: use an inner join, or a ${stream} join with the stream on the ${stream}.`,
  );
}

function streamsMistake(join: JoinPlan): QueryProblem | undefined {
  const name = JOIN_NAMES[join.how] ?? join.how;
  if (join.how === "anti") {
    const instead = "Use a left join with a time range, and keep the rows whose right side is NULL.";
    return never(`${name} joins with a streaming DataFrame/Dataset on the right are not supported.`, instead);
  }
  if (keyPairs(join).length === 0) {
    const message = "Stream-stream join without equality predicate is not supported.";
    return never(message, "Join on at least one column of each side.", "_LEGACY_ERROR_TEMP_1181");
  }
  const times = eventTimes(join);
  const sides = ({ left: ["left"], semi: ["left"], right: ["right"], full: ["left", "right"] } as const)[
    join.how as "left"
  ];
  if (sides === undefined || sides.some((side) => neededUntil(join, side, times).kind !== "Forever")) return undefined;
  return never(
    `Stream-stream ${name} join between two streaming DataFrame/Datasets is not supported without a watermark in the join keys, or a watermark on the nullable side and an appropriate range condition.`,
    "Declare watermarks on both streams, and add a time range such as: r.ts BETWEEN l.ts AND l.ts + INTERVAL 1 HOUR.",
  );
}

function setMistake(plan: Plan & { kind: "SetOperation" }): QueryProblem | undefined {
  if (plan.operation !== "union") {
    const name = plan.operation === "except" ? "Except" : "Intersect";
    return never(`${name} on streaming DataFrames/Datasets is not supported.`, "Use a semi or anti join with a table.");
  }
  if (readsStream(plan.left) === readsStream(plan.right)) return undefined;
  const instead = "Append the batch side with a flow of its own: dlt.appendFlow({ target, once: true }, ..).";
  return never("Union between streaming and batch DataFrames/Datasets is not supported.", instead);
}

function windowMistake(plan: Plan): QueryProblem | undefined {
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
    return window.span === undefined ? problem : { ...problem, span: window.span };
  }
  return undefined;
}

function toError(problem: QueryProblem, dataset: string, origin: Origin): PipelineError {
  return new PipelineError("QUERY_PROBLEM", { dataset, problem }, { origin: originOf(problem.span) ?? origin });
}
