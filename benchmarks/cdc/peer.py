"""The same changes by MERGE, as people write it by hand: the latest change of each key, taken when its sequence is above that of the row. Deletes are not remembered.

usage: peer.py spark|delta-rs JARS OUT FILE..; the first file is the base. Prints seconds and CPU seconds (children included) of each file as JSON.
"""

import json
import os
import resource
import sys
import time

peer, jars, out, *files = sys.argv[1:]
COLUMNS = ["id", "name", "email", "city", "country", "amount", "status", "updated_at", "seq"]


def spark_merge():
    from pyspark.sql import SparkSession, Window
    from pyspark.sql import functions as F

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.jars", jars)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.databricks.delta.properties.defaults.enableDeletionVectors", "true")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.memory", "6g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")

    def latest(file):
        order = Window.partitionBy("id").orderBy(F.desc("seq"))
        return spark.read.parquet(file).withColumn("place", F.row_number().over(order)).where("place = 1").drop("place")

    def merge(n, file):
        rows = latest(file)
        if n == 0:
            rows.where("op <> 'D'").select(COLUMNS).write.format("delta").save(out)
            return
        rows.createOrReplaceTempView("latest")
        values = ", ".join(f"t.{name} = s.{name}" for name in COLUMNS)
        spark.sql(
            f"MERGE INTO delta.`{out}` t USING latest s ON t.id = s.id"
            " WHEN MATCHED AND s.seq > t.seq AND s.op = 'D' THEN DELETE"
            f" WHEN MATCHED AND s.seq > t.seq THEN UPDATE SET {values}"
            f" WHEN NOT MATCHED AND s.op <> 'D' THEN INSERT ({', '.join(COLUMNS)}) VALUES ({', '.join('s.' + name for name in COLUMNS)})"
        )

    return merge


def delta_rs_merge():
    import pyarrow.parquet as parquet
    from deltalake import DeltaTable, write_deltalake

    def latest(file):
        rows = parquet.read_table(file).sort_by([("seq", "descending")])
        names = [name for name in rows.column_names if name != "id"]
        first = rows.group_by("id", use_threads=False).aggregate([(name, "first") for name in names])
        return first.rename_columns([name.removesuffix("_first") for name in first.column_names])

    def merge(n, file):
        rows = latest(file)
        if n == 0:
            write_deltalake(out, rows.select(COLUMNS))
            return
        values = {name: f"s.{name}" for name in COLUMNS}
        (
            DeltaTable(out)
            .merge(rows, "t.id = s.id", source_alias="s", target_alias="t")
            .when_matched_delete("s.seq > t.seq AND s.op = 'D'")
            .when_matched_update(values, "s.seq > t.seq AND s.op <> 'D'")
            .when_not_matched_insert(values, "s.op <> 'D'")
            .execute()
        )

    return merge


def cpu_seconds():
    """Of this process and its children that run: the JVM is one."""
    ticks, own = os.sysconf("SC_CLK_TCK"), resource.getrusage(resource.RUSAGE_SELF)
    total = own.ru_utime + own.ru_stime
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            total += (int(fields[11]) + int(fields[12])) / ticks
    return total


merge = spark_merge() if peer == "spark" else delta_rs_merge()
laps = []
for n, file in enumerate(files):
    start, cpu = time.time(), cpu_seconds()
    merge(n, file)
    laps.append({"seconds": time.time() - start, "cpu": cpu_seconds() - cpu})
print(json.dumps({"laps": laps}))
