import { analyze, outputSchema } from "../src/analysis/analyze.ts";
import type { AnalysisOptions } from "../src/analysis/options.ts";
import type { Plan } from "../src/analysis/plan.ts";
import { structFromDdl } from "../src/data-type/ddl.ts";
import { simpleString } from "../src/data-type/simple-string.ts";
import { QueryError } from "../src/expression/problem.ts";
import type { Leaf } from "../src/relation/relation.ts";
import { parseExpression, parseQuery } from "../src/sql/parser.ts";

const TABLES: Readonly<Record<string, string>> = {
  orders: `id BIGINT NOT NULL, customer_id INT, amount DECIMAL(10,2), qty INT, status STRING, ts TIMESTAMP, d DATE,
    tags ARRAY<STRING>, attrs MAP<STRING, INT>, addr STRUCT<city: STRING, zip: INT>, js STRING`,
  customers: "id INT NOT NULL, name STRING, region STRING",
  scores: "id INT, score DOUBLE NOT NULL",
  items: "order_id BIGINT, sku STRING, price DOUBLE",
};

const HIDDEN = structFromDdl(
  "_metadata STRUCT<file_path: STRING NOT NULL, file_name: STRING NOT NULL, file_modification_time: TIMESTAMP NOT NULL> NOT NULL",
);

function leafName(leaf: Leaf): string {
  return (leaf.kind === "NamedTable" ? leaf.name.at(-1) : undefined)?.toLowerCase() ?? "";
}

/** A small warehouse: `orders`, `customers`, `scores`, `items`, and `big_orders`, a view with a rule. */
export const WAREHOUSE: AnalysisOptions = {
  ansi: false,
  timeZone: "UTC",
  resolveLeaf: (leaf) => {
    const name = leafName(leaf);
    if (name === "big_orders") {
      return {
        kind: "View",
        dataset: "big_orders",
        nullIsViolation: false,
        relation: parseQuery("SELECT id AS big_id, amount FROM orders WHERE qty > 10"),
        rules: [{ name: "positive", policy: "drop", condition: parseExpression("amount > 0") }],
      };
    }
    const columns = TABLES[name];
    if (columns === undefined) {
      return { condition: "TABLE_OR_VIEW_NOT_FOUND", message: `there is no table ${name}`, parameters: {} };
    }
    return { kind: "Table", schema: structFromDdl(columns), hidden: HIDDEN };
  },
};

/** The plan of a query over the warehouse. */
export function planOf(sql: string): Plan {
  return analyze(parseQuery(sql), WAREHOUSE);
}

/** The schema of a query over the warehouse as `name type, ..`; `!` behind the type of a column that is never NULL. */
export function schemaText(sql: string): string {
  const { fields } = outputSchema(planOf(sql));
  return fields
    .map(({ name, dataType, nullable }) => `${name} ${simpleString(dataType)}${nullable ? "" : "!"}`)
    .join(", ");
}

/** The problems of a query over the warehouse, one a line: condition and the SQL text at fault. */
export function problemText(sql: string): string {
  try {
    planOf(sql);
    return "no problem";
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return error.problems
      .map(({ condition, span }) => (span ? `${condition} at ${span.text.slice(span.start, span.end)}` : condition))
      .join("; ");
  }
}

/** The pairs of lines of a table of cases: what goes in, and behind `=> ` what comes out. */
export function casesOf(table: string): readonly (readonly [string, string])[] {
  const lines = table.trim().split("\n");
  return lines.flatMap((line, i) => (line.startsWith("=> ") ? [[lines[i - 1] ?? "", line.slice(3)] as const] : []));
}
