import type { QueryProblem } from "../expression/problem.ts";
import type { Leaf } from "../relation/relation.ts";
import type { ResolvedLeaf } from "./plan.ts";

/** What an analysis must know of the world. */
export interface AnalysisOptions {
  /** What a leaf is, or why it is nothing. Asked at most once for each leaf object. */
  readonly resolveLeaf: (leaf: Leaf) => ResolvedLeaf | QueryProblem;
  /** Spark's `spark.sql.ansi.enabled`. */
  readonly ansi: boolean;
  /** The session's time zone, an IANA name. */
  readonly timeZone: string;
  /** What `current_catalog()` is; absent: spark_catalog. */
  readonly catalog?: string | undefined;
  /** What `current_schema()` is; absent: default. */
  readonly schema?: string | undefined;
  /** The greatest numbers that are taken already, where the result is to stand among other plans; absent: none is. */
  readonly after?: { readonly attribute: number; readonly scan: number };
}
