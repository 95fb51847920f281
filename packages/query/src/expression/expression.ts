import type { DataType } from "../data-type/data-type.ts";

/** A place in a user's file. `line` and `column` count from 1. */
export interface Origin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A stretch of the SQL text that an expression was parsed from: offsets in UTF-16 units, `end` excluded. */
export interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Where `text` itself begins in a user's file; absent for text given to the API (see the relation's origin). */
  readonly origin?: TextOrigin;
}

/** Where SQL text begins in a user's file. */
export interface TextOrigin extends Origin {
  /** For text that is not the file's word for word: where its parts stand in the file, by rising offset. The text before the first begins at the origin. */
  readonly parts?: readonly TextPart[];
}

/** The text from `offset` up to the next part. `inserted`: all of it stands for one place of the file, as the value of a parameter does. */
export interface TextPart {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly inserted: boolean;
}

/**
 * A value in plain JavaScript: long = bigint, decimal = its text ("12.50"), date = days since the epoch,
 * timestamp and timestamp_ntz = microseconds since the epoch as bigint, time = microseconds since midnight as bigint, binary = Uint8Array, interval_year_month = months,
 * interval_day_time = microseconds as bigint, interval_calendar = its text, array = array, map = array of [key, value] pairs, struct = array in field order.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | readonly Value[];

interface Node {
  readonly span?: Span;
}

/** A constant. */
export interface Literal extends Node {
  readonly kind: "Literal";
  readonly value: Value;
  readonly dataType: DataType;
}

/** A reference to a column, or to a field inside one: `["o", "address", "city"]`. `planId` names the DataFrame meant by `df.col("x")`. */
export interface ColumnReference extends Node {
  readonly kind: "ColumnReference";
  readonly name: readonly string[];
  readonly planId?: number;
}

/** `*`, `t.*`, `structColumn.*`, with Databricks' `EXCEPT (a, b.c)`. */
export interface Star extends Node {
  readonly kind: "Star";
  readonly target: readonly string[];
  readonly except: readonly (readonly string[])[];
  readonly planId?: number;
}

/**
 * A function or operator by its Spark name in lower case: `count`, `+`, `and`, `like`, `isnull`, `in`, `between`, `[]` (element access).
 * Operators: `or and not = == <=> <> != < <= > >= + - * / % div | & ^ ~ || << >> >>> negative positive like ilike rlike in between isnull isnotnull
 * istrue isfalse`; `like` and `ilike` take an optional third argument, the escape character.
 */
export interface Call extends Node {
  readonly kind: "Call";
  readonly name: string;
  readonly args: readonly Expression[];
  /** Names of arguments given as `name => value`, by position in `args`; absent when all are positional. */
  readonly argNames?: readonly (string | undefined)[];
  readonly distinct?: boolean;
  readonly filter?: Expression;
  /** `WITHIN GROUP (ORDER BY ..)` or an ORDER BY inside the brackets. */
  readonly orderBy?: readonly SortKey[];
  readonly ignoreNulls?: boolean;
}

/** `expression AS name`; several names only for generators (`explode(m) AS (k, v)`). */
export interface Alias extends Node {
  readonly kind: "Alias";
  readonly expression: Expression;
  readonly names: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** `try` makes a bad value NULL whatever the mode of the session. */
export interface Cast extends Node {
  readonly kind: "Cast";
  readonly expression: Expression;
  readonly dataType: DataType;
  readonly try: boolean;
  /** A value that the type cannot hold is an error whatever the session's mode. */
  readonly strict?: boolean;
}

/** CASE; a `CASE x WHEN v` is written as `x = v` conditions by the parser. */
export interface Case extends Node {
  readonly kind: "Case";
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise?: Expression;
}

/** A function given to a higher-order function: `x -> x + 1`. */
export interface Lambda extends Node {
  readonly kind: "Lambda";
  readonly parameters: readonly string[];
  readonly body: Expression;
}

/** Field or element access that is not a plain dotted name: `f(x).a`, `getField`. */
export interface FieldAccess extends Node {
  readonly kind: "FieldAccess";
  readonly expression: Expression;
  readonly field: string;
}

/** Databricks' `column:a.b[0]` path into JSON text. Path parts are field names or indexes; `*` is every element. */
export interface JsonPath extends Node {
  readonly kind: "JsonPath";
  readonly expression: Expression;
  readonly path: readonly (string | number)[];
}

/** One key of an order. */
export interface SortKey extends Node {
  readonly kind: "SortKey";
  readonly expression: Expression;
  readonly ascending: boolean;
  /** Absent: Spark's default, NULLs first when ascending and last when descending. */
  readonly nullsFirst?: boolean;
}

/** One end of a window frame. */
export type FrameBound =
  | { readonly kind: "UnboundedPreceding" | "UnboundedFollowing" | "CurrentRow" }
  | { readonly kind: "Preceding" | "Following"; readonly offset: Expression };

/** The rows around the current one that a window function sees; `range` counts by value, `rows` by position. */
export interface WindowFrame {
  readonly unit: "rows" | "range";
  readonly lower: FrameBound;
  readonly upper: FrameBound;
}

/** `call OVER (PARTITION BY .. ORDER BY .. frame)`. `windowName` refers to a WINDOW clause, already replaced by the parser. */
export interface WindowExpression extends Node {
  readonly kind: "WindowExpression";
  readonly call: Expression;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortKey[];
  readonly frame?: WindowFrame;
}

/** A relation as an expression sees it; `subqueryRelation` in `relation/` gives it its type back. Expressions stand below relations. */
export interface RelationNode {
  readonly kind: string;
}

/** A query of one column used as a value: NULL for no row, an error for several. */
export interface ScalarSubquery extends Node {
  readonly kind: "ScalarSubquery";
  readonly relation: RelationNode;
}

/** Whether a query gives any row. */
export interface Exists extends Node {
  readonly kind: "Exists";
  readonly relation: RelationNode;
}

/** `values IN (query)`, with SQL's three-valued answer when NULLs are about. */
export interface InSubquery extends Node {
  readonly kind: "InSubquery";
  readonly values: readonly Expression[];
  readonly relation: RelationNode;
}

/** A scalar computation as the user wrote it: names and types not yet known. */
export type Expression =
  | Literal
  | ColumnReference
  | Star
  | Call
  | Alias
  | Cast
  | Case
  | Lambda
  | FieldAccess
  | JsonPath
  | SortKey
  | WindowExpression
  | ScalarSubquery
  | Exists
  | InSubquery;
