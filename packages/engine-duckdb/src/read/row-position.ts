import { type Attribute, findFunction, LONG, type Plan, planExpressions, type Typed } from "@sluice/query";
import { subqueryOf, visitExpression } from "../compile/walk.ts";

/** The hidden column that tells the rows of a table's slice apart: the same row has the same number in every evaluation. Its id stands for no other column. */
export const ROW_POSITION: Attribute = {
  id: -2,
  name: "__row_position",
  dataType: LONG,
  nullable: false,
  metadata: {},
};

const COLUMN: Typed = { kind: "Column", ...ROW_POSITION };

/** SQL of `ROW_POSITION` for rows read from Parquet files; `alias` names the reader. */
export function rowPosition(alias: string): string {
  return `(CAST(${alias}.file_index AS BIGINT) << 40) + ${alias}.file_row_number`;
}

/** Whether files with these columns can tell the positions of their rows: DuckDB's own columns must not be hidden by columns of the table. */
export function hasRowPosition(columns: readonly { readonly name: string }[]): boolean {
  const names = new Set(["file_index", "file_row_number", ROW_POSITION.name]);
  return !columns.some((one) => names.has(one.name.toLowerCase()));
}

/**
 * The plan with `ROW_POSITION` as one more column, taken from its one scan. Undefined when rows of the plan do not come one by one from rows of the scan, or
 * may differ from one evaluation to the next.
 */
export function withRowPosition(plan: Plan): Plan | undefined {
  if (!isSteady(plan)) return undefined;
  const output = [...plan.output, ROW_POSITION];
  switch (plan.kind) {
    case "Scan":
      return { ...plan, output };
    case "Project": {
      const input = withRowPosition(plan.input);
      const columns = [...plan.columns, { attribute: ROW_POSITION, expression: COLUMN }];
      return input === undefined ? undefined : { ...plan, input, output, columns };
    }
    case "Filter":
    case "Watermark": {
      const input = withRowPosition(plan.input);
      return input === undefined ? undefined : { ...plan, input, output };
    }
    case "Join": {
      const left = withRowPosition(plan.left);
      const isFilter = (plan.how === "anti" || plan.how === "semi") && isSteadyBelow(plan.right);
      return left === undefined || !isFilter ? undefined : { ...plan, left, output };
    }
    default:
      return undefined;
  }
}

/** The scan that the rows of a plan with `ROW_POSITION` come from. */
export function positionedScan(plan: Plan): Extract<Plan, { kind: "Scan" }> | undefined {
  switch (plan.kind) {
    case "Scan":
      return plan;
    case "Project":
    case "Filter":
    case "Watermark":
      return positionedScan(plan.input);
    case "Join":
      return positionedScan(plan.left);
    default:
      return undefined;
  }
}

function isSteadyBelow(plan: Plan): boolean {
  if (!isSteady(plan)) return false;
  if (plan.kind === "Project" || plan.kind === "Filter") return isSteadyBelow(plan.input);
  return plan.kind === "Scan";
}

/** Whether the expressions of a node give the same values in every evaluation, each row for itself. */
export function isSteady(plan: Plan): boolean {
  let steady = true;
  for (const root of planExpressions(plan)) {
    visitExpression(root, (inner) => {
      const varies = inner.kind === "Call" && findFunction(inner.name)?.deterministic !== true;
      if (varies || inner.kind === "Window" || subqueryOf(inner) !== undefined) steady = false;
    });
  }
  return steady;
}
