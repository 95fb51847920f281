import type { Expression, Relation, Span, StructField } from "@sluice/query";

/** A table or schema by name, and where the name stands. */
export interface NameReference {
  readonly parts: readonly string[];
  readonly span: Span;
}

/** What people type for a table in LIKE of SHOW: `*` for anything, `|` between choices; letter case does not matter. */
type NamePattern = string;

/** `CREATE TABLE`. Columns with NOT NULL (`nullable: false`) and comments (`metadata.comment`); none with AS SELECT. */
export interface CreateTable {
  readonly kind: "CreateTable";
  readonly name: NameReference;
  readonly ifNotExists: boolean;
  readonly orReplace: boolean;
  readonly columns: readonly StructField[];
  readonly format?: string;
  /** Columns with types (`PARTITIONED BY (day DATE)`) are among `columns` too. */
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly location?: string;
  readonly comment?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly query?: Relation;
}

/** `INSERT`: by position unless `byName`; `columns` names the target's columns that the query's columns go to. */
export interface Insert {
  readonly kind: "Insert";
  readonly table: NameReference;
  readonly overwrite: boolean;
  readonly byName: boolean;
  readonly columns?: readonly NameReference[];
  readonly query: Relation;
}

/** `CREATE VIEW`: only views of the session are kept. */
export interface CreateView {
  readonly kind: "CreateView";
  readonly name: NameReference;
  readonly columns?: readonly string[];
  readonly replace: boolean;
  readonly ifNotExists: boolean;
  readonly query: Relation;
}

/** `column = value`. */
export interface Assignment {
  readonly column: NameReference;
  readonly value: Expression;
}

/** The table whose rows a statement changes, by the name that its expressions have for it. `condition` as written is `text`. */
export interface ChangeTable {
  readonly table: NameReference;
  readonly alias: string;
  readonly condition?: Expression;
  readonly text?: string;
  /** Of UPDATE. */
  readonly assignments?: readonly Assignment[];
}

/** `WHEN [NOT] MATCHED [BY SOURCE] [AND condition] THEN ..`. `all`: every column is set to that of the source (`*`). */
export interface MergeClause {
  readonly when: "Matched" | "NotMatched" | "NotMatchedBySource";
  readonly condition?: Expression;
  readonly text?: string;
  readonly action: "update" | "delete" | "insert";
  readonly assignments?: readonly Assignment[];
  readonly all?: boolean;
}

/** `MERGE INTO`. */
export interface Merge extends Pick<ChangeTable, "table" | "alias"> {
  readonly kind: "Merge";
  readonly source: Relation;
  readonly sourceAlias: string;
  readonly on: Expression;
  /** The condition as written. */
  readonly text: string;
  readonly clauses: readonly MergeClause[];
}

/** One statement in Spark SQL, understood but not yet looked up. */
export type Statement =
  | { readonly kind: "Query"; readonly query: Relation }
  | { readonly kind: "Explain"; readonly query: Relation }
  | CreateTable
  | CreateView
  | Insert
  | ({ readonly kind: "Change"; readonly operation: "DELETE" | "UPDATE" } & ChangeTable)
  | Merge
  | { readonly kind: "CreateSchema"; readonly name: NameReference; readonly ifNotExists: boolean }
  | { readonly kind: "DropTable"; readonly name: NameReference; readonly ifExists: boolean }
  | { readonly kind: "DropView"; readonly name: NameReference; readonly ifExists: boolean }
  | { readonly kind: "DropSchema"; readonly name: NameReference; readonly ifExists: boolean; readonly cascade: boolean }
  | { readonly kind: "Set"; readonly key?: string; readonly value?: string }
  | { readonly kind: "Reset"; readonly key?: string }
  | { readonly kind: "Use"; readonly schema: NameReference }
  | {
      readonly kind: "DescribeTable";
      readonly table: NameReference;
      readonly extended: boolean;
      readonly column?: string;
    }
  | { readonly kind: "DescribeDetail"; readonly table: NameReference }
  | { readonly kind: "DescribeHistory"; readonly table: NameReference; readonly limit?: number }
  | { readonly kind: "DescribeQuery"; readonly query: Relation }
  | { readonly kind: "DescribeSchema"; readonly schema: NameReference }
  | { readonly kind: "ShowTables"; readonly schema?: NameReference; readonly pattern?: NamePattern }
  | { readonly kind: "ShowViews"; readonly schema?: NameReference; readonly pattern?: NamePattern }
  | { readonly kind: "ShowSchemas"; readonly pattern?: NamePattern }
  | { readonly kind: "ShowColumns"; readonly table: NameReference }
  | {
      readonly kind: "ShowPartitions";
      readonly table: NameReference;
      /** Only partitions with these values. */
      readonly values: readonly { readonly column: NameReference; readonly value: Expression }[];
    }
  | { readonly kind: "ShowProperties"; readonly table: NameReference; readonly key?: string }
  | { readonly kind: "ShowCreateTable"; readonly table: NameReference }
  | { readonly kind: "ShowFunctions"; readonly pattern?: NamePattern };
