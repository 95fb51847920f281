import type { DatasetDeclaration, Declarations, FlowDeclaration, SinkDeclaration } from "../declaration/declaration.ts";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { isPipelineError, PipelineError } from "../diagnostics/pipeline-error.ts";
import { quarantineTableName } from "../expectation/system-table.ts";
import { declaredName, type NameScope, parseDatasetName, type QualifiedName, sinkFlowName } from "./dataset-name.ts";
import { withColumns } from "./declared-schema.ts";

/** A flow with its target found. */
export interface DeclaredFlow {
  /** Canonical, lower case. */
  readonly name: string;
  /** Canonical name of the dataset it writes. */
  readonly target: string;
  readonly declaration: FlowDeclaration;
}

export interface DeclaredDataset {
  readonly name: QualifiedName;
  readonly declaration: DatasetDeclaration;
  readonly flows: readonly DeclaredFlow[];
}

/** Declarations with names completed: no name twice, each flow with its target. */
export interface DeclaredGraph {
  /** By canonical name, in the order declared. */
  readonly datasets: ReadonlyMap<string, DeclaredDataset>;
  readonly errors: readonly PipelineError[];
  readonly warnings: readonly PipelineError[];
}

/** Completes all names, and finds datasets and flows declared twice and flows without a target. Of two declarations the first one stays. */
export function declareGraph(declarations: Declarations, scope: NameScope): DeclaredGraph {
  const collected = new Collected(scope);
  for (const dataset of declarations.datasets) collected.addDataset(dataset);
  for (const sink of declarations.sinks) collected.addSink(sink);
  for (const flow of declarations.flows) collected.addFlow(flow);
  for (const dataset of collected.datasets.values()) {
    collected.checkFlows(dataset);
    collected.checkQuarantine(dataset);
  }
  return collected;
}

/** What queries call the event log. */
const RESERVED = ["event_log", "__event_log"];

interface GrowingDataset {
  readonly name: QualifiedName;
  readonly declaration: DatasetDeclaration;
  readonly flows: DeclaredFlow[];
}

class Collected implements DeclaredGraph {
  readonly datasets: Map<string, GrowingDataset> = new Map();
  readonly errors: PipelineError[] = [];
  readonly warnings: PipelineError[] = [];
  readonly #flows: Map<string, FlowDeclaration> = new Map();
  readonly #sinks: Map<string, SinkDeclaration> = new Map();
  /** Names of datasets declared more than once: their own further queries are part of that mistake. */
  readonly #twice: Set<string> = new Set();
  readonly #scope: NameScope;

  constructor(scope: NameScope) {
    this.#scope = scope;
  }

  addDataset(declaration: DatasetDeclaration): void {
    const name = this.#name(declaration.name, declaration.origin);
    if (name === undefined) return;
    if (RESERVED.includes(name.table.toLowerCase())) {
      const { origin } = declaration;
      this.errors.push(new PipelineError("RESERVED_DATASET_NAME", { name: name.display }, { origin }));
    }
    const first = this.datasets.get(name.canonical)?.declaration.origin;
    if (first === undefined) {
      const read = withColumns(declaration, name.display);
      this.errors.push(...read.errors);
      this.datasets.set(name.canonical, { name, declaration: read.declaration, flows: [] });
      return;
    }
    this.#twice.add(name.canonical);
    const { origin } = declaration;
    this.errors.push(new PipelineError("DATASET_DECLARED_TWICE", { dataset: name.display, first }, { origin }));
  }

  /** Sinks and datasets share one space of names. */
  addSink(declaration: SinkDeclaration): void {
    const { name, origin } = declaration;
    const key = name.toLowerCase();
    const first = this.#sinks.get(key) ?? [...this.datasets.values()].find((one) => isCalled(one, key))?.declaration;
    if (first === undefined) this.#sinks.set(key, declaration);
    else {
      const params = { dataset: name, first: first.origin };
      this.errors.push(new PipelineError("DATASET_DECLARED_TWICE", params, { origin }));
    }
  }

  addFlow(declaration: FlowDeclaration): void {
    const { origin } = declaration;
    const name = this.#name(declaration.name, origin)?.canonical;
    const sink = this.#sinks.get(declaration.target.toLowerCase());
    const target = sink === undefined ? this.#target(declaration.target, origin) : this.#sinkTarget(sink, name);
    if (name === undefined || target === undefined) return;
    const first = this.#flows.get(name)?.origin;
    if (first !== undefined) {
      if (name === target && this.#twice.has(name)) return;
      this.errors.push(new PipelineError("FLOW_DECLARED_TWICE", { flow: declaration.name, first }, { origin }));
      return;
    }
    this.#flows.set(name, declaration);
    const dataset = this.datasets.get(target);
    if (dataset === undefined) this.#targetMissing(declaration);
    else dataset.flows.push({ name, target, declaration });
  }

  checkFlows(dataset: GrowingDataset): void {
    const { declaration, flows, name } = dataset;
    const { origin } = declaration;
    const added = flows.filter((flow) => flow.name !== name.canonical);
    if (declaration.kind === "TemporaryView") {
      for (const flow of added) {
        const params = { flow: flow.declaration.name, target: name.display };
        this.errors.push(new PipelineError("FLOW_TARGET_IS_A_VIEW", params, { origin: flow.declaration.origin }));
      }
    }
    const mustHaveFlow = declaration.kind !== "StreamingTable" || declaration.schema === undefined;
    if (flows.length === 0 && mustHaveFlow) {
      this.errors.push(new PipelineError("DATASET_WITHOUT_FLOW", { dataset: name.display }, { origin }));
    }
  }

  /** A dataset may not stand where another one's quarantine table does. */
  checkQuarantine(dataset: GrowingDataset): void {
    if (!dataset.declaration.expectations.some((one) => one.policy === "quarantine")) return;
    const other = this.datasets.get(quarantineTableName(dataset.name.canonical));
    if (other === undefined) return;
    const params = { dataset: other.name.display, first: dataset.declaration.origin };
    this.errors.push(new PipelineError("DATASET_DECLARED_TWICE", params, { origin: other.declaration.origin }));
  }

  #target(text: string, origin: FlowDeclaration["origin"]): string | undefined {
    const name = this.#name(text, origin);
    return name && (declaredName(name, this.datasets, this.#scope) ?? name.canonical);
  }

  /** What one flow writes into a sink stands in the graph as a table of its own. */
  #sinkTarget(sink: SinkDeclaration, flow: string | undefined): string | undefined {
    if (flow === undefined) return undefined;
    const name = sinkFlowName(sink.name, flow);
    if (!this.datasets.has(name.canonical)) {
      this.datasets.set(name.canonical, { name, declaration: sinkDataset(sink), flows: [] });
    }
    return name.canonical;
  }

  #targetMissing(flow: FlowDeclaration): void {
    const sinks = [...this.#sinks.values()].map(({ name }) => name);
    const closest = closestMatch(flow.target, [...datasetNames(this.datasets.values()), ...sinks]);
    const params = { flow: flow.name, target: flow.target, ...(closest === undefined ? {} : { closest }) };
    this.errors.push(new PipelineError("FLOW_TARGET_NOT_DEFINED", params, { origin: flow.origin }));
  }

  #name(text: string, origin: FlowDeclaration["origin"]): QualifiedName | undefined {
    try {
      const name = parseDatasetName(text, this.#scope);
      if (name.live) this.warnings.push(new PipelineError("LIVE_PREFIX_IGNORED", { name: text }, { origin }));
      return name;
    } catch (error) {
      if (!isPipelineError(error)) throw error;
      this.errors.push(new PipelineError(error.code, error.params, { origin }));
      return undefined;
    }
  }
}

function isCalled({ name }: GrowingDataset, sink: string): boolean {
  return [name.table.toLowerCase(), name.canonical, name.display.toLowerCase()].includes(sink);
}

function sinkDataset(sink: SinkDeclaration): DatasetDeclaration {
  return {
    kind: "StreamingTable",
    name: sink.name,
    partitionBy: sink.partitionBy ?? [],
    clusterBy: [],
    tableProperties: {},
    sparkConf: {},
    private: true,
    expectations: [],
    sink,
    origin: sink.origin,
  };
}

/** Every spelling of the names of datasets that a person may have meant, short ones first. */
export function datasetNames(datasets: Iterable<Pick<DeclaredDataset, "name">>): readonly string[] {
  const all = [...datasets];
  return [...all.map((one) => one.name.table), ...all.map((one) => one.name.canonical)];
}
