import type { Session } from "@sluice/pipelines";
import type { ExpectPlan, Plan } from "@sluice/query";
import { type ColumnName, nameColumns } from "../compile/column-names.ts";
import type { Observer } from "../compile/context.ts";
import { exposeFilePaths } from "../compile/file-path.ts";
import { compilePlan } from "../compile/plan.ts";
import { prepareScans, type ReadContext, type ScanSource, scanWithNames } from "./prepare-scans.ts";

/** A plan as a SELECT, and the names of its columns there. */
export interface Evaluation {
  readonly plan: Plan;
  readonly sql: string;
  readonly name: ColumnName;
}

/** What compiling needs beside plan and inputs. */
export interface EvaluationContext {
  readonly read: ReadContext;
  readonly session: Session;
  /** Rows that are already in temporary tables. */
  readonly known: readonly ScanSource[];
  readonly observe?: Observer;
  readonly keepQuarantined?: boolean;
}

/** Finds the rows of a plan's scans and compiles it. */
export async function evaluate(plan: Plan, context: EvaluationContext): Promise<Evaluation> {
  const root = exposeFilePaths(plan);
  const name = nameColumns(root);
  const sources = await prepareScans([root], context.read, context.known);
  const sql = compilePlan(root, {
    scanSql: (scan) => {
      const source = sources.get(scan.scan);
      if (source === undefined) throw new Error(`scan ${scan.scan} was not prepared`);
      return scanWithNames(source, name);
    },
    session: context.session,
    ...(context.observe === undefined ? {} : { observe: context.observe }),
    ...(context.keepQuarantined === undefined ? {} : { keepQuarantined: context.keepQuarantined }),
  });
  return { plan: root, sql, name };
}

/** The Expect whose rows are the plan's rows: the root, or below nothing but Projects. */
export function topmostExpect(plan: Plan): ExpectPlan | undefined {
  if (plan.kind === "Expect") return plan;
  return plan.kind === "Project" || plan.kind === "Watermark" ? topmostExpect(plan.input) : undefined;
}
