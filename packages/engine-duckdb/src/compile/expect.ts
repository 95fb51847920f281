import { RESERVED_PREFIX } from "@sluice/pipelines";
import type { ExpectPlan, Policy } from "@sluice/query";
import { type CompileContext, type PlanScope, QUARANTINE_COLUMN } from "./context.ts";
import { quoteName, quoteText } from "./identifier.ts";
import { type Item, indent, type Select, selectFrom, toSource } from "./select.ts";
import { operand } from "./template.ts";

const KEEP = '"__keep"';

/**
 * Rules over rows. Three SELECTs, innermost first: which rules each row breaks; what is noted of it and whether it stays (a volatile column, which DuckDB
 * neither moves nor computes twice); the filter. Where more nodes follow above, columns are handed on through `"__keep"`, so that no filter, join or limit
 * from above can reach below and take rows away before they are counted.
 */
export function compileExpect(plan: ExpectPlan, scope: PlanScope): Select {
  const topmost = scope.topmost === plan;
  const input = selectFrom(scope.compile(plan.input));
  const columns = scope.passing(plan.output);
  const broken = plan.rules.map((_, i) => `"__broken_${i + 1}"`);
  if (broken.length === 0 && topmost) return input;
  const quarantine = topmost && scope.context.keepQuarantined === true ? quarantineItem(plan, broken) : [];
  const judged = { ...input, items: [...columns, ...ruleItems(plan, broken, scope)] };
  const keep = keepText({ plan, broken, topmost, json: recordJson(plan, columns), context: scope.context });
  const noted: Select = {
    items: [...columns, ...quarantine, { sql: keep, name: KEEP }],
    from: toSource(judged),
  };
  const handed = [...columns, ...quarantine.map(({ name }) => ({ sql: name, name }))];
  return {
    items: topmost ? handed : handed.map(({ name }) => ({ sql: `CASE WHEN ${KEEP} THEN ${name} END`, name })),
    from: toSource(noted),
    where: [KEEP],
  };
}

function ruleItems(plan: ExpectPlan, broken: readonly string[], scope: PlanScope): readonly Item[] {
  return plan.rules.map((rule, i) => {
    const condition = operand(scope.sql(rule.condition));
    const sql = plan.nullIsViolation ? `${condition} IS NOT TRUE` : `NOT ${condition}`;
    return { sql, name: broken[i] ?? "" };
  });
}

function brokenBy(plan: ExpectPlan, broken: readonly string[], ...policies: readonly Policy[]): readonly string[] {
  return broken.filter((_, i) => policies.includes(plan.rules[i]?.policy ?? "warn"));
}

function quarantineItem(plan: ExpectPlan, broken: readonly string[]): readonly Item[] {
  const names = namesText(plan, broken, "quarantine");
  const any = brokenBy(plan, broken, "quarantine");
  const sql = any.length === 0 ? "CAST(NULL AS VARCHAR[])" : `CASE WHEN ${any.join(" OR ")} THEN ${names} END`;
  return [{ sql, name: quoteName(QUARANTINE_COLUMN) }];
}

function namesText(plan: ExpectPlan, broken: readonly string[], policy: Policy): string {
  const names = plan.rules.flatMap((rule, i) =>
    rule.policy === policy ? [`CASE WHEN ${broken[i]} THEN ${quoteText(rule.name)} END`] : [],
  );
  return `list_filter([${names.join(", ")}], lambda "_n": "_n" IS NOT NULL)`;
}

/** A row under the names that people know its columns by, as far as these tell them apart, without those that only flows of changes know. */
function recordJson({ output }: ExpectPlan, columns: readonly Item[]): string {
  const shown = columns.flatMap(({ name }, i) => {
    const column = output[i];
    return column === undefined || column.name.startsWith(RESERVED_PREFIX) ? [] : [{ name, column }];
  });
  const isUnique = new Set(shown.map(({ column }) => column.name.toLowerCase())).size === shown.length;
  const fields = shown.map(({ name, column }) => {
    const value = column.dataType.kind === "variant" ? `CAST(js_variant_print(${name}) AS JSON)` : name;
    return `${isUnique ? quoteName(column.name) : name} := ${value}`;
  });
  return shown.length === 0 ? "'{}'" : `CAST(to_json(struct_pack(${fields.join(", ")})) AS VARCHAR)`;
}

interface Judging {
  readonly plan: ExpectPlan;
  readonly broken: readonly string[];
  readonly topmost: boolean;
  readonly json: string;
  readonly context: CompileContext;
}

function keepText(judging: Judging): string {
  const { plan, broken, topmost, context } = judging;
  const branches = [
    ...failBranch(judging),
    ...(broken.length === 0 ? [] : [`WHEN ${broken.join(" OR ")} THEN ${violationText(judging)}`]),
  ];
  const keep = branches.length === 0 ? "true" : `CASE\n${branches.map(indent).join("\n")}\n  ELSE true\nEND`;
  const row = topmost ? undefined : context.observe?.row(plan);
  return row === undefined ? keep : `CASE\n  WHEN ${row} > 0 THEN\n${indent(indent(keep))}\n  ELSE false\nEND`;
}

function failBranch({ plan, broken, json, context }: Judging): readonly string[] {
  const failing = brokenBy(plan, broken, "fail");
  if (failing.length === 0) return [];
  const names = namesText(plan, broken, "fail");
  const raise =
    context.observe?.fail(plan, names, json) ??
    `error('[EXPECTATION_VIOLATED] ' || array_to_string(${names}, ', ') || ': ' || ${json})`;
  return [`WHEN ${failing.join(" OR ")} THEN ${operand(raise)} IS NULL`];
}

/** TRUE or FALSE, by a number above 0 that only the counting expressions make: their calls cannot be optimized away. */
function violationText(judging: Judging): string {
  const { plan, broken, topmost, context } = judging;
  const kept = topmost && context.keepQuarantined === true;
  const leaving = kept ? brokenBy(plan, broken, "drop") : brokenBy(plan, broken, "drop", "quarantine");
  const rescued = kept ? brokenBy(plan, broken, "quarantine") : [];
  const notes = noteTexts(judging);
  const left = [
    ...(rescued.length === 0 ? [] : [`WHEN ${rescued.join(" OR ")} THEN 1`]),
    ...(leaving.length === 0 ? [] : [`WHEN ${leaving.join(" OR ")} THEN -1`]),
  ];
  const sign = left.length === 0 ? "1" : `CASE ${left.join(" ")} ELSE 1 END`;
  if (notes.length === 0) return `${sign} > 0`;
  return `${sign} * (\n${notes.map(indent).join("\n  +\n").replaceAll("\n  +\n", " +\n")}\n) > 0`;
}

function noteTexts({ plan, broken, json, context }: Judging): readonly string[] {
  const { observe } = context;
  if (observe === undefined) return [];
  const counts = plan.rules.map((_, i) => `CASE WHEN ${broken[i]} THEN ${observe.violation(plan, i).count} ELSE 0 END`);
  const leaving = brokenBy(plan, broken, "drop", "quarantine");
  const dropped = leaving.length === 0 ? undefined : observe.dropped?.(plan);
  const mask = broken.map((one, i) => `CASE WHEN ${one} THEN ${2n ** BigInt(i)} ELSE 0 END`).join(" + ");
  const captured = observe.capture?.(plan, { broken, bitmask: `CAST(${mask} AS BIGINT)`, json });
  return [
    ...counts,
    ...(dropped === undefined ? [] : [`CASE WHEN ${leaving.join(" OR ")} THEN ${dropped} ELSE 0 END`]),
    ...(captured === undefined ? [] : [captured]),
  ];
}
