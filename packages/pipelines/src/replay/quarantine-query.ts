import { analyze, type NamedTable, type Plan, type Relation, type StructType } from "@sluice/query";
import { PipelineErrors } from "../diagnostics/pipeline-error.ts";
import { resolveRules } from "../expectation/resolve-rules.ts";
import { withRules } from "../expectation/with-rules.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { parseCondition } from "../planner/row-condition.ts";
import { analysisOptions, call, cast, column, literal, named, passesRules } from "./replay-expression.ts";

/** The queries of a replay over a quarantine table; each scan of them is of that table. */
export interface QuarantineQueries {
  /** One row: how many rows are looked at (`examined`), and how many of them pass (`passing`). */
  readonly counts: Plan;
  /** The rows that are looked at, in the columns of the dataset, checked by its rules: what breaks one is quarantined, whatever the rule's policy. */
  readonly checked: Plan;
}

/** Sets of rows that stay in quarantine, by the name of the table in the query: `before` is cut down to what the condition does not choose. */
export type StayingSchemas = ReadonlyMap<"before" | "aside" | "since", StructType>;

/**
 * Writes down what a replay asks.
 *
 * @throws QueryError for a condition that is wrong or not the same each time; PipelineErrors for rules that do not fit the rows.
 */
export function quarantineQueries(
  dataset: Dataset,
  quarantine: StructType,
  where: string | undefined,
  settings: PipelineSettings,
): QuarantineQueries {
  const options = analysisOptions(new Map([["quarantine", quarantine]]), settings);
  const selected = selectedRows(where, settings);
  return {
    counts: analyze(countsOf(selected, dataset, settings), options),
    checked: checkedRows(analyze(columnsOf(selected, dataset, quarantine), options), dataset, settings),
  };
}

/** The rows that a replay looks at. @throws QueryError for a condition that cannot be read or is not the same each time */
export function selectedRows(where: string | undefined, settings: PipelineSettings): Relation {
  const input = tableLeaf("quarantine");
  return where === undefined ? input : { kind: "Filter", input, condition: parseCondition(where, settings) };
}

/** The rows that stay in quarantine: all of the tables given, of `before` only those that `where` does not choose. Scans tell the tables by their names. */
export function stayingRows(schemas: StayingSchemas, where: string | undefined, settings: PipelineSettings): Plan {
  const condition = where === undefined ? literal(true) : parseCondition(where, settings);
  const parts = [...schemas.keys()].map((name): Relation => {
    if (name !== "before") return tableLeaf(name);
    return {
      kind: "Filter",
      input: tableLeaf(name),
      condition: call("not", call("coalesce", condition, literal(false))),
    };
  });
  const how = { operation: "union", all: true, byName: true, allowMissingColumns: true } as const;
  const union = parts.reduce((left, right): Relation => ({ kind: "SetOperation", left, right, ...how }));
  return analyze(union, analysisOptions(schemas, settings));
}

function tableLeaf(name: string): NamedTable {
  return { kind: "NamedTable", name: [name], streaming: false, options: {} };
}

function countsOf(input: Relation, dataset: Dataset, settings: PipelineSettings): Relation {
  const passes = passesRules(dataset, settings);
  const aggregates = [named(call("count", literal(1)), "examined"), named(call("count_if", passes), "passing")];
  return { kind: "Aggregate", input, groupBy: "expressions", grouping: [], aggregates, keepGrouping: false };
}

function columnsOf(input: Relation, dataset: Dataset, quarantine: StructType): Relation {
  const has = new Set(quarantine.fields.map((field) => field.name.toLowerCase()));
  const expressions = dataset.schema.fields
    .filter((field) => has.has(field.name.toLowerCase()))
    .map(({ name, dataType }) => named(cast(column(name), dataType), name));
  return { kind: "Project", input, expressions };
}

function checkedRows(plan: Plan, dataset: Dataset, settings: PipelineSettings): Plan {
  const { nullIsViolation } = settings;
  const { kind, expectations } = dataset.declaration;
  const kept = expectations.map((rule) => (rule.policy === "warn" ? rule : { ...rule, policy: "quarantine" as const }));
  const declaration = { kind, expectations: kept };
  const scope = { dataset: dataset.displayName, declaration, columns: plan.output, options: settings, nullIsViolation };
  const { rules, errors } = resolveRules(scope);
  if (errors.length > 0) throw new PipelineErrors(errors);
  return withRules(plan, dataset.displayName, rules, nullIsViolation);
}
