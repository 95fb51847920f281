import type { Attribute, Named, Plan, Typed } from "./plan.ts";
import { mapPlanExpressions, planExpressions, subqueryPlans, walkPlan } from "./plan-children.ts";
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
    for (const expression of planExpressions(one)) collect(expression, ids);
  }
}

/** The same rows and columns, with columns that nothing uses left out below: a Scan keeps only what is used above it, but at least one. */
export function prune(plan: Plan): Plan {
  return new Pruner(() => true).prune(plan, new Set(plan.output.map((one) => one.id)));
}

/** The same, leaving out unused columns only where `droppable` allows. */
export function dropUnused(
  plan: Plan,
  wanted: readonly Attribute[],
  droppable: (attribute: Attribute) => boolean,
): Plan {
  return new Pruner(droppable).prune(plan, new Set(wanted.map((one) => one.id)));
}

/** One walk from the top with the columns that are wanted there. */
class Pruner {
  readonly #droppable: (attribute: Attribute) => boolean;

  constructor(droppable: (attribute: Attribute) => boolean) {
    this.#droppable = droppable;
  }

  #keep(attribute: Attribute, wanted: Ids): boolean {
    return wanted.has(attribute.id) || !this.#droppable(attribute);
  }

  /** At least one column stays, so that rows can be counted. */
  #kept(output: readonly Attribute[], wanted: Ids): readonly Attribute[] {
    const kept = output.filter((one) => this.#keep(one, wanted));
    return kept.length > 0 ? kept : output.slice(0, 1);
  }

  prune(plan: Plan, wanted: Ids): Plan {
    return this.#pruneBelow(
      mapPlanExpressions(plan, (typed) => this.#insideSubqueries(typed)),
      wanted,
    );
  }

  #insideSubqueries(typed: Typed): Typed {
    return replaceTyped(typed, (part) => {
      if (part.kind !== "ScalarSubquery" && part.kind !== "Exists" && part.kind !== "InSubquery") return undefined;
      const plan = this.prune(part.plan, new Set(part.kind === "Exists" ? [] : part.plan.output.map((one) => one.id)));
      if (part.kind !== "InSubquery") return { ...part, plan };
      return { ...part, plan, values: part.values.map((value) => this.#insideSubqueries(value)) };
    });
  }

  #pruneBelow(plan: Plan, wanted: Ids): Plan {
    switch (plan.kind) {
      case "Scan":
        return { ...plan, output: this.#kept(plan.output, wanted) };
      case "Values":
      case "Range":
        return plan;
      case "Project":
        return this.#project(plan, wanted);
      case "Aggregate": {
        const columns = this.#columns(plan.columns, wanted);
        const input = this.prune(plan.input, needed([...plan.grouping, ...columns.map((one) => one.expression)]));
        return { ...plan, input, columns, output: columns.map((one) => one.attribute) };
      }
      case "Join":
        return this.#join(plan, wanted);
      case "SetOperation":
        return { ...plan, left: this.#whole(plan.left), right: this.#whole(plan.right) };
      case "Generate": {
        const input = this.prune(plan.input, union(wanted, needed([plan.generator])));
        return { ...plan, input, output: [...input.output, ...plan.generated] };
      }
      case "Deduplicate":
        return this.#passing(plan, union(wanted, new Set(plan.keys)));
      case "Watermark":
        return this.#passing(plan, union(wanted, new Set([plan.eventTime])));
      default:
        return this.#passing(plan, union(wanted, needed(planExpressions(plan))));
    }
  }

  #whole(plan: Plan): Plan {
    return this.prune(plan, new Set(plan.output.map((one) => one.id)));
  }

  #passing(plan: Extract<Plan, { readonly input: Plan }>, wanted: Ids): Plan {
    const input = this.prune(plan.input, wanted);
    return { ...plan, input, output: input.output };
  }

  #columns(columns: readonly Named[], wanted: Ids): readonly Named[] {
    const kept = columns.filter((one) => this.#keep(one.attribute, wanted));
    return kept.length > 0 ? kept : columns.slice(0, 1);
  }

  #project(plan: Extract<Plan, { kind: "Project" }>, wanted: Ids): Plan {
    const columns = this.#columns(plan.columns, wanted);
    const input = this.prune(plan.input, needed(columns.map((one) => one.expression)));
    if (isIdentity(columns, input)) return input;
    return { ...plan, input, columns, output: columns.map((one) => one.attribute) };
  }

  #join(plan: Extract<Plan, { kind: "Join" }>, wanted: Ids): Plan {
    const lateral = new Set<number>();
    if (plan.lateral) collectOfPlan(plan.right, lateral);
    const all = union(union(wanted, needed(plan.condition ? [plan.condition] : [])), lateral);
    const left = this.prune(plan.left, all);
    const right = this.prune(plan.right, all);
    const there = new Set([...left.output, ...right.output].map((one) => one.id));
    return { ...plan, left, right, output: plan.output.filter((one) => there.has(one.id)) };
  }
}

/** Whether a projection only passes all columns of its input through, in order. */
function isIdentity(columns: readonly Named[], input: Plan): boolean {
  const passes = ({ attribute, expression }: Named, i: number) =>
    expression.kind === "Column" && expression.id === attribute.id && input.output[i]?.id === attribute.id;
  return columns.length === input.output.length && columns.every(passes);
}

function needed(expressions: readonly Typed[]): Ids {
  return new Set(expressions.flatMap((one) => [...usedColumns(one)]));
}

function union(left: Ids, right: Ids): Ids {
  return new Set([...left, ...right]);
}
