import { describe, expect, test } from "vitest";
import { planOf, WAREHOUSE } from "../../test/warehouse.ts";
import { BOOLEAN, DOUBLE, field, INTEGER, LONG, STRING, struct, TIMESTAMP } from "../data-type/data-type.ts";
import { simpleString } from "../data-type/simple-string.ts";
import type { Expression } from "../expression/expression.ts";
import { QueryError } from "../expression/problem.ts";
import type { NamedTable, Relation } from "../relation/relation.ts";
import { parseExpression, parseQuery } from "../sql/parser.ts";
import { analyze, analyzeCondition, isStreaming, outputSchema, scans } from "./analyze.ts";
import { collectLeaves } from "./collect-leaves.ts";
import type { Attribute, Plan } from "./plan.ts";
import { walkPlan } from "./plan-children.ts";
import { prune } from "./prune.ts";

const table = (name: string, planId?: number, streaming = false): NamedTable => ({
  kind: "NamedTable",
  name: [name],
  streaming,
  options: {},
  ...(planId !== undefined && { planId }),
});
const col = (name: string, planId?: number): Expression => ({
  kind: "ColumnReference",
  name: name.split("."),
  ...(planId !== undefined && { planId }),
});
const sql = (text: string): Expression => parseExpression(text);

function schema(relation: Relation): string {
  return outputSchema(analyze(relation, WAREHOUSE))
    .fields.map((one) => `${one.name} ${simpleString(one.dataType)}`)
    .join(", ");
}

function scanned(plan: Plan): string[][] {
  return scans(plan).map((scan) => scan.output.map((attribute) => attribute.name));
}

function conditions(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof QueryError) return error.problems.map((problem) => problem.condition);
    throw error;
  }
}

describe("DataFrame relations", () => {
  const customers = table("customers");

  test("withColumn replaces in place, adds at the end, and does not see its own new columns", () => {
    const columns = [
      { name: "NAME", expression: sql("upper(name)") },
      { name: "n", expression: sql("length(name)") },
    ];
    expect(schema({ kind: "WithColumns", input: customers, columns })).toBe(
      "id int, NAME string, region string, n int",
    );
  });

  test("drop, rename and toDF change the columns they name and ignore others", () => {
    const renames = [
      { from: "Name", to: "title" },
      { from: "nope", to: "x" },
    ];
    const renamed: Relation = { kind: "WithColumnsRenamed", input: customers, renames };
    expect(schema(renamed)).toBe("id int, title string, region string");
    expect(schema({ kind: "Drop", input: renamed, columns: [col("TITLE"), col("nope")] })).toBe(
      "id int, region string",
    );
    expect(schema({ kind: "ToDF", input: customers, names: ["a", "b", "c"] })).toBe("a int, b string, c string");
    expect(conditions(() => schema({ kind: "ToDF", input: customers, names: ["a"] }))).toEqual([
      "ASSIGNMENT_ARITY_MISMATCH",
    ]);
  });

  test("fillna fills the columns that suit the value and keeps their types", () => {
    const values = [{ value: sql("0.5") }, { columns: ["region"], value: sql("'-'") }];
    const plan = analyze({ kind: "FillNulls", input: customers, values }, WAREHOUSE);
    expect(plan.output.map((one) => [one.name, one.dataType.kind, one.nullable])).toEqual([
      ["id", "integer", false],
      ["name", "string", true],
      ["region", "string", false],
    ]);
  });

  test("dropna keeps the columns", () => {
    expect(schema({ kind: "DropNulls", input: customers })).toBe("id int, name string, region string");
    expect(schema({ kind: "DropNulls", input: table("scores"), minNonNulls: 1 })).toBe("id int, score double");
  });

  test("groupBy(..).agg(..) gives the grouping columns first", () => {
    const relation: Relation = {
      kind: "Aggregate",
      input: table("orders"),
      groupBy: "expressions",
      grouping: [col("status")],
      aggregates: [sql("count(1) AS n")],
      keepGrouping: true,
    };
    expect(schema(relation)).toBe("status string, n bigint");
    expect(schema({ kind: "Filter", input: relation, condition: sql("n > 1") })).toBe("status string, n bigint");
  });

  test("df.col(..) means the column of that DataFrame, also where names clash", () => {
    const [left, right] = [table("customers", 1), table("scores", 2)];
    const condition: Expression = { kind: "Call", name: "=", args: [col("id", 1), col("id", 2)] };
    const join: Relation = { kind: "Join", left, right, how: "inner", condition };
    expect(schema({ kind: "Project", input: join, expressions: [col("id", 2), col("name", 1)] })).toBe(
      "id int, name string",
    );
    expect(schema({ kind: "Drop", input: join, columns: [col("id", 2)] })).toBe(
      "id int, name string, region string, score double",
    );
    expect(conditions(() => schema({ kind: "Project", input: join, expressions: [col("id")] }))).toEqual([
      "AMBIGUOUS_REFERENCE",
    ]);
  });

  test("dropDuplicates keys by the columns named, DISTINCT by all", () => {
    const plan = analyze(
      { kind: "Deduplicate", input: table("scores"), columns: ["ID"], withinWatermark: false },
      WAREHOUSE,
    );
    expect(plan).toMatchObject({ kind: "Deduplicate", keys: [plan.output[0]?.id] });
    const missing: Relation = { kind: "Deduplicate", input: table("scores"), columns: ["x"], withinWatermark: false };
    expect(conditions(() => schema(missing))).toEqual(["UNRESOLVED_COLUMN_AMONG_FIELD_NAMES"]);
  });

  test("withWatermark reads its delay and wants a time", () => {
    const orders = table("orders");
    const plan = analyze({ kind: "WithWatermark", input: orders, eventTime: "ts", delay: "10 minutes" }, WAREHOUSE);
    expect(plan).toMatchObject({ kind: "Watermark", delayMicroseconds: 600_000_000n });
    expect(
      conditions(() => schema({ kind: "WithWatermark", input: orders, eventTime: "id", delay: "1 hour" })),
    ).toEqual(["EVENT_TIME_IS_NOT_ON_TIMESTAMP_TYPE"]);
    expect(conditions(() => schema({ kind: "WithWatermark", input: orders, eventTime: "ts", delay: "soon" }))).toEqual([
      "CANNOT_PARSE_INTERVAL",
    ]);
  });

  test("an event time that duplicates are forgotten by is kept, though nothing else uses it", () => {
    const watched: Relation = { kind: "WithWatermark", input: table("orders"), eventTime: "ts", delay: "1 hour" };
    const times: Relation = { kind: "Project", input: watched, expressions: [col("id"), sql("ts AS moment")] };
    const distinct: Relation = { kind: "Deduplicate", input: times, columns: ["id"], withinWatermark: true };
    const plan = prune(analyze({ kind: "Project", input: distinct, expressions: [col("id")] }, WAREHOUSE));
    const node = [...walkPlan(plan)].find((one) => one.kind === "Deduplicate");
    expect(node?.output.map((one) => one.name)).toEqual(["id", "moment"]);
  });

  test("pivot without values is refused, because columns cannot depend on rows", () => {
    const relation: Relation = {
      kind: "Pivot",
      input: table("orders"),
      aggregates: [sql("sum(qty)")],
      columns: [col("status")],
      values: [],
    };
    expect(conditions(() => schema(relation))).toEqual(["UNSUPPORTED_FEATURE.PIVOT_WITHOUT_VALUES"]);
  });

  test("a problem without text carries the call that made the relation", () => {
    const origin = { file: "flow.ts", line: 7, column: 3 };
    const relation: Relation = { kind: "Project", input: table("scores"), expressions: [col("x")], origin };
    expect(() => analyze(relation, WAREHOUSE)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ origin })] }),
    );
  });
});

describe("plans", () => {
  test("pruning leaves a scan only the columns used above it, and at least one", () => {
    const plan = prune(planOf("SELECT status, sum(qty) FROM orders WHERE amount > 0 GROUP BY status"));
    expect(scanned(plan)).toEqual([["amount", "qty", "status"]]);
    expect(scanned(prune(planOf("SELECT count(*) FROM orders")))).toEqual([["id"]]);
    expect(scanned(prune(planOf("SELECT o.id FROM orders o JOIN customers c ON o.customer_id = c.id")))).toEqual([
      ["id", "customer_id"],
      ["id"],
    ]);
  });

  test("pruning reaches into sub-queries and keeps what they take from outside", () => {
    const plan = prune(planOf("SELECT name FROM customers c WHERE EXISTS (SELECT * FROM scores s WHERE s.id = c.id)"));
    expect(scanned(plan)).toEqual([["id", "name"], ["id"]]);
  });

  test("hidden columns are scanned only when they are named", () => {
    expect(scanned(planOf("SELECT * FROM scores"))).toEqual([["id", "score"]]);
    expect(scanned(planOf("SELECT _metadata.file_path FROM scores"))).toEqual([["id", "score", "_metadata"]]);
  });

  test("ORDER BY a column that is not selected adds it and takes it away again", () => {
    const plan = planOf("SELECT name FROM customers ORDER BY id");
    expect([...walkPlan(plan)].map((one) => one.kind)).toEqual(["Project", "Sort", "Project", "Scan"]);
    expect(plan.output.map((one) => one.name)).toEqual(["name"]);
  });

  test("filters and sorts hold no window functions: they are columns below", () => {
    const plan = planOf("SELECT id FROM orders QUALIFY row_number() OVER (PARTITION BY status ORDER BY ts) = 1");
    const filters = [...walkPlan(plan)].filter((one) => one.kind === "Filter");
    expect(filters).toHaveLength(1);
    expect(JSON.stringify(filters[0]?.condition)).not.toContain('"Window"');
  });

  test("no plan has the same column id twice in its output", () => {
    for (const query of [
      "SELECT id, id, id AS x FROM orders",
      "SELECT * FROM customers a JOIN customers b USING (id)",
    ]) {
      for (const plan of walkPlan(planOf(query))) {
        const ids = plan.output.map((attribute) => attribute.id);
        expect(new Set(ids).size).toBe(ids.length);
      }
    }
  });

  test("a sliding window puts a row into each window that holds it", () => {
    const plan = planOf("SELECT window.start, count(*) FROM orders GROUP BY window(ts, '10 minutes', '5 minutes')");
    expect([...walkPlan(plan)].map((one) => one.kind)).toEqual(["Aggregate", "Filter", "Generate", "Filter", "Scan"]);
  });

  test("a view with rules is checked where it is read", () => {
    const plan = planOf("SELECT big_id FROM big_orders");
    expect(plan).toMatchObject({
      kind: "Project",
      input: { kind: "Expect", dataset: "big_orders", rules: [{ name: "positive", policy: "drop" }] },
    });
  });

  test("a plan is streaming when one of its leaves is", () => {
    expect(isStreaming(planOf("SELECT * FROM scores"))).toBe(false);
    expect(isStreaming(analyze(table("scores", undefined, true), WAREHOUSE))).toBe(true);
  });
});

describe("leaves", () => {
  test("are found in order, in sub-queries too, without WITH names, range and generators", () => {
    const relation = parseQuery(`
      WITH recent AS (SELECT * FROM orders WHERE qty IN (SELECT id FROM scores))
      SELECT * FROM recent, range(3), customers LEFT JOIN read_files('p', format => 'json') ON true`);
    const names = collectLeaves(relation).map((leaf) => (leaf.kind === "NamedTable" ? leaf.name.join(".") : leaf.kind));
    expect(names).toEqual(["orders", "scores", "customers", "TableFunction"]);
  });
});

describe("conditions", () => {
  const columns: Attribute[] = [
    { id: 7, name: "amount", dataType: DOUBLE, nullable: true, metadata: {} },
    { id: 9, name: "at", dataType: TIMESTAMP, nullable: true, metadata: {} },
  ];
  const check = (text: string) => analyzeCondition(sql(text), columns, { ansi: false, timeZone: "UTC" });

  test("refer to the columns given", () => {
    expect(check("AMOUNT > 0 AND at < current_timestamp()")).toMatchObject({
      kind: "Call",
      name: "and",
      dataType: BOOLEAN,
    });
  });

  test("must be BOOLEAN, without sub-queries, aggregates and windows", () => {
    expect(conditions(() => check("amount + 1"))).toEqual(["DATATYPE_MISMATCH.FILTER_NOT_BOOLEAN"]);
    expect(conditions(() => check("amount > (SELECT 1)"))).toEqual([expect.stringMatching(/^UNSUPPORTED_SUBQUERY/)]);
    expect(conditions(() => check("sum(amount) > 1"))).toEqual(["INVALID_WHERE_CONDITION"]);
    expect(conditions(() => check("rank() OVER (ORDER BY amount) = 1"))).toEqual(["INVALID_WHERE_CONDITION"]);
  });
});

test("local rows get the types of their schema", () => {
  const relation: Relation = {
    kind: "LocalRelation",
    schema: struct([field("a", INTEGER), field("b", LONG)]),
    rows: [[1, 2n]],
  };
  expect(schema(relation)).toBe("a int, b bigint");
  expect(
    schema({
      kind: "Project",
      input: relation,
      expressions: [{ kind: "Cast", expression: col("a"), dataType: STRING, try: false }],
    }),
  ).toBe("a string");
});
