import { type Declarations, type PipelineSettings, parseDatasetName, withFileReads } from "@sluice/pipelines";
import { collectLeaves, type Leaf, mapLeaves, type Relation } from "@sluice/query";
import { memoryRead } from "./memory-connector.ts";

type Flow = Declarations["flows"][number];

/**
 * The declarations with test sources in the places of what they read. A name is the path of a read as the program has it, the topic of a Kafka read, the name of a
 * table outside of the pipeline, or a dataset of the pipeline, whose queries it takes the place of: its expectations stay.
 *
 * @throws Error when a name stands for nothing, with what there is
 */
export function replaceReads(
  declarations: Declarations,
  names: readonly string[],
  settings: PipelineSettings,
): Declarations {
  const canonical = (name: string): string => parseDatasetName(name, settings).canonical;
  const datasets = new Map(declarations.datasets.map((one) => [canonical(one.name), one]));
  const byDataset = new Map(
    names.filter((name) => datasets.has(nameOr(canonical, name))).map((name) => [canonical(name), name]),
  );
  const byRead = new Map(
    names.filter((name) => !datasets.has(nameOr(canonical, name))).map((name) => [readName(name), name]),
  );
  const seen = new Set(declarations.flows.flatMap((flow) => leavesOf(flow)).map(nameOfLeaf));
  const idle = [...byRead].filter(([read]) => !seen.has(read)).map(([, name]) => name);
  if (idle.length > 0)
    throw new Error(
      nothingReads(idle, [
        ...[...seen].filter((read) => !datasets.has(nameOr(canonical, read))),
        ...declarations.datasets.map((one) => one.name),
      ]),
    );
  const flows = declarations.flows
    .filter((flow) => !byDataset.has(canonical(flow.target)))
    .map((flow) => withTestReads(flow, byRead));
  return { ...declarations, flows: [...flows, ...[...byDataset].map(([dataset, name]) => testFlow(dataset, name))] };

  function testFlow(dataset: string, name: string): Flow {
    const declared = datasets.get(dataset);
    if (declared === undefined) throw new Error(`There is no dataset "${name}"`);
    const former = declarations.flows.filter((flow) => canonical(flow.target) === dataset);
    const streaming = declared.kind === "StreamingTable" || former.flatMap(leavesOf).some((leaf) => leaf.streaming);
    const query = () => ({ relation: memoryRead(name, { options: {}, streaming }) });
    const { name: target, origin, sparkConf } = declared;
    return { name: target, target, once: false, sparkConf, origin, query };
  }
}

function withTestReads(flow: Flow, names: ReadonlyMap<string, string>): Flow {
  const query = () => {
    const frame = flow.query();
    if (!hasRelation(frame)) return frame;
    return {
      relation: mapLeaves(withFileReads(frame.relation), (leaf) => testRead(leaf, names.get(nameOfLeaf(leaf)))),
    };
  };
  return { ...flow, query };
}

function testRead(leaf: Leaf, name: string | undefined): Relation {
  if (name === undefined) return leaf;
  const { planId, origin, span } = leaf;
  const options = leaf.kind === "TableFunction" ? {} : leaf.options;
  const places = { ...(planId !== undefined && { planId }), ...(origin && { origin }), ...(span && { span }) };
  return { ...memoryRead(name, { options, streaming: leaf.streaming }), ...places };
}

/** What a flow reads directly; nothing when its query fails, which the update will tell. */
function leavesOf(flow: Flow): readonly Leaf[] {
  try {
    const frame = flow.query();
    return hasRelation(frame) ? collectLeaves(withFileReads(frame.relation)) : [];
  } catch {
    return [];
  }
}

function hasRelation(value: unknown): value is { readonly relation: Relation } {
  return typeof value === "object" && value !== null && "relation" in value;
}

function nameOfLeaf(leaf: Leaf): string {
  if (leaf.kind !== "DataSource") return readName(leaf.kind === "NamedTable" ? leaf.name.join(".") : leaf.name);
  const topic = Object.entries(leaf.options).find(([key]) => key.toLowerCase() === "subscribe")?.[1];
  return readName(leaf.format.toLowerCase() === "kafka" ? (topic ?? "") : leaf.paths.join(","));
}

function readName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^live\./, "")
    .replace(/(?<=.)\/+$/, "");
}

function nameOr(canonical: (name: string) => string, name: string): string {
  try {
    return canonical(name);
  } catch {
    return name;
  }
}

function nothingReads(idle: readonly string[], known: readonly string[]): string {
  const names = [...new Set(known)].filter((name) => name !== "").sort();
  return `Nothing in the pipeline reads ${idle.map((name) => `"${name}"`).join(", ")}. To be replaced there are: ${names.join(", ")}.`;
}
