import {
  type Attribute,
  columnOf,
  type DataType,
  decimal,
  type Expression,
  INTERVAL_DAY_TIME,
  INTERVAL_YEAR_MONTH,
  type Named,
  type Plan,
  type Relation,
  sameType,
  type Typed,
  VOID,
  walkPlan,
} from "@sluice/query";

/** A column of a query's rows while these wait in a table for a sink that takes any columns. */
export interface OutboxColumn {
  /** Its name in the table, where each is there once. */
  readonly stored: string;
  readonly name: string;
  readonly dataType: DataType;
}

/** What a table holds of values that it cannot hold: nothing, months, seconds, text. */
const STORED: Readonly<Record<string, DataType>> = {
  void: { kind: "boolean" },
  interval_year_month: { kind: "integer" },
  interval_day_time: decimal(20, 6),
  interval_calendar: { kind: "string" },
};

/** Through which type intervals become numbers: their last field is what is counted. */
const COUNTED: Readonly<Record<string, DataType>> = {
  interval_year_month: INTERVAL_YEAR_MONTH,
  interval_day_time: INTERVAL_DAY_TIME,
};

/** The columns of a plan as they wait; undefined when a table can hold them as they are. */
export function outboxColumns({ output }: Plan): readonly OutboxColumn[] | undefined {
  const taken = new Set<string>();
  const columns = output.map(({ name, dataType }): OutboxColumn => {
    const stored = freeName(name, taken, output);
    taken.add(stored.toLowerCase());
    return { stored, name, dataType };
  });
  const isPlain = columns.every(({ stored, name, dataType }) => stored === name && STORED[dataType.kind] === undefined);
  return isPlain ? undefined : columns;
}

/** The name itself the first time, then the first of `x_2`, `x_3` .. that no column has. */
function freeName(name: string, taken: ReadonlySet<string>, all: readonly Attribute[]): string {
  if (!taken.has(name.toLowerCase())) return name;
  const isFree = (one: string) =>
    !taken.has(one.toLowerCase()) && all.every((other) => other.name.toLowerCase() !== one.toLowerCase());
  let number = 2;
  while (!isFree(`${name}_${number}`)) number++;
  return `${name}_${number}`;
}

/** The rows of a plan as they wait. */
export function intoOutbox(plan: Plan, columns: readonly OutboxColumn[]): Plan {
  return projected(plan, columns, ({ stored, dataType }, given) => ({
    name: stored,
    expression: casts(columnOf(given), [COUNTED[dataType.kind], STORED[dataType.kind] ?? dataType]),
  }));
}

/** The rows of a plan over the table as the query gave them. */
export function fromOutbox(plan: Plan, columns: readonly OutboxColumn[]): Plan {
  const held = new Map(plan.output.map((column) => [column.name, column]));
  const inOrder = columns.flatMap(({ stored }) => held.get(stored) ?? []);
  return projected({ ...plan, output: inOrder } as Plan, columns, ({ name, dataType }, given) => ({
    name,
    expression: dataType.kind === "void" ? NOTHING : casts(columnOf(given), [COUNTED[dataType.kind], dataType]),
  }));
}

/** The same for a query over the table. */
export function outboxRelation(input: Relation, columns: readonly OutboxColumn[]): Relation {
  return {
    kind: "Project",
    input,
    expressions: columns.map(({ stored, name, dataType }): Expression => {
      const reference = { kind: "ColumnReference", name: [stored] } as const;
      const steps = STORED[dataType.kind] ? [COUNTED[dataType.kind], dataType] : [];
      const restored = steps.reduce<Expression>(
        (expression, step) => (step ? { kind: "Cast", expression, dataType: step, try: false } : expression),
        reference,
      );
      const expression: Expression =
        dataType.kind === "void" ? { kind: "Literal", value: null, dataType: VOID } : restored;
      return { kind: "Alias", expression, names: [name] };
    }),
  };
}

const NOTHING: Typed = { kind: "Literal", value: null, dataType: VOID, nullable: true };

function casts(given: Typed, steps: readonly (DataType | undefined)[]): Typed {
  return steps.reduce<Typed>((expression, dataType) => {
    if (dataType === undefined || sameType(expression.dataType, dataType)) return expression;
    return { kind: "Cast", expression, dataType, nullable: true, try: false };
  }, given);
}

function projected(
  input: Plan,
  columns: readonly OutboxColumn[],
  one: (column: OutboxColumn, given: Attribute) => { readonly name: string; readonly expression: Typed },
): Plan {
  let id = 0;
  for (const node of walkPlan(input)) for (const column of node.output) id = Math.max(id, column.id);
  const named = columns.map((column, i): Named => {
    const given = input.output[i];
    if (given === undefined) throw new Error(`The column "${column.stored}" does not wait in the table`);
    const { name, expression } = one(column, given);
    const { dataType, nullable } = expression;
    return { attribute: { ...given, id: ++id, name, dataType, nullable }, expression };
  });
  return { kind: "Project", input, columns: named, output: named.map(({ attribute }) => attribute) };
}
