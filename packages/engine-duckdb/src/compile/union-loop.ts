import type { UnionLoopPlan, UnionLoopRefPlan } from "@sluice/query";
import type { PlanScope } from "./context.ts";
import { quoteName } from "./identifier.ts";
import { indent, printSelect, type Select } from "./select.ts";

/** Spark's limit of rows of all levels together. */
const ROW_LIMIT = 1_000_000;

/**
 * A recursive query: a DuckDB WITH RECURSIVE of its own, whose rows carry their level and how many rows the levels before have. One row beside each step says what
 * they are for the rows that the step makes.
 */
export function compileUnionLoop(plan: UnionLoopPlan, scope: PlanScope): Select {
  const name = loopName(plan.loop);
  const columns = plan.output.map((_, i) => columnName(i));
  const items = plan.output.map((one, i) => ({ sql: columnName(i), name: scope.name(one) }));
  const anchor = `SELECT *, ${levelText("0", plan.maxLevel, plan.maxLevel === 0)}, 0::BIGINT\nFROM ${sourceOf(plan.left, scope)}`;
  const next = `(SELECT max("__level") + 1 AS "__level", ${rowsText()} AS "__rows" FROM ${name})`;
  const level = levelText('"__next"."__level"', plan.maxLevel, true);
  const step = `SELECT "__step".*, ${level}, "__next"."__rows"\nFROM ${sourceOf(plan.right, scope)} AS "__step", ${next} AS "__next"`;
  const head = `WITH RECURSIVE ${name}(${[...columns, '"__level"', '"__rows"'].join(", ")})`;
  const rows = printSelect({ items, from: name });
  return {
    items: scope.passing(plan.output),
    from: `(\n${indent(`${head} AS (\n${indent(`${anchor}\nUNION ALL\n${step}`)}\n)\n${rows}`)}\n)`,
  };
}

/** The rows of the time before. */
export function compileUnionLoopRef(plan: UnionLoopRefPlan, scope: PlanScope): Select {
  const items = plan.output.map((one, i) => ({ sql: columnName(i), name: scope.name(one) }));
  return { items, from: loopName(plan.loop) };
}

function sourceOf(side: UnionLoopPlan["left"], scope: PlanScope): string {
  return `(\n${indent(printSelect(scope.compile(side)))}\n)`;
}

function levelText(level: string, maxLevel: number, mayExceed: boolean): string {
  if (!mayExceed) return `${level}::BIGINT`;
  const message = `Recursion level limit ${maxLevel} reached but query has not exhausted, try increasing it like ''WITH RECURSIVE t(col) MAX RECURSION LEVEL 200''.`;
  return `CASE WHEN ${level} >= ${maxLevel} THEN error('[RECURSION_LEVEL_LIMIT_EXCEEDED] ${message}') ELSE ${level} END`;
}

function rowsText(): string {
  const rows = 'max("__rows") + count(*)';
  const message = `Recursion row limit ${ROW_LIMIT} reached but query has not exhausted, try setting a larger LIMIT value when querying the CTE relation.`;
  return `CASE WHEN ${rows} >= ${ROW_LIMIT} THEN error('[RECURSION_ROW_LIMIT_EXCEEDED] ${message}') ELSE ${rows} END`;
}

function columnName(index: number): string {
  return quoteName(`__${index}`);
}

function loopName(loop: number): string {
  return quoteName(`__loop_${loop}`);
}
