import type { Session } from "@sluice/pipelines";
import type { Attribute, ExpectPlan, Plan, ScanPlan, Typed, TypedCall } from "@sluice/query";
import type { Item, Select } from "./select.ts";

/** What a statement needs to know beside its plan. */
export interface CompileContext {
  /** A SELECT or table expression with one column for each attribute of `scan.output`, named by `nameColumns` of the whole plan. */
  readonly scanSql: (scan: ScanPlan) => string;
  readonly session: Session;
  /** Absent: rules still drop rows and raise, but nothing is counted. */
  readonly observe?: Observer;
  /** The topmost Expect keeps rows broken by its `quarantine` rules and gains a last column `__quarantine`. */
  readonly keepQuarantined?: boolean;
}

/** The SQL of what is noted while rows pass an Expect. All expressions are evaluated once for each row they speak of. */
export interface Observer {
  /** Counts one row that breaks a rule; `index` is the rule's place in `expect.rules`. A BIGINT above 0, such as `nextval('"x"')`. */
  violation(expect: ExpectPlan, index: number): { readonly count: string };
  /** Counts one row left out (or set aside) by drop and quarantine rules. A BIGINT above 0. Absent or undefined: nobody asks. */
  dropped?(expect: ExpectPlan): string | undefined;
  /** Counts every row that comes in, a BIGINT above 0; asked only for an Expect that is not topmost. */
  row(expect: ExpectPlan): string | undefined;
  /** Raises. `names` is a VARCHAR[] of the broken fail rules, `recordJson` a VARCHAR. */
  fail(expect: ExpectPlan, names: string, recordJson: string): string;
  /** Keeps a sample of a violating row. A BIGINT above 0. */
  capture?(expect: ExpectPlan, row: ViolatingRow): string;
}

/** SQL that tells of a row what rules it broke, and what it holds. */
export interface ViolatingRow {
  /** By rule: a BOOLEAN, true when the row broke it. */
  readonly broken: readonly string[];
  /** A BIGINT with bit i set for rule i. */
  readonly bitmask: string;
  /** A VARCHAR. */
  readonly json: string;
}

/** The name of the column that `keepQuarantined` adds: a VARCHAR[] of the broken quarantine rules, NULL for a good row. */
export const QUARANTINE_COLUMN = "__quarantine";

/** The name of the hidden column that a scan gives when `input_file_name()` stands above it: the path of the row's file. */
export const FILE_PATH_COLUMN = "__file_path";

/** Where an expression stands while it is compiled. */
export interface Scope {
  readonly session: Session;
  /** The quoted name of a column or lambda parameter. */
  readonly name: (column: { readonly id: number; readonly name: string }) => string;
  readonly sql: (expression: Typed) => string;
  /** The same in another scope: one that names some columns otherwise. */
  readonly compileIn: (expression: Typed, scope: Scope) => string;
  readonly subquery: (plan: Plan) => string;
  /** The text between `OVER` and the end, while the call of a window expression is compiled. */
  readonly over?: string;
  /** Sets an aggregate or window apart: given its SQL, answers the column that a SELECT below computes it in. */
  readonly apart?: (sql: string) => string;
  /** Grouping expressions of the Aggregate around, for `grouping()`. */
  readonly grouping?: readonly Typed[];
}

/** Where a plan node stands while it is compiled. */
export interface PlanScope extends Scope {
  readonly context: CompileContext;
  /** The Expect whose output is the statement's, if there is one. */
  readonly topmost?: ExpectPlan;
  readonly compile: (plan: Plan) => Select;
  /** Plans that have a name in the statement: only `compile` may look into them. */
  readonly named: ReadonlySet<Plan>;
  /** Columns passed through under their own names. */
  readonly passing: (output: readonly Attribute[]) => readonly Item[];
}

/** How one function is written: a template (`$1`, `$2` arguments, `$*` all of them, `$type` the result's type) or code. */
export type Emitter = string | ((call: TypedCall, scope: Scope) => string);

export type EmitterTable = Readonly<Record<string, Emitter>>;
