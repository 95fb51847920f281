import { type DataType, sameType } from "../data-type/data-type.ts";
import { castTo } from "./cast.ts";
import type { Named, Plan } from "./plan.ts";
import { columnOf, passThrough } from "./scope.ts";
import type { Session } from "./session.ts";

/** The plan with its columns cast to the types given, in order. Names stay; columns that change are new ones. */
export function castColumns(plan: Plan, types: readonly DataType[], session: Session): Plan {
  const isSame = plan.output.every((one, i) => sameType(one.dataType, types[i] ?? one.dataType));
  if (isSame) return plan;
  const columns = plan.output.map((attribute, i): Named => {
    const type = types[i] ?? attribute.dataType;
    if (sameType(attribute.dataType, type)) return passThrough(attribute);
    const expression = castTo(columnOf(attribute), type);
    return { expression, attribute: session.attribute(attribute.name, type, expression.nullable, attribute.metadata) };
  });
  return { kind: "Project", input: plan, columns, output: columns.map((column) => column.attribute) };
}
