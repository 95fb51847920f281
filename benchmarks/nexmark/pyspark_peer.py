"""Nexmark's queries on Spark Structured Streaming with delta-spark, local[2].

usage: pyspark_peer.py JARS HERE EVENTS OUT FILES_A_BATCH QUERIES [OTHER]
Prints seconds and CPU seconds by query as JSON; with OTHER, the folder of another's tables, also how many rows differ from these.
"""

import json
import os
import sys
import time

from pyspark.sql import SparkSession

jars, here, events, out, files_a_batch, wanted = sys.argv[1:7]
other = sys.argv[7] if len(sys.argv) > 7 else None
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.jars", jars)
    .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
    .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.databricks.delta.snapshotPartitions", "1")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.ansi.enabled", "false")
    .config("spark.driver.memory", "6g")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
machine = spark._jvm.java.lang.ProcessHandle.current().pid()


def cpu_seconds():
    fields = open(f"/proc/{machine}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + time.process_time()


queries = json.load(open(f"{here}/queries.json"))
setting = json.load(open(f"{here}/setting.json"))
stream = spark.readStream.format("parquet").schema(setting["schema"]).option("maxFilesPerTrigger", files_a_batch).load(events)
for name, view in setting["views"].items():
    stream.where(view["where"]).selectExpr(*view["columns"]).withWatermark("dateTime", "4 seconds").createOrReplaceTempView(name)


def merging(writer, name):
    table = f"delta.`{out}/{name}`"
    spark.sql(f"CREATE TABLE {table} (auction BIGINT, bidder BIGINT, price BIGINT, dateTime TIMESTAMP) USING delta")

    def merge(batch, _):
        batch.createOrReplaceTempView("batch")
        batch.sparkSession.sql(setting["merge"].replace("{table}", table))

    return writer.foreachBatch(merge).start()


def differing(name):
    ours, theirs = (spark.read.format("delta").load(f"{folder}/{name}") for folder in (out, other))
    return ours.count(), ours.exceptAll(theirs).count() + theirs.exceptAll(ours).count()


laps = {}
for name in wanted.split(","):
    start, cpu = time.time(), cpu_seconds()
    writer = spark.sql(queries[name]).writeStream.option("checkpointLocation", f"{out}/checkpoints/{name}").trigger(availableNow=True)
    query = merging(writer, name) if name == "q18" else writer.format("delta").start(f"{out}/{name}")
    query.awaitTermination()
    laps[name] = {"seconds": time.time() - start, "cpu": cpu_seconds() - cpu}
    if other is not None:
        laps[name]["rows"], laps[name]["differing"] = differing(name)
    print(json.dumps({name: laps[name]}), file=sys.stderr, flush=True)
print(json.dumps({"laps": laps}))
