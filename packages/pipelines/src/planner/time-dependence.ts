import {
  type Attribute,
  type Plan,
  planChildren,
  planExpressions,
  planSubqueries,
  someTyped,
  type Typed,
  usedColumns,
  walkPlan,
  walkTyped,
} from "@sluice/query";

/** Why a query may give other rows although its sources are the same. */
export type NonDeterminism = "TIME_FUNCTION" | "NON_DETERMINISTIC_EXPRESSION";

const TIME_FUNCTIONS = new Set([
  "current_timestamp",
  "current_date",
  "current_time",
  "now",
  "curdate",
  "localtimestamp",
]);
const RANDOM_FUNCTIONS = new Set(["rand", "randn", "random", "randstr", "uniform", "uuid", "shuffle"]);

/**
 * What in a plan depends on chance or on the time of the run; undefined when nothing does. A column that only notes the time, such as
 * `current_timestamp() AS ingested_at`, is the time of the load and no reason to load again; a time that rows are chosen, joined, grouped or computed by is.
 */
export function nonDeterminism(plan: Plan): NonDeterminism | undefined {
  for (const node of walkPlan(plan)) {
    if (node.kind === "Sample" && node.seed === undefined) return "NON_DETERMINISTIC_EXPRESSION";
    if (planExpressions(node).some((typed) => someTyped(typed, isRandom))) return "NON_DETERMINISTIC_EXPRESSION";
  }
  return timeNotes(plan, new Map()) === "Depends" ? "TIME_FUNCTION" : undefined;
}

type Notes = ReadonlySet<number> | "Depends";

const NONE: ReadonlySet<number> = new Set();

/** The columns of a plan that only note the time of the run, by id; `Depends` when rows depend on it in another way. */
function timeNotes(plan: Plan, known: Map<Plan, Notes>): Notes {
  const notes = known.get(plan) ?? notesOf(plan, known);
  known.set(plan, notes);
  return notes;
}

function notesOf(plan: Plan, known: Map<Plan, Notes>): Notes {
  if (planSubqueries(plan).some((subquery) => hasNotes(timeNotes(subquery, known)))) return "Depends";
  const inputs = planChildren(plan).map((input) => timeNotes(input, known));
  if (inputs.includes("Depends")) return "Depends";
  const noted = new Set(inputs.flatMap((ids) => (ids === "Depends" ? [] : [...ids])));
  switch (plan.kind) {
    case "Project":
      return projectNotes(plan.columns, noted);
    case "SetOperation":
      return setNotes(plan.operation === "union" && plan.all, plan.output, [plan.left, plan.right], noted);
    case "UnionLoop":
      return noted.size > 0 ? "Depends" : NONE;
    case "Deduplicate":
      return plan.keys.some((id) => noted.has(id)) ? "Depends" : noted;
    case "Aggregate":
      return planExpressions(plan).some((typed) => isTimed(typed, noted)) ? "Depends" : NONE;
    default:
      return planExpressions(plan).some((typed) => isTimed(typed, noted)) ? "Depends" : noted;
  }
}

function hasNotes(notes: Notes): boolean {
  return notes === "Depends" || notes.size > 0;
}

function projectNotes(
  columns: readonly { readonly attribute: Attribute; readonly expression: Typed }[],
  noted: ReadonlySet<number>,
): Notes {
  const result = new Set<number>();
  for (const { attribute, expression } of columns) {
    if (!isTimed(expression, noted)) continue;
    const isNote = expression.kind === "Column" || usedColumns(expression).size === 0;
    if (!isNote) return "Depends";
    result.add(attribute.id);
  }
  return result;
}

function setNotes(
  isUnionAll: boolean,
  output: readonly Attribute[],
  sides: readonly Plan[],
  noted: ReadonlySet<number>,
): Notes {
  if (noted.size === 0) return NONE;
  if (!isUnionAll) return "Depends";
  const ids = output.filter((_, i) => sides.some((side) => noted.has(side.output[i]?.id ?? -1))).map((one) => one.id);
  return new Set(ids);
}

function isTimed(typed: Typed, noted: ReadonlySet<number>): boolean {
  for (const part of walkTyped(typed)) {
    if (part.kind === "Column" && noted.has(part.id)) return true;
    if (part.kind === "Call" && (TIME_FUNCTIONS.has(part.name) || isClock(part.name, part.args.length))) return true;
  }
  return false;
}

function isClock(name: string, argumentCount: number): boolean {
  return name === "unix_timestamp" && argumentCount === 0;
}

function isRandom(typed: Typed): boolean {
  return typed.kind === "Call" && RANDOM_FUNCTIONS.has(typed.name);
}
