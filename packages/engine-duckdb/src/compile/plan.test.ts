import { DuckDBInstance } from "@duckdb/node-api";
import type { Attribute, Plan, ScanPlan, Typed } from "@sluice/query";
import { expect, test } from "vitest";
import { nameColumns } from "./column-names.ts";
import { compilePlan } from "./plan.ts";

const id: Attribute = { id: 1, name: "id", dataType: { kind: "long" }, nullable: true, metadata: {} };
const amount: Attribute = { id: 2, name: "amount", dataType: { kind: "double" }, nullable: true, metadata: {} };
const scan: ScanPlan = {
  kind: "Scan",
  scan: 0,
  streaming: false,
  output: [id, amount],
  leaf: { kind: "NamedTable", name: ["orders"], streaming: false, options: {} },
};
const column = (a: Attribute): Typed => ({
  kind: "Column",
  id: a.id,
  name: a.name,
  dataType: a.dataType,
  nullable: true,
});
const literal = (value: number): Typed => ({ kind: "Literal", value, dataType: { kind: "integer" }, nullable: false });

test("a filter and a projection over a scan are one SELECT", async () => {
  const plan: Plan = {
    kind: "Project",
    output: [id],
    columns: [{ attribute: id, expression: column(id) }],
    input: {
      kind: "Filter",
      output: scan.output,
      input: scan,
      condition: {
        kind: "Call",
        name: ">",
        args: [column(amount), literal(5)],
        dataType: { kind: "boolean" },
        nullable: true,
      },
    },
  };
  const name = nameColumns(plan);
  const sql = compilePlan(plan, {
    session: { now: 0n, timeZone: "UTC", ansi: false },
    scanSql: (one) => `SELECT ${one.output.map((a, i) => `${i + 5} AS ${name(a)}`).join(", ")}`,
  });
  expect(sql).toMatchInlineSnapshot(`
    "SELECT "id"
    FROM (
      SELECT 5 AS "id", 6 AS "amount"
    )
    WHERE "amount" > 5"
  `);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  expect((await connection.runAndReadAll(sql)).getRowsJson()).toEqual([[5]]);
});
