import type { Project } from "../relation/relation.ts";
import { analyzeGroups } from "./analyze-aggregate.ts";
import { type Generated, generate, generatorCall } from "./generate.ts";
import { NamedMaker } from "./make-named.ts";
import { aliasNames, nameItem, unaliased } from "./name-item.ts";
import type { Named, Plan, Typed } from "./plan.ts";
import { type Analyzed, type Environment, metadataColumns, passThrough, type ScopeColumn, scopeOf } from "./scope.ts";
import { expandStars, hasAggregate, type SelectItem } from "./select-item.ts";
import type { Session } from "./session.ts";
import { keepTimed } from "./time-window.ts";
import { typeExpression } from "./type-expression.ts";
import { visitTyped } from "./typed-children.ts";
import { CLAUSES, type Typing, withAliases } from "./typing.ts";

/** A select list; with an aggregate function in it, one over all rows as a single group. */
export function analyzeProject(relation: Project, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  if (relation.expressions.some(hasAggregate)) {
    const aggregates = relation.expressions;
    return analyzeGroups(
      { groupBy: "expressions", grouping: [], aggregates, keepGrouping: false },
      input,
      environment,
      session,
    );
  }
  return analyzeItems(
    expandStars(relation.expressions, scopeOf(input, environment), session),
    input,
    environment,
    session,
  );
}

/** The select list of items whose stars are written out, over an analyzed relation. */
export function analyzeItems(
  items: readonly SelectItem[],
  input: Analyzed,
  environment: Environment,
  session: Session,
  lateralAliases = true,
): Analyzed {
  const scope = scopeOf(input, environment);
  const typing: Typing = { session, scope, environment, lambdas: [], clause: CLAUSES.select, type: typeExpression };
  const generated = generateItem(items, input, typing);
  const made = generated === "failed" ? undefined : generated;
  const below = made?.plan ?? input.plan;
  const listed = nameItems(items, made?.attributes ?? [], typing, lateralAliases);
  const hidden = metadataColumns(input.columns);
  const timed = keepTimed(
    below,
    listed.named.map((one) => one.expression),
  );
  const build = (extra: readonly Named[]): Plan => {
    const columns = [...listed.named, ...hidden.map((column) => passThrough(column.attribute)), ...extra];
    return { kind: "Project", input: timed, columns, output: columns.map((column) => column.attribute) };
  };
  return {
    plan: build([]),
    columns: [...listed.columns, ...hidden],
    poisoned: input.poisoned || generated === "failed",
    select: { below: scope, aggregates: false, reach: reachBelow(listed.named, hidden, below), build },
  };
}

type Reach = NonNullable<Analyzed["select"]>["reach"];

function reachBelow(named: readonly Named[], hidden: readonly ScopeColumn[], below: Plan): Reach {
  const isThere = (id: number) => [named, hidden].some((list) => list.some((one) => one.attribute.id === id));
  const isBelow = (id: number) => below.output.some((attribute) => attribute.id === id);
  return (typed) => {
    const extra: Named[] = [];
    visitTyped(typed, (part) => {
      if (part.kind !== "Column" || isThere(part.id) || !isBelow(part.id)) return;
      const { id, name, dataType, nullable } = part;
      extra.push(passThrough({ id, name, dataType, nullable, metadata: {} }));
    });
    return { typed, extra };
  };
}

function generateItem(items: readonly SelectItem[], input: Analyzed, typing: Typing): Generated | "failed" | undefined {
  const found = items.flatMap((item) => {
    const expression = item.kind === "Expression" ? unaliased(item.expression) : undefined;
    const call = expression && generatorCall(expression);
    return call ? [{ call, names: aliasNames(item) }] : [];
  });
  const [first, second] = found;
  if (first === undefined) return undefined;
  if (second) {
    typing.session.report(
      "UNSUPPORTED_GENERATOR.MULTI_GENERATOR",
      "a select list can have one generator only: put the others in LATERAL VIEW or a sub-query",
      second.call,
    );
    return "failed";
  }
  return generate(input.plan, first.call, first.names, false, typing) ?? "failed";
}

interface Listed {
  readonly named: readonly Named[];
  readonly columns: readonly ScopeColumn[];
}

function nameItems(
  items: readonly SelectItem[],
  generated: Generated["attributes"],
  typing: Typing,
  lateralAliases: boolean,
): Listed {
  const maker = new NamedMaker(typing.session, typing.scope.columns);
  const aliases = new Map<string, Typed>();
  const aware = withAliases(typing, aliases);
  const columns: ScopeColumn[] = [];
  const named: Named[] = [];
  const add = (one: Named, qualifier: readonly string[] = []) => {
    named.push(one);
    columns.push({ attribute: one.attribute, qualifier });
  };
  for (const item of items) {
    if (item.kind === "Expression" && generatorCall(unaliased(item.expression))) {
      for (const attribute of generated) add(passThrough(attribute));
    } else {
      const one = nameItem(item, maker, aware);
      add(one, qualifierOf(one, maker));
      if (lateralAliases && aliasNames(item).length === 1)
        aliases.set(one.attribute.name.toLowerCase(), one.expression);
    }
  }
  return { named, columns };
}

function qualifierOf({ attribute, expression }: Named, maker: NamedMaker): readonly string[] {
  return expression.kind === "Column" && expression.id === attribute.id ? maker.qualifierOf(attribute.id) : [];
}
