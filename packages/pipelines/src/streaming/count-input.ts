import { LONG, type Plan, type ScanPlan, scans } from "@sluice/query";
import type { Engine, Inputs, Session } from "../engine/engine.ts";

/** Whether each row that a plan reads comes out of it once, so that what was written counts what was read. */
export function keepsEachRow(plan: Plan): boolean {
  if (plan.kind === "Project" || plan.kind === "Watermark") return keepsEachRow(plan.input);
  return plan.kind === "Scan";
}

/** The number of rows that a scan of a plan stands for. */
export async function countRows(
  plan: Plan,
  scan: number,
  inputs: Inputs,
  session: Session,
  engine: Pick<Engine, "query">,
): Promise<number> {
  const found = scans(plan).find((one) => one.scan === scan);
  const slice = inputs.get(scan);
  if (found === undefined || slice === undefined) return 0;
  if (slice.kind === "Rows") return slice.rows.length;
  const { rows } = await engine.query(counted(found), new Map([[scan, slice]]), session);
  return Number(rows[0]?.[0] ?? 0);
}

function counted(scan: ScanPlan): Plan {
  const attribute = {
    id: Math.max(0, ...scan.output.map(({ id }) => id)) + 1,
    name: "rows",
    dataType: LONG,
    nullable: false,
    metadata: {},
  };
  const one = { kind: "Literal", value: 1n, dataType: LONG, nullable: false } as const;
  const expression = { kind: "Call", name: "count", args: [one], dataType: LONG, nullable: false } as const;
  return { kind: "Aggregate", input: scan, grouping: [], columns: [{ attribute, expression }], output: [attribute] };
}
