import { widestType } from "../data-type/coercion.ts";
import { BOOLEAN, type DataType, STRING } from "../data-type/data-type.ts";
import { canCast } from "../data-type/implicit-cast.ts";
import { sqlType } from "../data-type/simple-string.ts";
import type { Case, Cast, Exists, Expression, InSubquery, JsonPath, ScalarSubquery } from "../expression/expression.ts";
import { type Relation, subqueryRelation } from "../relation/relation.ts";
import { castTo, literal, makeCast } from "./cast.ts";
import { castColumns } from "./cast-columns.ts";
import { asCondition } from "./condition.ts";
import type { Typed } from "./plan.ts";
import { accessField, resolveReference } from "./resolve.ts";
import { type Analyzed, visibleColumns } from "./scope.ts";
import { POISON } from "./session.ts";
import { typeCall } from "./type-call.ts";
import { typeWindow } from "./type-window.ts";
import type { Typing } from "./typing.ts";
import { visiblePlan } from "./visible-plan.ts";

/** Resolves the names of an expression and finds its types. What fails is reported once and poisons what contains it. */
export function typeExpression(expression: Expression, typing: Typing): Typed {
  const { session } = typing;
  switch (expression.kind) {
    case "Literal":
      return literal(expression.value, expression.dataType, expression.span);
    case "ColumnReference":
      return resolveReference(expression, typing);
    case "Call":
      return typeCall(expression, typing);
    case "Alias":
      return typing.type(expression.expression, typing);
    case "Cast":
      return typeCast(expression, typing);
    case "Case":
      return typeCase(expression, typing);
    case "FieldAccess": {
      const inner = typing.type(expression.expression, typing);
      return inner === POISON ? POISON : accessField(session, inner, expression.field, spanOnly(expression));
    }
    case "JsonPath":
      return typeJsonPath(expression, typing);
    case "WindowExpression":
      return typeWindow(expression, typing);
    case "ScalarSubquery":
      return typeScalarSubquery(expression, typing);
    case "Exists":
      return typeExists(expression, typing);
    case "InSubquery":
      return typeInSubquery(expression, typing);
    case "Star":
      return session.report(
        "INVALID_USAGE_OF_STAR_OR_REGEX",
        "`*` can only be an item of a select list or an argument of a function",
        expression,
      );
    case "Lambda":
      return session.report(
        "INVALID_LAMBDA_FUNCTION_CALL.NON_HIGHER_ORDER_FUNCTION",
        "a function (x -> ..) can only be an argument of a function that takes one",
        expression,
      );
    case "SortKey":
      return session.report(
        "UNSUPPORTED_FEATURE.SORT_ORDER_IN_EXPRESSION",
        "an order (asc, desc) can only stand in ORDER BY",
        expression,
      );
  }
}

function spanOnly({ span }: Expression): Pick<Expression, "span"> {
  return span ? { span } : {};
}

function typeCast(cast: Cast, typing: Typing): Typed {
  const inner = typing.type(cast.expression, typing);
  if (inner === POISON) return POISON;
  const { session } = typing;
  if (!canCast(inner.dataType, cast.dataType, session.options)) {
    const message = `a value of the type ${sqlType(inner.dataType)} cannot be cast to ${sqlType(cast.dataType)}`;
    const parameters = { srcType: sqlType(inner.dataType), targetType: sqlType(cast.dataType) };
    return session.report("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", message, cast, parameters);
  }
  const typed = makeCast(inner, cast.dataType, cast.try, cast.span);
  return cast.strict === true && typed !== inner && typed.kind === "Cast" ? { ...typed, strict: true } : typed;
}

function typeCase(expression: Case, typing: Typing): Typed {
  const { session } = typing;
  const branches = expression.branches.map((branch) => ({
    when: typeCondition(branch.when, typing),
    result: typing.type(branch.then, typing),
  }));
  const otherwise = expression.otherwise && typing.type(expression.otherwise, typing);
  const results = [...branches.map((branch) => branch.result), ...(otherwise ? [otherwise] : [])];
  if (results.includes(POISON) || branches.some((branch) => branch.when === POISON)) return POISON;
  const dataType = widestType(
    results.map((result) => result.dataType),
    session.options,
  );
  if (dataType === undefined) {
    const types = [...new Set(results.map((result) => sqlType(result.dataType)))].join(", ");
    const message = `the results of CASE must have one type or types that have a common one, but are ${types}`;
    return session.report("DATATYPE_MISMATCH.DATA_DIFF_TYPES", message, expression);
  }
  return {
    kind: "Case",
    branches: branches.map(({ when, result }) => ({ when, then: castTo(result, dataType) })),
    ...(otherwise && { otherwise: castTo(otherwise, dataType) }),
    dataType,
    nullable: otherwise === undefined || results.some((result) => result.nullable),
    ...(expression.span && { span: expression.span }),
  };
}

function typeCondition(expression: Expression, typing: Typing): Typed {
  const typed = typing.type(expression, typing);
  return typed === POISON ? POISON : asCondition(typed, typing, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE");
}

function typeJsonPath(path: JsonPath, typing: Typing): Typed {
  const inner = typing.type(path.expression, typing);
  if (inner === POISON) return POISON;
  const span = path.span && { span: path.span };
  const { kind } = inner.dataType;
  if (kind !== "string" && kind !== "variant" && kind !== "void") {
    const message = `a path \`:${path.path.join(".")}\` needs JSON text, but the value has the type ${sqlType(inner.dataType)}; write \`.\` for the fields of a struct`;
    return typing.session.report("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", message, path);
  }
  const dataType: DataType = kind === "variant" ? inner.dataType : STRING;
  return { kind: "JsonPath", expression: inner, path: path.path, dataType, nullable: true, ...span };
}

function analyzeSubquery(subquery: ScalarSubquery | Exists | InSubquery, typing: Typing): Analyzed | undefined {
  const { session, clause, environment, scope } = typing;
  if (!clause.subqueries) {
    session.report(
      "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY",
      `a sub-query cannot stand in ${clause.name}`,
      subquery,
    );
    return undefined;
  }
  const relation: Relation = subqueryRelation(subquery);
  const inner = session.analyzeRelation(relation, { commonTables: environment.commonTables, outer: scope });
  return inner.poisoned ? undefined : inner;
}

function typeScalarSubquery(subquery: ScalarSubquery, typing: Typing): Typed {
  const inner = analyzeSubquery(subquery, typing);
  if (inner === undefined) return POISON;
  const [only, ...more] = visibleColumns(inner.columns);
  if (only === undefined || more.length > 0) {
    const message = `a sub-query used as a value must have one column, but has ${more.length + (only ? 1 : 0)}`;
    const condition = "INVALID_SUBQUERY_EXPRESSION.SCALAR_SUBQUERY_RETURN_MORE_THAN_ONE_OUTPUT_COLUMN";
    return typing.session.report(condition, message, subquery);
  }
  if (typing.session.isPoisoned(only.attribute)) return POISON;
  const span = subquery.span && { span: subquery.span };
  return {
    kind: "ScalarSubquery",
    plan: visiblePlan(inner),
    dataType: only.attribute.dataType,
    nullable: true,
    ...span,
  };
}

function typeExists(subquery: Exists, typing: Typing): Typed {
  const inner = analyzeSubquery(subquery, typing);
  if (inner === undefined) return POISON;
  const span = subquery.span && { span: subquery.span };
  return { kind: "Exists", plan: visiblePlan(inner), dataType: BOOLEAN, nullable: false, ...span };
}

function typeInSubquery(subquery: InSubquery, typing: Typing): Typed {
  const { session } = typing;
  const values = subquery.values.map((value) => typing.type(value, typing));
  const inner = analyzeSubquery(subquery, typing);
  if (inner === undefined || values.includes(POISON)) return POISON;
  const attributes = visibleColumns(inner.columns).map((column) => column.attribute);
  if (attributes.length !== values.length) {
    const message = `the left side of IN has ${values.length} values, but the sub-query has ${attributes.length} columns`;
    return session.report("DATATYPE_MISMATCH.IN_SUBQUERY_LENGTH_MISMATCH", message, subquery);
  }
  const types = values.map((value, i) =>
    widestType([value.dataType, attributes[i]?.dataType ?? value.dataType], session.options),
  );
  const common = types.filter((type) => type !== undefined);
  if (common.length < values.length) {
    return session.report(
      "DATATYPE_MISMATCH.IN_SUBQUERY_DATA_TYPE_MISMATCH",
      "the two sides of IN have types that cannot be compared",
      subquery,
    );
  }
  return {
    kind: "InSubquery",
    values: values.map((value, i) => castTo(value, common[i] ?? value.dataType)),
    plan: castColumns(visiblePlan(inner), common, session),
    dataType: BOOLEAN,
    nullable: values.some((value) => value.nullable) || attributes.some((attribute) => attribute.nullable),
    ...(subquery.span && { span: subquery.span }),
  };
}
