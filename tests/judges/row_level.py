"""Reads tables that Sluice has merged with three readers, and their change feeds with Spark; writes tables with deletion vectors for Sluice to read. Prints JSON.

usage: row_level.py JARS OURS THEIRS
OURS holds a folder for each table with `expected.json` (a list of rows as objects) beside it as `<table>.json`; tables whose names end in `_feed` have a change feed.
"""

import glob
import json
import os
import sys

from rows import canonical, delta_kernel_rows, delta_rs_rows, difference, spark_rows, spark_session

jars, ours, theirs = sys.argv[1:]
spark = spark_session(jars)

FEED = ["_change_type", "_commit_version", "cast(unix_millis(_commit_timestamp) as string) AS at"]


def feed_rows(path, start):
    feed = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", start).load(path)
    rows = feed.selectExpr("id", "name", "p", *FEED).collect()
    return [[str(value) for value in row] for row in rows]


def write_feed(name, vectors):
    """A table with a change feed after every kind of commit: its path."""
    path = f"{theirs}/{name}"
    table = f"delta.`{path}`"
    spark.sql(
        f"CREATE TABLE {table} (id BIGINT, name STRING, p STRING) USING delta PARTITIONED BY (p) TBLPROPERTIES "
        f"(delta.enableChangeDataFeed = true, delta.enableDeletionVectors = {vectors})"
    )
    spark.range(0, 60, 1, 2).selectExpr("id", "concat('n', id) AS name", "cast(id % 2 as string) AS p").write.format(
        "delta"
    ).mode("append").save(path)
    for statement in (
        f"UPDATE {table} SET name = 'new' WHERE id IN (1, 4)",
        f"DELETE FROM {table} WHERE id BETWEEN 10 AND 15",
        f"DELETE FROM {table} WHERE id BETWEEN 14 AND 20",
        f"MERGE INTO {table} t USING (SELECT explode(sequence(50, 65)) AS id) s ON t.id = s.id "
        "WHEN MATCHED AND t.p = '0' THEN UPDATE SET name = 'merged' WHEN MATCHED THEN DELETE "
        "WHEN NOT MATCHED THEN INSERT (id, name, p) VALUES (s.id, NULL, '0')",
        f"DELETE FROM {table} WHERE p = '1'",
        f"RESTORE TABLE {table} TO VERSION AS OF 2",
        f"INSERT OVERWRITE {table} SELECT id, 'last' AS name, '2' AS p FROM {table} WHERE id < 5",
    ):
        spark.sql(statement)
    return path


report = {"spark": {}, "delta_rs": {}, "delta_kernel": {}, "feed": {}, "history": [], "theirs": {}, "feeds": {}}

for log in sorted(glob.glob(f"{ours}/*/_delta_log")):
    path = os.path.dirname(log)
    name = os.path.basename(path)
    with open(f"{ours}/{name}.json") as file:
        expected = json.load(file)
    wanted = sorted(repr([(key, canonical(value)) for key, value in row.items()]) for row in expected["rows"])
    for judge, rows in (
        ("spark", lambda: spark_rows(spark, path)),
        ("delta_rs", lambda: delta_rs_rows(path)),
        ("delta_kernel", lambda: delta_kernel_rows(path)),
    ):
        try:
            report[judge][name] = difference(wanted, rows())
        except Exception as error:
            report[judge][name] = str(error)[:500]
    if name == "vectors":
        entries = spark.sql(f"DESCRIBE HISTORY delta.`{path}`").collect()
        report["history"] = [{"version": row["version"], "operation": row["operation"]} for row in reversed(entries)]
    if "feed" in expected:
        feed = (
            spark.read.format("delta")
            .option("readChangeFeed", "true")
            .option("startingVersion", 0)
            .load(path)
            .drop("_commit_timestamp")
        )
        seen = sorted(repr([(key, canonical(value)) for key, value in row.asDict().items()]) for row in feed.collect())
        wished = sorted(repr([(key, canonical(value)) for key, value in row.items()]) for row in expected["feed"])
        report["feed"][name] = difference(wished, seen)

spark.sql("SET spark.databricks.delta.properties.defaults.enableDeletionVectors = true")
plain = f"{theirs}/plain"
spark.range(0, 20000, 1, 2).selectExpr("id", "cast(id % 7 as string) AS name", "id / 2 AS half").write.format("delta").save(plain)
spark.sql(f"DELETE FROM delta.`{plain}` WHERE id % 3 = 0")
spark.sql(f"DELETE FROM delta.`{plain}` WHERE id BETWEEN 100 AND 2000")
spark.sql(f"UPDATE delta.`{plain}` SET name = 'new' WHERE id IN (1, 4, 15000)")
parts = f"{theirs}/parts"
spark.range(0, 1000, 1, 1).selectExpr("id", "cast(id % 3 as string) AS p").write.format("delta").partitionBy("p").save(parts)
spark.sql(f"DELETE FROM delta.`{parts}` WHERE id < 10")
for name, path in (("plain", plain), ("parts", parts)):
    frame = spark.read.format("delta").load(path)
    row = frame.selectExpr("count(*)", "sum(id)").collect()[0]
    report["theirs"][name] = [int(value) for value in row]
for name, vectors in (("feed_vectors", "true"), ("feed_files", "false")):
    report["feeds"][name] = feed_rows(write_feed(name, vectors), 0)
numbered = f"{theirs}/numbered"
spark.sql(f"INSERT INTO delta.`{numbered}` (name) VALUES ('spark'), ('spark')")
report["numbered"] = [int(row["id"]) for row in spark.sql(f"SELECT id FROM delta.`{numbered}` ORDER BY id").collect()]
print(json.dumps(report))
