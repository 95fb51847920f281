import { asCondition } from "./condition.ts";
import type { Attribute, Plan, ResolvedLeaf, Rule } from "./plan.ts";
import { type Analyzed, type Environment, visibleColumns } from "./scope.ts";
import { POISON, type Session } from "./session.ts";
import { typeExpression } from "./type-expression.ts";
import { CLAUSES, type Typing } from "./typing.ts";
import { visiblePlan } from "./visible-plan.ts";

type View = Extract<ResolvedLeaf, { kind: "View" }>;

/** A view's body in fresh surroundings, with its rules checked on every row. */
export function analyzeView(view: View, qualifier: readonly string[], session: Session): Analyzed {
  const environment: Environment = { commonTables: new Map() };
  const body = session.inView(view.dataset, () => session.analyzeRelation(view.relation, environment));
  if (body === undefined) {
    session.report("CYCLIC_VIEW", `the view \`${view.dataset}\` reads itself`);
    return { plan: { kind: "Values", rows: [], output: [] }, columns: [], poisoned: true };
  }
  const plan = visiblePlan(body);
  const columns = visibleColumns(body.columns).map(({ attribute }) => ({ attribute, qualifier }));
  const checked =
    view.rules.length === 0
      ? plan
      : withRules(
          view,
          plan,
          columns.map((one) => one.attribute),
          session,
        );
  return { plan: checked, columns, poisoned: body.poisoned };
}

function withRules(view: View, input: Plan, columns: readonly Attribute[], session: Session): Plan {
  const scope = { columns: columns.map((attribute) => ({ attribute, qualifier: [] })), poisoned: false };
  const environment: Environment = { commonTables: new Map() };
  const typing: Typing = {
    session,
    scope,
    environment,
    lambdas: [],
    clause: CLAUSES.expectation,
    type: typeExpression,
  };
  const rules = view.rules.map(({ name, policy, condition }): Rule => {
    const typed = asCondition(typing.type(condition, typing), typing, "DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN");
    return { name, policy, condition: typed === POISON ? POISON : typed };
  });
  const { dataset, nullIsViolation } = view;
  return { kind: "Expect", input, dataset, rules, nullIsViolation, output: input.output };
}
