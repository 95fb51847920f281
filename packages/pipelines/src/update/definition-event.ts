import { type StructType, simpleString, typeToJson } from "@sluice/query";
import type { Deprecation, SinkDeclaration } from "../declaration/declaration.ts";
import type { EventDetails, FlowType } from "../event-log/event-details.ts";
import type { EventDraft } from "../event-log/pipeline-event.ts";
import { ruleText } from "../expectation/resolve-rules.ts";
import type { DataflowGraph, Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";
import { outputMode } from "../stateful/output-mode.ts";
import { flowDisplayName } from "./flow-identity.ts";
import { planText } from "./plan-text.ts";

type FlowDefinition = EventDetails["flow_definition"];

const DATASET_TYPES = {
  StreamingTable: "STREAMING_TABLE",
  MaterializedView: "MATERIALIZED_VIEW",
  TemporaryView: "VIEW",
} as const;

const ACTIONS = { warn: "ALLOW", drop: "DROP", fail: "FAIL", quarantine: "QUARANTINE" } as const;

type Described = Pick<DataflowGraph, "datasets"> & { readonly events: readonly EventDraft[] };

const described = new WeakMap<DataflowGraph["flows"], Described>();

/** The events that describe the graph: all datasets, then all flows. */
export function definitionEvents(graph: DataflowGraph): readonly EventDraft[] {
  const { datasets, flows } = graph;
  const known = described.get(flows);
  if (known?.datasets === datasets) return known.events;
  const events = describe(graph);
  described.set(flows, { datasets, events });
  return events;
}

function describe(graph: DataflowGraph): readonly EventDraft[] {
  const names = new Map(graph.datasets.map((dataset) => [dataset.name, dataset]));
  const flows = graph.flows.flatMap((flow) => {
    const dataset = names.get(flow.target);
    return dataset === undefined || dataset.kind === "TemporaryView" ? [] : [flowDefinition(flow, dataset, names)];
  });
  const views = graph.datasets.filter((dataset) => dataset.kind === "TemporaryView");
  const datasets = graph.datasets.filter(({ declaration }) => declaration.sink === undefined);
  const sinks = new Set(graph.datasets.flatMap(({ declaration }) => declaration.sink ?? []));
  return [
    ...datasets.map((dataset) => datasetDefinition(dataset, graph)),
    ...[...sinks].map(sinkDefinition),
    ...views.map((view) => viewDefinition(view, names)),
    ...flows,
    ...datasets.flatMap(deprecation),
  ];
}

const NOW: Readonly<Record<Deprecation, string>> = {
  PYTHON_CREATE_TABLE: "createTable is the old name of table",
  PYTHON_CREATE_VIEW: "createView is the old name of view",
  PYTHON_CREATE_STREAMING_LIVE_TABLE: "createStreamingLiveTable is the old name of createStreamingTable",
  PYTHON_CREATE_TARGET_TABLE: "createTargetTable is the old name of createStreamingTable",
  SQL_CREATE_LIVE_TABLE:
    "LIVE TABLE is the old spelling of MATERIALIZED VIEW, STREAMING and INCREMENTAL LIVE TABLE of STREAMING TABLE",
  SQL_CREATE_LIVE_VIEW: "LIVE VIEW is the old spelling of TEMPORARY VIEW",
};

function deprecation({ displayName, declaration: { deprecated } }: Dataset): readonly EventDraft[] {
  if (deprecated === undefined) return [];
  return [
    {
      eventType: "deprecation",
      level: "WARN",
      message: `Dataset '${displayName}' is declared in an old spelling: ${NOW[deprecated]}.`,
      origin: { dataset_name: displayName },
      details: { message: deprecated },
    },
  ];
}

function datasetDefinition(dataset: Dataset, graph: DataflowGraph): EventDraft {
  const type = DATASET_TYPES[dataset.kind];
  const { comment } = dataset.declaration;
  return {
    eventType: "dataset_definition",
    message: `Dataset '${dataset.displayName}' is defined as ${type}.`,
    origin: { dataset_name: dataset.displayName, table_name: dataset.displayName },
    details: {
      dataset_type: type,
      num_flows: dataset.flows.length,
      expectations: expectations(dataset, graph),
      ...(comment === undefined ? {} : { comment }),
    },
  };
}

const SECRET = /secret|password|token|credential|jaas|\bkey\b/i;

function sinkDefinition({ name, format, options }: SinkDeclaration): EventDraft {
  const shown = Object.entries(options).map(([key, value]) => [key, SECRET.test(key) ? "*********(redacted)" : value]);
  return {
    eventType: "sink_definition",
    message: `Sink '${name}' is defined with format ${format}.`,
    origin: { sink_name: name },
    details: { format, options: Object.fromEntries(shown) },
  };
}

type DatasetDefinition = EventDetails["dataset_definition"];

/** Of a view as it declares them, since it has no flow. */
function expectations(dataset: Dataset, graph: DataflowGraph): DatasetDefinition["expectations"] {
  if (dataset.kind === "TemporaryView") {
    return dataset.declaration.expectations.map((rule) => ({
      name: rule.name,
      constraint: ruleText(rule, "UTC"),
      action: ACTIONS[rule.policy],
    }));
  }
  const rules = graph.flows.find((flow) => flow.target === dataset.name)?.rules ?? [];
  return rules.map((rule) => ({ name: rule.name, constraint: rule.text, action: ACTIONS[rule.policy] }));
}

function flowDefinition(flow: ResolvedFlow, dataset: Dataset, names: ReadonlyMap<string, Dataset>): EventDraft {
  const { comment, sparkConf, origin } = flow.declaration;
  const { sink } = dataset.declaration;
  const name = flowDisplayName(flow, dataset);
  const details: FlowDefinition = {
    input_datasets: inputDatasets(flow, dataset, names),
    output_dataset: dataset.displayName,
    ...(sink === undefined ? {} : { output_sink: sink.name }),
    explain_text: planText(flow.plan),
    schema_json: JSON.stringify(typeToJson(dataset.schema)),
    schema: schemaColumns(dataset.schema),
    flow_type: flowType(flow, dataset),
    ...(comment === undefined ? {} : { comment }),
    spark_conf: { ...dataset.declaration.sparkConf, ...sparkConf },
    language: language(origin.file),
    once: flow.once,
  };
  return {
    eventType: "flow_definition",
    message: `Flow '${name}' is defined as ${details.flow_type}.`,
    origin: {
      ...(sink === undefined
        ? { dataset_name: dataset.displayName, table_name: dataset.displayName }
        : { sink_name: sink.name }),
      flow_name: name,
    },
    details,
  };
}

/** A view has no flow of its own; its definition stands in the log so that lineage passes through it. */
function viewDefinition(view: Dataset, names: ReadonlyMap<string, Dataset>): EventDraft {
  const { comment, sparkConf, origin } = view.declaration;
  return {
    eventType: "flow_definition",
    message: `Flow '${view.displayName}' is defined as VIEW.`,
    origin: { dataset_name: view.displayName, flow_name: view.displayName },
    details: {
      input_datasets: view.reads.map((name) => names.get(name)?.displayName ?? name),
      output_dataset: view.displayName,
      explain_text: "",
      schema_json: JSON.stringify(typeToJson(view.schema)),
      schema: schemaColumns(view.schema),
      flow_type: "VIEW",
      ...(comment === undefined ? {} : { comment }),
      spark_conf: sparkConf,
      language: language(origin.file),
      once: false,
    },
  };
}

function language(file: string): FlowDefinition["language"] {
  return file.toLowerCase().endsWith(".sql") ? "SQL" : "TYPESCRIPT";
}

function inputDatasets(flow: ResolvedFlow, dataset: Dataset, names: ReadonlyMap<string, Dataset>): readonly string[] {
  const direct = dataset.reads.filter((name) => flow.upstream.includes(name));
  const own = direct.map((name) => names.get(name)?.displayName ?? name);
  const external = [...flow.reads.values()].flatMap((read) => (read.kind === "ExternalTable" ? [read.name] : []));
  return [...new Set([...own, ...external])];
}

function flowType(flow: ResolvedFlow, dataset: Dataset): FlowType {
  if (dataset.kind === "MaterializedView") return "MATERIALIZED_VIEW";
  if (flow.changes !== undefined) return "CHANGE";
  if (flow.snapshots !== undefined) return "SNAPSHOT_CHANGE";
  return flow.streaming && outputMode(flow.plan) === "complete" ? "COMPLETE" : "APPEND";
}

function schemaColumns(schema: StructType): FlowDefinition["schema"] {
  return schema.fields.map(({ name, dataType }) => ({ name, path: name, data_type: simpleString(dataType) }));
}
