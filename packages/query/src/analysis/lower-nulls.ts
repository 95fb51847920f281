import type { DataType } from "../data-type/data-type.ts";
import { BOOLEAN, INTEGER } from "../data-type/data-type.ts";
import { isNumeric } from "../data-type/type-class.ts";
import type { Call, Expression } from "../expression/expression.ts";
import type { DropNulls, FillNulls, Relation } from "../relation/relation.ts";
import type { Attribute } from "./plan.ts";
import { sameName } from "./resolve.ts";

function call(name: string, ...args: Expression[]): Call {
  return { kind: "Call", name, args };
}

function reference(attribute: Attribute): Expression {
  return { kind: "ColumnReference", name: [attribute.name] };
}

function isFloating(type: DataType): boolean {
  return type.kind === "float" || type.kind === "double";
}

/** `fillna` over known columns, as WithColumns: each value goes into the columns whose type it suits. */
export function lowerFillNulls(relation: FillNulls, columns: readonly Attribute[]): Relation {
  const filled = columns.flatMap((attribute) => {
    const value = relation.values.find((one) => suits(one, attribute))?.value;
    return value ? [{ name: attribute.name, expression: filling(attribute, value) }] : [];
  });
  const { input, origin } = relation;
  return { kind: "WithColumns", input, columns: filled, ...(origin && { origin }) };
}

function suits({ columns, value }: FillNulls["values"][number], { name, dataType }: Attribute): boolean {
  if (columns && !columns.some((one) => sameName(one, name))) return false;
  if (value.kind !== "Literal") return true;
  if (isNumeric(value.dataType)) return isNumeric(dataType);
  return value.dataType.kind === dataType.kind;
}

function filling(attribute: Attribute, value: Expression): Expression {
  const present = isFloating(attribute.dataType)
    ? call("nanvl", reference(attribute), { kind: "Literal", value: null, dataType: { kind: "void" } })
    : reference(attribute);
  const cast = (expression: Expression): Expression => ({
    kind: "Cast",
    expression,
    dataType: attribute.dataType,
    try: false,
  });
  return cast(call("coalesce", present, cast(value)));
}

/** `dropna` over known columns, as a filter: NaN counts as NULL. */
export function lowerDropNulls(relation: DropNulls, columns: readonly Attribute[]): Relation {
  const checked = columns.filter(({ name }) => relation.columns?.some((one) => sameName(one, name)) ?? true);
  const { input, origin } = relation;
  const present = checked.map(presence);
  const condition = relation.minNonNulls === undefined ? allOf(present) : atLeast(present, relation.minNonNulls);
  return { kind: "Filter", input, condition, ...(origin && { origin }) };
}

function presence(attribute: Attribute): Expression {
  const isThere = call("isnotnull", reference(attribute));
  return isFloating(attribute.dataType)
    ? call("and", isThere, call("not", call("isnan", reference(attribute))))
    : isThere;
}

function allOf(conditions: readonly Expression[]): Expression {
  return conditions.reduce((all, one) => call("and", all, one), { kind: "Literal", value: true, dataType: BOOLEAN });
}

function atLeast(conditions: readonly Expression[], count: number): Expression {
  const number = (value: number): Expression => ({ kind: "Literal", value, dataType: INTEGER });
  const ones = conditions.map((when) => call("if", when, number(1), number(0)));
  const sum = ones.reduce((all, one) => call("+", all, one), number(0));
  return call(">=", sum, number(count));
}
