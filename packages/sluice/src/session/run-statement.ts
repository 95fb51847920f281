import { type QueryResult, withFileReads } from "@sluice/pipelines";
import { STRING } from "@sluice/query";
import { parseStatement } from "../statement/parse-statement.ts";
import type { Statement } from "../statement/statement.ts";
import { answer, NOTHING } from "./answer.ts";
import { createSchema, createTable, dropSchema, dropTable } from "./change-catalog.ts";
import { changeRows } from "./change-rows.ts";
import { describeDetail, describeHistory, describeQuery, describeSchema, describeTable } from "./describe.ts";
import { type QueryLimits, runQuery } from "./evaluate-query.ts";
import { explainQuery } from "./explain-query.ts";
import { insertRows } from "./insert-rows.ts";
import { mergeRows } from "./merge-rows.ts";
import type { SessionState } from "./session-state.ts";
import { createView, dropView } from "./session-views.ts";
import { reset, setConfig, useSchema } from "./set-config.ts";
import {
  showColumns,
  showCreateTable,
  showFunctions,
  showProperties,
  showSchemas,
  showTables,
  showViews,
} from "./show.ts";
import { showPartitions } from "./show-partitions.ts";

/** Reads one statement as a session does: `${key}` replaced first. @throws QueryError */
export function readStatement(text: string, { conf }: SessionState): Statement {
  const statement = parseStatement(conf.substitute(text), { timeZone: conf.timeZone });
  return "query" in statement && statement.query !== undefined
    ? { ...statement, query: withFileReads(statement.query) }
    : statement;
}

type Run<Kind extends Statement["kind"]> = (
  statement: Extract<Statement, { kind: Kind }>,
  state: SessionState,
  limits: QueryLimits,
) => Promise<QueryResult> | QueryResult;

const RUN: { readonly [Kind in Statement["kind"]]: Run<Kind> } = {
  Query: ({ query }, state, limits) => runQuery(query, state, limits),
  Explain: async ({ query }, state) => answer([["plan", STRING, false]], [[await explainQuery(query, state)]]),
  CreateTable: createTable,
  CreateView: (statement, state) => silent(createView(statement, state)),
  Insert: insertRows,
  Change: changeRows,
  Merge: mergeRows,
  CreateSchema: createSchema,
  DropTable: dropTable,
  DropView: (statement, state) => silent(dropView(statement, state)),
  DropSchema: dropSchema,
  Set: (statement, { conf }) => setConfig(statement, conf),
  Reset: ({ key }, { conf }) => silent(reset(key, conf)),
  Use: ({ schema }, state) => silent(useSchema(schema, state)),
  DescribeTable: describeTable,
  DescribeDetail: ({ table }, state) => describeDetail(table, state),
  DescribeHistory: ({ table, limit }, state) => describeHistory(table, limit, state),
  DescribeQuery: ({ query }, state) => describeQuery(query, state),
  DescribeSchema: ({ schema }, state) => describeSchema(schema, state),
  ShowTables: showTables,
  ShowViews: showViews,
  ShowSchemas: ({ pattern }, state) => showSchemas(pattern, state),
  ShowColumns: ({ table }, state) => showColumns(table, state),
  ShowPartitions: showPartitions,
  ShowProperties: ({ table, key }, state) => showProperties(table, key, state),
  ShowCreateTable: ({ table }, state) => showCreateTable(table, state),
  ShowFunctions: ({ pattern }) => showFunctions(pattern),
};

/**
 * Runs one statement to its end.
 *
 * @returns its rows, with Spark's columns; no columns for statements that have nothing to say.
 * @throws QueryError for mistakes, EngineError for trouble while running
 */
export async function runStatement(
  statement: Statement,
  state: SessionState,
  limits: QueryLimits = {},
): Promise<QueryResult> {
  const run = RUN[statement.kind] as Run<Statement["kind"]>;
  return await run(statement, state, limits);
}

async function silent(work: Promise<void> | void): Promise<QueryResult> {
  await work;
  return NOTHING;
}
