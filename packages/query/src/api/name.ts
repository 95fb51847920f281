import type { ColumnReference, Expression, Star } from "../expression/expression.ts";
import { type ColumnOrName, isColumnLike } from "./literal.ts";
import { apiError } from "./problem.ts";

/**
 * A column named as in PySpark: parts between dots, back-ticks around parts with dots in them, `*` and `x.*` for all columns.
 *
 * @throws QueryError for text that is no name, such as an unclosed back-tick.
 */
export function reference(name: string, planId?: number): ColumnReference | Star {
  const plan = planId === undefined ? {} : { planId };
  if (name === "*") return { kind: "Star", target: [], except: [], ...plan };
  if (name.endsWith(".*")) return { kind: "Star", target: nameParts(name.slice(0, -2)), except: [], ...plan };
  return { kind: "ColumnReference", name: nameParts(name), ...plan };
}

/** The parts of a dotted name, back-ticks taken off. */
export function nameParts(name: string): readonly string[] {
  const parts = name.match(/`(?:[^`]|``)*`|[^.`]+/g) ?? [];
  if (parts.length === 0 || parts.join(".") !== name) {
    throw apiError(
      "INVALID_ATTRIBUTE_NAME_SYNTAX",
      `"${name}" is not the name of a column: check its dots and back-ticks.`,
      {
        name,
      },
    );
  }
  return parts.map((part) => (part.startsWith("`") ? part.slice(1, -1).replaceAll("``", "`") : part));
}

/** A column given by name or as a Column. */
export function columnExpression(column: ColumnOrName): Expression {
  return isColumnLike(column) ? column.expression : reference(column);
}
