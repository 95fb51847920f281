import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { Dataset } from "./dataflow-graph.ts";
import type { DeclaredDataset } from "./declared-graph.ts";

/** The property of a stored table that says what kind of dataset its rows belong to. */
const DATASET_TYPE_PROPERTY = "sluice.datasetType";

/** The property of a stored table that only its pipeline reads: `true`; `false` for one that was so once. */
const PRIVATE_PROPERTY = "sluice.private";

const TYPES = { StreamingTable: "STREAMING_TABLE", MaterializedView: "MATERIALIZED_VIEW" } as const;

const WORDS: Readonly<Record<string, string>> = {
  STREAMING_TABLE: "streaming table",
  MATERIALIZED_VIEW: "materialized view",
  QUARANTINE: "quarantine table",
};

/** The properties that mark a table as what it is, to be stored with the person's own. None for a view. */
export function kindProperties(kind: Dataset["kind"] | "Quarantine"): Readonly<Record<string, string>> {
  if (kind === "TemporaryView") return {};
  return { [DATASET_TYPE_PROPERTY]: kind === "Quarantine" ? "QUARANTINE" : TYPES[kind] };
}

/** The property that keeps a table out of the catalogue, or lets it in again; none for one that has always been in it. `stored` are the table's properties as it is. */
export function privacyProperty(
  isPrivate: boolean,
  stored: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  if (!isPrivate && !isPrivateTable(stored)) return {};
  return { [PRIVATE_PROPERTY]: String(isPrivate) };
}

/** Whether only its pipeline reads a stored table, by its properties. */
export function isPrivateTable(properties: Readonly<Record<string, string>>): boolean {
  return properties[PRIVATE_PROPERTY] === "true";
}

/** What a stored table is, in words, by its properties; "table" when they do not say. */
export function storedKindWords(properties: Readonly<Record<string, string>>): string {
  return WORDS[properties[DATASET_TYPE_PROPERTY] ?? ""] ?? "table";
}

/** The error of a dataset whose stored table is of another kind: its rows would be lost, or mixed with others. Undefined when all is well. */
export function kindChange(
  dataset: DeclaredDataset,
  kind: keyof typeof TYPES,
  properties: Readonly<Record<string, string>>,
): PipelineError | undefined {
  const type = properties[DATASET_TYPE_PROPERTY];
  if (type === undefined || type === TYPES[kind]) return undefined;
  const params = {
    dataset: dataset.name.display,
    stored: storedKindWords(properties),
    now: WORDS[TYPES[kind]] ?? kind,
  };
  return new PipelineError("DATASET_KIND_CHANGED", params, { origin: dataset.declaration.origin });
}
