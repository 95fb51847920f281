import type { DataType } from "../data-type/data-type.ts";
import type { Case, Expression, SortKey } from "../expression/expression.ts";
import { type ColumnLike, type ColumnOrValue, valueExpression } from "./literal.ts";
import { apiError } from "./problem.ts";
import { typeOf } from "./text.ts";
import type { WindowSpecLike } from "./window.ts";

/**
 * A computation over the columns of a row, as PySpark's `Column`. It holds a plain tree and never changes; every method gives a new one. Where a method takes
 * a value, a plain value is a literal and a Column is itself: `col("status").eq("done")`.
 */
export class Column implements ColumnLike {
  readonly expression: Expression;

  constructor(expression: Expression) {
    this.expression = expression;
  }

  /** Addition; NULL when either side is. */
  plus(other: ColumnOrValue): Column {
    return this.#with("+", other);
  }
  /** Subtraction. */
  minus(other: ColumnOrValue): Column {
    return this.#with("-", other);
  }
  /** Multiplication. */
  multiply(other: ColumnOrValue): Column {
    return this.#with("*", other);
  }
  /** Multiplication. */
  mul(other: ColumnOrValue): Column {
    return this.#with("*", other);
  }
  /** Multiplication. */
  times(other: ColumnOrValue): Column {
    return this.#with("*", other);
  }
  /** Division, never of integers only; NULL by zero unless ANSI mode is on. */
  divide(other: ColumnOrValue): Column {
    return this.#with("/", other);
  }
  /** Division, never of integers only; NULL by zero unless ANSI mode is on. */
  div(other: ColumnOrValue): Column {
    return this.#with("/", other);
  }
  /** The remainder, with the sign of the left side. */
  mod(other: ColumnOrValue): Column {
    return this.#with("%", other);
  }
  /** The value with its sign changed. */
  negate(): Column {
    return call("negative", this.expression);
  }

  /** Equality; NULL when either side is NULL. */
  eq(other: ColumnOrValue): Column {
    return this.#with("=", other);
  }
  /** Equality; NULL when either side is NULL. */
  equalTo(other: ColumnOrValue): Column {
    return this.#with("=", other);
  }
  /** Equality where NULL equals NULL. */
  eqNullSafe(other: ColumnOrValue): Column {
    return this.#with("<=>", other);
  }
  /** Inequality. */
  neq(other: ColumnOrValue): Column {
    return this.#with("!=", other);
  }
  /** Inequality. */
  notEqual(other: ColumnOrValue): Column {
    return this.#with("!=", other);
  }
  /** Less than. */
  lt(other: ColumnOrValue): Column {
    return this.#with("<", other);
  }
  /** Less than or equal. */
  leq(other: ColumnOrValue): Column {
    return this.#with("<=", other);
  }
  /** Less than or equal. */
  le(other: ColumnOrValue): Column {
    return this.#with("<=", other);
  }
  /** Greater than. */
  gt(other: ColumnOrValue): Column {
    return this.#with(">", other);
  }
  /** Greater than or equal. */
  geq(other: ColumnOrValue): Column {
    return this.#with(">=", other);
  }
  /** Greater than or equal. */
  ge(other: ColumnOrValue): Column {
    return this.#with(">=", other);
  }

  /** Both hold. */
  and(other: ColumnOrValue): Column {
    return this.#with("and", other);
  }
  /** At least one holds. */
  or(other: ColumnOrValue): Column {
    return this.#with("or", other);
  }
  /** The opposite; NULL stays NULL. */
  not(): Column {
    return call("not", this.expression);
  }
  /** Bit by bit and. */
  bitwiseAND(other: ColumnOrValue): Column {
    return this.#with("&", other);
  }
  /** Bit by bit or. */
  bitwiseOR(other: ColumnOrValue): Column {
    return this.#with("|", other);
  }
  /** Bit by bit exclusive or. */
  bitwiseXOR(other: ColumnOrValue): Column {
    return this.#with("^", other);
  }

  /** The same values under another name; several names for a generator such as `explode(map)`. */
  alias(name: string, ...more: readonly string[]): Column {
    return new Column({ kind: "Alias", expression: this.expression, names: [name, ...more] });
  }
  /** The same values under another name. */
  as(name: string, ...more: readonly string[]): Column {
    return this.alias(name, ...more);
  }
  /** The same values under another name. */
  name(name: string, ...more: readonly string[]): Column {
    return this.alias(name, ...more);
  }

  /** The values as another type, given as DDL text (`decimal(10,2)`) or a type. What does not fit is NULL unless ANSI mode is on. */
  cast(type: string | DataType): Column {
    return new Column({ kind: "Cast", expression: this.expression, dataType: typeOf(type), try: false });
  }
  /** The values as another type. */
  astype(type: string | DataType): Column {
    return this.cast(type);
  }
  /** The values as another type; what does not fit is NULL in every mode. */
  tryCast(type: string | DataType): Column {
    return new Column({ kind: "Cast", expression: this.expression, dataType: typeOf(type), try: true });
  }

  /** Whether the value is NULL. */
  isNull(): Column {
    return call("isnull", this.expression);
  }
  /** Whether the value is not NULL. */
  isNotNull(): Column {
    return call("isnotnull", this.expression);
  }
  /** Whether the value is not a number. */
  isNaN(): Column {
    return call("isnan", this.expression);
  }
  /** Whether the value is one of these. */
  isin(...values: readonly (ColumnOrValue | readonly ColumnOrValue[])[]): Column {
    return call("in", this.expression, ...values.flat().map(valueExpression));
  }
  /** Whether the value lies between the two, both included. */
  between(lower: ColumnOrValue, upper: ColumnOrValue): Column {
    return call("between", this.expression, valueExpression(lower), valueExpression(upper));
  }

  /** Whether the text matches a pattern of `%` and `_`. */
  like(pattern: ColumnOrValue): Column {
    return this.#with("like", pattern);
  }
  /** As `like`, ignoring letter case. */
  ilike(pattern: ColumnOrValue): Column {
    return this.#with("ilike", pattern);
  }
  /** Whether a regular expression matches a part of the text. */
  rlike(pattern: ColumnOrValue): Column {
    return this.#with("rlike", pattern);
  }
  /** Whether the text contains another. */
  contains(other: ColumnOrValue): Column {
    return this.#with("contains", other);
  }
  /** Whether the text starts with another. */
  startsWith(other: ColumnOrValue): Column {
    return this.#with("startswith", other);
  }
  /** Whether the text starts with another. */
  startswith(other: ColumnOrValue): Column {
    return this.#with("startswith", other);
  }
  /** Whether the text ends with another. */
  endsWith(other: ColumnOrValue): Column {
    return this.#with("endswith", other);
  }
  /** Whether the text ends with another. */
  endswith(other: ColumnOrValue): Column {
    return this.#with("endswith", other);
  }
  /** The stretch of text from a position (1 is the first letter) of a length. */
  substr(start: ColumnOrValue, length: ColumnOrValue): Column {
    return call("substring", this.expression, valueExpression(start), valueExpression(length));
  }

  /** The element of an array at a position from 0, or of a map at a key; NULL when there is none. */
  getItem(key: ColumnOrValue): Column {
    return this.#with("[]", key);
  }
  /** A field of a struct. */
  getField(name: string): Column {
    return new Column({ kind: "FieldAccess", expression: this.expression, field: name });
  }

  /** One more branch after `when(...)`; the first that holds decides. */
  when(condition: ColumnLike, value: ColumnOrValue): Column {
    const before = this.#case("when");
    return new Column({ ...before, branches: [...before.branches, branch(condition, value)] });
  }
  /** The value where no branch holds; without it, NULL. */
  otherwise(value: ColumnOrValue): Column {
    return new Column({ ...this.#case("otherwise"), otherwise: valueExpression(value) });
  }

  /** The aggregate or window function over a window of rows. */
  over(window: WindowSpecLike): Column {
    return new Column({
      kind: "WindowExpression",
      call: this.expression,
      partitionBy: window.partitions,
      orderBy: window.orders,
      ...(window.frame === undefined ? {} : { frame: window.frame }),
    });
  }

  /** Sorts ascending, NULLs first. */
  asc(): Column {
    return this.#sorted({ ascending: true });
  }
  /** Sorts descending, NULLs last. */
  desc(): Column {
    return this.#sorted({ ascending: false });
  }
  /** Sorts ascending, NULLs first. */
  ascNullsFirst(): Column {
    return this.#sorted({ ascending: true, nullsFirst: true });
  }
  /** Sorts ascending, NULLs last. */
  ascNullsLast(): Column {
    return this.#sorted({ ascending: true, nullsFirst: false });
  }
  /** Sorts descending, NULLs first. */
  descNullsFirst(): Column {
    return this.#sorted({ ascending: false, nullsFirst: true });
  }
  /** Sorts descending, NULLs last. */
  descNullsLast(): Column {
    return this.#sorted({ ascending: false, nullsFirst: false });
  }

  #with(operator: string, other: ColumnOrValue): Column {
    return call(operator, this.expression, valueExpression(other));
  }

  #sorted(order: Pick<SortKey, "ascending" | "nullsFirst">): Column {
    return new Column({ kind: "SortKey", expression: this.expression, ...order });
  }

  #case(method: string): Case {
    const expression = this.expression;
    if (expression.kind === "Case" && expression.otherwise === undefined) return expression;
    throw apiError(
      "INVALID_WHEN_USAGE",
      `\`${method}\` must follow \`when(condition, value)\`, and nothing follows \`otherwise\`.`,
    );
  }
}

/** A call of a catalogue function or operator. */
function call(name: string, ...args: readonly Expression[]): Column {
  return new Column({ kind: "Call", name, args });
}

/** One branch of a CASE. */
export function branch(condition: ColumnLike, value: ColumnOrValue): Case["branches"][number] {
  return { when: condition.expression, then: valueExpression(value) };
}
