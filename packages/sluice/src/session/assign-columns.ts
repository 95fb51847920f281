import { type DataType, type Expression, type Relation, STRING, type StructField, simpleString } from "@sluice/query";

/**
 * A query's columns, by position, as columns of a table: under the table's names and cast to its types. A value that does not survive the cast is an error
 * whatever the session's ANSI mode, so that nothing is stored as NULL that was none.
 */
export function assignColumns(query: Relation, columns: readonly StructField[]): Relation {
  const names = columns.map((_, i) => `_c${i}`);
  const input: Relation = { kind: "ToDF", input: query, names };
  return { kind: "Project", input, expressions: columns.map((column, i) => assignedColumn(column, names[i] ?? "")) };
}

/** Types of which a part may be lost where the whole is not NULL. */
const NESTED: ReadonlySet<DataType["kind"]> = new Set(["struct", "array", "map"]);

/** A column of a query, by name, as a column of a table: see `assignColumns`. */
export function assignedColumn({ name, dataType }: StructField, given: string): Expression {
  const value: Expression = { kind: "ColumnReference", name: [given] };
  if (NESTED.has(dataType.kind)) {
    const strict: Expression = { kind: "Cast", expression: value, dataType, try: false, strict: true };
    return { kind: "Alias", expression: strict, names: [name] };
  }
  const cast: Expression = { kind: "Cast", expression: value, dataType, try: true };
  const shown: Expression = { kind: "Cast", expression: value, dataType: STRING, try: true };
  const why = ` cannot be stored in the column \`${name}\` of type ${simpleString(dataType).toUpperCase()}: it is malformed or out of range. Use try_cast in the query to store NULL instead.`;
  const refusal = call("raise_error", call("concat", text("[CAST_INVALID_INPUT] The value '"), shown, text(`'${why}`)));
  const lost = call("and", call("isnotnull", value), call("isnull", cast));
  const checked: Expression = {
    kind: "Case",
    branches: [{ when: lost, then: { kind: "Cast", expression: refusal, dataType, try: false } }],
    otherwise: cast,
  };
  return { kind: "Alias", expression: checked, names: [name] };
}

/** A call of a function of the language. */
export function call(name: string, ...args: readonly Expression[]): Expression {
  return { kind: "Call", name, args };
}

/** A text. */
export function text(value: string): Expression {
  return { kind: "Literal", value, dataType: STRING };
}
