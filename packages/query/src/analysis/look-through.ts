import type { Named, Plan, Typed } from "./plan.ts";
import { type Analyzed, columnOf, passThrough, type Scope, type SelectList } from "./scope.ts";
import type { Session } from "./session.ts";
import { replaceTyped } from "./typed-children.ts";
import { planOf } from "./visible-plan.ts";

/** What a clause above a select list does to the rows, from expressions that its input can compute. */
export type Clause = (plan: Plan, typed: readonly Typed[]) => Plan;

/** Where the names of a clause above a select list are looked up: the list first, then below it. */
export function throughScope(analyzed: Analyzed, scope: Scope): Scope {
  const { columns, poisoned, outer } = scope;
  if (analyzed.select === undefined) return scope;
  const { below } = analyzed.select;
  return outer ? { columns, poisoned, below, outer } : { columns, poisoned, below };
}

/** Puts a clause on top of a select list: columns that it needs from below are added for it and taken away above it. */
export function lookThrough(analyzed: Analyzed, typed: readonly Typed[], session: Session, clause: Clause): Analyzed {
  const { select } = analyzed;
  const reached = typed.map((one) => select?.reach(one) ?? { typed: one, extra: [] });
  const extra = distinctNamed(reached.flatMap((one) => one.extra));
  const windows = separateWindows(
    reached.map((one) => one.typed),
    session,
  );
  const finish = (input: Plan) => clause(withColumns(input, windows.named), windows.typed);
  const plan = planOf(finish(select && extra.length > 0 ? select.build(extra) : analyzed.plan), analyzed.columns);
  const above: SelectList | undefined = select && {
    ...select,
    build: (more) => finish(select.build(distinctNamed([...extra, ...more]))),
  };
  const { columns, poisoned } = analyzed;
  return { plan, columns, poisoned, ...(above && { select: above }) };
}

/** Each column once. */
function distinctNamed(named: readonly Named[]): readonly Named[] {
  return [...new Map(named.map((one) => [one.attribute.id, one])).values()];
}

/** The expressions with their window functions replaced by columns, and those columns. */
function separateWindows(
  expressions: readonly Typed[],
  session: Session,
): { typed: readonly Typed[]; named: readonly Named[] } {
  const named: Named[] = [];
  const typed = expressions.map((expression) =>
    replaceTyped(expression, (part) => {
      if (part.kind !== "Window") return undefined;
      const attribute = session.attribute("window_function", part.dataType, part.nullable);
      named.push({ attribute, expression: part });
      return columnOf(attribute);
    }),
  );
  return { typed, named };
}

/** The plan with columns added at the end. */
function withColumns(plan: Plan, named: readonly Named[]): Plan {
  if (named.length === 0) return plan;
  const columns = [...plan.output.map(passThrough), ...named];
  return { kind: "Project", input: plan, columns, output: columns.map((column) => column.attribute) };
}
