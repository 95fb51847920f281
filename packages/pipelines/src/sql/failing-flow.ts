import { type PipelineError, PipelineErrors } from "../diagnostics/pipeline-error.ts";
import type { StatementDataset, StatementFlow } from "./statement.ts";

/** A query that raises what is wrong with its statement. */
export function failingQuery(errors: readonly PipelineError[]): StatementFlow["query"] {
  return () => {
    throw new PipelineErrors(errors);
  };
}

/** Stands for the query of a dataset whose statement cannot be understood: what reads the dataset is then not blamed for it. */
export function failingFlow(dataset: StatementDataset, errors: readonly PipelineError[]): StatementFlow {
  const { name, origin } = dataset;
  return { name, target: name, once: false, origin, query: failingQuery(errors) };
}
