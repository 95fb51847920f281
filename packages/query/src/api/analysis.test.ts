import { describe, expect, it } from "vitest";
import { analyze, outputSchema } from "../analysis/analyze.ts";
import type { StructType } from "../data-type/data-type.ts";
import { simpleString } from "../data-type/simple-string.ts";
import type { Leaf } from "../relation/relation.ts";
import { parseSchema } from "../sql/parser.ts";
import * as F from "./functions/index.ts";
import { type DataFrame, StructType as Fields, Window } from "./index.ts";
import { createDataFrame, rangeFrame, sqlQuery } from "./local-rows.ts";
import { reader } from "./reader.ts";

const TABLES: Readonly<Record<string, StructType>> = {
  orders: parseSchema(
    "order_id BIGINT, customer_id BIGINT, amount DECIMAL(10,2), status STRING, at TIMESTAMP, tags ARRAY<INT>, m MAP<STRING, INT>, s STRUCT<a: INT>, json STRING",
  ),
  customers: parseSchema("customer_id BIGINT, customer_name STRING"),
};

const orders = reader(false).table("orders");
const customers = reader(false).table("customers");

function resolveLeaf(leaf: Leaf) {
  const schema = leaf.kind === "NamedTable" ? TABLES[leaf.name.join(".")] : undefined;
  return { kind: "Table" as const, schema: schema ?? new Fields([]), hidden: new Fields([]) };
}

/** Names and types of the columns, as `name:type`. */
function columnsOf(frame: DataFrame): readonly string[] {
  const plan = analyze(frame.relation, { resolveLeaf, ansi: false, timeZone: "UTC" });
  return outputSchema(plan).fields.map((field) => `${field.name}:${simpleString(field.dataType)}`);
}

describe("what DataFrames describe is understood by the analysis", () => {
  it("casts keep the column's name, other expressions get Spark's", () => {
    const frame = orders.select(
      F.col("order_id").cast("int"),
      F.toTimestamp(F.col("at")).alias("at"),
      F.upper("status"),
    );
    expect(columnsOf(frame)).toEqual(["order_id:int", "at:timestamp", "upper(status):string"]);
  });

  it("columns of one DataFrame of a join", () => {
    const joined = orders.select("order_id", "customer_id").join(customers, "customer_id", "left");
    expect(columnsOf(joined)).toEqual(["customer_id:bigint", "order_id:bigint", "customer_name:string"]);
    const both = orders
      .join(customers, orders.col("customer_id").eq(customers.col("customer_id")))
      .select(customers.col("*"), orders.col("customer_id").alias("other"));
    expect(columnsOf(both)).toEqual(["customer_id:bigint", "customer_name:string", "other:bigint"]);
  });

  it("groups by windows of time", () => {
    const grouped = orders
      .groupBy(F.window("at", "1 hour").alias("w"), "status")
      .agg(F.count("*").alias("n"), F.sum("amount"), F.countDistinct("customer_id").alias("d"))
      .select(F.col("w.start").alias("start"), "status", "n", "sum(amount)", "d");
    expect(columnsOf(grouped)).toEqual([
      "start:timestamp",
      "status:string",
      "n:bigint",
      "sum(amount):decimal(20,2)",
      "d:bigint",
    ]);
  });

  it("groups, pivots and aggregates", () => {
    expect(columnsOf(orders.groupBy("status").count())).toEqual(["status:string", "count:bigint"]);
    expect(columnsOf(orders.groupBy("customer_id").pivot("status", ["open", "done"]).agg(F.max("order_id")))).toEqual([
      "customer_id:bigint",
      "open:bigint",
      "done:bigint",
    ]);
    expect(columnsOf(orders.agg({ amount: "max", "*": "count" }))).toEqual([
      "max(amount):decimal(10,2)",
      "count(1):bigint",
    ]);
  });

  it("window functions, branches and generators", () => {
    const latest = Window.partitionBy("customer_id").orderBy(F.desc("at"));
    const frame = orders
      .withColumn("rank", F.rowNumber().over(latest))
      .where("rank = 1")
      .withColumn("why", F.when(F.col("amount").leq(0), "low").when(F.col("amount").isNull(), "none").otherwise("fine"))
      .select("rank", "why", F.explode("tags").alias("tag"));
    expect(columnsOf(frame)).toEqual(["rank:int", "why:string", "tag:int"]);
  });

  it("elements, fields, lambdas and JSON", () => {
    const frame = orders.select(
      F.col("tags").getItem(0).alias("first"),
      F.col("m").getItem("k").alias("value"),
      F.col("s").getField("a").alias("field"),
      F.transform("tags", (x) => x.plus(1)).alias("more"),
      F.transform("tags", (x, i) => x.plus(i)).alias("places"),
      F.filter("tags", (x) => x.gt(1)).alias("some"),
      F.aggregate("tags", 0, (sum, x) => sum.plus(x)).alias("sum"),
      F.fromJson("json", new Fields().add("b", { kind: "double" })).alias("parsed"),
    );
    expect(columnsOf(frame)).toEqual([
      "first:int",
      "value:int",
      "field:int",
      "more:array<int>",
      "places:array<int>",
      "some:array<int>",
      "sum:int",
      "parsed:struct<b:double>",
    ]);
  });

  it("columns added, renamed, dropped and filled", () => {
    const frame = orders
      .select("order_id", "status", "amount")
      .withColumns({ status: F.lower("status"), day: F.lit(new Date(0)) })
      .withColumnRenamed("order_id", "id")
      .drop("amount", "no_such_column")
      .fillna("none", ["status"])
      .dropna("any", undefined, ["id"]);
    expect(columnsOf(frame)).toEqual(["id:bigint", "status:string", "day:timestamp"]);
    expect(columnsOf(customers.toDF("a", "b"))).toEqual(["a:bigint", "b:string"]);
  });

  it("sets, ranges, rows of the program and SQL", () => {
    const more = createDataFrame([{ customer_name: "x", customer_id: 3, since: 1 }]);
    expect(columnsOf(customers.unionByName(more, { allowMissingColumns: true }))).toEqual([
      "customer_id:bigint",
      "customer_name:string",
      "since:bigint",
    ]);
    expect(columnsOf(customers.intersect(customers).subtract(customers).distinct())).toEqual(columnsOf(customers));
    expect(columnsOf(rangeFrame(3))).toEqual(["id:bigint"]);
    expect(columnsOf(sqlQuery("SELECT status, count(*) AS n FROM orders GROUP BY status"))).toEqual([
      "status:string",
      "n:bigint",
    ]);
  });

  it("a column that is not there is reported at the call that names it", () => {
    const frame = orders.select("order_id").where(F.col("amuont").gt(0));
    let caught: unknown;
    try {
      columnsOf(frame);
    } catch (error) {
      caught = error;
    }
    const origin = { file: expect.stringMatching(/analysis\.test\.ts$/) };
    expect(caught).toMatchObject({ problems: [{ condition: expect.stringMatching(/^UNRESOLVED_COLUMN/), origin }] });
  });
});
