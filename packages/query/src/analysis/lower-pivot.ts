import { INTEGER, STRING } from "../data-type/data-type.ts";
import type { Call, Expression } from "../expression/expression.ts";
import { findFunction } from "../function/catalogue.ts";
import type { Pivot, Relation, Unpivot } from "../relation/relation.ts";
import { mapExpressionChildren, walkExpression } from "../rewrite/expression-children.ts";
import { generatedName, type Naming } from "./generated-name.ts";
import type { Attribute } from "./plan.ts";
import { sameName } from "./resolve.ts";

function call(name: string, ...args: Expression[]): Call {
  return { kind: "Call", name, args };
}

function unaliased(expression: Expression): Expression {
  return expression.kind === "Alias" ? expression.expression : expression;
}

/** PIVOT over known columns, as an aggregation: one filtered aggregate for each value and aggregate. */
export function lowerPivot(relation: Pivot, columns: readonly Attribute[], naming: Naming): Relation {
  const used = [...relation.aggregates, ...relation.columns].flatMap((one) => [...walkExpression(one)]);
  const isUsed = ({ name }: Attribute) =>
    used.some((one) => one.kind === "ColumnReference" && sameName(one.name.at(-1) ?? "", name));
  const others = columns
    .filter((column) => !isUsed(column))
    .map((column): Expression => ({ kind: "ColumnReference", name: [column.name] }));
  const grouping = relation.grouping ?? others;
  const aggregates = relation.values.flatMap((value) =>
    relation.aggregates.map((one) => pivoted(one, value, relation, naming)),
  );
  const { input, origin, span } = relation;
  const place = { ...(origin && { origin }), ...(span && { span }) };
  return { kind: "Aggregate", input, groupBy: "expressions", grouping, aggregates, keepGrouping: true, ...place };
}

function pivoted(aggregate: Expression, value: Expression, { columns, aggregates }: Pivot, naming: Naming): Expression {
  const isThere = matching(columns, unaliased(value));
  const only = filtered(unaliased(aggregate), isThere);
  const rows: Call = { ...call("count", { kind: "Literal", value: 1, dataType: INTEGER }), filter: isThere };
  const when = call(">", rows, { kind: "Literal", value: 0, dataType: INTEGER });
  const valueName = value.kind === "Alias" ? (value.names[0] ?? "") : valueText(value, naming);
  const name = aggregates.length > 1 ? `${valueName}_${generatedName(aggregate, naming)}` : valueName;
  return {
    kind: "Alias",
    expression: call("if", when, only, { kind: "Literal", value: null, dataType: { kind: "void" } }),
    names: [name],
  };
}

/** A value as text, as a cast to STRING has it. */
function valueText(value: Expression, naming: Naming): string {
  if (value.kind === "Call" && value.name === "struct")
    return `{${value.args.map((arg) => valueText(arg, naming)).join(", ")}}`;
  const name = generatedName(value, naming);
  if (value.kind !== "Literal") return name;
  return value.value === null ? "null" : name.replace(/^(?:DATE|TIMESTAMP|TIMESTAMP_NTZ) '(.*)'$/, "$1");
}

function matching(columns: readonly Expression[], value: Expression): Expression {
  const [only] = columns;
  if (only && columns.length === 1) return call("<=>", only, value);
  const parts = value.kind === "Call" && value.name === "struct" ? value.args : [];
  if (parts.length !== columns.length) return call("<=>", call("struct", ...columns.map(unaliased)), value);
  const same = columns.map((column, i) => call("<=>", unaliased(column), unaliased(parts[i] ?? value)));
  return same.reduce((all, one) => call("and", all, one));
}

/** The expression with the condition added to the filter of every aggregate in it. */
function filtered(expression: Expression, condition: Expression): Expression {
  if (expression.kind === "Call" && findFunction(expression.name)?.kind === "aggregate") {
    return { ...expression, filter: expression.filter ? call("and", expression.filter, condition) : condition };
  }
  return mapExpressionChildren(expression, (child) => filtered(child, condition));
}

function distinctNames(columns: readonly Attribute[]): readonly string[] {
  return [...new Set(columns.map(({ name }) => name.toLowerCase()))];
}

/** UNPIVOT over known columns, as a select list with `stack`. */
export function lowerUnpivot(relation: Unpivot, columns: readonly Attribute[], naming: Naming): Relation {
  const unpivoted = relation.values.flatMap((value) => value.columns);
  const isUnpivoted = ({ name }: Attribute) =>
    unpivoted.some((one) => one.kind === "ColumnReference" && sameName(one.name.at(-1) ?? "", name));
  const except = distinctNames(columns.filter(isUnpivoted)).map((name) => [name]);
  const others: readonly Expression[] = except.length < columns.length ? [{ kind: "Star", target: [], except }] : [];
  const rows = relation.values.flatMap(({ columns: values, alias }): readonly Expression[] => {
    const name = alias ?? values.map((one) => generatedName(one, naming)).join("_");
    return [{ kind: "Literal", value: name, dataType: STRING }, ...values];
  });
  const count: Expression = { kind: "Literal", value: relation.values.length, dataType: INTEGER };
  const names = [relation.nameColumn, ...relation.valueColumns];
  const stack: Expression = { kind: "Alias", expression: call("stack", count, ...rows), names };
  const { input, origin, span } = relation;
  const place = { ...(origin && { origin }), ...(span && { span }) };
  const project: Relation = { kind: "Project", input, expressions: [...(relation.ids ?? others), stack], ...place };
  if (relation.includeNulls) return project;
  const present = relation.valueColumns.map((name) => call("isnotnull", { kind: "ColumnReference", name: [name] }));
  const [first, ...more] = present;
  const condition = first && more.reduce((any, one) => call("or", any, one), first);
  return condition ? { kind: "Filter", input: project, condition, ...place } : project;
}
