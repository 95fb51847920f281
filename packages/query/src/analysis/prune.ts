import type { Attribute, Named, Plan, Typed } from "./plan.ts";
import {
  mapPlanChildren,
  mapPlanExpressions,
  planChildren,
  planExpressions,
  planSubqueries,
  subqueryPlans,
  walkPlan,
} from "./plan-children.ts";
import { replaceTyped, walkTyped } from "./typed-children.ts";

type Ids = ReadonlySet<number>;

/** The ids of the columns that an expression uses, those inside of sub-queries included. */
export function usedColumns(typed: Typed): ReadonlySet<number> {
  const ids = new Set<number>();
  collect(typed, ids);
  return ids;
}

function collect(typed: Typed, ids: Set<number>): void {
  for (const part of walkTyped(typed)) {
    if (part.kind === "Column") ids.add(part.id);
    for (const plan of subqueryPlans(part)) collectOfPlan(plan, ids);
  }
}

function collectOfPlan(plan: Plan, ids: Set<number>): void {
  for (const one of walkPlan(plan)) {
    for (const expression of planExpressions(one)) {
      for (const part of walkTyped(expression)) if (part.kind === "Column") ids.add(part.id);
    }
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
  demand.want(plan, idsOf(wanted));
  const pruner = new Pruner(demand, droppable);
  for (const one of order) pruner.ask(one);
  for (const one of order.toReversed()) pruner.rebuild(one);
  return pruner.pruned(plan);
}

/** All plans in one, sub-queries included: each after all that read it. */
function readersFirst(plan: Plan): readonly Plan[] {
  const done = new Set<Plan>();
  const order: Plan[] = [];
  const visit = (one: Plan): void => {
    if (done.has(one)) return;
    done.add(one);
    for (const child of [...planChildren(one), ...planSubqueries(one)]) visit(child);
    order.push(one);
  };
  visit(plan);
  return order.toReversed();
}

/** The columns of each plan that its readers use: of all readers together. */
class Demand {
  readonly #ids = new Map<Plan, Set<number>>();

  want(plan: Plan, ids: Iterable<number>): void {
    const known = this.#ids.get(plan) ?? new Set();
    for (const id of ids) known.add(id);
    this.#ids.set(plan, known);
  }

  of(plan: Plan): Ids {
    return this.#ids.get(plan) ?? NOTHING;
  }
}

const NOTHING: Ids = new Set();

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
  ask(plan: Plan): void {
    for (const typed of planExpressions(plan)) this.#askSubqueries(typed);
    const wanted = this.#demand.of(plan);
    switch (plan.kind) {
      case "Project":
        this.#demand.want(plan.input, needed(this.#columns(plan.columns, wanted).map((one) => one.expression)));
        return;
      case "Aggregate": {
        const columns = this.#columns(plan.columns, wanted).map((one) => one.expression);
        this.#demand.want(plan.input, needed([...plan.grouping, ...columns]));
        return;
      }
      case "SetOperation":
        for (const side of [plan.left, plan.right]) this.#demand.want(side, idsOf(side.output));
        return;
      default:
        for (const child of planChildren(plan)) {
          this.#demand.want(child, wanted);
          this.#demand.want(child, this.#ownNeeds(plan));
        }
    }
  }

  #ownNeeds(plan: Plan): Ids {
    switch (plan.kind) {
      case "Deduplicate":
        return new Set(plan.keys);
      case "Watermark":
        return new Set([plan.eventTime]);
      case "Join": {
        const ids = new Set(needed(planExpressions(plan)));
        if (plan.lateral) collectOfPlan(plan.right, ids);
        return ids;
      }
      default:
        return needed(planExpressions(plan));
    }
  }

  #askSubqueries(typed: Typed): void {
    for (const part of walkTyped(typed)) {
      for (const plan of subqueryPlans(part)) this.#demand.want(plan, part.kind === "Exists" ? [] : idsOf(plan.output));
    }
  }

  /** Leaves out of `plan`, whose inputs are pruned, what nobody wants. */
  rebuild(plan: Plan): void {
    const outer =
      planSubqueries(plan).length === 0 ? plan : mapPlanExpressions(plan, (typed) => this.#insideSubqueries(typed));
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
        return { ...plan, output: this.#kept(plan.output, wanted) };
      case "Values":
      case "Range":
      case "SetOperation":
        return plan;
      case "Project":
      case "Aggregate": {
        const columns = this.#columns(plan.columns, wanted);
        if (plan.kind === "Project" && isIdentity(columns, plan.input)) return plan.input;
        return { ...plan, columns, output: columns.map((one) => one.attribute) };
      }
      case "Join": {
        const there = idsOf([...plan.left.output, ...plan.right.output]);
        return { ...plan, output: plan.output.filter((one) => there.has(one.id)) };
      }
      case "Generate":
        return { ...plan, output: [...plan.input.output, ...plan.generated] };
      default:
        return { ...plan, output: plan.input.output };
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

/** Whether a projection only passes all columns of its input through, in order. */
function isIdentity(columns: readonly Named[], input: Plan): boolean {
  const passes = ({ attribute, expression }: Named, i: number) =>
    expression.kind === "Column" && expression.id === attribute.id && input.output[i]?.id === attribute.id;
  return columns.length === input.output.length && columns.every(passes);
}

function needed(expressions: readonly Typed[]): Ids {
  const ids = new Set<number>();
  for (const one of expressions) collect(one, ids);
  return ids;
}

function idsOf(attributes: readonly Attribute[]): Ids {
  return new Set(attributes.map((one) => one.id));
}
