import { currentTimestamp, dlt, inputFileName, spark } from "sluice";

// A streaming table: each file is read once, however often the pipeline runs.
export const bronzeOrders = dlt.table({ name: "bronze_orders", comment: "Orders as they arrive" }, () =>
  spark.readStream
    .format("cloudFiles")
    .option("cloudFiles.format", "json")
    .option("cloudFiles.inferColumnTypes", "true")
    .load("/mnt/raw/orders")
    .withColumn("ingested_at", currentTimestamp())
    .withColumn("source_file", inputFileName()),
);

// A materialized view: read anew when its files change.
export const bronzeCustomers = dlt.table({ name: "bronze_customers", comment: "Customer reference data" }, () =>
  spark.read.format("csv").option("header", "true").option("inferSchema", "true").load("/mnt/raw/customers"),
);
