import type { Relation } from "@sluice/query";
import { atQuery } from "@sluice/query";
import { parseClause } from "./parse-clause.ts";
import { type ColumnList, NO_COLUMNS, parseColumnList } from "./parse-column-list.ts";
import type { StatementDataset } from "./statement.ts";
import type { StatementReader } from "./statement-reader.ts";

/** Clauses between a dataset's name and its query. */
export type Clauses = Pick<StatementDataset, "comment" | "partitionBy" | "clusterBy" | "tableProperties">;

/** All that stands behind a dataset's name. */
export interface Definition extends Clauses, ColumnList {
  readonly query?: Relation;
}

/** A definition that says nothing. */
export const EMPTY_DEFINITION: Definition = { ...NO_COLUMNS, partitionBy: [], clusterBy: [], tableProperties: {} };

/**
 * Reads column list, clauses and query of a dataset, up to the end or to the FLOW of a streaming table; clauses in any order.
 *
 * @throws QueryError where the text cannot be read on.
 */
export function parseDefinition(reader: StatementReader, kind: StatementDataset["kind"]): Definition {
  const { parser } = reader;
  let definition = EMPTY_DEFINITION;
  while (!atBody(reader, kind)) {
    if (parser.at("(") && definition.columnsRead === undefined && !atQuery(parser)) {
      definition = { ...definition, ...parseColumnList(reader, kind) };
      continue;
    }
    const clause = parseClause(reader, kind, definition);
    if (clause !== undefined) definition = { ...definition, ...clause };
    else if (atQuery(parser)) break;
    else throw parser.fail("expected a clause, or AS and a query");
  }
  if (parser.at("FLOW")) return definition;
  const marked = parser.accept("AS");
  const query = marked || !atEnd(reader) ? parser.query() : undefined;
  parser.expectEnd();
  if (query === undefined && kind !== "StreamingTable") {
    const origin = reader.place(Math.max(0, parser.last.end - 1));
    reader.report("DATASET_WITHOUT_QUERY", { kind }, origin);
  }
  return query === undefined ? definition : { ...definition, query };
}

/** Whether the clauses are over. */
function atBody(reader: StatementReader, kind: StatementDataset["kind"]): boolean {
  const { parser } = reader;
  return parser.at("AS") || (kind === "StreamingTable" && parser.at("FLOW")) || atEnd(reader);
}

function atEnd({ parser }: StatementReader): boolean {
  return parser.peek().kind === "end" || parser.at(";");
}
