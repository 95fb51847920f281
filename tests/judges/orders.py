"""Computes every table of the orders pipeline with PySpark from the raw files, reads what Sluice wrote with three readers, and prints what differs as JSON.

usage: orders.py JARS RAW_FOLDER TABLES_FOLDER
"""

import json
import sys

from rows import delta_kernel_rows, delta_rs_rows, difference, frame_rows, spark_rows, spark_session

jars, raw, tables = sys.argv[1:]
spark = spark_session(jars)

from pyspark.sql import functions as F  # noqa: E402

# Times of the run differ by nature.
VOLATILE = ("ingestion_timestamp", "quarantine_timestamp", "_rescued_data", "source_file")

bronze = spark.read.json(f"{raw}/orders")
customers = spark.read.parquet(f"{raw}/customers")
typed = bronze.select(
    F.col("order_id").cast("long"),
    F.col("customer_id").cast("long"),
    F.col("amount").cast("decimal(10,2)"),
    "status",
    F.to_timestamp("order_date").alias("order_date"),
    "region",
)
deduplicated = typed.dropDuplicates(["order_id"]).cache()
silver = deduplicated.where("order_id IS NOT NULL AND (amount IS NULL OR (amount > 0 AND amount < 100000))").cache()
enriched = silver.join(customers, "customer_id", "left").select(silver["*"], "customer_name", "customer_segment").cache()
completed = enriched.where("status = 'completed'")
quarantine = bronze.where(
    "order_id IS NULL OR amount IS NULL OR amount <= 0 OR amount >= 100000 OR status NOT IN ('pending', 'completed', 'cancelled')"
).withColumn(
    "quarantine_reason",
    F.when(F.col("order_id").isNull(), "missing_order_id")
    .when(F.col("amount").isNull(), "missing_amount")
    .when(F.col("amount") <= 0, "invalid_amount_negative")
    .when(F.col("amount") >= 100000, "invalid_amount_too_high")
    .otherwise("invalid_status"),
)

expected = {
    "bronze_orders": bronze,
    "bronze_customers": customers,
    "silver_orders": silver,
    "silver_customers": customers,
    "silver_orders_enriched": enriched,
    "quarantine_orders": quarantine,
    "gold_daily_sales": completed.groupBy(F.to_date("order_date").alias("date"), "region").agg(
        F.count("order_id").alias("order_count"),
        F.sum("amount").alias("total_sales"),
        F.avg("amount").alias("avg_order_value"),
        F.countDistinct("customer_id").alias("unique_customers"),
    ),
    "gold_customer_ltv": completed.groupBy("customer_id", "customer_name", "customer_segment").agg(
        F.count("order_id").alias("total_orders"),
        F.sum("amount").alias("lifetime_value"),
        F.min("order_date").alias("first_order_date"),
        F.max("order_date").alias("last_order_date"),
        F.avg("amount").alias("avg_order_value"),
        F.datediff(F.max("order_date"), F.min("order_date")).alias("customer_tenure_days"),
    ),
}

report = {"rows": {}, "types": {}, "spark": {}, "delta_rs": {}, "delta_kernel": {}}
for name, frame in expected.items():
    path = f"{tables}/{name}"
    seen = spark_rows(spark, path, VOLATILE)
    report["rows"][name] = len(seen)
    report["spark"][name] = difference(frame_rows(frame, VOLATILE), seen)
    stored = {field.name: field.dataType.simpleString() for field in spark.read.format("delta").load(path).schema if field.name not in VOLATILE}
    wanted = {field.name: field.dataType.simpleString() for field in frame.schema}
    report["types"][name] = None if stored == wanted else {"expected": wanted, "actual": stored}
    # The other readers see every column, volatile ones too.
    whole = spark_rows(spark, path)
    report["delta_rs"][name] = difference(whole, delta_rs_rows(path))
    report["delta_kernel"][name] = difference(whole, delta_kernel_rows(path))

report["counts"] = {
    "examined": deduplicated.count(),
    "missing_id": deduplicated.where("order_id IS NULL").count(),
    "bad_amount": deduplicated.where("NOT (amount > 0 AND amount < 100000)").count(),
    "missing_customer": deduplicated.where("customer_id IS NULL").count(),
    "dropped": deduplicated.where("order_id IS NULL OR NOT (amount > 0 AND amount < 100000)").count(),
}
print(json.dumps(report))
