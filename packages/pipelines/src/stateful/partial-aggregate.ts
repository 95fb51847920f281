import { BOOLEAN, type DataType, DOUBLE, decimal, findFunction, LONG, type Typed, type TypedCall } from "@sluice/query";
import { allOf, call, long, NEVER } from "./expression.ts";

/** An aggregate in two steps: over the rows of a batch, and over the results of batches. */
export interface Decomposition {
  /** The aggregates of a batch, one column of the state each. */
  readonly partials: readonly TypedCall[];
  /** The aggregates that bring several rows of the state to one, by column. */
  readonly merge: (columns: readonly Typed[]) => readonly Typed[];
  /** The value of the aggregate over the columns of all batches. */
  readonly value: (columns: readonly Typed[]) => Typed;
}

/** Whether an expression is the call of an aggregate function. */
export function isAggregate(typed: Typed): typed is TypedCall {
  return typed.kind === "Call" && findFunction(typed.name)?.kind === "aggregate";
}

/** How an aggregate is computed from those of parts of its rows, of which `batch` is the latest; undefined where only the rows themselves tell. */
export function decompose(aggregate: TypedCall, batch: number): Decomposition | undefined {
  if (aggregate.orderBy !== undefined && aggregate.orderBy.length > 0) return undefined;
  if (aggregate.distinct === true && aggregate.name !== "min" && aggregate.name !== "max") return undefined;
  return RULES[aggregate.name]?.(aggregate, batch);
}

type Rule = (aggregate: TypedCall, batch: number) => Decomposition | undefined;

/** One column, merged by the aggregate `name`, which gives the value. */
function merged(name: string, aggregate: TypedCall): Decomposition {
  const merge = ([column]: readonly Typed[]) => [over(name, column, aggregate.dataType)];
  return { partials: [aggregate], merge, value: (columns) => merge(columns)[0] as Typed };
}

/** Counts are added up; of no rows at all there are none. */
const counted: Rule = (aggregate) => {
  const merge = ([column]: readonly Typed[]) => [
    call(
      "coalesce",
      [over("sum", column, LONG), { kind: "Literal", value: 0n, dataType: LONG, nullable: false }],
      LONG,
      false,
    ),
  ];
  return { partials: [aggregate], merge, value: (columns) => merge(columns)[0] as Typed };
};

const summed: Rule = (aggregate) =>
  aggregate.dataType.kind.startsWith("interval") ? undefined : merged("sum", aggregate);

/** Sum and count; the mean of decimals has the digits that Spark gives it. */
const averaged: Rule = (aggregate) => {
  const [value] = aggregate.args;
  if (value === undefined || value.dataType.kind.startsWith("interval")) return undefined;
  const isDecimal = value.dataType.kind === "decimal" && aggregate.dataType.kind === "decimal";
  const total: DataType = isDecimal ? sumOf(value.dataType) : DOUBLE;
  const summand: Typed = isDecimal
    ? value
    : { kind: "Cast", expression: value, try: false, dataType: DOUBLE, nullable: value.nullable };
  const filter = aggregate.filter === undefined ? {} : { filter: aggregate.filter };
  const sum: TypedCall = { kind: "Call", name: "sum", args: [summand], dataType: total, nullable: true, ...filter };
  const count: TypedCall = { kind: "Call", name: "count", args: [value], dataType: LONG, nullable: false, ...filter };
  const merge = ([sums, counts]: readonly Typed[]) => [over("sum", sums, total), over("sum", counts, LONG)];
  return { partials: [sum, count], merge, value: (columns) => mean(merge(columns), aggregate.dataType) };
};

/** The value of the first or the last batch that has one, beside the number of that batch. */
function edge(which: "min" | "max"): Rule {
  return (aggregate, batch) => {
    const [value] = aggregate.args;
    if (value === undefined) return undefined;
    const present = aggregate.ignoreNulls === true ? call("isnotnull", [value], BOOLEAN, false) : undefined;
    const filter = allOf([aggregate.filter, present].filter((one) => one !== undefined));
    const number = { ...over("max", long(BigInt(batch)), LONG), ...(filter && { filter }) };
    const merge = ([values = NEVER, numbers = NEVER]: readonly Typed[]) => [
      call(`${which}_by`, [values, numbers], aggregate.dataType),
      over(which, numbers, LONG),
    ];
    return { partials: [aggregate, number], merge, value: (columns) => merge(columns)[0] as Typed };
  };
}

function sumOf(type: DataType): DataType {
  return type.kind === "decimal" ? decimal(Math.min(38, type.precision + 10), type.scale) : DOUBLE;
}

/** NULL of nothing, whatever the session says of division by zero. */
function mean([sum, count]: readonly Typed[], dataType: DataType): Typed {
  if (sum === undefined || count === undefined) throw new Error("a mean needs a sum and a count");
  const type = dataType.kind === "decimal" ? decimal(20, 0) : DOUBLE;
  const divisor: Typed = { kind: "Cast", expression: count, try: false, dataType: type, nullable: true };
  const none: Typed = { kind: "Literal", value: 0n, dataType: LONG, nullable: false };
  const some = call(">", [count, none], { kind: "boolean" });
  const quotient = call("/", [sum, divisor], dataType);
  return { kind: "Case", branches: [{ when: some, then: quotient }], dataType, nullable: true };
}

function over(name: string, column: Typed | undefined, dataType: DataType): TypedCall {
  if (column === undefined) throw new Error(`${name} needs a column of the state`);
  return { kind: "Call", name, args: [column], dataType, nullable: true };
}

const RULES: Readonly<Record<string, Rule>> = {
  count: counted,
  count_if: counted,
  sum: summed,
  avg: averaged,
  min: (aggregate) => merged("min", aggregate),
  max: (aggregate) => merged("max", aggregate),
  first: edge("min"),
  last: edge("max"),
  bool_and: (aggregate) => merged("bool_and", aggregate),
  bool_or: (aggregate) => merged("bool_or", aggregate),
};
