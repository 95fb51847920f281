import type { Span } from "../expression/expression.ts";
import type { With } from "../relation/relation.ts";
import type { Attribute, Named, Plan, Typed, TypedColumn } from "./plan.ts";

/** A column that names can mean. */
export interface ScopeColumn {
  readonly attribute: Attribute;
  /** The table's name, its last part last; empty when the column belongs to none. */
  readonly qualifier: readonly string[];
  /** `metadata` columns are found by name only, `using` columns by qualified name only; neither is in `*`. */
  readonly hidden?: "metadata" | "using";
}

/** Where names are looked up: this row's columns, then those below it, then the row outside of a sub-query. */
export interface Scope {
  readonly columns: readonly ScopeColumn[];
  readonly below?: Scope;
  readonly outer?: Scope;
  /** TRUE when a relation below failed: names that are not found are then nobody's fault. */
  readonly poisoned: boolean;
}

/** A name that WITH defined: its rows, analyzed once. */
export interface CommonTable {
  readonly definition: With["definitions"][number];
  readonly analyzed: Analyzed;
  /** Several references read it: each gets columns of its own over one plan. */
  readonly shared: boolean;
}

/** What surrounds a relation: the names of WITH by lower-case name, and the outer row of a sub-query. */
export interface Environment {
  readonly commonTables: ReadonlyMap<string, CommonTable>;
  readonly outer?: Scope;
}

/** The surroundings with one more name of WITH, which may hide another. */
export function withTable(environment: Environment, table: CommonTable): Environment {
  const name = table.definition.name.toLowerCase();
  return { ...environment, commonTables: new Map([...environment.commonTables, [name, table]]) };
}

/** An analyzed relation: its plan and the names that its columns go by. */
export interface Analyzed {
  readonly plan: Plan;
  readonly columns: readonly ScopeColumn[];
  readonly poisoned: boolean;
  /** Present right above a select list: how HAVING, QUALIFY and ORDER BY reach below it. */
  readonly select?: SelectList;
}

/** A select list that clauses above may look through. */
export interface SelectList {
  /** The rows below the list. */
  readonly below: Scope;
  readonly aggregates: boolean;
  /** Rewrites an expression over the list and what is below into one over the list and columns added to it. */
  readonly reach: (typed: Typed) => { readonly typed: Typed; readonly extra: readonly Named[] };
  /** The plan with columns added at the end. */
  readonly build: (extra: readonly Named[]) => Plan;
}

/** The columns that `*` means. */
export function visibleColumns(columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  return columns.filter((column) => column.hidden === undefined);
}

/** The columns that stay reachable by name above a select list. */
export function metadataColumns(columns: readonly ScopeColumn[]): readonly ScopeColumn[] {
  return columns.filter((column) => column.hidden === "metadata");
}

/** The scope of an analyzed relation's own columns. */
export function scopeOf(analyzed: Analyzed, environment: Environment): Scope {
  const { columns, poisoned } = analyzed;
  return environment.outer ? { columns, poisoned, outer: environment.outer } : { columns, poisoned };
}

/** A reference to a column. */
export function columnOf({ id, name, dataType, nullable }: Attribute): TypedColumn {
  return { kind: "Column", id, name, dataType, nullable };
}

/** The same from a place in the text, if it has one. */
export function columnAt(attribute: Attribute, span: Span | undefined): TypedColumn {
  const { id, name, dataType, nullable } = attribute;
  return span ? { kind: "Column", id, name, dataType, nullable, span } : columnOf(attribute);
}

/** The column as it is where rows may be missing. */
export function asNullable(attribute: Attribute): Attribute {
  const { id, name, dataType, nullable, metadata } = attribute;
  return nullable ? attribute : { id, name, dataType, nullable: true, metadata };
}

/** The column under the same names, with another attribute. */
export function withAttribute(column: ScopeColumn, attribute: Attribute): ScopeColumn {
  const { qualifier, hidden } = column;
  if (column.attribute === attribute) return column;
  return hidden ? { attribute, qualifier, hidden } : { attribute, qualifier };
}

/** A column passed through unchanged. */
export function passThrough(attribute: Attribute): Named {
  return { attribute, expression: columnOf(attribute) };
}

/** Columns that belong to no table. */
export function unqualified(attributes: readonly Attribute[]): readonly ScopeColumn[] {
  return attributes.map((attribute) => ({ attribute, qualifier: [] }));
}
