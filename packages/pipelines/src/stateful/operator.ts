import {
  type Attribute,
  BOOLEAN,
  columnOf,
  type DataType,
  field,
  LONG,
  type NamedTable,
  type Plan,
  type ScanPlan,
  type SetOperationPlan,
  type StructType,
  scans,
  struct,
  type Typed,
} from "@sluice/query";
import type { EventTimes } from "./event-time.ts";
import { call, compare, filter, long, notLate, renamed } from "./expression.ts";

/** How groups reach where a query with aggregates writes: those that are final, once; all that there are, each time; or those that have changed, as they are now. */
export type OutputMode = "append" | "complete" | "update";

/**
 * Where the event time of an operator's input stands in one micro-batch, in microseconds since the epoch: rows up to `late` are late, and what ends up to
 * `closed` gets no more rows. `late` is the `closed` of the batch before.
 */
export interface Progress {
  readonly late: bigint;
  readonly closed: bigint;
}

/** What an operator is rewritten with: the number of the batch, the event times of its input, how far they are, and where its states go. */
export interface Operator {
  readonly batch: number;
  readonly times: EventTimes;
  readonly progress: Progress;
  readonly builder: StateBuilder;
}

/** The name of the column that says until when a row of a state is needed, in microseconds since the epoch; NULL: for ever. */
export const UNTIL = "_until";

/** What a stateful operator keeps from batch to batch: a table of `schema`, read by `scan` as it was before the batch. */
export interface StateOperator {
  /** Counts from 0, from the leaves of the plan upwards and left to right; with `name` it names the table. */
  readonly operator: number;
  readonly name: string;
  readonly schema: StructType;
  readonly scan: number;
  /** The rows that the batch adds. */
  readonly next: Plan;
  /** What of the rows that `scan` gives is needed after the batch, brought together: `scan` may be given any of the table's rows. */
  readonly compact: Plan;
  /** Whether `next` are all rows that are needed after the batch. */
  readonly replaces: boolean;
  /** Rows whose {@link UNTIL} is at most this are never read again. */
  readonly expired?: bigint;
}

/** How many rows of a batch come too late for an operator, as a plan of one BIGINT; `state` is the place of the first of its states. */
export interface LateRows {
  readonly state: number;
  readonly plan: Plan;
}

/** Free numbers for the scans and columns of states, and the states found so far. */
export class StateBuilder {
  readonly states: StateOperator[] = [];
  readonly late: LateRows[] = [];
  #operators = 0;
  readonly #first: number;
  #scan: number;
  #attribute: number;

  constructor(free: { readonly scan: number; readonly attribute: number }) {
    this.#first = free.scan;
    this.#scan = free.scan;
    this.#attribute = free.attribute;
  }

  /** The number of the next operator; its states share it. */
  operator(): number {
    return this.#operators++;
  }

  attribute(name: string, dataType: DataType, nullable = true): Attribute {
    return { id: this.#attribute++, name, dataType, nullable, metadata: {} };
  }

  /** The same columns under new ids. */
  fresh(columns: readonly Attribute[]): readonly Attribute[] {
    return columns.map((one) => ({ ...one, id: this.#attribute++ }));
  }

  /** Columns of a state: those of `columns`, with names that differ ignoring case, then those of the operator itself. */
  columns(columns: readonly Pick<Attribute, "name" | "dataType">[]): readonly Attribute[] {
    const taken = new Set([UNTIL, ID, MATCHED]);
    return columns.map(({ name, dataType }, i) => {
      const free = taken.has(name.toLowerCase()) ? `${name}_${i}` : name;
      taken.add(free.toLowerCase());
      return this.attribute(free, dataType);
    });
  }

  /** A read of a state with these columns. */
  scan(columns: readonly Attribute[]): ScanPlan {
    const scan = this.#scan++;
    const leaf: NamedTable = { kind: "NamedTable", name: ["state", String(scan)], streaming: false, options: {} };
    return { kind: "Scan", output: columns, scan, leaf, streaming: false };
  }

  /** All rows of several plans with the same types, as `output`. */
  union(parts: readonly Plan[], output: readonly Attribute[]): Plan {
    const all = parts.reduce(
      (left, right): SetOperationPlan => ({
        kind: "SetOperation",
        left,
        right,
        operation: "union",
        all: true,
        output: this.fresh(output),
      }),
    );
    return renamed(all, output);
  }

  /** Notes a state whose rows are appended to, and live until their {@link UNTIL}. */
  keep(state: { operator: number; name: string; read: ScanPlan; next: Plan; closed?: bigint }): void {
    const { operator, name, read, next, closed } = state;
    const compact = closed === undefined ? read : living(read, closed);
    this.add({
      ...{ operator, name, read, next, compact, replaces: false },
      ...(closed === undefined ? {} : { expired: closed }),
    });
  }

  /** Whether rows of a state come out of a plan. */
  readsState(plan: Plan): boolean {
    return scans(plan).some(({ scan }) => scan >= this.#first && scan < this.#scan);
  }

  /** Notes that the operator whose states are added next leaves `rows` out. */
  leaveOut(rows: Plan): void {
    const attribute = this.attribute("rows", LONG, false);
    const one = { kind: "Literal", value: 1n, dataType: LONG, nullable: false } as const;
    const expression = call("count", [one], LONG, false);
    const columns = [{ attribute, expression }];
    this.late.push({
      state: this.states.length,
      plan: { kind: "Aggregate", input: rows, grouping: [], columns, output: [attribute] },
    });
  }

  add({ read, ...state }: Omit<StateOperator, "schema" | "scan"> & { readonly read: ScanPlan }): void {
    const schema = struct(read.output.map((column) => field(column.name, column.dataType)));
    this.states.push({ ...state, schema, scan: read.scan });
  }
}

/** The columns by which a row of a join's state is known again, and that say whether it had a partner when it came. */
export const ID = "_id";
export const MATCHED = "_matched";

/** The rows of an operator's input that are not late by the moment at which they are over. What is late is counted where it comes from the sources, as nothing is late after another operator. */
export function punctual(
  input: Plan,
  over: Typed,
  { builder, progress }: Pick<Operator, "builder" | "progress">,
): Plan {
  if (progress.late > 0n && !builder.readsState(input))
    builder.leaveOut(filter(input, compare("<=", over, long(progress.late))));
  return filter(input, notLate(over, progress.late));
}

/** The column of a state by name. @throws Error when there is none */
export function stateColumn(read: Plan, name: string): Attribute {
  const column = read.output.find((one) => one.name === name);
  if (column === undefined) throw new Error(`a state has no column ${name}`);
  return column;
}

/** The rows of a state that are needed after `moment`. */
export function living(read: Plan, moment: bigint): Plan {
  const until = columnOf(stateColumn(read, UNTIL));
  return filter(read, compare("or", call("isnull", [until], BOOLEAN, false), compare(">", until, long(moment))));
}

/** The column {@link UNTIL} for a state. */
export function untilColumn(builder: StateBuilder): Attribute {
  return builder.attribute(UNTIL, LONG);
}
