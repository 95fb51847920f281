import type { Expression, Origin, Policy, Relation, StructType } from "@sluice/query";

/** A rule as declared: SQL text or a column expression. */
export interface Expectation {
  readonly name: string;
  readonly condition: string | Expression;
  /** The condition as written in a SQL file. */
  readonly text?: string;
  readonly policy: Policy;
  readonly origin: Origin;
}

/** The table and columns that a foreign key means; no columns: the table's primary key. */
export interface KeyReference {
  readonly table: string;
  readonly columns: readonly string[];
}

/** A key as declared: information for readers, never enforced. */
export type KeyConstraint =
  | { readonly kind: "PrimaryKey"; readonly name?: string; readonly columns: readonly string[] }
  | {
      readonly kind: "ForeignKey";
      readonly name?: string;
      readonly columns: readonly string[];
      readonly references: KeyReference;
    };

/** What a declared query gives: any DataFrame. Read by shape, never by `instanceof`: a user's files may hold another copy of the package. */
export interface QueryLike {
  readonly relation: Relation;
}

/** A table or view as declared. `Table` becomes a streaming table or a materialized view by its query, as `dlt.table` does. */
export interface DatasetDeclaration {
  readonly kind: "Table" | "StreamingTable" | "MaterializedView" | "TemporaryView";
  /** One, two or three parts with dots, as given; a `LIVE.` prefix is ignored. */
  readonly name: string;
  readonly comment?: string;
  readonly schema?: string | StructType;
  readonly partitionBy: readonly string[];
  readonly clusterBy: readonly string[];
  readonly tableProperties: Readonly<Record<string, string>>;
  readonly sparkConf: Readonly<Record<string, string>>;
  readonly private: boolean;
  readonly expectations: readonly Expectation[];
  readonly keys?: readonly KeyConstraint[];
  /** Comments of columns by name, where no schema is declared that would hold them. */
  readonly columnComments?: Readonly<Record<string, string>>;
  readonly origin: Origin;
}

/** A query that writes one dataset. The flow of a dataset declared with a query has the dataset's name. */
export interface FlowDeclaration {
  readonly name: string;
  readonly target: string;
  readonly once: boolean;
  readonly comment?: string;
  readonly sparkConf: Readonly<Record<string, string>>;
  readonly query: () => QueryLike;
  readonly origin: Origin;
}

/** All that a pipeline's files declared, in order. */
export interface Declarations {
  readonly datasets: readonly DatasetDeclaration[];
  readonly flows: readonly FlowDeclaration[];
}
