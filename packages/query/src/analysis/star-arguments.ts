import type { Call, Expression, Star } from "../expression/expression.ts";
import type { Scope } from "./scope.ts";
import { expandStars, type SelectItem } from "./select-item.ts";
import type { Session } from "./session.ts";

/** Whether a call of `count` has `*` alone, which stands for rows and not for columns. */
export function countsRows({ args: [first], distinct }: Call): boolean {
  return first?.kind === "Star" && first.target.length === 0 && first.except.length === 0 && !distinct;
}

/** The arguments of a call that a star among them stands for. */
export function starArguments(star: Star, scope: Scope, session: Session): readonly Expression[] {
  return expandStars([star], scope, session).map((item) => argumentOf(item, star));
}

function argumentOf(item: SelectItem, { target }: Star): Expression {
  switch (item.kind) {
    case "Expression":
      return item.expression;
    case "Column":
      return { kind: "ColumnReference", name: [...item.column.qualifier.slice(-1), item.column.attribute.name] };
    case "Field":
      return { kind: "FieldAccess", expression: { kind: "ColumnReference", name: target }, field: item.name };
  }
}

/** How the columns that a star stands for are called in the name of a call. */
export function starNames(star: Star, scope: Scope, session: Session): readonly string[] {
  return expandStars([star], scope, session).map((item) => {
    if (item.kind === "Column") return item.column.attribute.name;
    return item.kind === "Field" ? `${[...star.target, item.name].join(".")} AS ${item.name}` : "";
  });
}
