import { widerType } from "../data-type/coercion.ts";
import { sqlType } from "../data-type/simple-string.ts";
import type { SetOperation } from "../relation/relation.ts";
import { castColumns } from "./cast-columns.ts";
import { checkDistinct } from "./check-distinct.ts";
import type { Attribute, Named, Plan, Typed } from "./plan.ts";
import { sameName } from "./resolve.ts";
import { type Analyzed, type Environment, passThrough, unqualified } from "./scope.ts";
import type { Session } from "./session.ts";
import { visiblePlan } from "./visible-plan.ts";

/** UNION, INTERSECT and EXCEPT: columns meet by position or by name, in their common types. */
export function analyzeSetOperation(relation: SetOperation, environment: Environment, session: Session): Analyzed {
  const [first, second] = [relation.left, relation.right].map((side) => session.analyzeRelation(side, environment));
  if (first === undefined || second === undefined || first.poisoned || second.poisoned) {
    return { plan: { kind: "Values", rows: [], output: [] }, columns: [], poisoned: true };
  }
  const sides = relation.byName
    ? matchByName(visiblePlan(first), visiblePlan(second), relation, session)
    : ([visiblePlan(first), visiblePlan(second)] as const);
  return combine(relation, sides[0], sides[1], session);
}

function combine(relation: SetOperation, left: Plan, right: Plan, session: Session): Analyzed {
  const word = relation.operation.toUpperCase();
  if (left.output.length !== right.output.length) {
    const message = `${word} needs the same number of columns on both sides, but there are ${left.output.length} and ${right.output.length}`;
    session.report("NUM_COLUMNS_MISMATCH", message, relation);
    return { plan: left, columns: unqualified(left.output), poisoned: true };
  }
  const poisoned = [...left.output, ...right.output].some((attribute) => session.isPoisoned(attribute));
  const types = left.output.map((attribute, i) =>
    commonType(attribute, right.output[i] ?? attribute, i, relation, session),
  );
  const output = left.output.map((attribute, i) => {
    const nullable = attribute.nullable || (relation.operation !== "except" && (right.output[i]?.nullable ?? true));
    return session.attribute(attribute.name, types[i] ?? attribute.dataType, nullable, attribute.metadata);
  });
  const { operation, all } = relation;
  const sides = { left: castColumns(left, types, session), right: castColumns(right, types, session) };
  return { plan: { kind: "SetOperation", ...sides, operation, all, output }, columns: unqualified(output), poisoned };
}

function commonType(left: Attribute, right: Attribute, index: number, relation: SetOperation, session: Session) {
  const word = relation.operation.toUpperCase();
  const type = widerType(left.dataType, right.dataType, session.options);
  if (type === undefined && !session.isPoisoned(left) && !session.isPoisoned(right)) {
    const message = `${word}: column ${index + 1} is ${sqlType(left.dataType)} on the left and ${sqlType(right.dataType)} on the right, which have no common type`;
    session.report("INCOMPATIBLE_COLUMN_TYPE", message, relation);
  }
  const distinct = relation.operation !== "union" || !relation.all;
  if (type && distinct) checkDistinct({ name: left.name, dataType: type }, word, relation, session);
  return type ?? left.dataType;
}

function matchByName(left: Plan, right: Plan, relation: SetOperation, session: Session): readonly [Plan, Plan] {
  const find = (plan: Plan, name: string) => plan.output.find((one) => sameName(one.name, name));
  const missingLeft = right.output.filter((one) => !find(left, one.name));
  const missingRight = left.output.filter((one) => !find(right, one.name));
  if (!relation.allowMissingColumns && (missingRight[0] ?? missingLeft[0])) {
    const missing = missingRight[0] ?? missingLeft[0];
    const message = `${relation.operation.toUpperCase()} BY NAME: only one side has the column \`${missing?.name}\``;
    session.report("UNRESOLVED_COLUMN_AMONG_FIELD_NAMES", message, relation);
    return [left, left];
  }
  const names = [...left.output, ...missingLeft];
  const arrange = (plan: Plan): Plan => {
    const columns = names.map((wanted): Named => {
      const own = find(plan, wanted.name);
      if (own) return passThrough(own);
      const expression: Typed = { kind: "Literal", value: null, dataType: wanted.dataType, nullable: true };
      return { expression, attribute: session.attribute(wanted.name, wanted.dataType, true) };
    });
    return { kind: "Project", input: plan, columns, output: columns.map((one) => one.attribute) };
  };
  return [arrange(left), arrange(right)];
}
