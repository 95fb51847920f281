import type { RangePlan, SamplePlan, ScanPlan, ValuesPlan } from "@sluice/query";
import type { PlanScope } from "./context.ts";
import { duckType } from "./duck-type.ts";
import { indent, printSelect, type Select } from "./select.ts";

/** Rows of the world, as the context reads them. */
export function compileScan(plan: ScanPlan, scope: PlanScope): Select {
  const text = scope.context.scanSql(plan).trim();
  const from = /^(?:SELECT|WITH|FROM|VALUES)\b/i.test(text) ? `(\n${indent(text)}\n)` : text;
  return { items: scope.passing(plan.output), from };
}

/** Literal rows. */
export function compileValues(plan: ValuesPlan, scope: PlanScope): Select {
  if (plan.output.length === 0) return unitRows(plan.rows.length);
  if (plan.rows.length === 0) return noRows(plan, scope);
  const [only] = plan.rows;
  if (plan.rows.length === 1 && only !== undefined) {
    return { items: plan.output.map((attribute, i) => ({ sql: cell(only, i, scope), name: scope.name(attribute) })) };
  }
  const rows = plan.rows.map((row) => `  (${row.map((expression) => scope.sql(expression)).join(", ")})`);
  const names = plan.output.map((attribute) => scope.name(attribute)).join(", ");
  return { items: scope.passing(plan.output), from: `(VALUES\n${rows.join(",\n")}\n) AS "_values"(${names})` };
}

function cell(row: ValuesPlan["rows"][number], index: number, scope: PlanScope): string {
  const expression = row[index];
  return expression === undefined ? "NULL" : scope.sql(expression);
}

function unitRows(rows: number): Select {
  return rows === 1 ? { items: [] } : { items: [], from: `range(${rows})` };
}

function noRows(plan: ValuesPlan, scope: PlanScope): Select {
  const items = plan.output.map((attribute) => ({
    sql: `CAST(NULL AS ${duckType(attribute.dataType)})`,
    name: scope.name(attribute),
  }));
  return { items, where: ["false"] };
}

/** `range(start, end, step)`. */
export function compileRange(plan: RangePlan, scope: PlanScope): Select {
  const [id] = plan.output;
  if (id === undefined) throw new Error("a Range has one column");
  return { items: [{ sql: '"range"', name: scope.name(id) }], from: `range(${plan.start}, ${plan.end}, ${plan.step})` };
}

/** Each row with the same chance. */
export function compileSample(plan: SamplePlan, scope: PlanScope): Select {
  const input = `(\n${indent(printSelect(scope.compile(plan.input)))}\n)`;
  const seed = plan.seed === undefined ? "" : ` REPEATABLE (${Math.abs(plan.seed % 2_147_483_647)})`;
  return {
    items: scope.passing(plan.output),
    from: `${input} AS "_sample" TABLESAMPLE bernoulli(${plan.fraction * 100} PERCENT)${seed}`,
    joined: true,
  };
}
