import { storedKindWords } from "@sluice/pipelines";

/** What a stored table is to a pipeline, in words (`streaming table`, `materialized view`, `quarantine table`); undefined for a table of nobody's. */
export function datasetKind(properties: Readonly<Record<string, string>>): string | undefined {
  const words = storedKindWords(properties);
  return words === "table" ? undefined : words;
}
