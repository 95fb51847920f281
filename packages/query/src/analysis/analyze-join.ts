import { comparisonType, widerType } from "../data-type/coercion.ts";
import { BOOLEAN } from "../data-type/data-type.ts";
import type { Join, JoinKind, Relation } from "../relation/relation.ts";
import { tableGenerator } from "./analyze-leaf.ts";
import { castTo } from "./cast.ts";
import { asCondition } from "./condition.ts";
import { generate } from "./generate.ts";
import type { Attribute, Named, Plan, Typed } from "./plan.ts";
import { sameName } from "./resolve.ts";
import {
  type Analyzed,
  asNullable,
  columnOf,
  type Environment,
  passThrough,
  type ScopeColumn,
  scopeOf,
  visibleColumns,
  withAttribute,
} from "./scope.ts";
import { POISON, type Session } from "./session.ts";
import { typeExpression } from "./type-expression.ts";
import { CLAUSES, type Typing } from "./typing.ts";

/** Two relations joined. */
export function analyzeJoin(relation: Join, environment: Environment, session: Session): Analyzed {
  const left = session.analyzeRelation(relation.left, environment);
  const generated = relation.lateral ? lateralGenerator(relation, left, environment, session) : undefined;
  if (generated) return generated;
  const around: Environment = relation.lateral ? { ...environment, outer: scopeOf(left, environment) } : environment;
  const right = session.analyzeRelation(relation.right, around);
  const names = usingNames(relation, left, right);
  return names ? joinUsing(relation, left, right, names, session) : joinOn(relation, left, right, environment, session);
}

function usingNames(relation: Join, left: Analyzed, right: Analyzed): readonly string[] | undefined {
  if (!relation.natural) return relation.using && relation.using.length > 0 ? relation.using : undefined;
  const names = visibleColumns(left.columns).map((column) => column.attribute.name);
  const common = names.filter((name) =>
    visibleColumns(right.columns).some((column) => sameName(column.attribute.name, name)),
  );
  return common.length > 0 ? common : undefined;
}

function joinOn(relation: Join, left: Analyzed, right: Analyzed, environment: Environment, session: Session): Analyzed {
  const both = [...left.columns, ...right.columns];
  const poisoned = left.poisoned || right.poisoned;
  const scope = scopeOf({ plan: left.plan, columns: both, poisoned }, environment);
  const typing: Typing = { session, scope, environment, lambdas: [], clause: CLAUSES.join, type: typeExpression };
  const condition =
    relation.condition &&
    asCondition(typing.type(relation.condition, typing), typing, "JOIN_CONDITION_IS_NOT_BOOLEAN_TYPE");
  const how = relation.how === "cross" && condition ? "inner" : relation.how;
  const plan = joinPlan(how, left, right, condition === POISON ? undefined : condition, relation.lateral ?? false);
  return { plan, columns: joinColumns(how, left, right), poisoned };
}

function joinPlan(
  how: JoinKind,
  left: Analyzed,
  right: Analyzed,
  condition: Typed | undefined,
  lateral: boolean,
): Plan {
  const output = joinOutput(how, left.plan.output, right.plan.output);
  return { kind: "Join", left: left.plan, right: right.plan, how, ...(condition && { condition }), lateral, output };
}

function isOneSided(how: JoinKind): boolean {
  return how === "semi" || how === "anti";
}

function joinOutput(how: JoinKind, left: readonly Attribute[], right: readonly Attribute[]): readonly Attribute[] {
  if (isOneSided(how)) return left;
  const outerLeft = how === "right" || how === "full";
  const outerRight = how === "left" || how === "full";
  return [...(outerLeft ? left.map(asNullable) : left), ...(outerRight ? right.map(asNullable) : right)];
}

function joinColumns(how: JoinKind, left: Analyzed, right: Analyzed): readonly ScopeColumn[] {
  const columns = isOneSided(how) ? left.columns : [...left.columns, ...right.columns];
  const output = joinOutput(
    how,
    left.columns.map((one) => one.attribute),
    right.columns.map((one) => one.attribute),
  );
  return columns.map((column, i) => withAttribute(column, output[i] ?? column.attribute));
}

interface Key {
  readonly left: ScopeColumn;
  readonly right: ScopeColumn;
}

function joinUsing(
  relation: Join,
  left: Analyzed,
  right: Analyzed,
  names: readonly string[],
  session: Session,
): Analyzed {
  const keys = names.flatMap((name) => findKey(name, left, right, relation, session));
  const condition = keys
    .map((key) => equalKeys(key, relation, session))
    .reduce<Typed | undefined>(
      (all, one) =>
        all
          ? { kind: "Call", name: "and", args: [all, one], dataType: BOOLEAN, nullable: all.nullable || one.nullable }
          : one,
      undefined,
    );
  const how = relation.how === "cross" ? "inner" : relation.how;
  const poisoned = left.poisoned || right.poisoned || keys.length < names.length;
  const plan = joinPlan(how, left, right, condition, relation.lateral ?? false);
  const columns = joinColumns(how, left, right);
  return merged(plan, columns, keys, how, poisoned, session);
}

function findKey(name: string, left: Analyzed, right: Analyzed, relation: Join, session: Session): readonly Key[] {
  const [a, b] = [left, right].map((side) =>
    visibleColumns(side.columns).find((column) => sameName(column.attribute.name, name)),
  );
  if (a && b) return [{ left: a, right: b }];
  const missing = a ? right : left;
  if (!missing.poisoned) {
    const columns = visibleColumns(missing.columns).map((column) => `\`${column.attribute.name}\``);
    const side = a ? "right" : "left";
    const message = `USING: the ${side} side of the join has no column \`${name}\`; it has ${columns.join(", ")}`;
    session.report("UNRESOLVED_USING_COLUMN_FOR_JOIN", message, relation, { colName: `\`${name}\``, side });
  }
  return [];
}

function equalKeys({ left, right }: Key, relation: Join, session: Session): Typed {
  const [a, b] = [left.attribute, right.attribute];
  const type = comparisonType(a.dataType, b.dataType, session.options);
  if (type === undefined) {
    return session.report(
      "DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES",
      `USING: the two columns \`${a.name}\` have types that cannot be compared`,
      relation,
    );
  }
  const args = [castTo(columnOf(a), type), castTo(columnOf(b), type)];
  return { kind: "Call", name: "=", args, dataType: BOOLEAN, nullable: args.some((arg) => arg.nullable) };
}

/** The columns of a USING join: the keys once and first, then the others; each side's own key stays under its qualified name. */
function merged(
  plan: Plan,
  columns: readonly ScopeColumn[],
  keys: readonly Key[],
  how: JoinKind,
  poisoned: boolean,
  session: Session,
): Analyzed {
  const byId = new Map(columns.map((column) => [column.attribute.id, column]));
  const sides = keys.map(({ left, right }) => ({
    left: byId.get(left.attribute.id) ?? left,
    right: byId.get(right.attribute.id) ?? right,
  }));
  const keyColumns = sides.map((key) => keyColumn(key, how, session));
  const shown = new Set(keyColumns.map(({ attribute }) => attribute.id));
  const keyIds = new Set(sides.flatMap(({ left, right }) => [left.attribute.id, right.attribute.id]));
  const rest = columns.filter((column) => !keyIds.has(column.attribute.id));
  const hiddenKeys = columns
    .filter((column) => keyIds.has(column.attribute.id) && !shown.has(column.attribute.id))
    .map(({ attribute, qualifier }): ScopeColumn => ({ attribute, qualifier, hidden: "using" }));
  session.hide(hiddenKeys.map(({ attribute }) => attribute));
  const scope = [...keyColumns.map(({ attribute, qualifier }) => ({ attribute, qualifier })), ...rest, ...hiddenKeys];
  const named: Named[] = [
    ...keyColumns.map(({ attribute, expression }) => ({ attribute, expression })),
    ...[...rest, ...hiddenKeys].map((column) => passThrough(column.attribute)),
  ];
  const project: Plan = { kind: "Project", input: plan, columns: named, output: named.map((one) => one.attribute) };
  return { plan: project, columns: scope, poisoned };
}

function keyColumn(
  { left, right }: Key,
  how: JoinKind,
  session: Session,
): Named & { readonly qualifier: readonly string[] } {
  if (how === "right") return { ...passThrough(right.attribute), qualifier: right.qualifier };
  if (how !== "full") return { ...passThrough(left.attribute), qualifier: left.qualifier };
  const [a, b] = [left.attribute, right.attribute];
  const type = widerType(a.dataType, b.dataType, session.options) ?? a.dataType;
  const args = [castTo(columnOf(a), type), castTo(columnOf(b), type)];
  const expression: Typed = { kind: "Call", name: "coalesce", args, dataType: type, nullable: true };
  return { expression, attribute: session.attribute(a.name, type, true), qualifier: [] };
}

/** `FROM t, LATERAL explode(t.a) AS e(x)`: a generator over the rows of the left side. */
function lateralGenerator(
  relation: Join,
  left: Analyzed,
  environment: Environment,
  session: Session,
): Analyzed | undefined {
  const { call, qualifier, names } = generatorSide(relation.right);
  if (
    call === undefined ||
    relation.condition ||
    (relation.how !== "inner" && relation.how !== "cross" && relation.how !== "left")
  ) {
    return undefined;
  }
  const typing: Typing = {
    session,
    scope: scopeOf(left, environment),
    environment,
    lambdas: [],
    clause: CLAUSES.generator,
    type: typeExpression,
  };
  const generated = generate(left.plan, call, names, relation.how === "left", typing);
  if (generated === undefined) return { ...left, poisoned: true };
  const columns = [...left.columns, ...generated.attributes.map((attribute) => ({ attribute, qualifier }))];
  return { plan: generated.plan, columns, poisoned: left.poisoned };
}

function generatorSide(relation: Relation) {
  if (relation.kind === "TableFunction") return { call: tableGenerator(relation), qualifier: [], names: [] };
  if (relation.kind !== "SubqueryAlias" || relation.input.kind !== "TableFunction") {
    return { call: undefined, qualifier: [], names: [] };
  }
  return { call: tableGenerator(relation.input), qualifier: [relation.alias], names: relation.columns ?? [] };
}
