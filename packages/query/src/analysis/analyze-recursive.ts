import { widerType } from "../data-type/coercion.ts";
import { type DataType, sameType } from "../data-type/data-type.ts";
import { sqlType } from "../data-type/simple-string.ts";
import type { Relation, SetOperation, With } from "../relation/relation.ts";
import { nothing } from "./analyze-leaf.ts";
import { castColumns } from "./cast-columns.ts";
import { collectLeaves } from "./collect-leaves.ts";
import type { Plan, UnionLoopPlan, UnionLoopRefPlan } from "./plan.ts";
import { planExpressions, walkPlan } from "./plan-children.ts";
import { usedColumns } from "./prune.ts";
import { checkReferences } from "./recursive-reference.ts";
import { type Analyzed, type Environment, unqualified, withTable } from "./scope.ts";
import { placeOf, type Session } from "./session.ts";
import { visiblePlan } from "./visible-plan.ts";

type Definition = With["definitions"][number];

/** Spark's limit where a query names none. */
const LEVEL_LIMIT = 100;

/** Whether a relation reads what the name means around it. */
export function refersTo(relation: Relation, name: string): boolean {
  const wanted = name.toLowerCase();
  return collectLeaves(relation).some(
    (leaf) => leaf.kind === "NamedTable" && leaf.name.length === 1 && leaf.name[0]?.toLowerCase() === wanted,
  );
}

/** A definition of WITH RECURSIVE that reads itself: `anchor UNION ALL step`, maybe below a WITH of its own, whose surroundings `within` gives. */
export function analyzeRecursive(
  definition: Definition,
  environment: Environment,
  session: Session,
  within: (relation: With, environment: Environment, session: Session) => Environment,
): Analyzed {
  let { relation } = definition;
  let around = environment;
  while (relation.kind === "With" && relation.definitions.every((one) => !refersTo(one.relation, definition.name))) {
    around = within(relation, around, session);
    relation = relation.input;
  }
  const union = recursiveUnion(relation, definition, session);
  if (union === undefined) return nothing();
  const anchor = session.analyzeRelation(union.left, around);
  return session.at(union, () => loopOver(anchor, union, definition, around, session));
}

function recursiveUnion(relation: Relation, { name }: Definition, session: Session): SetOperation | undefined {
  const union = relation.kind === "SetOperation" && relation.operation === "union" ? relation : undefined;
  if (union?.all && !union.byName && !refersTo(union.left, name)) return union;
  if (union !== undefined && !union.all) {
    const message = `\`${name}\` refers to itself below UNION, which is not supported in WITH RECURSIVE: use UNION ALL, and leave out what was seen by a column of the path or of the level`;
    session.report("UNION_NOT_SUPPORTED_IN_RECURSIVE_CTE", message, relation);
    return undefined;
  }
  const message = `\`${name}\` refers to itself, so it must be written as: first rows UNION ALL rows made of \`${name}\`. The first part must not read \`${name}\`, and no other clause may stand around the two`;
  session.report("INVALID_RECURSIVE_CTE", message, relation);
  return undefined;
}

function loopOver(
  { plan, columns, poisoned }: Analyzed,
  union: SetOperation,
  definition: Definition,
  environment: Environment,
  session: Session,
): Analyzed {
  const left = visiblePlan({ plan, columns });
  const output = left.output.map((one) => session.nullableCopyOf(one));
  const ref: UnionLoopRefPlan = { kind: "UnionLoopRef", loop: session.newId(), output };
  const rows = { plan: ref, columns: unqualified(output), poisoned };
  const step = session.analyzeRelation(
    union.right,
    withTable(environment, { definition, analyzed: rows, shared: true }),
  );
  if (poisoned || step.poisoned) return nothing();
  const right = stepOf(visiblePlan(step), left, union, session);
  if (right === undefined) return nothing();
  const made = left.output.map((one, i) => ({
    ...session.copyOf(one),
    nullable: one.nullable || right.output[i]?.nullable !== false,
  }));
  const maxLevel = definition.maxLevel ?? LEVEL_LIMIT;
  const loop: UnionLoopPlan = {
    kind: "UnionLoop",
    left,
    right,
    loop: ref.loop,
    maxLevel,
    output: made,
    ...placeOf(union),
  };
  checkReferences(loop, definition.name, session);
  checkOuter(loop, definition.name, session);
  return { plan: loop, columns: unqualified(made), poisoned: false };
}

/** The step with its columns in the types of the first part, which are never widened. */
function stepOf(step: Plan, anchor: Plan, union: SetOperation, session: Session): Plan | undefined {
  if (step.output.length !== anchor.output.length) {
    const message = `UNION needs the same number of columns on both sides, but there are ${anchor.output.length} and ${step.output.length}`;
    session.report("NUM_COLUMNS_MISMATCH", message, union);
    return undefined;
  }
  const types = anchor.output.map((one) => one.dataType);
  const wrong = step.output.findIndex((one, i) => !becomes(one.dataType, types[i] ?? one.dataType, session));
  if (wrong < 0) return castColumns(step, types, session);
  const [first, later] = [anchor, step].map((plan) => sqlType(plan.output[wrong]?.dataType ?? { kind: "void" }));
  const message = `Failed to merge incompatible data types "${first}" and "${later}": column ${wrong + 1} keeps the type of the first part. Cast one of them.`;
  session.report("CANNOT_MERGE_INCOMPATIBLE_DATA_TYPE", message, union.right);
  return undefined;
}

function becomes(from: DataType, to: DataType, session: Session): boolean {
  if (sameType(from, to)) return true;
  const wider = widerType(to, from, session.options);
  return wider !== undefined && sameType(wider, to);
}

function checkOuter(loop: UnionLoopPlan, name: string, session: Session): void {
  const made = new Set<number>();
  const used = new Set<number>();
  for (const one of walkPlan(loop)) {
    for (const { id } of one.output) made.add(id);
    for (const expression of planExpressions(one)) for (const id of usedColumns(expression)) used.add(id);
  }
  if ([...used].every((id) => made.has(id))) return;
  const message = `\`${name}\` refers to itself and to a column of the query outside: join that query with it instead`;
  session.report("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.ACCESSING_OUTER_QUERY_COLUMN_IS_NOT_ALLOWED", message);
}
