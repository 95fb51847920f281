import type { Expression, SortKey } from "../expression/expression.ts";
import type { Relation } from "../relation/relation.ts";

/** The same relation node with each expression that it itself holds changed. */
export function mapRelationExpressions(relation: Relation, change: (expression: Expression) => Expression): Relation {
  const all = (expressions: readonly Expression[]): readonly Expression[] => expressions.map(change);
  switch (relation.kind) {
    case "TableFunction": {
      const args = relation.args.map((arg) =>
        arg.value.kind === "NamedTable" ? arg : { ...arg, value: change(arg.value) },
      );
      return { ...relation, args };
    }
    case "InlineTable":
      return { ...relation, rows: relation.rows.map(all) };
    case "Project":
      return { ...relation, expressions: all(relation.expressions) };
    case "Filter":
    case "Having":
    case "Qualify":
      return { ...relation, condition: change(relation.condition) };
    case "Join":
      return relation.condition ? { ...relation, condition: change(relation.condition) } : relation;
    case "Aggregate":
      return {
        ...relation,
        grouping: all(relation.grouping),
        aggregates: all(relation.aggregates),
        ...(relation.sets && { sets: relation.sets.map(all) }),
      };
    case "Sort":
      return { ...relation, keys: relation.keys.map((key) => change(key) as SortKey) };
    case "Limit":
    case "Offset":
      return { ...relation, count: change(relation.count) };
    case "WithColumns": {
      const columns = relation.columns.map(({ name, expression }) => ({ name, expression: change(expression) }));
      return { ...relation, columns };
    }
    case "Drop":
      return { ...relation, columns: all(relation.columns) };
    case "FillNulls": {
      const values = relation.values.map((one) => ({ ...one, value: change(one.value) }));
      return { ...relation, values };
    }
    case "LateralView":
      return { ...relation, generator: change(relation.generator) };
    case "Pivot":
      return {
        ...relation,
        aggregates: all(relation.aggregates),
        columns: all(relation.columns),
        values: all(relation.values),
        ...(relation.grouping && { grouping: all(relation.grouping) }),
      };
    case "Unpivot":
      return {
        ...relation,
        values: relation.values.map((one) => ({ ...one, columns: all(one.columns) })),
        ...(relation.ids && { ids: all(relation.ids) }),
      };
    default:
      return relation;
  }
}
