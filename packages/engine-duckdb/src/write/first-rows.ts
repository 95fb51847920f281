import type { InputSlice } from "@sluice/pipelines";
import type { DeduplicatePlan, ScanPlan } from "@sluice/query";
import type { Connection } from "../connection/duck-db.ts";
import { type EvaluationContext, evaluate } from "../read/evaluation.ts";
import type { ScanSource } from "../read/prepare-scans.ts";
import { hasRowPosition, positionedScan, ROW_POSITION, withRowPosition } from "../read/row-position.ts";
import { countRows, sliceFiles, type TableReading } from "../read/table-rows.ts";

const MANY_ROWS = 200_000;

/**
 * The first row of each key as a SELECT that may be evaluated several times with the same result; only the keys that occur more than once are kept, in the
 * temporary table `table`. With many rows that takes less time and far less memory than to keep the rows. Undefined when there are few, or when rows cannot be told apart.
 */
export async function firstRows(
  connection: Connection,
  node: DeduplicatePlan,
  context: EvaluationContext,
  table: string,
): Promise<Omit<ScanSource, "scan"> | undefined> {
  const plan = node.keys.length === 0 ? undefined : withRowPosition(node.input);
  const scan = plan === undefined ? undefined : positionedScan(plan);
  const slice = scan === undefined ? undefined : context.read.inputs.get(scan.scan);
  if (plan === undefined || scan === undefined || !(await isLarge(context.read, scan, slice))) return undefined;
  const { sql, name } = await evaluate(plan, context);
  const position = name(ROW_POSITION);
  const keys = node.input.output.filter((one) => node.keys.includes(one.id)).map(name);
  await connection.createTemporaryTable(
    table,
    `SELECT ${keys.join(", ")}, min(${position}) AS ${position} FROM (${sql}) GROUP BY ${keys.join(", ")} HAVING count(*) > 1`,
  );
  const same = keys.map((key) => `a.${key} IS NOT DISTINCT FROM b.${key}`).join(" AND ");
  const columns = node.output.map((one) => `a.${name(one)}`).join(", ");
  const rows = `SELECT ${columns} FROM (${sql}) AS a LEFT JOIN ${table} AS b ON ${same} WHERE b.${position} IS NULL OR b.${position} = a.${position}`;
  return { sql: rows, nameOf: name };
}

async function isLarge(reading: TableReading, scan: ScanPlan, slice: InputSlice | undefined): Promise<boolean> {
  if (slice?.kind !== "TableAppends" && slice?.kind !== "TableVersion") return false;
  const { snapshot } = await sliceFiles(reading.tables, slice);
  if (!hasRowPosition([...scan.output.slice(0, -1), ...snapshot.metadata.schema.fields])) return false;
  return ((await countRows(reading.tables, slice)) ?? 0) >= MANY_ROWS;
}
