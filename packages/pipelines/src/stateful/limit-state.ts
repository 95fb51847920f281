import {
  type AggregatePlan,
  type Attribute,
  BOOLEAN,
  columnOf,
  INTEGER,
  type JoinPlan,
  type LimitPlan,
  LONG,
  type Named,
  type Plan,
  type SortPlan,
  type Typed,
  type TypedCall,
} from "@sluice/query";
import { call, compare, filter, long, project } from "./expression.ts";
import type { Operator, StateBuilder } from "./operator.ts";

type Counted = LimitPlan & { readonly count: number };

/**
 * The first `count` rows over the whole life of a stream: of each batch as many as are left. Which ones is nobody's promise, as in Spark; a batch that is done again
 * takes the same ones. The state holds how many rows each batch let pass. Spark: StreamingGlobalLimitExec.
 */
export function statefulLimit(plan: Counted, { builder }: Operator): Plan {
  const [rows] = builder.columns([{ name: "rows", dataType: LONG }]);
  if (rows === undefined) throw new Error("a state of a limit lacks its column");
  const read = builder.scan([rows]);
  const passed = withinRest(plan, sumOf(read, builder), builder);
  const counted = aggregate(passed, call("count", [long(1n)], LONG, false), builder);
  const next = filter(counted, compare(">", columnOf(onlyColumn(counted)), long(0n)));
  const state = { operator: builder.operator(), name: "limit", read, next, compact: sumOf(read, builder) };
  builder.add({ ...state, replaces: false });
  return passed;
}

/** The rows of a batch that are let through when `before`, a plan of one row, is how many were. Nothing is read when that are all. */
function withinRest({ input, count, output }: Counted, before: Plan, builder: StateBuilder): Plan {
  const most = long(BigInt(count));
  const rest = filter(before, compare("<", columnOf(onlyColumn(before)), most));
  const beside = [...output, ...rest.output];
  const join: JoinPlan = { kind: "Join", left: input, right: rest, how: "inner", lateral: false, output: beside };
  const keys = output.map((one) => ({ expression: columnOf(one), ascending: true, nullsFirst: true }));
  const sorted: SortPlan = { kind: "Sort", input: join, keys, output: beside };
  const first: LimitPlan = { kind: "Limit", input: sorted, count, offset: 0, output: beside };
  const number = builder.attribute("number", INTEGER, false);
  const numberOf: TypedCall = { kind: "Call", name: "row_number", args: [], dataType: INTEGER, nullable: false };
  const window: Typed = {
    kind: "Window",
    call: numberOf,
    partitionBy: [],
    orderBy: keys,
    dataType: INTEGER,
    nullable: false,
  };
  const own = output.map(through);
  const numbered = project(first, [...own, ...rest.output.map(through), { attribute: number, expression: window }]);
  const reached = call("+", [columnOf(number), columnOf(onlyColumn(rest))], LONG, false);
  return project(filter(numbered, call("<=", [reached, most], BOOLEAN, false)), own);
}

/** How many rows were let through so far; 0 before the first. */
function sumOf(read: Plan, builder: StateBuilder): Plan {
  const sum = call("sum", [columnOf(onlyColumn(read))], LONG);
  return aggregate(read, call("coalesce", [sum, long(0n)], LONG, false), builder);
}

function through(attribute: Attribute): Named {
  return { attribute, expression: columnOf(attribute) };
}

function aggregate(input: Plan, expression: Typed, builder: StateBuilder): AggregatePlan {
  const attribute = builder.attribute("rows", LONG, false);
  return { kind: "Aggregate", input, grouping: [], columns: [{ attribute, expression }], output: [attribute] };
}

function onlyColumn({ output }: Plan): Attribute {
  const [column] = output;
  if (column === undefined) throw new Error("a plan without columns");
  return column;
}
