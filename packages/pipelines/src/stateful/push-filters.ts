import {
  type AggregatePlan,
  BOOLEAN,
  columnOf,
  findFunction,
  type GeneratePlan,
  INTEGER,
  type JoinKind,
  type JoinPlan,
  mapPlanChildren,
  type Named,
  type Plan,
  replaceTyped,
  type SetOperationPlan,
  sameTyped,
  type Typed,
  usedColumns,
  walkTyped,
} from "@sluice/query";
import { readsStream } from "./event-time.ts";
import { call, compare, conjuncts, filter } from "./expression.ts";
import { isOf, type Side } from "./join-range.ts";

/**
 * The same query with its filters where Spark's optimizer has them. Below the watermarks, for they decide which rows a watermark sees: conditions on other columns
 * than the event time, and what joins and `explode` ask of rows by themselves. In the conditions of inner joins of two streams, where a time range bounds the state.
 */
export function pushFilters(plan: Plan, known: Map<Plan, Plan> = new Map()): Plan {
  const found = known.get(plan);
  if (found !== undefined) return found;
  const pushed = pushOnce(mapPlanChildren(plan, (child) => pushFilters(child, known)));
  known.set(plan, pushed);
  return pushed;
}

function pushOnce(plan: Plan): Plan {
  switch (plan.kind) {
    case "Filter":
      return conjuncts(plan.condition).reduce(keepOnly, plan.input);
    case "Join":
      return onlyPairable(plan, conjuncts(plan.condition));
    case "Generate":
      return conditionOf(plan).reduce<Plan>(alsoOnly, plan);
    default:
      return plan;
  }
}

/** The rows of a plan for which a condition holds, asked as far down as its watermark allows. */
function keepOnly(plan: Plan, condition: Typed): Plan {
  return below(plan, condition) ?? filter(plan, condition);
}

/** The same where the plan asks for the condition anyway: nothing is gained above the watermark. */
function alsoOnly(plan: Plan, condition: Typed): Plan {
  return below(plan, condition) ?? plan;
}

function below(plan: Plan, condition: Typed): Plan | undefined {
  const used = usedColumns(condition);
  if (used.size === 0 || !isDeterministic(condition)) return undefined;
  switch (plan.kind) {
    case "Filter":
      return inInput(plan, condition);
    case "Project":
      return inInput(plan, throughColumns(plan.columns, condition));
    case "Aggregate":
      return plan.sets === undefined ? inInput(plan, throughColumns(keysOf(plan), condition)) : undefined;
    case "Generate":
      return plan.generated.some((one) => used.has(one.id)) ? undefined : inInput(plan, condition);
    case "Sessionize":
      return used.has(plan.session.id) ? undefined : inInput(plan, condition);
    case "Watermark":
      return used.has(plan.eventTime) ? undefined : { ...plan, input: filter(plan.input, condition) };
    case "Join":
      return belowJoin(plan, condition);
    case "SetOperation":
      return belowUnion(plan, condition);
    default:
      return undefined;
  }
}

function inInput<P extends Plan & { readonly input: Plan }>(plan: P, condition: Typed | undefined): P | undefined {
  const input = condition && below(plan.input, condition);
  return input && { ...plan, input };
}

/** A condition on columns as one on what they are computed of; undefined where that cannot be told. */
function throughColumns(columns: readonly Named[], condition: Typed): Typed | undefined {
  const known = new Map(columns.map(({ attribute, expression }) => [attribute.id, expression]));
  const isKnown = [...usedColumns(condition)].every((id) => known.has(id));
  if (!isKnown || !columns.every(({ expression }) => isDeterministic(expression))) return undefined;
  return replaceTyped(condition, (part) => (part.kind === "Column" ? known.get(part.id) : undefined));
}

/** The columns of groups that are keys: what holds for a key holds for all rows of its group. */
function keysOf({ grouping, columns }: AggregatePlan): readonly Named[] {
  return columns.filter(({ expression }) => grouping.some((key) => sameTyped(key, expression)));
}

function belowUnion(plan: SetOperationPlan, condition: Typed): Plan | undefined {
  if (plan.operation !== "union") return undefined;
  const [left, right] = SIDES.map((side) => throughColumns(columnsOf(plan, side), condition));
  if (left === undefined || right === undefined) return undefined;
  return { ...plan, left: keepOnly(plan.left, left), right: keepOnly(plan.right, right) };
}

/** The columns of a union as those of one side. */
function columnsOf({ output, ...sides }: SetOperationPlan, side: Side): readonly Named[] {
  return output.map((attribute, i) => ({ attribute, expression: columnOf(sides[side].output[i] ?? attribute) }));
}

const SIDES: readonly Side[] = ["left", "right"];

/** Whether all rows of a side come out of a join, also those without a partner. */
const KEPT: Readonly<Record<Side, readonly JoinKind[]>> = { left: ["left", "anti", "full"], right: ["right", "full"] };

/** A condition on the rows of a join, where it may be asked of one side alone; else with the condition of the join itself. */
function belowJoin(join: JoinPlan, condition: Typed): Plan | undefined {
  if (join.lateral) return undefined;
  const own = SIDES.find((side) => isOf(condition, join[side]));
  const other = own === "left" ? "right" : "left";
  if (own !== undefined && !KEPT[other].includes(join.how)) {
    const side = below(join[own], condition);
    if (side !== undefined) return { ...join, [own]: side };
  }
  const isInner = join.how === "inner" || join.how === "cross";
  if (!isInner || !readsStream(join.left) || !readsStream(join.right)) return undefined;
  const both = join.condition === undefined ? condition : compare("and", join.condition, condition);
  return onlyPairable({ ...join, how: "inner", condition: both }, [condition]);
}

/** Without the rows that some of a join's conditions can never pair, on the sides that keep no row without a partner. */
function onlyPairable(join: JoinPlan, conditions: readonly Typed[]): Plan {
  if (join.lateral) return join;
  const side = (name: Side): Plan => {
    if (KEPT[name].includes(join.how) || !readsStream(join[name])) return join[name];
    const own = conditions.filter((one) => isOf(one, join[name]));
    const keys = conditions.flatMap(rejectedNulls).filter((one) => one.nullable && isOf(one, join[name]));
    const present = keys.map((key) => call("isnotnull", [key], BOOLEAN, false));
    return [...own, ...present].reduce(alsoOnly, join[name]);
  };
  return { ...join, left: side("left"), right: side("right") };
}

const COMPARISONS: ReadonlySet<string> = new Set(["=", "<", "<=", ">", ">="]);
const STRICT: ReadonlySet<string> = new Set([...COMPARISONS, "+", "-", "*"]);

/** The columns whose NULL a comparison never takes. */
function rejectedNulls(condition: Typed): readonly Typed[] {
  if (condition.kind !== "Call" || !COMPARISONS.has(condition.name)) return [];
  return condition.args.flatMap(strictColumns);
}

function strictColumns(part: Typed): readonly Typed[] {
  if (part.kind === "Cast") return strictColumns(part.expression);
  if (part.kind === "Call" && STRICT.has(part.name)) return part.args.flatMap(strictColumns);
  return part.kind === "Column" ? [part] : [];
}

/** What `explode` of a column asks of rows: that it has elements. */
function conditionOf({ generator, outer }: GeneratePlan): readonly Typed[] {
  if (outer || generator.kind !== "Call" || !EXPLODES.has(generator.name)) return [];
  const [collection] = generator.args;
  if (collection?.kind !== "Column") return [];
  const none: Typed = { kind: "Literal", value: 0, dataType: INTEGER, nullable: false };
  return [compare(">", call("size", [collection], INTEGER), none)];
}

const EXPLODES: ReadonlySet<string> = new Set(["explode", "posexplode", "inline"]);

function isDeterministic(condition: Typed): boolean {
  return [...walkTyped(condition)].every(
    (part) => !("plan" in part) && (part.kind !== "Call" || findFunction(part.name)?.deterministic !== false),
  );
}
