import { LONG } from "../data-type/data-type.ts";
import type { Expression, FrameBound, SortKey, WindowFrame } from "../expression/expression.ts";
import { type ColumnOrName, valueExpression } from "./literal.ts";
import { columnExpression } from "./name.ts";

/** The parts of a window, recognised by shape. */
export interface WindowSpecLike {
  readonly partitions: readonly Expression[];
  readonly orders: readonly SortKey[];
  readonly frame?: WindowFrame;
}

/** A bound of a frame: rows (or order values) before and after the current row, negative for before. */
export type WindowBound = number | bigint;

const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** Which rows a window function sees: made by `Window`, never changes. */
export class WindowSpec implements WindowSpecLike {
  readonly partitions: readonly Expression[];
  readonly orders: readonly SortKey[];
  declare readonly frame?: WindowFrame;

  constructor(spec: WindowSpecLike) {
    this.partitions = spec.partitions;
    this.orders = spec.orders;
    if (spec.frame !== undefined) this.frame = spec.frame;
  }

  /** Rows with the same values of these columns form one window. */
  partitionBy(...columns: readonly (ColumnOrName | readonly ColumnOrName[])[]): WindowSpec {
    return new WindowSpec({ ...this, partitions: columns.flat().map(columnExpression) });
  }

  /** The order of rows in the window. */
  orderBy(...columns: readonly (ColumnOrName | readonly ColumnOrName[])[]): WindowSpec {
    return new WindowSpec({ ...this, orders: columns.flat().map(sortKey) });
  }

  /** The frame from `start` to `end` in rows, both included. */
  rowsBetween(start: WindowBound, end: WindowBound): WindowSpec {
    return new WindowSpec({ ...this, frame: { unit: "rows", lower: bound(start), upper: bound(end) } });
  }

  /** The frame from `start` to `end` in values of the ordering column, both included. */
  rangeBetween(start: WindowBound, end: WindowBound): WindowSpec {
    return new WindowSpec({ ...this, frame: { unit: "range", lower: bound(start), upper: bound(end) } });
  }
}

const WHOLE = new WindowSpec({ partitions: [], orders: [] });

/** Where windows begin: `Window.partitionBy("region").orderBy(desc("amount"))`. */
export const Window: {
  readonly partitionBy: WindowSpec["partitionBy"];
  readonly orderBy: WindowSpec["orderBy"];
  readonly rowsBetween: WindowSpec["rowsBetween"];
  readonly rangeBetween: WindowSpec["rangeBetween"];
  readonly unboundedPreceding: number;
  readonly unboundedFollowing: number;
  readonly currentRow: number;
} = {
  partitionBy: (...columns) => WHOLE.partitionBy(...columns),
  orderBy: (...columns) => WHOLE.orderBy(...columns),
  rowsBetween: (start, end) => WHOLE.rowsBetween(start, end),
  rangeBetween: (start, end) => WHOLE.rangeBetween(start, end),
  unboundedPreceding: -UNBOUNDED,
  unboundedFollowing: UNBOUNDED,
  currentRow: 0,
};

function bound(value: WindowBound): FrameBound {
  if (value <= -UNBOUNDED) return { kind: "UnboundedPreceding" };
  if (value >= UNBOUNDED) return { kind: "UnboundedFollowing" };
  if (value === 0 || value === 0n) return { kind: "CurrentRow" };
  return value < 0 ? { kind: "Preceding", offset: offset(-value) } : { kind: "Following", offset: offset(value) };
}

function offset(value: WindowBound): Expression {
  return typeof value === "bigint" ? { kind: "Literal", value, dataType: LONG } : valueExpression(value);
}

/** A column as a key to sort by: ascending unless it says otherwise. */
export function sortKey(column: ColumnOrName): SortKey {
  const expression = columnExpression(column);
  return expression.kind === "SortKey" ? expression : { kind: "SortKey", expression, ascending: true };
}
