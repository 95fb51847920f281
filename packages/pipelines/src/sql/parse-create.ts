import type { Relation } from "@sluice/query";
import { failingFlow } from "./failing-flow.ts";
import { withNames } from "./name-defaults.ts";
import { cdcInto } from "./parse-cdc.ts";
import { EMPTY_DEFINITION, parseDefinition } from "./parse-definition.ts";
import { parseFlow } from "./parse-flow.ts";
import { refuseCreate } from "./refuse-statement.ts";
import type { Statement, StatementDataset, StatementFlow } from "./statement.ts";
import type { StatementReader } from "./statement-reader.ts";

type Kind = Exclude<StatementDataset["kind"], "Table">;

/** The words before the name of what is created. */
interface Header {
  readonly words: ReadonlySet<string>;
  readonly noun: string | undefined;
}

const MODIFIERS = ["PRIVATE", "TEMPORARY", "TEMP", "GLOBAL", "STREAMING", "INCREMENTAL", "LIVE", "MATERIALIZED"];

/** Reads `CREATE ..` in all spellings of datasets, old and new, and flows; refuses everything else by name. */
export function parseCreate(reader: StatementReader): Statement {
  const { parser } = reader;
  const { start } = parser.peek();
  parser.expect("CREATE");
  const header = readHeader(reader, start);
  if (header.noun === "FLOW") return parseFlow(reader);
  const kind = kindOf(header);
  if (kind === undefined) {
    refuseCreate(reader, start);
    return { kind: "Nothing" };
  }
  if (header.noun !== undefined) parser.next();
  parser.accept("IF", "NOT", "EXISTS");
  return declareDataset(reader, kind, header);
}

function readHeader(reader: StatementReader, start: number): Header {
  const { parser } = reader;
  const replaces = parser.accept("OR", "REPLACE");
  if (!replaces) parser.accept("OR", "REFRESH");
  const words = new Set<string>();
  for (let word = parser.acceptAny(...MODIFIERS); word !== undefined; word = parser.acceptAny(...MODIFIERS)) {
    words.add(word);
  }
  const noun = parser.at("TABLE", "VIEW", "FLOW") ? parser.peek().key : undefined;
  if (words.has("GLOBAL")) {
    reader.refuse(
      "A GLOBAL TEMPORARY VIEW",
      "Leave GLOBAL out: every file of the pipeline sees its views.",
      reader.place(start),
    );
  }
  if (replaces && noun !== undefined && noun !== "FLOW")
    reader.report("OR_REPLACE_IS_OR_REFRESH", {}, reader.place(start));
  return { words, noun };
}

/** `LIVE` alone makes a table a materialized view, as `LIVE TABLE` always was; beside it `INCREMENTAL` is an old word for `STREAMING`. */
function kindOf({ words, noun }: Header): Kind | undefined {
  if (noun === "VIEW") return words.has("MATERIALIZED") ? "MaterializedView" : "TemporaryView";
  if (noun !== "TABLE") return undefined;
  if (words.has("STREAMING") || (words.has("INCREMENTAL") && words.has("LIVE"))) return "StreamingTable";
  return words.has("LIVE") ? "MaterializedView" : undefined;
}

function declareDataset(reader: StatementReader, kind: Kind, { words }: Header): Statement {
  const origin = reader.place();
  const name = reader.pipelineName("the dataset's name");
  if (kind === "TemporaryView" && words.size === 0) reader.report("VIEW_NOT_PUBLISHED", { view: name }, origin);
  const definition = reader.attempt(() => parseDefinition(reader, kind)) ?? EMPTY_DEFINITION;
  const isPrivate = words.has("PRIVATE") || words.has("TEMPORARY") || words.has("TEMP");
  const { query, renamed, columnsRead: _read, ...described } = definition;
  const dataset: StatementDataset = {
    ...{ kind, name, ...described },
    private: kind !== "TemporaryView" && isPrivate,
    ...(words.has("LIVE")
      ? { deprecated: kind === "TemporaryView" ? "SQL_CREATE_LIVE_VIEW" : "SQL_CREATE_LIVE_TABLE" }
      : {}),
    origin,
  };
  const errors = reader.errors.splice(0);
  if (errors.length > 0) return { kind: "Declare", dataset, flow: failingFlow(dataset, errors) };
  if (query === undefined) return { kind: "Declare", dataset, ...inlineFlow(reader, dataset) };
  const named = withNames(query, reader.names);
  const relation: Relation = renamed.length === 0 ? named : { kind: "ToDF", input: named, names: renamed };
  return { kind: "Declare", dataset, flow: { name, target: name, once: false, origin, query: () => ({ relation }) } };
}

/** `FLOW AUTO CDC FROM ..` behind the definition of a streaming table. */
function inlineFlow(reader: StatementReader, { name, origin }: StatementDataset): { readonly flow?: StatementFlow } {
  const { parser } = reader;
  if (!parser.accept("FLOW")) return {};
  const once = parser.sees(["AUTO", "CDC", "ONCE"]);
  if (!parser.accept("APPLY", "CHANGES")) reader.attempt(() => parser.expect("AUTO", "CDC"));
  parser.accept("ONCE");
  return { flow: cdcInto(reader, { name, target: name, once, origin }) };
}
