import { describe, expect, it } from "vitest";
import type { Expression } from "../expression/expression.ts";
import type { Relation } from "../relation/relation.ts";
import { DayTimeIntervalType, StructType, YearMonthIntervalType } from "./data-types.ts";
import {
  avg,
  type Column,
  col,
  count,
  countDistinct,
  type DataFrame,
  desc,
  expr,
  lit,
  rowNumber,
  sum,
  Window,
  when,
  window,
} from "./index.ts";
import { createDataFrame } from "./local-rows.ts";
import { reader } from "./reader.ts";

const orders = reader(false).table("orders");
const customers = reader(false).table("customers");

/** The tree without identities and places. */
function bare(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, one: unknown) => {
      if (["planId", "origin", "span"].includes(key)) return undefined;
      return typeof one === "bigint" ? `${one}n` : one;
    }),
  );
}

function tree(frame: DataFrame): unknown {
  return bare(frame.relation);
}

const ORDERS = { kind: "NamedTable", name: ["orders"], streaming: false, options: {} };

describe("DataFrame", () => {
  it("holds a plain tree that its methods build on", () => {
    expect(tree(orders.select("id", col("o.amount").alias("a"), ["x.*", "*"]))).toEqual({
      kind: "Project",
      input: ORDERS,
      expressions: [
        { kind: "ColumnReference", name: ["id"] },
        { kind: "Alias", expression: { kind: "ColumnReference", name: ["o", "amount"] }, names: ["a"] },
        { kind: "Star", target: ["x"], except: [] },
        { kind: "Star", target: [], except: [] },
      ],
    });
  });

  it("never changes: every method gives a new DataFrame over the same input", () => {
    const before = structuredClone(orders.relation);
    const limited = orders.limit(3);
    expect(orders.relation).toEqual(before);
    expect(limited.relation).toMatchObject({ kind: "Limit", input: orders.relation });
  });

  it("reads conditions as SQL text or as Columns", () => {
    expect(tree(orders.where("amount > 0"))).toEqual(tree(orders.filter(col("amount").gt(0))));
  });

  it("says what to write when a condition is a value of JavaScript", () => {
    const compared = false as unknown as string;
    expect(() => orders.where(compared)).toThrow(expect.objectContaining({ condition: "NOT_COLUMN_OR_STR" }));
    expect(() => orders.filter(compared)).toThrow(
      'not boolean. JavaScript\'s === compares at once: write col("id").eq(1)',
    );
  });

  it("marks columns taken from a DataFrame with its identity", () => {
    const id = orders.col("id").expression;
    expect(id).toMatchObject({ kind: "ColumnReference", name: ["id"], planId: orders.relation.planId });
    expect(orders.col("*").expression).toMatchObject({ kind: "Star", planId: orders.relation.planId });
    expect(orders.relation.planId).not.toBe(customers.relation.planId);
  });

  it.each([
    ["left", "left"],
    ["left_outer", "left"],
    ["leftouter", "left"],
    ["outer", "full"],
    ["full_outer", "full"],
    ["leftsemi", "semi"],
    ["left_semi", "semi"],
    ["left_anti", "anti"],
    ["LEFT", "left"],
  ] as const)("joins with PySpark's %s as %s", (name, kind) => {
    expect(orders.join(customers, "id", name).relation).toMatchObject({ kind: "Join", how: kind, using: ["id"] });
  });

  it("joins by names, by a condition and by several conditions", () => {
    const same = orders.col("id").eq(customers.col("id"));
    const late = orders.col("at").gt(customers.col("since"));
    expect(orders.join(customers, ["a", "b"]).relation).toMatchObject({ using: ["a", "b"], how: "inner" });
    expect(orders.join(customers, same).relation).toMatchObject({ condition: same.expression });
    expect(orders.join(customers, [same, late]).relation).toMatchObject({ condition: same.and(late).expression });
    expect(orders.crossJoin(customers).relation).toMatchObject({ how: "cross" });
  });

  it("refuses a join of a kind that is none, with the place of the call", () => {
    expect(() => orders.join(customers, "id", "leftish" as "left")).toThrow(/UNSUPPORTED_JOIN_TYPE.*leftish/);
  });

  it("groups, and puts the grouping columns before the aggregates", () => {
    const frame = orders.groupBy(window("at", "1 hour").alias("w"), "region").agg(count("*").alias("n"), sum("amount"));
    expect(tree(frame)).toEqual({
      kind: "Aggregate",
      input: ORDERS,
      groupBy: "expressions",
      grouping: [
        { kind: "Alias", names: ["w"], expression: bare(window("at", "1 hour").expression) },
        { kind: "ColumnReference", name: ["region"] },
      ],
      aggregates: [
        {
          kind: "Alias",
          names: ["n"],
          expression: { kind: "Call", name: "count", args: [{ kind: "Star", target: [], except: [] }] },
        },
        { kind: "Call", name: "sum", args: [{ kind: "ColumnReference", name: ["amount"] }] },
      ],
      keepGrouping: true,
    });
  });

  it("takes aggregates as a record of column and function", () => {
    expect(tree(orders.agg({ amount: "sum", "*": "count" }))).toEqual(tree(orders.agg(sum("amount"), count("*"))));
  });

  it("pivots over values that are given", () => {
    expect(orders.groupBy("region").pivot("status", ["open", "done"]).agg(avg("amount")).relation).toMatchObject({
      kind: "Pivot",
      grouping: [{ name: ["region"] }],
      values: [{ value: "open" }, { value: "done" }],
    });
    expect(() => orders.groupBy("region").pivot("status")).toThrow(/PIVOT_VALUES_MISSING/);
  });

  it.each([
    ["collect()", () => orders.collect()],
    ["count()", () => orders.count()],
    ["show()", () => orders.show()],
    ["toPandas()", () => orders.toPandas()],
    ["write", () => orders.write],
    ["writeStream", () => orders.writeStream],
  ])("[F16] refuses the action %s and says what to do instead", (action, run) => {
    expect(run).toThrow(`\`${action}\` runs a query`);
    expect(run).toThrow(/Return the DataFrame/);
  });

  it("fills and drops NULLs as na does", () => {
    expect(orders.fillna({ a: 0, b: "x" }).relation).toMatchObject({
      kind: "FillNulls",
      values: [
        { columns: ["a"], value: { value: 0 } },
        { columns: ["b"], value: { value: "x" } },
      ],
    });
    expect(tree(orders.fillna(0, ["a"]))).toEqual(tree(orders.na.fill(0, ["a"])));
    expect(orders.dropna("all").relation).toMatchObject({ kind: "DropNulls", minNonNulls: 1 });
    expect(orders.dropna().relation).not.toHaveProperty("minNonNulls");
  });

  it("hands itself to a function with transform, and does nothing for hints of execution", () => {
    expect(tree(orders.transform((frame) => frame.limit(1)))).toEqual(tree(orders.limit(1)));
    expect(orders.cache().repartition(3).hint("broadcast")).toBe(orders);
  });

  it("remembers where each method was called", () => {
    const frame = orders.distinct();
    expect(frame.relation.origin?.file).toMatch(/data-frame\.test\.ts$/);
    expect(frame.relation.origin?.line).toBeGreaterThan(100);
  });
});

describe("Column", () => {
  it("takes plain values as literals, strings included", () => {
    expect(col("a").eq("x").expression).toEqual({
      kind: "Call",
      name: "=",
      args: [
        { kind: "ColumnReference", name: ["a"] },
        { kind: "Literal", value: "x", dataType: { kind: "string" } },
      ],
    });
  });

  it.each([
    [1, 1, "integer"],
    [2 ** 31, 2147483648n, "long"],
    [1.5, 1.5, "double"],
    [7n, 7n, "long"],
    [true, true, "boolean"],
    [null, null, "void"],
    [new Date(1000), 1_000_000n, "timestamp"],
  ])("makes the literal of %s", (value, expected, kind) => {
    expect(lit(value).expression).toEqual({ kind: "Literal", value: expected, dataType: { kind } });
  });

  it("chains when and otherwise into one CASE", () => {
    const reason = when(col("a").isNull(), "none").when(col("a").leq(0), "low").otherwise("fine");
    const sql = expr("CASE WHEN a IS NULL THEN 'none' WHEN a <= 0 THEN 'low' ELSE 'fine' END");
    expect(bare(reason.expression)).toEqual(bare(sql.expression));
    expect(() => reason.otherwise(1)).toThrow(/INVALID_WHEN_USAGE/);
    expect(() => col("a").when(col("b"), 1)).toThrow(/INVALID_WHEN_USAGE/);
  });

  it("is the same tree as the SQL that says the same", () => {
    const pairs: readonly (readonly [Column, string])[] = [
      [col("a").plus(1).multiply(col("b")), "(a + 1) * b"],
      [col("a").isin("x", "y"), "a IN ('x', 'y')"],
      [col("a").between(1, 2), "a BETWEEN 1 AND 2"],
      [col("a").isNotNull().and(col("b").like("x%")), "a IS NOT NULL AND b LIKE 'x%'"],
      [col("a").cast("decimal(10,2)"), "CAST(a AS DECIMAL(10,2))"],
      [countDistinct("a"), "count(DISTINCT a)"],
      [count("*"), "count(*)"],
    ];
    for (const [column, sql] of pairs) expect(bare(column.expression), sql).toEqual(bare(expr(sql).expression));
  });

  it("runs over a window", () => {
    const spec = Window.partitionBy("region").orderBy(desc("amount"), "id").rowsBetween(Window.unboundedPreceding, 0);
    expect(rowNumber().over(spec).expression).toMatchObject({
      kind: "WindowExpression",
      call: { kind: "Call", name: "row_number" },
      partitionBy: [{ name: ["region"] }],
      orderBy: [
        { kind: "SortKey", ascending: false },
        { kind: "SortKey", ascending: true },
      ],
      frame: { unit: "rows", lower: { kind: "UnboundedPreceding" }, upper: { kind: "CurrentRow" } },
    });
  });

  it("accepts a Column of another copy of the package", () => {
    const foreign: { expression: Expression } = { expression: { kind: "ColumnReference", name: ["x"] } };
    expect(sum(foreign).expression).toEqual(sum("x").expression);
    const relation: Relation = orders.relation;
    expect(customers.union({ relation }).relation).toMatchObject({ right: relation });
  });

  it("reads back-ticks in names and refuses broken ones", () => {
    expect(col("`a.b`.c").expression).toMatchObject({ name: ["a.b", "c"] });
    expect(() => col("a..b")).toThrow(/INVALID_ATTRIBUTE_NAME_SYNTAX/);
    expect(() => col("`a")).toThrow(/INVALID_ATTRIBUTE_NAME_SYNTAX/);
  });

  it("reports SQL text that cannot be read, at the call", () => {
    let caught: unknown;
    try {
      expr("a +");
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ problems: [{ origin: { file: expect.stringMatching(/data-frame\.test\.ts$/) } }] });
  });
});

describe("createDataFrame", () => {
  it("sees types in the values", () => {
    const frame = createDataFrame([
      { id: 1, amount: 2.5, at: new Date(0), tags: ["a"] },
      { id: 2, amount: 3, note: "x" },
    ]);
    expect(tree(frame)).toEqual({
      kind: "LocalRelation",
      schema: bare({
        kind: "struct",
        fields: [
          ["id", { kind: "long" }],
          ["amount", { kind: "double" }],
          ["at", { kind: "timestamp" }],
          ["tags", { kind: "array", element: { kind: "string" }, containsNull: true }],
          ["note", { kind: "string" }],
        ].map(([name, dataType]) => ({ name, dataType, nullable: true, metadata: {} })),
      }),
      rows: [
        ["1n", 2.5, "0n", ["a"], null],
        ["2n", 3, null, null, "x"],
      ],
    });
  });

  it("fits rows to a schema and refuses what does not fit", () => {
    const frame = createDataFrame([[1, "2026-01-02", "1.50"]], "id INT, day DATE, price DECIMAL(10,2)");
    expect(frame.relation).toMatchObject({ rows: [[1, 20455, "1.50"]] });
    const days = new DayTimeIntervalType("day");
    const spans = new StructType().add("d", days).add("m", new YearMonthIntervalType());
    const waits = createDataFrame([["INTERVAL '3' DAY", "1-2"]], spans);
    expect(waits.relation).toMatchObject({
      rows: [[3n * 86_400_000_000n, 14]],
      schema: { fields: [{ dataType: { ...days } }, {}] },
    });
    expect(() => createDataFrame([["3 hours", "1-2"]], spans)).toThrow(/"3 hours" is not a interval day/);
    expect(() => createDataFrame([["x"]], "id INT")).toThrow(/"x" is not a int/);
    expect(() => createDataFrame([{ a: 1 }, { a: "x" }])).toThrow(/CANNOT_MERGE_TYPE/);
    expect(() => createDataFrame([])).toThrow(/CANNOT_INFER_EMPTY_SCHEMA/);
  });
});
