import { analyze, BOOLEAN, type DataFrame, type Plan, type StructType } from "@sluice/query";
import { Column, coalesce, col, count, countIf, lit, regexpReplace, struct } from "@sluice/query/api";
import { commonSpec, RESERVED_PREFIX, TRUNCATES } from "../cdc/change-columns.ts";
import { named, namedOrNull } from "../cdc/change-parts.ts";
import { isComplete } from "../cdc/change-rule.ts";
import { PlanAlgebra } from "../cdc/plan-algebra.ts";
import { changeRows } from "../cdc/resolve-changes.ts";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import type { PipelineSettings } from "../graph/pipeline-settings.ts";
import { freeNumbers } from "../streaming/free-number.ts";
import { selectedRows } from "./quarantine-query.ts";
import { analysisOptions, passesRules } from "./replay-expression.ts";

/** The queries of a replay of changes over a quarantine table; each scan of them is of that table. */
export interface ChangeQueries {
  /** One row: how many rows are looked at (`examined`), and how many of them pass (`passing`). */
  readonly counts: Plan;
  /** The rows that pass, as changes: the columns of their sources and the reserved ones, told anew by the flows of today. */
  readonly changes: Plan;
  /** The other rows that are looked at, as they are. */
  readonly staying: Plan;
}

const SELECTED = "selected";
const ROW = `${RESERVED_PREFIX}row`;
const COMPLETE = `${RESERVED_PREFIX}complete`;
const PASSES = `${RESERVED_PREFIX}passes`;

/**
 * Writes down what a replay asks of a table of changes. A row belongs to the flow that brought it; where the table has but one flow, to that. A row whose flow is
 * there no longer stays.
 *
 * @throws QueryError for a condition that is wrong or not the same each time.
 */
export function changeQueries(
  dataset: Dataset,
  flows: readonly ResolvedFlow[],
  quarantine: StructType,
  where: string | undefined,
  settings: PipelineSettings,
): ChangeQueries {
  const tables = new Map([["quarantine", quarantine]]);
  const selected = analyze(selectedRows(where, settings), analysisOptions(tables, settings));
  const algebra = new ChangeAlgebra(dataset, quarantine, selected, settings);
  const all = algebra.judged(flows);
  const passes = col(PASSES);
  return {
    counts: algebra.plan(all.agg(count(lit(1)).as("examined"), countIf(passes).as("passing"))),
    changes: algebra.plan(all.filter(passes).drop(ROW, COMPLETE, PASSES)),
    staying: algebra.plan(all.filter(passes.not()).select(`${ROW}.*`)),
  };
}

class ChangeAlgebra extends PlanAlgebra {
  readonly #dataset: Dataset;
  readonly #quarantine: StructType;
  readonly #settings: PipelineSettings;

  constructor(dataset: Dataset, quarantine: StructType, selected: Plan, settings: PipelineSettings) {
    super(freeNumbers(selected), settings, []);
    this.define(SELECTED, selected);
    this.#dataset = dataset;
    this.#quarantine = quarantine;
    this.#settings = settings;
  }

  /** All rows that are looked at: themselves as `ROW`, what they are as changes, and whether they pass. */
  judged(flows: readonly ResolvedFlow[]): DataFrame {
    const { truncates } = commonSpec(flows);
    const parts = flows.map((flow) => this.#ofFlow(flow, flows.length === 1 ? lit(true) : this.#isOf(flow), truncates));
    if (flows.length > 1) parts.push(this.#ofNone(flows));
    return parts.reduce((left, right) => left.unionByName(right, { allowMissingColumns: true }));
  }

  #ofFlow(flow: ResolvedFlow, isOwn: Column, truncates: boolean): DataFrame {
    const { declaration, changes, name } = flow;
    if (declaration.changes === undefined || changes === undefined) throw new Error(`${name} brings no changes`);
    const source = this.rows(SELECTED)
      .filter(isOwn)
      .select(this.#row(), ...this.#sourceColumns(flow.plan));
    const rows = this.plan({ relation: changeRows(declaration.changes, source.relation) });
    const complete = { name: COMPLETE, dataType: BOOLEAN, nullable: false, metadata: {} };
    const judged = this.define(name, this.withColumn(rows, complete, isComplete(changes, rows.output)));
    const passing = judged.withColumn(PASSES, this.#passesRules().and(col(COMPLETE)));
    return truncates && !changes.truncates ? passing.withColumn(TRUNCATES, lit(false)) : passing;
  }

  #ofNone(flows: readonly ResolvedFlow[]): DataFrame {
    const isKnown = flows.map((flow) => this.#isOf(flow)).reduce((left, right) => left.or(right));
    return this.rows(SELECTED)
      .filter(coalesce(isKnown.not(), lit(true)))
      .select(this.#row(), lit(false).as(PASSES));
  }

  #passesRules(): Column {
    return coalesce(new Column(passesRules(this.#dataset, this.#settings)), lit(false));
  }

  /** Whether a flow has brought a row, before or after a full refresh. */
  #isOf({ name }: ResolvedFlow): Column {
    const flow = col("_quarantine_flow");
    const own = lit(`${this.#settings.id}/${name}`);
    return flow.eq(own).or(regexpReplace(flow, "/[0-9]+$", "").eq(own));
  }

  #row(): Column {
    return struct(...this.#quarantine.fields.map((field) => named(field.name))).as(ROW);
  }

  /** The columns of a flow's source; NULL where the quarantine has none. */
  #sourceColumns({ output }: Plan): readonly Column[] {
    return output
      .filter(({ name }) => !name.startsWith(RESERVED_PREFIX))
      .map((one) => namedOrNull(one, this.#quarantine.fields).cast(one.dataType).as(one.name));
  }
}
