import { type Attribute, type Named, type Plan, type StructType, sameType, type Typed, walkPlan } from "@sluice/query";
import { findField, isNested } from "./storable-type.ts";

/**
 * The plan with its columns cast to the types of the target, a value that does not fit being an error, and columns of `added` that it lacks as NULL at the
 * end; the plan itself when there is nothing to do. Columns of the target that are not in `added` may be missing. Nested columns stay as they are: an engine
 * stores them by the names of their fields.
 */
export function conformPlan(plan: Plan, target: StructType, added: StructType): Plan {
  let nextId = highestId(plan) + 1;
  const given = plan.output.map((column): Named => {
    const wanted = findField(target, column.name);
    if (wanted === undefined || sameType(wanted.dataType, column.dataType) || isNested(column.dataType))
      return { attribute: column, expression: reference(column) };
    const { dataType } = wanted;
    const expression: Typed = {
      kind: "Cast",
      expression: reference(column),
      dataType,
      nullable: column.nullable,
      try: false,
      strict: true,
    };
    return { attribute: { ...column, id: nextId++, dataType }, expression };
  });
  const missing = added.fields
    .filter((column) => !plan.output.some((one) => one.name.toLowerCase() === column.name.toLowerCase()))
    .map((column): Named => {
      const { name, dataType, metadata } = column;
      const attribute = { id: nextId++, name, dataType, nullable: true, metadata };
      return { attribute, expression: { kind: "Literal", value: null, dataType, nullable: true } };
    });
  const columns = [...given, ...missing];
  if (missing.length === 0 && given.every((column) => column.expression.kind === "Column")) return plan;
  return { kind: "Project", input: plan, columns, output: columns.map((column) => column.attribute) };
}

function reference(column: Attribute): Typed {
  return { kind: "Column", id: column.id, name: column.name, dataType: column.dataType, nullable: column.nullable };
}

function highestId(plan: Plan): number {
  let highest = 0;
  for (const node of walkPlan(plan)) for (const column of node.output) highest = Math.max(highest, column.id);
  return highest;
}
