import { sqlType } from "../data-type/simple-string.ts";
import type { Deduplicate, LateralView, Limit, Offset, Sample } from "../relation/relation.ts";
import { someExpression } from "../rewrite/expression-children.ts";
import { checkDistinct } from "./check-distinct.ts";
import { generate, generatorCall } from "./generate.ts";
import type { Plan } from "./plan.ts";
import { sameName } from "./resolve.ts";
import { type Analyzed, type Environment, metadataColumns, scopeOf, visibleColumns } from "./scope.ts";
import { POISON, type Session } from "./session.ts";
import { typeExpression } from "./type-expression.ts";
import { CLAUSES, type Typing } from "./typing.ts";
import { planOf } from "./visible-plan.ts";
import { wholeConstant } from "./whole-constant.ts";

/** LIMIT and OFFSET: a constant number of rows. */
export function analyzeLimit(relation: Limit | Offset, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  const count = rowCount(relation, environment, session);
  if (count === undefined) return input;
  const rows = relation.kind === "Limit" ? { count, offset: 0 } : { offset: count };
  const { plan, columns, poisoned } = input;
  return { plan: { kind: "Limit", input: plan, ...rows, output: plan.output }, columns, poisoned };
}

function rowCount(relation: Limit | Offset, environment: Environment, session: Session): number | undefined {
  const report = (reason: string, message: string): undefined => {
    const text = `${relation.kind.toUpperCase()} needs a constant whole number, ${message}`;
    session.report(`INVALID_LIMIT_LIKE_EXPRESSION.${reason}`, text, relation.count);
  };
  if (someExpression(relation.count, (part) => part.kind === "ColumnReference"))
    return report("IS_UNFOLDABLE", "not a column");
  const scope = { columns: [], poisoned: false };
  const typing: Typing = { session, scope, environment, lambdas: [], clause: CLAUSES.limit, type: typeExpression };
  const typed = typing.type(relation.count, typing);
  if (typed === POISON) return undefined;
  if (typed.dataType.kind !== "integer")
    return report("DATA_TYPE", `an INT, not ${sqlType(typed.dataType)}: cast it, as in int(:parameter)`);
  const count = wholeConstant(typed);
  if (count === undefined) return report("IS_UNFOLDABLE", "known before rows are read");
  return count < 0n ? report("IS_NEGATIVE", "zero or more") : Number(count);
}

/** A part of the rows, taken at random. */
export function analyzeSample(relation: Sample, environment: Environment, session: Session): Analyzed {
  const { plan, columns, poisoned } = session.analyzeRelation(relation.input, environment);
  const { fraction, seed } = relation;
  const sample: Plan = {
    kind: "Sample",
    input: plan,
    fraction,
    ...(seed !== undefined && { seed }),
    output: plan.output,
  };
  return { plan: sample, columns, poisoned };
}

/** DISTINCT and dropDuplicates. */
export function analyzeDeduplicate(relation: Deduplicate, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  const visible = visibleColumns(input.columns);
  const keys = (relation.columns ?? visible.map((column) => column.attribute.name)).flatMap((name, i) => {
    const found = relation.columns ? visible.find((column) => sameName(column.attribute.name, name)) : visible[i];
    if (found) {
      checkDistinct(found.attribute, relation.columns ? "dropDuplicates" : "DISTINCT", relation, session);
      return [found.attribute.id];
    }
    if (!input.poisoned) {
      const names = visible.map((column) => `\`${column.attribute.name}\``).join(", ");
      session.report(
        "UNRESOLVED_COLUMN_AMONG_FIELD_NAMES",
        `dropDuplicates: there is no column \`${name}\` among ${names}`,
        relation,
      );
    }
    return [];
  });
  const columns = relation.columns ? [...visible, ...metadataColumns(input.columns)] : visible;
  const plan = planOf(input.plan, columns);
  const { withinWatermark } = relation;
  return {
    plan: { kind: "Deduplicate", input: plan, keys, withinWatermark, output: plan.output },
    columns,
    poisoned: input.poisoned,
  };
}

/** LATERAL VIEW. */
export function analyzeLateralView(relation: LateralView, environment: Environment, session: Session): Analyzed {
  const input = session.analyzeRelation(relation.input, environment);
  const call = generatorCall(relation.generator);
  if (call === undefined) {
    session.report(
      "UNSUPPORTED_GENERATOR.NOT_GENERATOR",
      "LATERAL VIEW needs a function that makes rows, such as explode",
      relation.generator.span ? relation.generator : relation,
    );
    return { ...input, poisoned: true };
  }
  const scope = scopeOf(input, environment);
  const typing: Typing = { session, scope, environment, lambdas: [], clause: CLAUSES.generator, type: typeExpression };
  const generated = generate(input.plan, call, relation.columns, relation.outer, typing);
  if (generated === undefined) return { ...input, poisoned: true };
  const qualifier = relation.table === undefined ? [] : [relation.table];
  const added = generated.attributes.map((attribute) => ({ attribute, qualifier }));
  return { plan: generated.plan, columns: [...input.columns, ...added], poisoned: input.poisoned };
}
