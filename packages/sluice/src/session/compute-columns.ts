import { type Expression, generatedColumns, parseExpression, type Relation, type StructType } from "@sluice/query";
import { call, text } from "./assign-columns.ts";

/**
 * Rows of a table with the columns that it computes. Of the columns `given` by a statement the value must be the computed one: another is an error,
 * DELTA_VIOLATE_CONSTRAINT_WITH_VALUES.
 */
export function computeColumns(input: Relation, schema: StructType, given: Iterable<string>): Relation {
  const explicit = new Set([...given].map((name) => name.toLowerCase()));
  const columns = generatedColumns(schema).map(({ column: { name }, text: sql }) => {
    const expression = parseExpression(sql);
    return { name, expression: explicit.has(name.toLowerCase()) ? checked(name, sql, expression) : expression };
  });
  return columns.length === 0 ? input : { kind: "WithColumns", input, columns };
}

function checked(name: string, sql: string, computed: Expression): Expression {
  const value: Expression = { kind: "ColumnReference", name: [name] };
  const why = `[DELTA_VIOLATE_CONSTRAINT_WITH_VALUES] The column \`${name}\` is generated as (${sql}), and a value that is given for it is another one. Leave the column out.`;
  return {
    kind: "Case",
    branches: [{ when: call("<=>", value, computed), then: value }],
    otherwise: call("raise_error", text(why)),
  };
}
