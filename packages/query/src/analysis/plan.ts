import type { DataType, StructType } from "../data-type/data-type.ts";
import type { Expression, Origin, Span, Value } from "../expression/expression.ts";
import type { JoinKind, Leaf, Relation } from "../relation/relation.ts";

/** A column of a plan. `id` is unique in one analysis; a column passed through unchanged keeps it. */
export interface Attribute {
  readonly id: number;
  readonly name: string;
  readonly dataType: DataType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface TypedNode {
  readonly dataType: DataType;
  readonly nullable: boolean;
  readonly span?: Span;
}

/** A constant; `value` as described at `Value`. */
export interface TypedLiteral extends TypedNode {
  readonly kind: "Literal";
  readonly value: Value;
}

/** A column of an input of this node or, in a correlated sub-query, of an outer one: ids never clash. */
export interface TypedColumn extends TypedNode {
  readonly kind: "Column";
  readonly id: number;
  readonly name: string;
}

/**
 * A catalogue function or operator by its canonical name (aliases such as `ifnull` are already replaced). Arguments have been cast to the types that
 * Spark's rules ask for, named arguments put in their positions, defaults left out.
 */
export interface TypedCall extends TypedNode {
  readonly kind: "Call";
  readonly name: string;
  readonly args: readonly Typed[];
  readonly distinct?: boolean;
  readonly filter?: Typed;
  readonly orderBy?: readonly TypedSortKey[];
  readonly ignoreNulls?: boolean;
}

/** A conversion to `dataType`. With `try`, or outside of ANSI mode, a bad value is NULL. */
export interface TypedCast extends TypedNode {
  readonly kind: "Cast";
  readonly expression: Typed;
  readonly try: boolean;
  /** A value that the type cannot hold is an error whatever the session's mode, as where Spark writes into a table. */
  readonly strict?: boolean;
}

/** The first branch whose condition is TRUE; NULL when none is and there is no `otherwise`. All results have the node's type. */
export interface TypedCase extends TypedNode {
  readonly kind: "Case";
  readonly branches: readonly { readonly when: Typed; readonly then: Typed }[];
  readonly otherwise?: Typed;
}

/** A function given to a higher-order function; its type is that of its body. */
export interface TypedLambda extends TypedNode {
  readonly kind: "Lambda";
  readonly parameters: readonly LambdaParameter[];
  readonly body: Typed;
}

/** A name bound by a lambda. Ids are unique in one analysis. */
export interface LambdaParameter {
  readonly id: number;
  readonly name: string;
  readonly dataType: DataType;
}

/** A use of a lambda's parameter. */
export interface TypedLambdaVariable extends TypedNode {
  readonly kind: "LambdaVariable";
  readonly id: number;
  readonly name: string;
}

/** Field `ordinal` (from 0) named `field` of a struct. NULL struct gives NULL. */
export interface TypedFieldAccess extends TypedNode {
  readonly kind: "FieldAccess";
  readonly expression: Typed;
  readonly field: string;
  readonly ordinal: number;
}

/** Databricks' `text:a.b[0]`: the text found at a path of JSON text, NULL when there is none. */
export interface TypedJsonPath extends TypedNode {
  readonly kind: "JsonPath";
  readonly expression: Typed;
  readonly path: readonly (string | number)[];
}

/** One key of an order; the place of NULLs is always said. */
export interface TypedSortKey {
  readonly expression: Typed;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}

/** One end of a window frame. */
export type TypedFrameBound =
  | { readonly kind: "UnboundedPreceding" | "UnboundedFollowing" | "CurrentRow" }
  | { readonly kind: "Preceding" | "Following"; readonly offset: Typed };

/** A window function over the rows of the same partition. */
export interface TypedWindow extends TypedNode {
  readonly kind: "Window";
  readonly call: TypedCall;
  readonly partitionBy: readonly Typed[];
  readonly orderBy: readonly TypedSortKey[];
  readonly frame?: {
    readonly unit: "rows" | "range";
    readonly lower: TypedFrameBound;
    readonly upper: TypedFrameBound;
  };
}

/** The value of a query of one column; NULL for no row, an error for several. */
export interface TypedScalarSubquery extends TypedNode {
  readonly kind: "ScalarSubquery";
  readonly plan: Plan;
}

/** Whether a query gives any row. */
export interface TypedExists extends TypedNode {
  readonly kind: "Exists";
  readonly plan: Plan;
}

/** `values IN (plan)`; one column of the plan for each value. */
export interface TypedInSubquery extends TypedNode {
  readonly kind: "InSubquery";
  readonly values: readonly Typed[];
  readonly plan: Plan;
}

/** A scalar computation with names resolved and types known. */
export type Typed =
  | TypedLiteral
  | TypedColumn
  | TypedCall
  | TypedCast
  | TypedCase
  | TypedLambda
  | TypedLambdaVariable
  | TypedFieldAccess
  | TypedJsonPath
  | TypedWindow
  | TypedScalarSubquery
  | TypedExists
  | TypedInSubquery;

/** An expression and the column it makes. `{expression: Column x, attribute: x}` passes x through. */
export interface Named {
  readonly attribute: Attribute;
  readonly expression: Typed;
}

interface PlanNode {
  /** The columns, in order. Names may repeat; ids do not. */
  readonly output: readonly Attribute[];
  readonly origin?: Origin;
  readonly span?: Span;
}

/**
 * Rows of the world. `scan` is unique in one analysis (a leaf read twice is two scans). `output` has one attribute per column of the leaf, hidden columns
 * (`_metadata`) only when the query uses them; consumers may prune columns by what is used above.
 */
export interface ScanPlan extends PlanNode {
  readonly kind: "Scan";
  readonly scan: number;
  readonly leaf: Leaf;
  readonly streaming: boolean;
}

/** Literal rows; with no columns and one row, the input of a SELECT without FROM. */
export interface ValuesPlan extends PlanNode {
  readonly kind: "Values";
  readonly rows: readonly (readonly Typed[])[];
}

/** `range(start, end, step)`: one column `id`. */
export interface RangePlan extends PlanNode {
  readonly kind: "Range";
  readonly start: bigint;
  readonly end: bigint;
  readonly step: bigint;
}

/** Each row of `input` through `columns`. */
export interface ProjectPlan extends PlanNode {
  readonly kind: "Project";
  readonly input: Plan;
  readonly columns: readonly Named[];
}

/** The rows for which `condition` is TRUE. */
export interface FilterPlan extends PlanNode {
  readonly kind: "Filter";
  readonly input: Plan;
  readonly condition: Typed;
}

/** USING and NATURAL are already an equality condition with a Project above. Semi and anti joins give the left side's columns. */
export interface JoinPlan extends PlanNode {
  readonly kind: "Join";
  readonly left: Plan;
  readonly right: Plan;
  readonly how: JoinKind;
  readonly condition?: Typed;
  readonly lateral: boolean;
}

/**
 * `columns` may mix aggregate calls with expressions over `grouping`. An expression of `columns` that equals a grouping expression refers to it. With `sets`
 * (positions into `grouping`), absent grouping columns are NULL.
 */
export interface AggregatePlan extends PlanNode {
  readonly kind: "Aggregate";
  readonly input: Plan;
  readonly grouping: readonly Typed[];
  readonly sets?: readonly (readonly number[])[];
  readonly columns: readonly Named[];
}

/** One generator (explode, posexplode, inline, stack, json_tuple and their `_outer`) applied to each row; `generated` follow the input's columns. */
export interface GeneratePlan extends PlanNode {
  readonly kind: "Generate";
  readonly input: Plan;
  readonly generator: TypedCall;
  readonly outer: boolean;
  readonly generated: readonly Attribute[];
}

/**
 * Each row with the session that it is in, as the column `session` (a struct of `start` and `end`) after the input's columns. A row alone is a session from
 * `time` to `time + gap`; sessions with the same `keys` that overlap or touch are one. Rows without a time, or whose gap is not positive, are left out.
 */
export interface SessionizePlan extends PlanNode {
  readonly kind: "Sessionize";
  readonly input: Plan;
  readonly keys: readonly Typed[];
  readonly time: Typed;
  /** An INTERVAL DAY TO SECOND, constant or of the row. */
  readonly gap: Typed;
  readonly session: Attribute;
}

/** `input` in the order of `keys`, the first deciding. */
export interface SortPlan extends PlanNode {
  readonly kind: "Sort";
  readonly input: Plan;
  readonly keys: readonly TypedSortKey[];
}

/** `input` without its first `offset` rows, then at most `count`. */
export interface LimitPlan extends PlanNode {
  readonly kind: "Limit";
  readonly input: Plan;
  readonly count?: number;
  readonly offset: number;
}

/** One row for each distinct value of the key columns (attribute ids of the input); which row is unspecified, as in Spark. All columns = DISTINCT. */
export interface DeduplicatePlan extends PlanNode {
  readonly kind: "Deduplicate";
  readonly input: Plan;
  readonly keys: readonly number[];
  readonly withinWatermark: boolean;
}

/** Both sides have the same number of columns of the same types; `output` carries new ids. */
export interface SetOperationPlan extends PlanNode {
  readonly kind: "SetOperation";
  readonly left: Plan;
  readonly right: Plan;
  readonly operation: "union" | "intersect" | "except";
  readonly all: boolean;
}

/**
 * The rows of `left`, then again and again those of `right` over the rows of the time before, which its `UnionLoopRef` with this `loop` gives, until there are
 * none. Both sides have the same number of columns of the same types. A row of level `maxLevel` (those of `left` are level 0) is an error.
 */
export interface UnionLoopPlan extends PlanNode {
  readonly kind: "UnionLoop";
  readonly left: Plan;
  readonly right: Plan;
  readonly loop: number;
  readonly maxLevel: number;
}

/** Within the right side of the UnionLoop of the same `loop`: its rows of the time before. */
export interface UnionLoopRefPlan extends PlanNode {
  readonly kind: "UnionLoopRef";
  readonly loop: number;
}

/** `input`, with the promise that rows come at most `delayMicroseconds` late by the column `eventTime`. */
export interface WatermarkPlan extends PlanNode {
  readonly kind: "Watermark";
  readonly input: Plan;
  readonly eventTime: number;
  readonly delayMicroseconds: bigint;
}

/** A random part of the rows. */
export interface SamplePlan extends PlanNode {
  readonly kind: "Sample";
  readonly input: Plan;
  readonly fraction: number;
  readonly seed?: number;
}

/** What becomes of a row that breaks a rule: kept and counted, left out and counted, the write is given up, or kept aside with its reasons. */
export type Policy = "warn" | "drop" | "fail" | "quarantine";

/** A named Boolean condition on the rows of a dataset. A row breaks it when the condition is FALSE; NULL passes unless `nullIsViolation`. */
export interface Rule {
  readonly name: string;
  readonly policy: Policy;
  readonly condition: Typed;
}

/** Rules checked on every row that passes here. Rows broken by `drop` or `quarantine` rules do not pass on; all rules see all rows. */
export interface ExpectPlan extends PlanNode {
  readonly kind: "Expect";
  readonly input: Plan;
  /** The dataset that declares the rules, as the event log names it. */
  readonly dataset: string;
  readonly rules: readonly Rule[];
  readonly nullIsViolation: boolean;
}

/** A set of rows with names resolved and types known: what engines evaluate. */
export type Plan =
  | ScanPlan
  | ValuesPlan
  | RangePlan
  | ProjectPlan
  | FilterPlan
  | JoinPlan
  | AggregatePlan
  | GeneratePlan
  | SessionizePlan
  | SortPlan
  | LimitPlan
  | DeduplicatePlan
  | SetOperationPlan
  | UnionLoopPlan
  | UnionLoopRefPlan
  | WatermarkPlan
  | SamplePlan
  | ExpectPlan;

/** What a leaf of a relation turned out to be. */
export type ResolvedLeaf =
  | {
      readonly kind: "Table";
      readonly schema: StructType;
      /** Columns that `*` leaves out and that exist when named, such as `_metadata`. */
      readonly hidden: StructType;
    }
  | {
      readonly kind: "View";
      readonly relation: Relation;
      readonly dataset: string;
      readonly rules: readonly { readonly name: string; readonly policy: Policy; readonly condition: Expression }[];
      readonly nullIsViolation: boolean;
    };
