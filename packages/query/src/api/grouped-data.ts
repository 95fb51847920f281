import type { Call, Expression } from "../expression/expression.ts";
import type { Relation } from "../relation/relation.ts";
import { type ColumnLike, type ColumnOrName, isColumnLike, type LiteralValue, literal } from "./literal.ts";
import { columnExpression, reference } from "./name.ts";
import { node } from "./node.ts";
import { apiError } from "./problem.ts";

/** How rows are grouped. */
export interface Grouping {
  readonly input: Relation;
  readonly groupBy: "expressions" | "rollup" | "cube";
  readonly grouping: readonly Expression[];
  readonly pivot?: { readonly column: Expression; readonly values: readonly Expression[] };
}

/** What `agg` takes: columns, or `{ amount: "sum", "*": "count" }`. */
export type Aggregations =
  | readonly [Readonly<Record<string, string>>]
  | readonly (ColumnLike | readonly ColumnLike[])[];

/** Rows in groups, waiting for what is to be computed of each: what `groupBy` gives. `Frame` is the DataFrame that comes out. */
export class GroupedData<Frame> {
  readonly #grouping: Grouping;
  readonly #frame: (relation: Relation) => Frame;

  constructor(grouping: Grouping, frame: (relation: Relation) => Frame) {
    this.#grouping = grouping;
    this.#frame = frame;
  }

  /** One row a group: the grouping columns, then the aggregates. */
  agg(...aggregates: Aggregations): Frame {
    return this.#frame(aggregated(this.#grouping, aggregateList(aggregates)));
  }
  /** The number of rows of each group, as `count`. */
  count(): Frame {
    const rows: Call = { kind: "Call", name: "count", args: [literal(1)] };
    return this.#frame(aggregated(this.#grouping, [{ kind: "Alias", expression: rows, names: ["count"] }]));
  }
  /** The sum of each column, as `sum(column)`. */
  sum(...columns: readonly string[]): Frame {
    return this.#each("sum", columns);
  }
  /** The mean of each column, as `avg(column)`. */
  avg(...columns: readonly string[]): Frame {
    return this.#each("avg", columns);
  }
  /** The mean of each column, as `avg(column)`. */
  mean(...columns: readonly string[]): Frame {
    return this.#each("avg", columns);
  }
  /** The least value of each column, as `min(column)`. */
  min(...columns: readonly string[]): Frame {
    return this.#each("min", columns);
  }
  /** The greatest value of each column, as `max(column)`. */
  max(...columns: readonly string[]): Frame {
    return this.#each("max", columns);
  }

  /**
   * Makes a column of each of `values`, as found in `column`.
   *
   * @throws QueryError without values: finding them would run the query.
   */
  pivot(column: ColumnOrName, values: readonly LiteralValue[] = []): GroupedData<Frame> {
    if (values.length === 0) {
      throw apiError(
        "PIVOT_VALUES_MISSING",
        'A pivot needs its values: finding them would run the query. Write pivot("status", ["open", "done"]).',
      );
    }
    const pivot = { column: columnExpression(column), values: values.map(literal) };
    return new GroupedData({ ...this.#grouping, pivot }, this.#frame);
  }

  #each(name: string, columns: readonly string[]): Frame {
    if (columns.length === 0) {
      throw apiError(
        "MISSING_COLUMNS",
        `Name the columns: ${name}("amount"). All numeric columns at once is not supported.`,
      );
    }
    return this.#frame(
      aggregated(
        this.#grouping,
        columns.map((column) => aggregate(name, column)),
      ),
    );
  }
}

function aggregate(name: string, column: string): Call {
  return { kind: "Call", name, args: [reference(column)] };
}

function aggregateList(aggregates: Aggregations): readonly Expression[] {
  return aggregates
    .flat()
    .flatMap((one) =>
      isColumnLike(one)
        ? [one.expression]
        : Object.entries(one).map(([column, name]) => aggregate(name.toLowerCase(), column)),
    );
}

function aggregated(by: Grouping, aggregates: readonly Expression[]): Relation {
  const { input, groupBy, grouping, pivot } = by;
  if (pivot === undefined) return node({ kind: "Aggregate", input, groupBy, grouping, aggregates, keepGrouping: true });
  return node({ kind: "Pivot", input, grouping, aggregates, columns: [pivot.column], values: pivot.values });
}
