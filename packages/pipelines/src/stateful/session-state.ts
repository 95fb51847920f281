import {
  type AggregatePlan,
  type Attribute,
  columnOf,
  type Named,
  type Plan,
  passThrough,
  type SessionizePlan,
  usedColumns,
} from "@sluice/query";
import { overAt } from "./event-time.ts";
import { call, compare, filter, long, project, renamed } from "./expression.ts";
import { type Operator, type OutputMode, punctual, untilColumn } from "./operator.ts";

/**
 * Groups by session over all batches. Late rows may join sessions of earlier batches, and join two of them to one: the state holds the rows of all sessions that
 * are not over, and is replaced by each batch.
 */
export function statefulSessions(
  plan: AggregatePlan,
  sessions: SessionizePlan,
  mode: OutputMode,
  operator: Operator,
): Plan {
  const { builder, progress, times } = operator;
  const isTimed = mode !== "complete" && times.has(sessions.session.id);
  const needed = neededColumns(plan, sessions);
  const alone = overAt(call("+", [sessions.time, sessions.gap], sessions.time.dataType));
  const rows = isTimed ? punctual(sessions.input, alone, operator) : sessions.input;
  const read = builder.scan([...builder.columns(needed), untilColumn(builder)]);
  const state = renamed(project(read, read.output.slice(0, -1).map(passThrough)), needed);
  const batch = project(rows, needed.map(passThrough));
  const all: SessionizePlan = {
    ...sessions,
    input: builder.union([state, batch], needed),
    output: [...needed, sessions.session],
  };
  const over = overAt(columnOf(sessions.session));
  const open = isTimed ? filter(all, compare(">", over, long(progress.closed))) : all;
  const fresh = builder.fresh(read.output);
  const values = [...needed.map(columnOf), over];
  const next = project(
    open,
    fresh.map((attribute, i): Named => ({ attribute, expression: values[i] ?? over })),
  );
  builder.add({ operator: builder.operator(), name: "sessions", read, next, compact: read, replaces: true });
  return { ...plan, input: mode === "append" ? filter(all, compare("<=", over, long(progress.closed))) : all };
}

function neededColumns(plan: AggregatePlan, sessions: SessionizePlan): readonly Attribute[] {
  const expressions = [
    ...plan.grouping,
    ...plan.columns.map((one) => one.expression),
    ...[...sessions.keys, sessions.time, sessions.gap],
  ];
  const used = new Set(expressions.flatMap((one) => [...usedColumns(one)]));
  return sessions.input.output.filter((one) => used.has(one.id));
}
