import { type Plan, planExpressions, type Typed, typedChildren, walkPlan } from "@sluice/query";
import type { DataflowGraph, Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";

/** What can be fed back of a table's rescued data. */
export interface RescuedColumns {
  /** The column that holds what did not fit. */
  readonly rescued: string;
  /** Columns of the table that are columns of the files, unchanged and used for nothing else in the query. */
  readonly plain: readonly string[];
}

/** The rescued-data column of a table, and the columns that a field of it can go to; undefined when the table has none. */
export function rescuedColumns(dataset: Dataset, graph: DataflowGraph): RescuedColumns | undefined {
  const flows = graph.flows.filter((flow) => flow.target === dataset.name);
  const names = flows.flatMap((flow) =>
    [...flow.reads.values()].flatMap((read) => (read.kind === "Files" ? (read.source.rescuedDataColumn ?? []) : [])),
  );
  const rescued = dataset.schema.fields.find((field) => names.includes(field.name))?.name;
  if (rescued === undefined) return undefined;
  const fromFiles = flows.map((flow) => new Set(plainColumns(flow)));
  const plain = dataset.schema.fields
    .map((field) => field.name)
    .filter((name) => name !== rescued && /^\w+$/.test(name) && fromFiles.every((columns) => columns.has(name)));
  return { rescued, plain };
}

/** Output columns that carry a column of the same name from a scan of files, where no other expression of the plan reads that column. */
function plainColumns({ plan, reads }: ResolvedFlow): readonly string[] {
  const nodes = [...walkPlan(plan)];
  const ofFiles = nodes.filter((node) => node.kind === "Scan" && reads.get(node.scan)?.kind === "Files");
  const origins = new Map(
    ofFiles.flatMap((node) => node.output.map((attribute) => [attribute.id, attribute] as const)),
  );
  const passed = new Map(nodes.flatMap(passedOn));
  const originOf = (id: number): number => {
    const before = passed.get(id);
    return before === undefined || before === id ? id : originOf(before);
  };
  const used = new Set(nodes.flatMap(computedFrom).map(originOf));
  return plan.output.flatMap(({ id, name }) => {
    const origin = origins.get(originOf(id));
    return origin?.name === name && !used.has(origin.id) ? [name] : [];
  });
}

/** The columns that a node passes on under another id: from the new one to the old. */
function passedOn(node: Plan): readonly (readonly [number, number])[] {
  if (node.kind !== "Project") return [];
  return node.columns.flatMap(({ attribute, expression }) =>
    expression.kind === "Column" ? [[attribute.id, expression.id] as const] : [],
  );
}

/** The columns that a node computes something from. */
function computedFrom(node: Plan): readonly number[] {
  const isPassed = (expression: Typed): boolean => node.kind === "Project" && expression.kind === "Column";
  return planExpressions(node).flatMap((expression) => (isPassed(expression) ? [] : [...columnsIn(expression)]));
}

function* columnsIn(expression: Typed): Generator<number> {
  if (expression.kind === "Column") yield expression.id;
  for (const child of typedChildren(expression)) yield* columnsIn(child);
}
