import { atQuery, parseTable, type Relation } from "@sluice/query";
import type { ChangeDeclaration, ColumnChoice, ScdType } from "../declaration/declaration.ts";
import { closestMatch } from "../diagnostics/closest-match.ts";
import { failingQuery } from "./failing-flow.ts";
import { withNames } from "./name-defaults.ts";
import type { Statement, StatementFlow } from "./statement.ts";
import type { StatementReader } from "./statement-reader.ts";

/** Reads `APPLY CHANGES INTO t ..` or `AUTO CDC INTO t ..`: a flow with the name of its target. */
export function parseCdc(reader: StatementReader): Statement {
  return { kind: "Declare", flow: parseCdcFlow(reader) };
}

/** As {@link parseCdc}, with a name and a comment for the flow. */
export function parseCdcFlow(
  reader: StatementReader,
  named?: Pick<StatementFlow, "name" | "comment" | "origin">,
): StatementFlow {
  const { parser } = reader;
  const origin = reader.place();
  if (!parser.accept("APPLY", "CHANGES")) parser.expect("AUTO", "CDC");
  const first = parser.accept("ONCE");
  if (!parser.accept("INTO"))
    throw parser.fail(
      "expected INTO and the name of the table: AUTO CDC INTO t FROM STREAM s KEYS (..) SEQUENCE BY ..",
    );
  const once = parser.accept("ONCE") || first;
  const target = reader.pipelineName("a table");
  return cdcInto(reader, { name: target, origin, ...named, target, once });
}

/** Reads from FROM to the end: the source of a flow of changes, and how they apply. What is wrong is raised by the flow's query. */
export function cdcInto(reader: StatementReader, flow: Omit<StatementFlow, "query" | "changes">): StatementFlow {
  const { parser } = reader;
  const read = reader.attempt(() => {
    if (!parser.accept("FROM"))
      throw parser.fail("expected FROM and what brings the changes: FROM STREAM s, or FROM (SELECT .. FROM STREAM s)");
    const source = parseChangeSource(reader);
    const relation = parser.accept("WHERE") ? filtered(source, reader) : source;
    const changes = parseChanges(reader);
    parser.expectEnd();
    return { relation: withNames(relation, reader.names), changes };
  });
  const errors = reader.errors.splice(0);
  if (read === undefined || errors.length > 0) return { ...flow, query: failingQuery(errors) };
  const { relation, changes } = read;
  return { ...flow, changes, query: () => ({ relation }) };
}

function filtered(input: Relation, { parser }: StatementReader): Relation {
  return { kind: "Filter", input, condition: parser.expression() };
}

/** A table or view as a stream, or a query in brackets. */
function parseChangeSource({ parser }: StatementReader): Relation {
  if (parser.at("STREAM") && parser.sees(["STREAM", "("]) && atQuery(parser, 2)) {
    throw parser.fail(
      "STREAM(..) holds the name of a table; put the query into brackets alone: FROM (SELECT .. FROM STREAM t)",
    );
  }
  if (!parser.at("(") || !atQuery(parser, 1)) return parseTable(parser);
  parser.expect("(");
  const query = parser.query();
  parser.expect(")");
  return query;
}

type Clauses = Partial<{ -readonly [Key in keyof ChangeDeclaration]: ChangeDeclaration[Key] }>;

function parseChanges(reader: StatementReader): ChangeDeclaration {
  const { parser } = reader;
  const origin = reader.place();
  const clauses: Clauses = {};
  while (parser.peek().kind !== "end" && !parser.at(";")) parseChangeClause(reader, clauses);
  const { keys, sequenceBy, scdType = 1, ...others } = clauses;
  const needsSystem = scdType === "bitemporal" && others.systemSequenceBy === undefined;
  if (keys !== undefined && sequenceBy !== undefined && !needsSystem) return { keys, sequenceBy, scdType, ...others };
  const [option, example] = missingClause(clauses);
  reader.report("MISSING_OPTION", { where: "AUTO CDC INTO", option, example }, origin);
  return { keys: [], sequenceBy: "NULL", scdType };
}

function missingClause({ keys, sequenceBy }: Clauses): readonly [clause: string, example: string] {
  if (keys === undefined) return ["KEYS", "KEYS (id)"];
  if (sequenceBy === undefined) return ["SEQUENCE BY", "SEQUENCE BY updated_at"];
  return ["SYSTEM SEQUENCE BY", "SYSTEM SEQUENCE BY received_at, after SEQUENCE BY"];
}

function parseChangeClause(reader: StatementReader, clauses: Clauses): void {
  const { parser } = reader;
  if (parser.accept("KEYS")) clauses.keys = columnList(reader);
  else if (parser.accept("IGNORE", "NULL", "UPDATES"))
    clauses.ignoresNull = parser.accept("ON") ? choice(reader) : { kind: "Except", columns: [] };
  else if (parser.accept("APPLY", "AS", "DELETE", "WHEN")) clauses.appliesAsDelete = parser.expression();
  else if (parser.accept("APPLY", "AS", "TRUNCATE", "WHEN")) clauses.appliesAsTruncate = parser.expression();
  else if (parser.accept("SEQUENCE", "BY")) clauses.sequenceBy = parser.expression();
  else if (parser.accept("COLUMNS", "TO", "UPDATE")) clauses.columnsToUpdate = parser.expression();
  else if (parser.accept("COLUMNS")) clauses.columns = choice(reader);
  else if (parser.accept("STORED", "AS")) clauses.scdType = scdType(reader);
  else if (parser.accept("TRACK", "HISTORY", "ON")) clauses.trackHistory = choice(reader);
  else if (parser.accept("SYSTEM", "SEQUENCE", "BY")) clauses.systemSequenceBy = parser.expression();
  else throw parser.fail(clauseHint(parser.peek().key));
}

const CLAUSES = [
  "KEYS (..)",
  "IGNORE NULL UPDATES",
  "APPLY AS DELETE WHEN ..",
  "APPLY AS TRUNCATE WHEN ..",
  "SEQUENCE BY ..",
  "COLUMNS * EXCEPT (..)",
  "STORED AS SCD TYPE 2",
  "TRACK HISTORY ON ..",
];

/** What clauses are taken for, by the word that they begin with. */
const MEANT: Readonly<Record<string, string>> = {
  KEY: "KEYS (..)",
  PRIMARY: "KEYS (..)",
  ON: "KEYS (..)",
  DELETE: "APPLY AS DELETE WHEN ..",
  TRUNCATE: "APPLY AS TRUNCATE WHEN ..",
  ORDER: "SEQUENCE BY ..",
  EXCEPT: "COLUMNS * EXCEPT (..)",
  SCD: "STORED AS SCD TYPE 2",
  TYPE: "STORED AS SCD TYPE 2",
  WHERE: "WHERE .. between FROM and KEYS",
};

function clauseHint(word: string): string {
  const spelled = CLAUSES.find((clause) => clause.split(" ")[0] === word) ?? MEANT[word];
  const near = closestMatch(word, new Set(CLAUSES.map((clause) => clause.split(" ")[0] ?? "")));
  const meant = spelled ?? CLAUSES.find((clause) => clause.split(" ")[0] === near);
  if (meant === undefined) return `expected a clause of AUTO CDC: ${CLAUSES.join(", ")}`;
  const all = word === "APPLY" ? `${meant} or APPLY AS TRUNCATE WHEN ..` : meant;
  return `expected a clause of AUTO CDC; did you mean ${all}?`;
}

function columnList({ parser }: StatementReader): readonly string[] {
  const bracket = parser.accept("(");
  const columns = parser.list(() => parser.qualifiedName("a column").join("."));
  if (bracket) parser.expect(")");
  return columns;
}

function choice(reader: StatementReader): ColumnChoice {
  if (!reader.parser.accept("*")) return { kind: "List", columns: columnList(reader) };
  const columns = reader.parser.accept("EXCEPT") ? columnList(reader) : [];
  return { kind: "Except", columns };
}

function scdType({ parser }: StatementReader): ScdType {
  if (parser.accept("BITEMPORAL")) return "bitemporal";
  if (!parser.accept("SCD", "TYPE")) throw parser.fail("expected SCD TYPE 1, SCD TYPE 2 or BITEMPORAL");
  if (parser.accept("BITEMPORAL")) return "bitemporal";
  const { value } = parser.peek();
  if (value !== "1" && value !== "2") throw parser.fail("expected 1, 2 or BITEMPORAL");
  parser.next();
  return value === "1" ? 1 : 2;
}
