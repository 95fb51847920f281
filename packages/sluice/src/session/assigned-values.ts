import type { TableDescription } from "@sluice/pipelines";
import { type DataType, type Expression, STRING, type StructField } from "@sluice/query";
import type { Assignment, NameReference } from "../statement/statement.ts";
import { call } from "./assign-columns.ts";
import { columnNamed } from "./insert-rows.ts";
import { statementError } from "./table-facts.ts";

/** What is set of a column or field: its value, or those of its fields by their names. */
type Assigned = { readonly value: Expression } | { readonly fields: Map<string, Assigned> };

/**
 * What each column is set to, by the name that the table has for it. Of a struct single fields may be set: the others stay, or are NULL where the struct was.
 *
 * @throws QueryError for a column or field that is not there, or that is set twice
 */
export function assignedValues(
  assignments: readonly Assignment[],
  alias: string,
  { schema }: TableDescription,
): ReadonlyMap<string, Expression> {
  const assigned = new Map<string, Assigned>();
  for (const { column, value } of assignments) assign(assigned, pathOf(column, alias, schema.fields), value, column);
  return new Map(
    [...assigned].map(([name, one]) => {
      const { dataType } = columnNamed(name, schema, { parts: [name], span: { text: name, start: 0, end: 0 } });
      return [name, assignedValue(one, { kind: "ColumnReference", name: [alias, name] }, dataType)];
    }),
  );
}

/** The names of a column and of fields within it, as the table has them. */
export function pathOf(place: NameReference, alias: string, columns: readonly StructField[]): readonly string[] {
  const [first = "", ...rest] = place.parts;
  const parts = rest.length > 0 && first.toLowerCase() === alias.toLowerCase() ? rest : place.parts;
  const schema = { kind: "struct", fields: columns } as const;
  const isColumn = columns.some((one) => one.name.toLowerCase() === parts[0]?.toLowerCase());
  if (!isColumn) return [columnNamed(parts.join("."), schema, place).name];
  const column = columnNamed(parts[0] ?? "", schema, place);
  let { dataType } = column;
  const path = [column.name];
  for (const part of parts.slice(1)) {
    const field = fieldNamed(part, dataType, place);
    path.push(field.name);
    dataType = field.dataType;
  }
  return path;
}

function fieldNamed(name: string, type: DataType, place: NameReference): StructField {
  const fields = type.kind === "struct" ? type.fields : [];
  const field = fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (field !== undefined) return field;
  const known = fields.map((one) => `\`${one.name}\``).join(", ");
  const message = `No such struct field \`${name}\` in ${known === "" ? `\`${place.parts.join(".")}\`, which is no struct` : known}.`;
  throw statementError(place, "FIELD_NOT_FOUND", message, { fieldName: `\`${name}\``, fields: known });
}

function assign(
  into: Map<string, Assigned>,
  [name = "", ...rest]: readonly string[],
  value: Expression,
  place: NameReference,
): void {
  const before = into.get(name);
  if (before !== undefined && (rest.length === 0 || "value" in before)) {
    const shown = place.parts.join(".");
    throw statementError(place, "ASSIGNMENT_CONFLICT", `The column \`${shown}\` is set more than once. Set it once.`);
  }
  if (rest.length === 0) into.set(name, { value });
  else {
    const fields = before !== undefined && "fields" in before ? before.fields : new Map<string, Assigned>();
    into.set(name, { fields });
    assign(fields, rest, value, place);
  }
}

function assignedValue(assigned: Assigned, before: Expression, type: DataType): Expression {
  if ("value" in assigned) return assigned.value;
  const fields = type.kind === "struct" ? type.fields : [];
  return call(
    "named_struct",
    ...fields.flatMap(({ name, dataType }): readonly Expression[] => {
      const stays: Expression = { kind: "FieldAccess", expression: before, field: name };
      const one = assigned.fields.get(name);
      const key: Expression = { kind: "Literal", value: name, dataType: STRING };
      return [key, one === undefined ? stays : assignedValue(one, stays, dataType)];
    }),
  );
}
