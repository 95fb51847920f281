import type { DataSource } from "@sluice/query";
import { PipelineError } from "../diagnostics/pipeline-error.ts";

/** What is wrong with a read of a source that is only a stream and has columns of its own; `columns` says which. */
export function streamOnlyErrors(leaf: DataSource, format: string, columns: string): readonly PipelineError[] {
  const refuse = (feature: string, plan: string): PipelineError =>
    new PipelineError("UNSUPPORTED_FEATURE", { feature, plan });
  return [
    ...(leaf.streaming ? [] : [refuse(`The source ${format} as a batch`, "Read it with readStream.")]),
    ...(leaf.schema === undefined
      ? []
      : [refuse(`A schema for the source ${format}`, `Leave the schema out: it has the ${columns}.`)]),
  ];
}
