import { identityOf, type Plan, type StructType, struct } from "@sluice/query";
import { RESERVED_PREFIX, withLostColumns } from "../cdc/change-columns.ts";
import { changeState } from "../cdc/change-plans.ts";
import { changeRule, snapshotRule } from "../cdc/change-rule.ts";
import { PipelineError } from "../diagnostics/pipeline-error.ts";
import { type RuleResolution, resolveRules, ruleExpression } from "../expectation/resolve-rules.ts";
import { type AnalyzedFlow, analyzeFlow } from "./analyze-flow.ts";
import { changeFlowErrors } from "./change-rules.ts";
import { conformPlan } from "./conform-plan.ts";
import type { Dataset, ResolvedFlow } from "./dataflow-graph.ts";
import type { DeclaredDataset } from "./declared-graph.ts";
import { declaredSchemaErrors } from "./declared-schema.ts";
import type { Gathered } from "./gather-reads.ts";
import { withGeneration } from "./generated-rules.ts";
import type { GraphWorld } from "./graph-world.ts";
import { identityErrors } from "./identity-rules.ts";
import type { KnownDataset } from "./known-dataset.ts";
import type { ResolvedSinks } from "./resolve-sinks.ts";
import { datasetLocation, sinkColumnErrors, sinkLocation, sinkModeErrors, takesAnyNames } from "./sink-rules.ts";
import { columnErrors, continueStored, type SchemaOutcome, unionOfFlows } from "./stored-schema.ts";
import { layoutTable } from "./table-layout.ts";

export type { KnownDataset } from "./known-dataset.ts";

/** What resolving a dataset may use: everything gathered, and the datasets before it. */
export interface DatasetContext {
  readonly gathered: Gathered;
  readonly known: ReadonlyMap<string, KnownDataset>;
  readonly world: GraphWorld;
  /** Whether a source of the pipeline widens its columns, which all streaming tables then follow. */
  readonly mayWiden: boolean;
  /** Sinks that connectors write. */
  readonly sinks: ResolvedSinks["connected"];
}

/** A dataset understood, or why not. A dataset may be known and have errors: those that do not touch its columns. */
export interface DatasetOutcome {
  readonly known?: KnownDataset;
  readonly errors: readonly PipelineError[];
  readonly downstream: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/** Analyzes the queries of a dataset and checks its schema, rules and layout. */
export function resolveDataset(dataset: DeclaredDataset, context: DatasetContext): DatasetOutcome {
  const { gathered, known, world } = context;
  const kind = gathered.kinds.get(dataset.name.canonical);
  const reads = [...new Set(dataset.flows.flatMap((flow) => gathered.flows.get(flow.name)?.upstream ?? []))];
  const unknown = reads.filter((name) => !known.has(name));
  if (unknown.length > 0) return { errors: [], warnings: [], downstream: [blocked(dataset, unknown, gathered)] };
  if (kind === "MaterializedView" && dataset.flows.length > 1) {
    return { errors: [severalFlows(dataset)], downstream: [], warnings: [] };
  }
  const { schema } = dataset.declaration;
  const given = typeof schema === "string" ? undefined : schema;
  const outcomes = dataset.flows.map((flow) => analyzeFlow(flow, dataset, context));
  const errors = outcomes.flatMap((outcome) => outcome.errors);
  const flows = outcomes.flatMap((outcome) => (outcome.analyzed === undefined ? [] : [outcome.analyzed]));
  const complete = flows.length === dataset.flows.length && typeof schema !== "string";
  if (kind === undefined || (!complete && given === undefined)) return { errors, downstream: [], warnings: [] };
  const typed = typeDataset({
    dataset,
    kind,
    flows,
    given,
    stored: gathered.stored.get(dataset.name.canonical),
    mayWiden: context.mayWiden,
  });
  const settled = settleDataset({
    dataset,
    kind,
    reads,
    schema: typed.schema,
    flows,
    world,
    partitions: gathered.partitions,
    sinks: context.sinks,
  });
  const usable = kind !== "TemporaryView" || (errors.length === 0 && settled.errors.length === 0);
  return {
    ...(usable ? { known: settled.known } : {}),
    errors: [
      ...errors,
      ...typed.errors,
      ...changeFlowErrors(dataset, flows),
      ...identityErrors(
        dataset,
        kind,
        { schema: typed.schema, stored: gathered.stored.get(dataset.name.canonical) },
        flows,
      ),
      ...settled.errors,
      ...sinkErrorsOf(dataset, typed.schema, flows, context),
    ],
    downstream: [],
    warnings: settled.warnings,
  };
}

function sinkErrorsOf(
  { name, declaration: { sink }, flows }: DeclaredDataset,
  schema: StructType,
  analyzed: readonly AnalyzedFlow[],
  { gathered, sinks }: DatasetContext,
): readonly PipelineError[] {
  if (sink === undefined) return [];
  const flow = flows[0]?.declaration;
  const mode = analyzed.flatMap((one) => sinkModeErrors(sink, one.flow.declaration, one.plan));
  if (mode.length > 0) return mode;
  const connected = sinks.get(sink);
  if (connected === undefined || flow === undefined) {
    return sinkColumnErrors(sink, flow?.name ?? sink.name, schema, gathered.stored.get(name.canonical));
  }
  return connected.check(schema).map((reason) => {
    const params = { sink: sink.name, flow: flow.name, reason };
    return new PipelineError("SINK_COLUMNS_NOT_SUITABLE", params, { origin: flow.origin });
  });
}

/** Whether a source of the pipeline widens its columns, which all streaming tables then follow. */
export function widensTypes({ flows }: Gathered): boolean {
  const reads = [...flows.values()].flatMap((flow) => [...flow.reads.values()]);
  return reads.some(
    (one) =>
      one.kind === "Outside" &&
      one.read.kind === "Files" &&
      one.read.source.evolution?.mode === "AddNewColumnsWithTypeWidening",
  );
}

function blocked(dataset: DeclaredDataset, unknown: readonly string[], gathered: Gathered): PipelineError {
  const upstream = unknown.map((name) => gathered.declared.datasets.get(name)?.name.display ?? name);
  const { origin } = dataset.declaration;
  return new PipelineError("UPSTREAM_FAILED", { dataset: dataset.name.display, upstream }, { origin });
}

function severalFlows(dataset: DeclaredDataset): PipelineError {
  const params = { dataset: dataset.name.display, flows: dataset.flows.map((flow) => flow.declaration.name) };
  const { origin } = dataset.flows[1]?.declaration ?? dataset.declaration;
  return new PipelineError("MATERIALIZED_VIEW_WITH_MULTIPLE_FLOWS", params, { origin });
}

interface Typing {
  readonly dataset: DeclaredDataset;
  readonly kind: Dataset["kind"];
  readonly flows: readonly AnalyzedFlow[];
  readonly given: StructType | undefined;
  readonly stored: StructType | undefined;
  /** Whether stored columns may get wider types. */
  readonly mayWiden: boolean;
}

/** The dataset's schema: declared, or of its flows; then as far as its stored table lets it be. */
function typeDataset(typing: Typing): { readonly schema: StructType; readonly errors: readonly PipelineError[] } {
  const { dataset, kind, flows, given, stored, mayWiden } = typing;
  const name = dataset.name.display;
  const { origin } = dataset.declaration;
  const columns = flows.map((flow) => ({
    flow: flow.flow.name,
    origin: flow.flow.declaration.origin,
    columns: flow.columns,
  }));
  if (kind === "TemporaryView") {
    return {
      schema: struct(flows.flatMap((flow) => flow.plan.output.map(({ id: _, ...column }) => column))),
      errors: [],
    };
  }
  const { sink } = dataset.declaration;
  const own = columns.flatMap((one) => columnErrors(name, one, sink !== undefined && takesAnyNames(sink)));
  const union = unionOfFlows(name, columns);
  const found = given === undefined ? commented(union, dataset) : { schema: given, errors: [] };
  const mismatches =
    given === undefined ? [] : columns.flatMap((one) => declaredSchemaErrors(dataset, given, one.columns));
  const continued =
    stored === undefined
      ? { schema: found.schema, errors: [] }
      : continueStored(name, stored, found.schema, origin, mayWiden);
  const described = withGeneration(dataset, continued.schema, stored, flows);
  const errors = [...own, ...found.errors, ...mismatches, ...continued.errors, ...described.errors];
  return { schema: described.schema, errors };
}

/** The columns with the comments that the dataset declares for them. */
function commented(outcome: SchemaOutcome, { declaration }: DeclaredDataset): SchemaOutcome {
  const comments = new Map(
    Object.entries(declaration.columnComments ?? {}).map(([name, text]) => [name.toLowerCase(), text]),
  );
  const fields = outcome.schema.fields.map((column) => {
    const comment = comments.get(column.name.toLowerCase());
    return comment === undefined ? column : { ...column, metadata: { ...column.metadata, comment } };
  });
  return { ...outcome, schema: struct(fields) };
}

interface Settling {
  readonly dataset: DeclaredDataset;
  readonly kind: Dataset["kind"];
  readonly reads: readonly string[];
  readonly schema: StructType;
  readonly flows: readonly AnalyzedFlow[];
  readonly world: GraphWorld;
  readonly partitions: Gathered["partitions"];
  readonly sinks: DatasetContext["sinks"];
}

/** Rules, layout and location: what does not change the columns. */
function settleDataset(settling: Settling): {
  readonly known: KnownDataset;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
} {
  const { dataset, kind, reads, schema, flows, world, partitions, sinks } = settling;
  const isView = kind === "TemporaryView";
  const layout = layoutTable(dataset, schema);
  const { clusterBy, properties } = layout;
  const partitionBy = partitions.get(dataset.name.canonical) ?? layout.partitionBy;
  const ruled = flows.map((flow) => ruleFlow(flow, settling));
  const value: Dataset = {
    kind,
    name: dataset.name.canonical,
    displayName: dataset.name.display,
    declaration: isView
      ? dataset.declaration
      : { ...dataset.declaration, partitionBy, clusterBy, tableProperties: properties },
    ...(isView ? {} : { location: datasetLocation(dataset, world.settings) }),
    ...sinkPlace(dataset, world, sinks),
    schema,
    ...(flows[0]?.outbox && { outbox: flows[0].outbox }),
    ...changeColumns(ruled.map((one) => one.flow)),
    flows: isView ? [] : flows.map((flow) => flow.flow.name),
    reads,
  };
  const view =
    isView && flows[0] !== undefined ? { relation: flows[0].relation, rules: viewRules(dataset, ruled) } : undefined;
  const streaming = flows.some((flow) => flow.streaming);
  return {
    known: {
      dataset: value,
      flows: isView ? [] : ruled.map((one) => one.flow),
      streaming,
      ...(view === undefined ? {} : { view }),
    },
    errors: [
      ...layout.errors,
      ...(isView ? [] : propertyErrors(dataset, properties, world)),
      ...ruled.flatMap((one) => one.rules.errors),
    ],
    warnings: [...layout.warnings, ...ruled.flatMap((one) => one.rules.warnings)],
  };
}

function propertyErrors(
  { name, declaration: { origin } }: DeclaredDataset,
  properties: Dataset["declaration"]["tableProperties"],
  { engine }: GraphWorld,
): readonly PipelineError[] {
  return engine.tables
    .propertyProblems(name.display, properties)
    .map((problem) => new PipelineError("QUERY_PROBLEM", { dataset: name.display, problem }, { origin }));
}

function sinkPlace(
  { declaration: { sink } }: DeclaredDataset,
  { settings }: GraphWorld,
  sinks: DatasetContext["sinks"],
): Pick<Dataset, "sinkLocation" | "connectorSink"> {
  const connectorSink = sink && sinks.get(sink);
  const place = sink && sinkLocation(sink, settings);
  return {
    ...(connectorSink === undefined ? {} : { connectorSink }),
    ...(place === undefined ? {} : { sinkLocation: place }),
  };
}

function ruleFlow(
  flow: AnalyzedFlow,
  settling: Settling,
): { readonly flow: ResolvedFlow; readonly rules: RuleResolution } {
  const { dataset, schema, flows, world, kind } = settling;
  const others = struct(
    schema.fields.filter((column) => identityOf(column) === undefined && flows.some((one) => gives(one, column.name))),
  );
  const conformed =
    kind === "TemporaryView"
      ? flow.plan
      : conformPlan(flow.plan, schema, flow.changes || flow.snapshots ? struct([]) : others);
  const rules = resolveRules({
    dataset: dataset.name.display,
    declaration: dataset.declaration,
    columns: conformed.output,
    options: world.settings,
    nullIsViolation: world.settings.nullIsViolation,
  });
  const { streaming, reads, upstream, snapshots } = flow;
  const { name, target, declaration } = flow.flow;
  const { plan, changes } = withLost(flow, conformed, schema);
  const required = [
    ...(changes === undefined ? [] : [changeRule(changes, plan.output, rules.rules, world.settings.nullIsViolation)]),
    ...(snapshots === undefined ? [] : [snapshotRule(snapshots, plan.output)]),
  ];
  const resolved = {
    name,
    target,
    declaration,
    plan,
    streaming,
    once: declaration.once,
    reads,
    rules: [...rules.rules, ...required],
    ...(changes === undefined ? {} : { changes }),
    ...(snapshots === undefined ? {} : { snapshots }),
    upstream,
  };
  return { flow: resolved, rules };
}

/** Changes of a table with the columns that it has and the flow gives no longer. */
function withLost(flow: AnalyzedFlow, plan: Plan, schema: StructType): Pick<AnalyzedFlow, "plan" | "changes"> {
  if (flow.changes === undefined) return { plan };
  const lost = schema.fields.filter((column) => !gives(flow, column.name));
  const names = lost.map((column) => column.name);
  return { plan: conformPlan(plan, schema, struct(lost)), changes: withLostColumns(flow.changes, names) };
}

function gives(flow: AnalyzedFlow, column: string): boolean {
  return flow.columns.some((one) => one.name.toLowerCase() === column.toLowerCase());
}

/** The columns of the changes that flows bring, those of their sources, and of what is remembered of them. */
function changeColumns(flows: readonly ResolvedFlow[]): Pick<Dataset, "changes"> {
  const [first] = flows;
  const spec = first?.changes ?? first?.snapshots;
  if (first === undefined || spec === undefined) return {};
  const columns = flows.map(({ name, declaration: { origin }, plan }) => ({
    flow: name,
    origin,
    columns: plan.output.filter((one) => !one.name.startsWith(RESERVED_PREFIX)),
  }));
  const rows = unionOfFlows(first.target, columns).schema;
  if (first.changes === undefined) return { changes: { spec, rows } };
  return { changes: { spec, rows, state: changeState(first.changes, first.plan.output) } };
}

function viewRules(dataset: DeclaredDataset, ruled: readonly { readonly rules: RuleResolution }[]) {
  const valid = new Set(ruled.flatMap((one) => one.rules.rules.map((rule) => rule.name)));
  return dataset.declaration.expectations
    .filter((expectation) => valid.has(expectation.name))
    .map((expectation) => ({
      name: expectation.name,
      policy: expectation.policy,
      condition: ruleExpression(expectation),
    }));
}
