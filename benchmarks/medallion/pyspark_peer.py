"""The medallion workload on PySpark with delta-spark, local[2].

usage: pyspark_peer.py JARS RAW OUT batch|streaming
Prints the seconds of the work, without the start of the session, as JSON.
"""

import json
import sys
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

jars, raw, out, mode = sys.argv[1:]
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.jars", jars)
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.sql.shuffle.partitions", "4")
    .config("spark.databricks.delta.snapshotPartitions", "1")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.ansi.enabled", "false")
    .config("spark.driver.memory", "6g")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")

SCHEMA = "order_id LONG, customer_id LONG, product_id LONG, amount DOUBLE, status STRING, order_date STRING, region STRING"
GOOD = "order_id IS NOT NULL AND (amount IS NULL OR (amount > 0 AND amount < 100000))"
BAD = "order_id IS NULL OR amount IS NULL OR amount <= 0 OR amount >= 100000"
RULES = ["order_id IS NOT NULL", "amount > 0 AND amount < 100000", "status IN ('pending', 'completed', 'cancelled')", "customer_id IS NOT NULL", "region IN ('US', 'EU', 'ASIA')"]


def table(name):
    return f"{out}/{name}"


def read(name):
    return spark.read.format("delta").load(table(name))


def typed(frame):
    return frame.select(
        F.col("order_id"),
        F.col("customer_id"),
        F.col("product_id"),
        F.col("amount").cast("decimal(10,2)"),
        "status",
        F.to_timestamp("order_date").alias("order_date"),
        "region",
        "ingestion_timestamp",
    )


def enrich(orders):
    return (
        orders.join(read("customers"), "customer_id", "left")
        .join(read("products"), "product_id", "left")
        .select(orders["*"], "customer_name", "customer_segment", "product_name")
    )


def overwrite(frame, name):
    frame.write.format("delta").mode("overwrite").save(table(name))


def stream(source, target, change):
    rows = change(source)
    query = (
        rows.writeStream.format("delta").option("checkpointLocation", f"{out}/checkpoints/{target}").trigger(availableNow=True).start(table(target))
    )
    query.awaitTermination()


def gold():
    enriched = read("silver_orders_enriched")
    completed = enriched.where("status = 'completed'")
    overwrite(
        completed.groupBy(F.to_date("order_date").alias("date"), "region").agg(
            F.count("order_id").alias("order_count"),
            F.sum("amount").alias("total_sales"),
            F.avg("amount").alias("avg_order_value"),
            F.countDistinct("customer_id").alias("unique_customers"),
        ),
        "gold_daily_sales",
    )
    overwrite(
        completed.groupBy("customer_id", "customer_name", "customer_segment").agg(
            F.count("order_id").alias("total_orders"),
            F.sum("amount").alias("lifetime_value"),
            F.min("order_date").alias("first_order_date"),
            F.max("order_date").alias("last_order_date"),
            F.datediff(F.max("order_date"), F.min("order_date")).alias("customer_tenure_days"),
        ),
        "gold_customer_ltv",
    )
    overwrite(
        enriched.groupBy("product_id", "product_name", "status").agg(F.count("order_id").alias("order_count"), F.sum("amount").alias("total_sales")),
        "gold_products",
    )


start = time.time()
for name in ("customers", "products"):
    overwrite(spark.read.parquet(f"{raw}/{name}"), name)
if mode == "batch":
    overwrite(spark.read.schema(SCHEMA).json(f"{raw}/orders").withColumn("ingestion_timestamp", F.current_timestamp()), "bronze_orders")
    counts = read("bronze_orders").agg(*[F.count_if(F.expr(f"NOT ({rule})")).alias(f"r{i}") for i, rule in enumerate(RULES)]).collect()
    overwrite(typed(read("bronze_orders")).dropDuplicates(["order_id"]).where(GOOD), "silver_orders")
    overwrite(enrich(read("silver_orders")), "silver_orders_enriched")
    overwrite(read("bronze_orders").where(BAD), "quarantine_orders")
else:
    files = spark.readStream.schema(SCHEMA).json(f"{raw}/orders")
    stream(files, "bronze_orders", lambda frame: frame.withColumn("ingestion_timestamp", F.current_timestamp()))
    tail = lambda name: spark.readStream.format("delta").load(table(name))  # noqa: E731
    stream(tail("bronze_orders"), "silver_orders", lambda frame: typed(frame).dropDuplicates(["order_id"]).where(GOOD))
    stream(tail("silver_orders"), "silver_orders_enriched", enrich)
    stream(tail("bronze_orders"), "quarantine_orders", lambda frame: frame.where(BAD))
gold()
print(json.dumps({"seconds": time.time() - start, "rows": read("silver_orders").count()}))
