import type { Expression } from "../expression/expression.ts";
import type { Relation } from "../relation/relation.ts";
import { Column } from "./column.ts";
import { FrameActions } from "./frame-actions.ts";
import type { FrameRunner } from "./frame-runner.ts";
import { type Aggregations, GroupedData } from "./grouped-data.ts";
import { type JoinName, joinKind } from "./join-kind.ts";
import { type ColumnLike, type ColumnOrName, isColumnLike, type LiteralValue, literal } from "./literal.ts";
import { columnExpression, reference } from "./name.ts";
import { node } from "./node.ts";
import { NullFunctions } from "./null-functions.ts";
import { apiError } from "./problem.ts";
import { expressionFromText } from "./text.ts";
import { sortKey } from "./window.ts";

/** A DataFrame of any copy of the package. */
export interface DataFrameLike {
  readonly relation: Relation;
}

/** A column given by name or as a Column, or several in an array. */
export type Columns = ColumnOrName | readonly ColumnOrName[];

/**
 * A description of rows, as PySpark's `DataFrame`: it holds a plain tree, never changes, and runs nothing but by an action (`collect`, `show`, ..) of a frame that a
 * session made. Strings are column names (`"*"` and `"x.*"` included) unless a method says SQL text. Mistakes in names and types are found when the pipeline is
 * validated or the action runs, with the place of the call.
 */
export class DataFrame extends FrameActions implements DataFrameLike {
  readonly relation: Relation;

  /** `runner`: the session that runs it; without one it can only be described. */
  constructor(relation: Relation, runner?: FrameRunner) {
    super(runner);
    this.relation = relation;
  }

  /** A column of this very DataFrame, also after a join; `"*"` for all of them. */
  col(name: string): Column {
    return new Column(reference(name, this.relation.planId));
  }

  /** The rows with these columns only. */
  select(...columns: readonly Columns[]): DataFrame {
    return this.#node({ kind: "Project", input: this.relation, expressions: columns.flat().map(columnExpression) });
  }
  /** The rows with columns computed by SQL texts, each with an optional `AS name`. */
  selectExpr(...texts: readonly (string | readonly string[])[]): DataFrame {
    const expressions = texts.flat().map((text) => expressionFromText(text));
    return this.#node({ kind: "Project", input: this.relation, expressions });
  }
  /** One more column, or another content for a column that exists. */
  withColumn(name: string, column: ColumnLike): DataFrame {
    return this.withColumns({ [name]: column });
  }
  /** Several more columns; none sees another. */
  withColumns(columns: Readonly<Record<string, ColumnLike>>): DataFrame {
    const entries = Object.entries(columns).map(([name, column]) => ({ name, expression: column.expression }));
    return this.#node({ kind: "WithColumns", input: this.relation, columns: entries });
  }
  /** A column under another name; nothing happens when there is no such column. */
  withColumnRenamed(from: string, to: string): DataFrame {
    return this.withColumnsRenamed({ [from]: to });
  }
  /** Columns under other names; unknown ones are ignored. */
  withColumnsRenamed(names: Readonly<Record<string, string>>): DataFrame {
    const renames = Object.entries(names).map(([from, to]) => ({ from, to }));
    return this.#node({ kind: "WithColumnsRenamed", input: this.relation, renames });
  }
  /** The rows without these columns; unknown ones are ignored. */
  drop(...columns: readonly Columns[]): DataFrame {
    const dropped = columns
      .flat()
      .map(
        (column): Expression =>
          isColumnLike(column) ? column.expression : { kind: "ColumnReference", name: [column] },
      );
    return this.#node({ kind: "Drop", input: this.relation, columns: dropped });
  }
  /** All columns under new names, in order. */
  toDF(...names: readonly string[]): DataFrame {
    return this.#node({ kind: "ToDF", input: this.relation, names });
  }
  /** This DataFrame under a name, for references such as `col("o.id")`. */
  alias(name: string): DataFrame {
    return this.#node({ kind: "SubqueryAlias", input: this.relation, alias: name });
  }

  /** The rows for which a condition is true: SQL text or a Column. */
  filter(condition: string | ColumnLike): DataFrame {
    return this.#node({ kind: "Filter", input: this.relation, condition: conditionOf(condition) });
  }
  /** The rows for which a condition is true: SQL text or a Column. */
  where(condition: string | ColumnLike): DataFrame {
    return this.filter(condition);
  }
  /** One row of each that are equal in all columns. */
  distinct(): DataFrame {
    return this.#node({ kind: "Deduplicate", input: this.relation, withinWatermark: false });
  }
  /** One row of each that are equal in these columns (or all); which one is not said. */
  dropDuplicates(columns?: readonly string[]): DataFrame {
    return this.#deduplicated(columns, false);
  }
  /** As `dropDuplicates`. */
  drop_duplicates(columns?: readonly string[]): DataFrame {
    return this.#deduplicated(columns, false);
  }
  /** As `dropDuplicates` on a stream; duplicates further apart than the watermark's delay may both stay. */
  dropDuplicatesWithinWatermark(columns?: readonly string[]): DataFrame {
    return this.#deduplicated(columns, true);
  }
  /** On a stream: how late rows may come by the time in a column, as `"10 minutes"`. */
  withWatermark(eventTime: string, delayThreshold: string): DataFrame {
    return this.#node({ kind: "WithWatermark", input: this.relation, eventTime, delay: delayThreshold });
  }
  /** The first rows, up to a number. */
  limit(count: number): DataFrame {
    return this.#node({ kind: "Limit", input: this.relation, count: literal(count) });
  }
  /** The rows without the first ones. */
  offset(count: number): DataFrame {
    return this.#node({ kind: "Offset", input: this.relation, count: literal(count) });
  }
  /** A random part of the rows, about `fraction` of them. */
  sample(fraction: number, seed?: number): DataFrame {
    return this.#node({ kind: "Sample", input: this.relation, fraction, ...(seed === undefined ? {} : { seed }) });
  }
  /** The rows in an order. The order of a stored table means nothing: it helps only before `limit`. */
  orderBy(...columns: readonly Columns[]): DataFrame {
    return this.#node({ kind: "Sort", input: this.relation, keys: columns.flat().map(sortKey) });
  }
  /** As `orderBy`. */
  sort(...columns: readonly Columns[]): DataFrame {
    return this.orderBy(...columns);
  }

  /** Groups rows that are equal in these columns; without any, all rows are one group. */
  groupBy(...columns: readonly Columns[]): GroupedData<DataFrame> {
    return this.#grouped("expressions", columns);
  }
  /** As `groupBy`. */
  groupby(...columns: readonly Columns[]): GroupedData<DataFrame> {
    return this.#grouped("expressions", columns);
  }
  /** Groups by the columns, by all but the last, and so on down to one group of all rows. */
  rollup(...columns: readonly Columns[]): GroupedData<DataFrame> {
    return this.#grouped("rollup", columns);
  }
  /** Groups by every subset of the columns. */
  cube(...columns: readonly Columns[]): GroupedData<DataFrame> {
    return this.#grouped("cube", columns);
  }
  /** Aggregates over all rows: one row. */
  agg(...aggregates: Aggregations): DataFrame {
    return this.groupBy().agg(...aggregates);
  }

  /** Joins by columns that both sides have (they come once, first), or by a condition (several are and-ed). `how` is `inner` unless said. */
  join(
    other: DataFrameLike,
    on?: string | ColumnLike | readonly string[] | readonly ColumnLike[],
    how: JoinName | Uppercase<JoinName> = "inner",
  ): DataFrame {
    return this.#node({
      kind: "Join",
      left: this.relation,
      right: frame(other, "join"),
      how: joinKind(how),
      ...joinOn(on),
    });
  }
  /** Every row with every row of the other. */
  crossJoin(other: DataFrameLike): DataFrame {
    return this.#node({ kind: "Join", left: this.relation, right: frame(other, "crossJoin"), how: "cross" });
  }
  /** The rows of both, columns by position; duplicates stay. */
  union(other: DataFrameLike): DataFrame {
    return this.#setOperation("union", other, { all: true });
  }
  /** As `union`. */
  unionAll(other: DataFrameLike): DataFrame {
    return this.union(other);
  }
  /** The rows of both, columns by name; with `allowMissingColumns` a column that one side lacks is NULL there. */
  unionByName(other: DataFrameLike, options: boolean | { readonly allowMissingColumns?: boolean } = false): DataFrame {
    const allowMissingColumns = typeof options === "boolean" ? options : options.allowMissingColumns === true;
    return this.#setOperation("union", other, { all: true, byName: true, allowMissingColumns });
  }
  /** The distinct rows that both have. */
  intersect(other: DataFrameLike): DataFrame {
    return this.#setOperation("intersect", other, { all: false });
  }
  /** The rows that both have, as often as the side that has them less often. */
  intersectAll(other: DataFrameLike): DataFrame {
    return this.#setOperation("intersect", other, { all: true });
  }
  /** The distinct rows that the other does not have. */
  except(other: DataFrameLike): DataFrame {
    return this.#setOperation("except", other, { all: false });
  }
  /** The rows that the other does not have, each occurrence counted. */
  exceptAll(other: DataFrameLike): DataFrame {
    return this.#setOperation("except", other, { all: true });
  }
  /** As `except`. */
  subtract(other: DataFrameLike): DataFrame {
    return this.except(other);
  }

  /** Filling and dropping of NULLs: `na.fill(0)`, `na.drop()`. */
  get na(): NullFunctions<DataFrame> {
    return new NullFunctions(this.relation, (relation) => new DataFrame(relation, this.runner));
  }
  /** NULLs of columns of the value's type replaced by it; or `{ column: value }`. */
  fillna(value: LiteralValue | Readonly<Record<string, LiteralValue>>, subset?: string | readonly string[]): DataFrame {
    return this.na.fill(value, subset);
  }
  /** The rows without NULLs in these columns (or all). `"all"` drops only rows where all are NULL. */
  dropna(how: "any" | "all" = "any", thresh?: number, subset?: string | readonly string[]): DataFrame {
    return this.na.drop(how, thresh, subset);
  }

  /** The result of a function of this DataFrame, so that steps can be chained. */
  transform<Result>(change: (frame: DataFrame) => Result): Result {
    return change(this);
  }
  /** Nothing: engines choose how to run by themselves. */
  hint(_name: string, ..._parameters: readonly unknown[]): this {
    return this;
  }
  /** Nothing: how rows are spread over workers is the engine's choice. */
  repartition(..._arguments: readonly unknown[]): this {
    return this;
  }
  /** Nothing: how rows are spread over workers is the engine's choice. */
  coalesce(_partitions: number): this {
    return this;
  }
  /** Nothing: a pipeline keeps what is declared as a dataset. */
  cache(): this {
    return this;
  }
  /** Nothing: a pipeline keeps what is declared as a dataset. */
  persist(_level?: unknown): this {
    return this;
  }
  /** Nothing, as `cache`. */
  unpersist(): this {
    return this;
  }

  #node(bare: Parameters<typeof node>[0]): DataFrame {
    return new DataFrame(node(bare), this.runner);
  }

  #deduplicated(columns: readonly string[] | undefined, withinWatermark: boolean): DataFrame {
    const keys = columns === undefined ? {} : { columns };
    return this.#node({ kind: "Deduplicate", input: this.relation, withinWatermark, ...keys });
  }

  #grouped(groupBy: "expressions" | "rollup" | "cube", columns: readonly Columns[]): GroupedData<DataFrame> {
    const grouping = columns.flat().map(columnExpression);
    return new GroupedData(
      { input: this.relation, groupBy, grouping },
      (relation) => new DataFrame(relation, this.runner),
    );
  }

  #setOperation(
    operation: "union" | "intersect" | "except",
    other: DataFrameLike,
    how: { readonly all: boolean; readonly byName?: boolean; readonly allowMissingColumns?: boolean },
  ): DataFrame {
    const right = frame(other, operation);
    const defaults = { byName: false, allowMissingColumns: false };
    return this.#node({ kind: "SetOperation", left: this.relation, right, operation, ...defaults, ...how });
  }
}

function conditionOf(condition: string | ColumnLike): Expression {
  if (isColumnLike(condition)) return condition.expression;
  if (typeof condition === "string") return expressionFromText(condition);
  throw apiError(
    "NOT_COLUMN_OR_STR",
    `A condition is a Column or SQL text, not ${typeof condition}. JavaScript's === compares at once: write col("id").eq(1), or "id = 1".`,
  );
}

function frame(other: DataFrameLike, method: string): Relation {
  if (typeof other === "object" && other !== null && "relation" in other) return other.relation;
  throw apiError(
    "NOT_EXPECTED_TYPE",
    `${method} needs another DataFrame, not ${other === null ? "null" : typeof other}.`,
  );
}

function joinOn(on: string | ColumnLike | readonly string[] | readonly ColumnLike[] | undefined): {
  using?: readonly string[];
  condition?: Expression;
} {
  if (on === undefined) return {};
  const list: readonly (string | ColumnLike)[] = typeof on === "string" || isColumnLike(on) ? [on] : on;
  const conditions = list.filter(isColumnLike).map((column) => column.expression);
  const [first, ...rest] = conditions;
  if (first === undefined) return { using: list.filter((name) => typeof name === "string") };
  const condition = rest.reduce(
    (left, right): Expression => ({ kind: "Call", name: "and", args: [left, right] }),
    first,
  );
  return { condition };
}
