import { dlt, spark } from "sluice";

// A materialized view: its content equals its query's result after each update. Replace it with your own.
export const numbers = dlt.table({ name: "numbers", comment: "The first ten numbers and their squares" }, () =>
  spark.range(10).selectExpr("id", "id * id AS square"),
);
