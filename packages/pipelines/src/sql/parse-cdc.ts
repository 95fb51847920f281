import { PipelineError } from "../diagnostics/pipeline-error.ts";
import type { Statement, StatementFlow } from "./statement.ts";
import type { StatementReader } from "./statement-reader.ts";

const PLAN =
  "It comes with change data capture: until then append the changes to a streaming table, and keep the latest of each key in a materialized view with QUALIFY row_number() OVER (PARTITION BY key ORDER BY sequence DESC) = 1.";

/** Reads `APPLY CHANGES INTO t ..` and refuses it by name. */
export function parseCdc(reader: StatementReader): Statement {
  return { kind: "Declare", flow: refusedCdc(reader, undefined) };
}

/**
 * Reads `AUTO CDC [ONCE] INTO t ..` or `APPLY CHANGES INTO t ..` up to the end of the statement. The flow that it would be is there, so that its target is not
 * found to be without one; its query raises the refusal.
 *
 * @param name - The flow's name; absent: the target's.
 */
export function refusedCdc(reader: StatementReader, name: string | undefined): StatementFlow {
  const { parser } = reader;
  const origin = reader.place();
  const feature = parser.accept("APPLY", "CHANGES") ? "APPLY CHANGES" : "AUTO CDC";
  if (feature === "AUTO CDC") parser.expect("AUTO", "CDC");
  const once = parser.accept("ONCE");
  parser.expect("INTO");
  const target = reader.pipelineName("a table");
  reader.skipTo();
  const query = (): never => {
    throw new PipelineError("UNSUPPORTED_FEATURE", { feature, plan: PLAN }, { origin });
  };
  return { name: name ?? target, target, once, origin, query };
}
