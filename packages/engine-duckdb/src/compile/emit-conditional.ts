import type { TypedCall } from "@sluice/query";
import { allSql, sqlOf } from "./call-argument.ts";
import type { EmitterTable, Scope } from "./context.ts";
import { quoteText } from "./identifier.ts";
import { printLiteral } from "./literal.ts";

function currentDate(scope: Scope): string {
  const text = new Intl.DateTimeFormat("en-CA", { timeZone: scope.session.timeZone, dateStyle: "short" });
  return `DATE '${text.format(new Date(Number(scope.session.now / 1000n)))}'`;
}

function assertTrue(call: TypedCall, scope: Scope): string {
  const condition = sqlOf(call, 0, scope);
  const message = call.args.length > 1 ? sqlOf(call, 1, scope) : quoteText(`'${condition}' is not true!`);
  return `CASE WHEN ${condition} THEN NULL ELSE error('[USER_RAISED_EXCEPTION] ' || ${message}) END`;
}

/** Choices between values, and facts about the session, the input and the row. */
export const CONDITIONAL_FUNCTIONS: EmitterTable = {
  coalesce: (call, scope) =>
    call.args.length === 1 ? sqlOf(call, 0, scope) : `coalesce(${allSql(call, scope).join(", ")})`,
  nullif: "nullif($1, $2)",
  assert_true: assertTrue,
  raise_error: "error('[USER_RAISED_EXCEPTION] ' || coalesce($1, 'null'))",
  current_timestamp: (_, scope) => printLiteral(scope.session.now, { kind: "timestamp" }),
  current_date: (_, scope) => currentDate(scope),
  localtimestamp: (_, scope) => `CAST(${printLiteral(scope.session.now, { kind: "timestamp" })} AS TIMESTAMP)`,
  current_timezone: (_, scope) => quoteText(scope.session.timeZone),
  monotonically_increasing_id: "row_number() OVER () - 1",
  spark_partition_id: "0",
  input_file_name: "''",
  input_file_block_start: "CAST(-1 AS BIGINT)",
  input_file_block_length: "CAST(-1 AS BIGINT)",
  current_user: () => quoteText(process.env["USER"] ?? "sluice"),
  version: "'4.0.0 sluice'",
};
