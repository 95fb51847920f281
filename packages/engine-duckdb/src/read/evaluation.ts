import type { Session } from "@sluice/pipelines";
import type { DataType, ExpectPlan, Plan, ScanPlan } from "@sluice/query";
import { type ColumnName, nameColumns } from "../compile/column-names.ts";
import type { Observer } from "../compile/context.ts";
import { exposeFilePaths } from "../compile/file-path.ts";
import { compilePlan } from "../compile/plan.ts";
import { toValue } from "../connection/row-values.ts";
import { type KeyedScan, keyedScans, rangeCondition } from "./key-ranges.ts";
import { prepareScans, type ReadContext, type ScanSource, scanWithNames, type WantedRows } from "./prepare-scans.ts";
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
  const sources = await prepareScans([root], context.read, context.known, await wantedRows(root, context));
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

/** Keys that rows of scanned tables must meet to have partners in the joins above them, by scan: how many they are, and their range, is read first. */
async function wantedRows(plan: Plan, context: EvaluationContext): Promise<ReadonlyMap<number, WantedRows>> {
  const { read, known } = context;
  const found = new Map<number, WantedRows>();
  for (const keyed of keyedScans(plan, read.inputs, new Set(known.map((one) => one.scan.scan)))) {
    if (!found.has(keyed.scan.scan) && (await isWorthKeys(read, keyed.scan)))
      found.set(keyed.scan.scan, await wantedBy(keyed, context));
  }
  return found;
}

async function wantedBy({ keys, pairs }: KeyedScan, context: EvaluationContext): Promise<WantedRows> {
  const { read, known, session } = context;
  const { sql, name } = await evaluate(keys, { read, session, known });
  const items = ["count(*)", ...pairs.flatMap(({ key }) => [`min(${name(key)})`, `max(${name(key)})`])];
  const [row = []] = await (await read.connection.read(`SELECT ${items.join(", ")} FROM (${sql})`)).getRows();
  const value = (at: number, type: DataType) => toValue(row[at] ?? null, type);
  const ranges = pairs.map(({ key }, i) => ({
    least: value(i * 2 + 1, key.dataType),
    greatest: value(i * 2 + 2, key.dataType),
  }));
  const equal = pairs.flatMap(({ column, how, key }) => (how === "=" ? [{ column: column.name, key: name(key) }] : []));
  return { condition: rangeCondition(pairs, ranges), keys: { sql, rows: Number(row[0]), equal } };
}

/** Whether files could be left out, or there are deleted rows that need not be looked for among rows without partners. */
async function isWorthKeys({ tables, inputs }: ReadContext, scan: ScanPlan): Promise<boolean> {
  const slice = inputs.get(scan.scan);
  if (slice?.kind !== "TableVersion") return false;
  const { files } = await sliceFiles(tables, slice);
  return files.length > 1 || files.some((file) => file.deletionVector !== undefined);
}

/** The Expect whose rows are the plan's rows: the root, or below nothing but Projects. */
export function topmostExpect(plan: Plan): ExpectPlan | undefined {
  if (plan.kind === "Expect") return plan;
  return plan.kind === "Project" || plan.kind === "Watermark" ? topmostExpect(plan.input) : undefined;
}
