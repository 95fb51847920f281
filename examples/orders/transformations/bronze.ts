import { currentTimestamp, dlt, inputFileName, spark } from "sluice";

// Streaming ingestion with Auto Loader
export const bronzeOrders = dlt.table(
  {
    name: "bronze_orders",
    comment: "Raw orders data ingested from cloud storage",
    tableProperties: {
      quality: "bronze",
      "pipelines.autoOptimize.zOrderCols": "order_id",
    },
  },
  () =>
    spark.readStream
      .format("cloudFiles")
      .option("cloudFiles.format", "json")
      .option("cloudFiles.schemaLocation", "/mnt/schema/orders")
      .option("cloudFiles.inferColumnTypes", "true")
      .load("/mnt/raw/orders/")
      .withColumn("ingestion_timestamp", currentTimestamp())
      .withColumn("source_file", inputFileName()),
);

// Batch ingestion for reference data
export const bronzeCustomers = dlt.table(
  {
    name: "bronze_customers",
    comment: "Raw customer reference data",
  },
  () => spark.read.format("parquet").load("/mnt/raw/customers/").withColumn("ingestion_timestamp", currentTimestamp()),
);
