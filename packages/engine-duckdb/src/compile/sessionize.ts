import type { SessionizePlan } from "@sluice/query";
import type { PlanScope } from "./context.ts";
import { quoteName } from "./identifier.ts";
import { type Item, type Select, selectFrom, toSource } from "./select.ts";
import { operand } from "./template.ts";

const TIME = quoteName("__time");
const END = quoteName("__end");
const REACHED = quoteName("__reached");
const NUMBER = quoteName("__number");

/**
 * Rows with their sessions: a session begins at a row that is later than all ends before it. Rows of the same time are peers: they see the same ends and get
 * the same number, however they are ordered.
 */
export function compileSessionize(plan: SessionizePlan, scope: PlanScope): Select {
  const rows = scope.passing(plan.input.output);
  const keys = plan.keys.map((key, i) => ({ sql: scope.sql(key), name: quoteName(`__key_${i}`) }));
  const earlier = `OVER (${partition(keys)}ORDER BY ${TIME} RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW`;
  const timed = rowsWithEnds(plan, [...rows, ...keys], scope);
  const reached = above(timed, { sql: `max(${END}) ${earlier} EXCLUDE GROUP)`, name: REACHED });
  const begins = `CASE WHEN ${TIME} <= ${REACHED} THEN 0 ELSE 1 END`;
  const numbered = above(reached, { sql: `sum(${begins}) ${earlier})`, name: NUMBER });
  const whole = `OVER (PARTITION BY ${[...keys.map((key) => key.name), NUMBER].join(", ")})`;
  const session = `struct_pack("start" := min(${TIME}) ${whole}, "end" := max(${END}) ${whole})`;
  return { items: [...rows, { sql: session, name: scope.name(plan.session) }], from: toSource(numbered) };
}

function rowsWithEnds(plan: SessionizePlan, rows: readonly Item[], scope: PlanScope): Select {
  const [time, gap] = [operand(scope.sql(plan.time)), operand(scope.sql(plan.gap))];
  const input = selectFrom(scope.compile(plan.input));
  const times = [
    { sql: time, name: TIME },
    { sql: `${time} + ${gap}`, name: END },
  ];
  return {
    ...input,
    items: [...rows, ...times],
    where: [...(input.where ?? []), `${gap} > INTERVAL '0 seconds'`, `${time} IS NOT NULL`],
  };
}

function partition(keys: readonly Item[]): string {
  return keys.length === 0 ? "" : `PARTITION BY ${keys.map((key) => key.name).join(", ")} `;
}

function above(input: Select, item: Item): Select {
  return { items: [...input.items.map(({ name }) => ({ sql: name, name })), item], from: toSource(input) };
}
