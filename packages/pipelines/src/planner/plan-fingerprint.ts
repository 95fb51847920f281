import { createHash } from "node:crypto";
import type { Dataset, ResolvedFlow } from "../graph/dataflow-graph.ts";

const PLACES = new Set(["span", "origin", "planId"]);

/**
 * Identifies what a flow computes and how its table is laid out: equal for equal definitions in different processes, whatever numbers the analysis gave to
 * columns and wherever the text stands.
 */
export function flowFingerprint(flow: ResolvedFlow, dataset: Dataset, nullIsViolation: boolean): string {
  const known = fingerprints.get(flow);
  if (known?.dataset === dataset && known.nullIsViolation === nullIsViolation) return known.text;
  const text = fingerprint(flow, dataset, nullIsViolation);
  fingerprints.set(flow, { dataset, nullIsViolation, text });
  return text;
}

interface Fingerprint {
  readonly dataset: Dataset;
  readonly nullIsViolation: boolean;
  readonly text: string;
}

const fingerprints = new WeakMap<ResolvedFlow, Fingerprint>();

function fingerprint(flow: ResolvedFlow, dataset: Dataset, nullIsViolation: boolean): string {
  const { partitionBy, clusterBy } = dataset.declaration;
  const rules = flow.rules.map(({ name, policy, condition }) => ({ name, policy, condition }));
  const definition = { plan: flow.plan, rules, nullIsViolation, schema: dataset.schema, partitionBy, clusterBy };
  return createHash("sha256").update(canonicalJson(definition)).digest("hex");
}

/** JSON without places, with column ids and scan numbers replaced by the order in which they first appear. */
function canonicalJson(value: unknown): string {
  const ids = new Numbering();
  const scans = new Numbering();
  const atom = (one: unknown, key: string): unknown => {
    if (typeof one === "bigint") return `${one}n`;
    if (typeof one !== "number") return one;
    if (key === "scan") return scans.of(one);
    return ID_KEYS.has(key) ? ids.of(one) : one;
  };
  const visit = (one: unknown, key: string): unknown => {
    if (one instanceof Uint8Array) return Buffer.from(one).toString("base64");
    if (Array.isArray(one)) return one.map((item) => visit(item, typeof item === "number" ? key : ""));
    if (typeof one !== "object" || one === null) return atom(one, key);
    const entries = Object.entries(one).filter(([name, item]) => !PLACES.has(name) && item !== undefined);
    return Object.fromEntries(entries.map(([name, item]) => [name, visit(item, name)]));
  };
  return JSON.stringify(visit(value, ""));
}

/** Fields that hold column ids; `keys` of Deduplicate holds several. */
const ID_KEYS = new Set(["id", "eventTime", "keys"]);

class Numbering {
  readonly #numbers = new Map<number, number>();

  of(id: number): number {
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.#numbers.set(id, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}
