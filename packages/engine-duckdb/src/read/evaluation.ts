import type { Session } from "@sluice/pipelines";
import type { DataType, ExpectPlan, Plan, ScanPlan, Typed } from "@sluice/query";
import { type ColumnName, nameColumns } from "../compile/column-names.ts";
import type { Observer } from "../compile/context.ts";
import { exposeFilePaths } from "../compile/file-path.ts";
import { compilePlan } from "../compile/plan.ts";
import { toValue } from "../connection/row-values.ts";
import { keyedScans, rangeCondition } from "./key-ranges.ts";
import { prepareScans, type ReadContext, type ScanSource, scanWithNames } from "./prepare-scans.ts";
import { sliceFiles } from "./table-rows.ts";

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
  const sources = await prepareScans([root], context.read, context.known, await keyConditions(root, context));
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

/** What rows of scanned tables must be to have partners in the joins above them, by scan: the range of the keys there, which is read first. */
async function keyConditions(plan: Plan, context: EvaluationContext): Promise<ReadonlyMap<number, Typed>> {
  const { read, known } = context;
  const conditions = new Map<number, Typed>();
  for (const { scan, keys, pairs } of keyedScans(plan, read.inputs, new Set(known.map((one) => one.scan.scan)))) {
    if (conditions.has(scan.scan) || !(await hasSeveralFiles(read, scan))) continue;
    const { sql, name } = await evaluate(keys, { read, session: context.session, known });
    const items = pairs.flatMap(({ key }) => [`min(${name(key)})`, `max(${name(key)})`]);
    const [row = []] = (await read.connection.read(`SELECT ${items.join(", ")} FROM (${sql})`)).getRows();
    const value = (at: number, type: DataType) => toValue(row[at] ?? null, type);
    const ranges = pairs.map(({ key }, i) => ({
      least: value(i * 2, key.dataType),
      greatest: value(i * 2 + 1, key.dataType),
    }));
    conditions.set(scan.scan, rangeCondition(pairs, ranges));
  }
  return conditions;
}

async function hasSeveralFiles({ tables, inputs }: ReadContext, scan: ScanPlan): Promise<boolean> {
  const slice = inputs.get(scan.scan);
  return slice?.kind === "TableVersion" && (await sliceFiles(tables, slice)).files.length > 1;
}

/** The Expect whose rows are the plan's rows: the root, or below nothing but Projects. */
export function topmostExpect(plan: Plan): ExpectPlan | undefined {
  if (plan.kind === "Expect") return plan;
  return plan.kind === "Project" || plan.kind === "Watermark" ? topmostExpect(plan.input) : undefined;
}
