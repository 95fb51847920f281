import {
  type Attribute,
  BOOLEAN,
  columnOf,
  type DataType,
  type FilterPlan,
  LONG,
  type Named,
  type Plan,
  type ProjectPlan,
  type Typed,
} from "@sluice/query";

/** A call of a catalogue function. */
export function call(name: string, args: readonly Typed[], dataType: DataType, nullable = true): Typed {
  return { kind: "Call", name, args, dataType, nullable };
}

/** A BIGINT constant. */
export function long(value: bigint): Typed {
  return { kind: "Literal", value, dataType: LONG, nullable: false };
}

/** The moment that never comes: a BIGINT without a value. */
export const NEVER: Typed = { kind: "Literal", value: null, dataType: LONG, nullable: true };

/** A BOOLEAN constant. */
export function boolean(value: boolean): Typed {
  return { kind: "Literal", value, dataType: BOOLEAN, nullable: false };
}

/** A comparison, or AND and OR. */
export function compare(name: string, left: Typed, right: Typed): Typed {
  return call(name, [left, right], BOOLEAN);
}

/** TRUE when all are; undefined for none. */
export function allOf(conditions: readonly Typed[]): Typed | undefined {
  return conditions.length === 0 ? undefined : conditions.reduce((left, right) => compare("and", left, right));
}

/** The parts of a condition that all must hold. */
export function conjuncts(condition: Typed | undefined): readonly Typed[] {
  if (condition === undefined) return [];
  if (condition.kind === "Call" && condition.name === "and") return condition.args.flatMap(conjuncts);
  if (condition.kind !== "Call" || condition.name !== "between") return [condition];
  const [value, least, most] = condition.args;
  if (value === undefined || least === undefined || most === undefined) return [condition];
  return [compare(">=", value, least), compare("<=", value, most)];
}

/** Rows that are not late; those without a time never are. */
export function notLate(over: Typed, late: bigint): Typed {
  return compare("or", call("isnull", [over], BOOLEAN, false), compare(">", over, long(late)));
}

/** The rows for which all conditions hold. */
export function filter(input: Plan, ...conditions: readonly (Typed | undefined)[]): Plan {
  const condition = allOf(conditions.filter((one) => one !== undefined));
  return condition === undefined
    ? input
    : ({ kind: "Filter", input, output: input.output, condition } satisfies FilterPlan);
}

/** Each row through `columns`. */
export function project(input: Plan, columns: readonly Named[]): ProjectPlan {
  return { kind: "Project", input, columns, output: columns.map((one) => one.attribute) };
}

/** The columns of a plan, in order, under the ids and names of `columns`. */
export function renamed(input: Plan, columns: readonly Attribute[]): ProjectPlan {
  const named = columns.map((attribute, i): Named => {
    const from = input.output[i];
    if (from === undefined)
      throw new Error(`a plan of ${input.output.length} columns cannot be read as ${columns.length}`);
    return { attribute, expression: columnOf(from) };
  });
  return project(input, named);
}
