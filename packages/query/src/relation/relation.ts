import type { StructType } from "../data-type/data-type.ts";
import type {
  Exists,
  Expression,
  InSubquery,
  Origin,
  ScalarSubquery,
  SortKey,
  Span,
  Value,
} from "../expression/expression.ts";

interface Node {
  /** Identity of the DataFrame that made this node, for references such as `orders.col("id")`. */
  readonly planId?: number;
  /** Where the user called the method that made this node. */
  readonly origin?: Origin;
  readonly span?: Span;
}

/** A dataset or table by name. `streaming` for `readStream` and `STREAM t`. `options` as given to the reader. */
export interface NamedTable extends Node {
  readonly kind: "NamedTable";
  readonly name: readonly string[];
  readonly streaming: boolean;
  readonly options: Readonly<Record<string, string>>;
  /** `VERSION AS OF` / `TIMESTAMP AS OF`. */
  readonly version?: number;
  readonly timestamp?: Expression;
}

/** A read by format and path. Option keys keep the user's spelling; they compare ignoring case. */
export interface DataSource extends Node {
  readonly kind: "DataSource";
  readonly format: string;
  readonly paths: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly schema?: StructType;
  readonly streaming: boolean;
}

/** A table function in FROM: `range(3)`, `read_files('p', format => 'json')`, `event_log(TABLE(t))`, `explode(x)`. */
export interface TableFunction extends Node {
  readonly kind: "TableFunction";
  readonly name: string;
  readonly args: readonly { readonly name?: string; readonly value: Expression | NamedTable }[];
  readonly streaming: boolean;
}

/** Rows given by the program, in the schema's field order. */
export interface LocalRelation extends Node {
  readonly kind: "LocalRelation";
  readonly schema: StructType;
  readonly rows: readonly (readonly Value[])[];
}

/** `VALUES (1, 'a'), ..`: columns `col1`, `col2`, .. */
export interface InlineTable extends Node {
  readonly kind: "InlineTable";
  readonly rows: readonly (readonly Expression[])[];
}

/** A SELECT without FROM: one row, no columns. */
export interface OneRow extends Node {
  readonly kind: "OneRow";
}

/** SELECT without aggregates: the expressions over each row of `input`. */
export interface Project extends Node {
  readonly kind: "Project";
  readonly input: Relation;
  readonly expressions: readonly Expression[];
}

/** The rows for which `condition` is TRUE; FALSE and NULL drop a row. */
export interface Filter extends Node {
  readonly kind: "Filter";
  readonly input: Relation;
  readonly condition: Expression;
}

/** HAVING: a filter that may use aggregates and grouping columns of the Aggregate below. */
export interface Having extends Node {
  readonly kind: "Having";
  readonly input: Relation;
  readonly condition: Expression;
}

/** QUALIFY: a filter over window expressions of the Project or Aggregate below. */
export interface Qualify extends Node {
  readonly kind: "Qualify";
  readonly input: Relation;
  readonly condition: Expression;
}

/** How rows without a partner are treated; `semi` and `anti` keep columns of the left side only. */
export type JoinKind = "inner" | "left" | "right" | "full" | "semi" | "anti" | "cross";

/** Pairs of rows of two inputs. At most one of `condition`, `using`, `natural`; without any, every pair. */
export interface Join extends Node {
  readonly kind: "Join";
  readonly left: Relation;
  readonly right: Relation;
  readonly how: JoinKind;
  readonly condition?: Expression;
  readonly using?: readonly string[];
  readonly natural?: boolean;
  /** The right side may refer to columns of the left. */
  readonly lateral?: boolean;
}

/** `aggregates` is the whole select list. `groupBy "all"` is GROUP BY ALL. Ordinals in `grouping` are integer literals. */
export interface Aggregate extends Node {
  readonly kind: "Aggregate";
  readonly input: Relation;
  readonly groupBy: "expressions" | "all" | "rollup" | "cube" | "sets";
  readonly grouping: readonly Expression[];
  /** Only for "sets": each set as expressions that also stand in `grouping`. */
  readonly sets?: readonly (readonly Expression[])[];
  readonly aggregates: readonly Expression[];
  /** From `df.groupBy(..).agg(..)`: the grouping columns come first in the output and are not repeated in `aggregates`. */
  readonly keepGrouping: boolean;
}

/** `input` in the order of `keys`, the first deciding. */
export interface Sort extends Node {
  readonly kind: "Sort";
  readonly input: Relation;
  readonly keys: readonly SortKey[];
}

/** At most `count` rows; `count` is a constant. */
export interface Limit extends Node {
  readonly kind: "Limit";
  readonly input: Relation;
  readonly count: Expression;
}

/** `input` without its first `count` rows; `count` is a constant. */
export interface Offset extends Node {
  readonly kind: "Offset";
  readonly input: Relation;
  readonly count: Expression;
}

/** One row per key: `columns` absent means all columns. */
export interface Deduplicate extends Node {
  readonly kind: "Deduplicate";
  readonly input: Relation;
  readonly columns?: readonly string[];
  readonly withinWatermark: boolean;
}

/** UNION, INTERSECT or EXCEPT of two inputs, by position or by name. */
export interface SetOperation extends Node {
  readonly kind: "SetOperation";
  readonly left: Relation;
  readonly right: Relation;
  readonly operation: "union" | "intersect" | "except";
  readonly all: boolean;
  readonly byName: boolean;
  readonly allowMissingColumns: boolean;
}

/** `input AS alias (columns)`: a qualifier for its columns, and new names if given. */
export interface SubqueryAlias extends Node {
  readonly kind: "SubqueryAlias";
  readonly input: Relation;
  readonly alias: string;
  readonly columns?: readonly string[];
}

/** Adds columns at the end, or replaces those of the same name in place. */
export interface WithColumns extends Node {
  readonly kind: "WithColumns";
  readonly input: Relation;
  readonly columns: readonly { readonly name: string; readonly expression: Expression }[];
}

/** Renames columns that exist; unknown names are ignored, as in Spark. */
export interface WithColumnsRenamed extends Node {
  readonly kind: "WithColumnsRenamed";
  readonly input: Relation;
  readonly renames: readonly { readonly from: string; readonly to: string }[];
}

/** Drops columns that exist; unknown names are ignored, as in Spark. */
export interface Drop extends Node {
  readonly kind: "Drop";
  readonly input: Relation;
  readonly columns: readonly Expression[];
}

/** All columns renamed, in order. */
export interface ToDF extends Node {
  readonly kind: "ToDF";
  readonly input: Relation;
  readonly names: readonly string[];
}

/** Replaces NULLs of the columns named (or all of the value's type) by a value; `dropna` is `DropNulls`. */
export interface FillNulls extends Node {
  readonly kind: "FillNulls";
  readonly input: Relation;
  readonly values: readonly { readonly columns?: readonly string[]; readonly value: Expression }[];
}

/** `input` without rows that hold NULLs. */
export interface DropNulls extends Node {
  readonly kind: "DropNulls";
  readonly input: Relation;
  readonly columns?: readonly string[];
  /** Rows with fewer non-NULL values than this are dropped; absent: any NULL drops. */
  readonly minNonNulls?: number;
}

/** Declares how late rows of a stream may come, by an event-time column and an interval such as "10 minutes". */
export interface WithWatermark extends Node {
  readonly kind: "WithWatermark";
  readonly input: Relation;
  readonly eventTime: string;
  readonly delay: string;
}

/** `LATERAL VIEW [OUTER] generator t AS a, b`. */
export interface LateralView extends Node {
  readonly kind: "LateralView";
  readonly input: Relation;
  readonly generator: Expression;
  readonly outer: boolean;
  readonly table?: string;
  readonly columns: readonly string[];
}

/** A random part of the rows. The same seed gives the same rows for the same input order. */
export interface Sample extends Node {
  readonly kind: "Sample";
  readonly input: Relation;
  readonly fraction: number;
  readonly seed?: number;
}

/** PIVOT: one column for each of `values` and aggregate. */
export interface Pivot extends Node {
  readonly kind: "Pivot";
  readonly input: Relation;
  readonly aggregates: readonly Expression[];
  readonly columns: readonly Expression[];
  readonly values: readonly Expression[];
  /** From `groupBy(..).pivot(..)`; absent in SQL, where all other columns group. */
  readonly grouping?: readonly Expression[];
}

/** UNPIVOT: one row for each of `values` of an input row. */
export interface Unpivot extends Node {
  readonly kind: "Unpivot";
  readonly input: Relation;
  readonly values: readonly { readonly columns: readonly Expression[]; readonly alias?: string }[];
  readonly nameColumn: string;
  readonly valueColumns: readonly string[];
  readonly includeNulls: boolean;
  readonly ids?: readonly Expression[];
}

/** WITH: names visible in `input` and in the definitions that follow; with `recursive` in their own definition too. */
export interface With extends Node {
  readonly kind: "With";
  readonly recursive?: true;
  readonly definitions: readonly {
    readonly name: string;
    readonly columns?: readonly string[];
    /** `MAX RECURSION LEVEL`: the level at which rows are an error, the first being 0. */
    readonly maxLevel?: number;
    readonly relation: Relation;
  }[];
  readonly input: Relation;
}

/** A relation that nothing here evaluates: the analyzer refuses it by its name. `span` is the part that is not evaluated. */
export interface UnsupportedRelation extends Node {
  readonly kind: "UnsupportedRelation";
  /** What the part is called. */
  readonly feature: string;
  /** What to write instead: a sentence. */
  readonly instead: string;
  /** The relation as it is written. */
  readonly text: string;
}

/** A set of rows as the user wrote it: names and types not yet known. Shapes follow Spark Connect's messages. */
export type Relation =
  | NamedTable
  | DataSource
  | TableFunction
  | LocalRelation
  | InlineTable
  | OneRow
  | Project
  | Filter
  | Having
  | Qualify
  | Join
  | Aggregate
  | Sort
  | Limit
  | Offset
  | Deduplicate
  | SetOperation
  | SubqueryAlias
  | WithColumns
  | WithColumnsRenamed
  | Drop
  | ToDF
  | FillNulls
  | DropNulls
  | WithWatermark
  | LateralView
  | Sample
  | Pivot
  | Unpivot
  | With
  | UnsupportedRelation;

/** The leaves whose columns only the world knows. */
export type Leaf = NamedTable | DataSource | TableFunction;

/** The relation of a sub-query expression, with its type. */
export function subqueryRelation(subquery: ScalarSubquery | Exists | InSubquery): Relation {
  return subquery.relation as Relation;
}
