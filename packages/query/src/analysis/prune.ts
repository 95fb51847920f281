import type { DataType } from "../data-type/data-type.ts";
import type { Attribute, DeduplicatePlan, Named, Plan, Typed } from "./plan.ts";
import {
  isSubquery,
  mapPlanChildren,
  mapPlanExpressions,
  planChildren,
  planExpressions,
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

/** The same, leaving out unused columns only where `droppable` allows, by their ids. */
export function dropUnused(plan: Plan, wanted: readonly Attribute[], droppable: (id: number) => boolean): Plan {
  const readers = new Readers(droppable);
  const order = readers.inOrder(plan);
  const pruner = new Pruner(readers, droppable);
  pruner.want(plan, wanted);
  for (const one of order) pruner.ask(one);
  for (const one of order.toReversed()) pruner.rebuild(one);
  return pruner.pruned(plan);
}

/** What an expression uses: droppable columns, and the plans of sub-queries. */
interface Uses {
  readonly ids: readonly number[];
  readonly subqueries: readonly TypedSubquery[];
}

const NOTHING: Uses = { ids: [], subqueries: [] };

/** A plan, and what each of its own expressions uses, in the order of `planExpressions`. */
interface Reader {
  readonly plan: Plan;
  readonly uses: readonly Uses[];
}

/** Looks at each expression once. */
class Readers {
  readonly #droppable: (id: number) => boolean;
  readonly #known = new Map<Plan, Reader>();
  readonly #below = new Map<Plan, ReadonlySet<number>>();

  constructor(droppable: (id: number) => boolean) {
    this.#droppable = droppable;
  }

  /** All plans in one, sub-queries included: each after all that read it. */
  inOrder(plan: Plan): readonly Reader[] {
    this.#visit(plan);
    return [...this.#known.values()].reverse();
  }

  /** What the expressions of a plan and of those below it use, those of sub-queries included. */
  idsBelow(plan: Plan): ReadonlySet<number> {
    const found = this.#below.get(plan);
    if (found) return found;
    const ids = new Set<number>();
    this.#addBelow(plan, ids, new Set());
    this.#below.set(plan, ids);
    return ids;
  }

  #addBelow(plan: Plan, ids: Set<number>, seen: Set<Plan>): void {
    if (seen.has(plan)) return;
    seen.add(plan);
    for (const { ids: used, subqueries } of this.#known.get(plan)?.uses ?? []) {
      for (const id of used) ids.add(id);
      for (const one of subqueries) this.#addBelow(one.plan, ids, seen);
    }
    for (const child of planChildren(plan)) this.#addBelow(child, ids, seen);
  }

  #visit(plan: Plan): void {
    if (this.#known.has(plan)) return;
    const uses = planExpressions(plan).map((one) => this.#usesOf(one));
    for (const child of planChildren(plan)) this.#visit(child);
    for (const { subqueries } of uses) for (const one of subqueries) this.#visit(one.plan);
    this.#known.set(plan, { plan, uses });
  }

  #usesOf(expression: Typed): Uses {
    if (expression.kind === "Literal") return NOTHING;
    const ids: number[] = [];
    const subqueries: TypedSubquery[] = [];
    visitTyped(expression, (part) => {
      if (part.kind === "Column") {
        if (this.#droppable(part.id)) ids.push(part.id);
      } else if (isSubquery(part)) subqueries.push(part);
    });
    return ids.length + subqueries.length === 0 ? NOTHING : { ids, subqueries };
  }
}

/** Two walks: from the readers down to say what is wanted, and back up to leave out the rest. A plan that several read stays one. */
class Pruner {
  readonly #readers: Readers;
  readonly #droppable: (id: number) => boolean;
  readonly #wanted = new Map<Plan, Set<number>>();
  readonly #pruned = new Map<Plan, Plan>();

  constructor(readers: Readers, droppable: (id: number) => boolean) {
    this.#readers = readers;
    this.#droppable = droppable;
  }

  pruned(plan: Plan): Plan {
    return this.#pruned.get(plan) ?? plan;
  }

  /** Says that columns of a plan are wanted. */
  want(plan: Plan, attributes: readonly Attribute[]): void {
    const ids = this.#wantedOf(plan);
    for (const { id } of attributes) if (this.#droppable(id)) ids.add(id);
  }

  /** Says what `plan`, whose own columns are known to be wanted or not, wants of the plans below. */
  ask({ plan, uses }: Reader): void {
    for (const { subqueries } of uses) {
      for (const one of subqueries) if (one.kind !== "Exists") this.want(one.plan, one.plan.output);
    }
    const wanted = this.#wantedOf(plan);
    switch (plan.kind) {
      case "Project":
        this.#askOfColumns(plan.columns, uses, wanted, this.#wantedOf(plan.input));
        return;
      case "Aggregate": {
        const below = this.#wantedOf(plan.input);
        for (const one of uses.slice(0, plan.grouping.length)) this.#use(one, below);
        this.#askOfColumns(plan.columns, uses.slice(plan.grouping.length), wanted, below);
        return;
      }
      case "SetOperation":
      case "UnionLoop":
        for (const side of [plan.left, plan.right]) this.want(side, side.output);
        return;
      default:
        for (const child of planChildren(plan)) this.#askOf({ plan, uses }, wanted, this.#wantedOf(child));
    }
  }

  /** Adds what columns use that stay. */
  #askOfColumns(columns: readonly Named[], uses: readonly Uses[], wanted: Ids, below: Set<number>): void {
    const kept = this.#columns(columns, wanted);
    const stays = kept.length === columns.length ? undefined : new Set(kept);
    for (let i = 0; i < columns.length; i++) {
      if (stays === undefined || stays.has(columns[i] as Named)) this.#use(uses[i] ?? NOTHING, below);
    }
  }

  /** Adds the columns that a plan uses of those below: what is wanted of itself, and what it needs. */
  #askOf({ plan, uses }: Reader, wanted: Ids, below: Set<number>): void {
    for (const id of wanted) below.add(id);
    if (plan.kind === "Deduplicate") for (const key of this.#neededBy(plan)) below.add(key);
    if (plan.kind === "Watermark") below.add(plan.eventTime);
    for (const one of uses) this.#use(one, below);
    if (plan.kind === "Join" && plan.lateral) for (const id of this.#readers.idsBelow(plan.right)) below.add(id);
  }

  /** The keys; and, where these are forgotten by an event time, whatever may hold it. */
  #neededBy({ keys, input, withinWatermark }: DeduplicatePlan): readonly number[] {
    const times = withinWatermark ? input.output.filter((one) => mayBeEventTime(one.dataType)) : [];
    return [...keys, ...times.map((one) => one.id).filter(this.#droppable)];
  }

  #use({ ids, subqueries }: Uses, below: Set<number>): void {
    for (const id of ids) below.add(id);
    for (const { plan } of subqueries) for (const id of this.#readers.idsBelow(plan)) below.add(id);
  }

  #wantedOf(plan: Plan): Set<number> {
    const known = this.#wanted.get(plan);
    if (known) return known;
    const none = new Set<number>();
    this.#wanted.set(plan, none);
    return none;
  }

  /** Leaves out of `plan`, whose inputs are pruned, what nobody wants. */
  rebuild({ plan, uses }: Reader): void {
    const isPlain = uses.every(({ subqueries }) => subqueries.length === 0);
    const outer = isPlain ? plan : mapPlanExpressions(plan, (typed) => this.#insideSubqueries(typed));
    const inner = mapPlanChildren(outer, (child) => this.pruned(child));
    this.#pruned.set(plan, this.#withoutUnused(inner, this.#wantedOf(plan)));
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
      case "UnionLoop":
      case "UnionLoopRef":
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
    return !this.#droppable(attribute.id) || wanted.has(attribute.id);
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

/** Moments, and windows of them. */
function mayBeEventTime(type: DataType): boolean {
  if (type.kind === "struct")
    return type.fields.length === 2 && type.fields.every((one) => mayBeEventTime(one.dataType));
  return type.kind === "timestamp" || type.kind === "timestamp_ntz";
}

function idsOf(attributes: readonly Attribute[]): Ids {
  return new Set(attributes.map((one) => one.id));
}
