import type { Attribute, Named, Plan, Typed } from "./plan.ts";
import {
  isSubquery,
  mapPlanChildren,
  mapPlanExpressions,
  planChildren,
  planExpressions,
  subqueryExpressions,
  type TypedSubquery,
  walkPlan,
} from "./plan-children.ts";
import { replaceTyped, visitTyped } from "./typed-children.ts";

type Ids = ReadonlySet<number>;

/** The ids of the columns that an expression uses, those inside of sub-queries included. */
export function usedColumns(typed: Typed): ReadonlySet<number> {
  const ids = new Set<number>();
  collect(typed, ids);
  return ids;
}

function collect(typed: Typed, ids: Set<number>): void {
  visitTyped(typed, (part) => {
    if (part.kind === "Column") ids.add(part.id);
    else if (isSubquery(part)) collectOfPlan(part.plan, ids);
  });
}

function collectOfPlan(plan: Plan, ids: Set<number>): void {
  const visit = (part: Typed) => {
    if (part.kind === "Column") ids.add(part.id);
  };
  for (const one of walkPlan(plan)) {
    for (const expression of planExpressions(one)) visitTyped(expression, visit);
  }
}

/** The same rows and columns, with columns that nothing uses left out below: a Scan keeps only what is used above it, but at least one. */
export function prune(plan: Plan): Plan {
  return dropUnused(plan, plan.output, () => true);
}

/** The same, leaving out unused columns only where `droppable` allows. */
export function dropUnused(
  plan: Plan,
  wanted: readonly Attribute[],
  droppable: (attribute: Attribute) => boolean,
): Plan {
  const order = readersFirst(plan);
  const demand = new Demand();
  addIds(wanted, demand.of(plan));
  const pruner = new Pruner(demand, droppable);
  for (const one of order) pruner.ask(one);
  for (const one of order.toReversed()) pruner.rebuild(one);
  return pruner.pruned(plan);
}

interface Reader {
  readonly plan: Plan;
  readonly subqueries: readonly TypedSubquery[];
}

/** All plans in one, sub-queries included: each after all that read it. */
function readersFirst(plan: Plan): readonly Reader[] {
  const done = new Set<Plan>();
  const order: Reader[] = [];
  const visit = (one: Plan): void => {
    if (done.has(one)) return;
    done.add(one);
    const subqueries = subqueryExpressions(one);
    for (const child of planChildren(one)) visit(child);
    for (const subquery of subqueries) visit(subquery.plan);
    order.push({ plan: one, subqueries });
  };
  visit(plan);
  return order.toReversed();
}

/** The columns of each plan that its readers use: of all readers together. */
class Demand {
  readonly #ids = new Map<Plan, Set<number>>();

  /** The ids of the columns of `plan` that are wanted so far; more may be added. */
  of(plan: Plan): Set<number> {
    const known = this.#ids.get(plan);
    if (known) return known;
    const none = new Set<number>();
    this.#ids.set(plan, none);
    return none;
  }
}

/** Two walks: from the readers down to say what is wanted, and back up to leave out the rest. A plan that several read stays one. */
class Pruner {
  readonly #demand: Demand;
  readonly #droppable: (attribute: Attribute) => boolean;
  readonly #pruned = new Map<Plan, Plan>();

  constructor(demand: Demand, droppable: (attribute: Attribute) => boolean) {
    this.#demand = demand;
    this.#droppable = droppable;
  }

  pruned(plan: Plan): Plan {
    return this.#pruned.get(plan) ?? plan;
  }

  /** Says what `plan`, whose own columns are known to be wanted or not, wants of the plans below. */
  ask({ plan, subqueries }: Reader): void {
    for (const one of subqueries) if (one.kind !== "Exists") addIds(one.plan.output, this.#demand.of(one.plan));
    const wanted = this.#demand.of(plan);
    switch (plan.kind) {
      case "Project":
        collectAll(this.#columns(plan.columns, wanted), this.#demand.of(plan.input));
        return;
      case "Aggregate":
        for (const one of plan.grouping) collect(one, this.#demand.of(plan.input));
        collectAll(this.#columns(plan.columns, wanted), this.#demand.of(plan.input));
        return;
      case "SetOperation":
        for (const side of [plan.left, plan.right]) addIds(side.output, this.#demand.of(side));
        return;
      default:
        for (const child of planChildren(plan)) addNeeds(plan, wanted, this.#demand.of(child));
    }
  }

  /** Leaves out of `plan`, whose inputs are pruned, what nobody wants. */
  rebuild({ plan, subqueries }: Reader): void {
    const outer = subqueries.length === 0 ? plan : mapPlanExpressions(plan, (typed) => this.#insideSubqueries(typed));
    const inner = mapPlanChildren(outer, (child) => this.pruned(child));
    this.#pruned.set(plan, this.#withoutUnused(inner, this.#demand.of(plan)));
  }

  #insideSubqueries(typed: Typed): Typed {
    return replaceTyped(typed, (part) => {
      if (part.kind === "ScalarSubquery" || part.kind === "Exists") return { ...part, plan: this.pruned(part.plan) };
      if (part.kind !== "InSubquery") return undefined;
      const values = part.values.map((value) => this.#insideSubqueries(value));
      return { ...part, plan: this.pruned(part.plan), values };
    });
  }

  #withoutUnused(plan: Plan, wanted: Ids): Plan {
    switch (plan.kind) {
      case "Scan":
        return withOutput(plan, this.#kept(plan.output, wanted));
      case "Values":
      case "Range":
      case "SetOperation":
        return plan;
      case "Project":
      case "Aggregate": {
        const columns = this.#columns(plan.columns, wanted);
        if (plan.kind === "Project" && isIdentity(columns, plan.input)) return plan.input;
        return columns.length === plan.columns.length
          ? plan
          : { ...plan, columns, output: columns.map((one) => one.attribute) };
      }
      case "Join": {
        const there = idsOf([...plan.left.output, ...plan.right.output]);
        return withOutput(
          plan,
          plan.output.filter((one) => there.has(one.id)),
        );
      }
      case "Generate":
        return { ...plan, output: [...plan.input.output, ...plan.generated] };
      case "Sessionize":
        return { ...plan, output: [...plan.input.output, plan.session] };
      default:
        return withOutput(plan, plan.input.output);
    }
  }

  #keep(attribute: Attribute, wanted: Ids): boolean {
    return wanted.has(attribute.id) || !this.#droppable(attribute);
  }

  /** At least one column stays, so that rows can be counted. */
  #kept(output: readonly Attribute[], wanted: Ids): readonly Attribute[] {
    const kept = output.filter((one) => this.#keep(one, wanted));
    return kept.length > 0 ? kept : output.slice(0, 1);
  }

  #columns(columns: readonly Named[], wanted: Ids): readonly Named[] {
    const kept = columns.filter((one) => this.#keep(one.attribute, wanted));
    return kept.length > 0 ? kept : columns.slice(0, 1);
  }
}

/** The plan with this output: the very same object when it has these columns already. */
function withOutput<P extends Plan>(plan: P, output: readonly Attribute[]): P {
  const same = plan.output.length === output.length && output.every((one, i) => one === plan.output[i]);
  return same ? plan : { ...plan, output };
}

/** Whether a projection only passes all columns of its input through, in order. */
function isIdentity(columns: readonly Named[], input: Plan): boolean {
  const passes = ({ attribute, expression }: Named, i: number) =>
    expression.kind === "Column" && expression.id === attribute.id && input.output[i]?.id === attribute.id;
  return columns.length === input.output.length && columns.every(passes);
}

function collectAll(columns: readonly Named[], ids: Set<number>): void {
  for (const { expression } of columns) collect(expression, ids);
}

/** Adds the columns that a plan uses of those below: what is wanted of itself, and what it needs. */
function addNeeds(plan: Plan, wanted: Ids, ids: Set<number>): void {
  for (const id of wanted) ids.add(id);
  if (plan.kind === "Deduplicate") for (const key of plan.keys) ids.add(key);
  if (plan.kind === "Watermark") ids.add(plan.eventTime);
  for (const one of planExpressions(plan)) collect(one, ids);
  if (plan.kind === "Join" && plan.lateral) collectOfPlan(plan.right, ids);
}

function addIds(attributes: readonly Attribute[], ids: Set<number>): void {
  for (const { id } of attributes) ids.add(id);
}

function idsOf(attributes: readonly Attribute[]): Ids {
  return new Set(attributes.map((one) => one.id));
}
