import { failingQuery } from "./failing-flow.ts";
import { withNames } from "./name-defaults.ts";
import { parseCdcFlow } from "./parse-cdc.ts";
import type { Statement, StatementFlow } from "./statement.ts";
import type { StatementReader } from "./statement-reader.ts";

/** Reads `FLOW name [COMMENT ..] AS INSERT [ONCE] INTO [ONCE] table [BY NAME] query`. Columns always go by name. Behind AS may also stand AUTO CDC. */
export function parseFlow(reader: StatementReader): Statement {
  const { parser } = reader;
  parser.expect("FLOW");
  const origin = reader.place();
  const name = reader.pipelineName("the flow's name");
  const comment = parser.accept("COMMENT") ? reader.text("the comment") : undefined;
  parser.expect("AS");
  if (parser.at("AUTO", "APPLY")) {
    return { kind: "Declare", flow: parseCdcFlow(reader, { name, origin, ...(comment !== undefined && { comment }) }) };
  }
  parser.expect("INSERT");
  const first = parser.accept("ONCE");
  parser.accept("INTO");
  const once = parser.accept("ONCE") || first;
  const target = reader.pipelineName("a table");
  const flow = { name, target, once, origin, ...(comment !== undefined && { comment }) };
  return { kind: "Declare", flow: { ...flow, query: parseQuery(reader) } };
}

function parseQuery(reader: StatementReader): StatementFlow["query"] {
  const { parser } = reader;
  const relation = reader.attempt(() => {
    parser.accept("BY", "NAME");
    if (parser.at("REPLACE")) return refuseReplace(reader);
    const query = parser.query();
    parser.expectEnd();
    return withNames(query, reader.names);
  });
  if (relation !== undefined) return () => ({ relation });
  return failingQuery(reader.errors.splice(0));
}

function refuseReplace(reader: StatementReader): undefined {
  reader.refuse("INSERT .. REPLACE in a flow", "A flow appends rows: leave REPLACE out.");
  reader.skipTo();
}
