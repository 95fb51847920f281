"""Reads a table with generated columns that Sluice has written, adds rows to it, and tries to add wrong ones. Prints JSON.

usage: columns.py JARS TABLE
"""

import json
import os
import sys

from rows import canonical_rows, delta_rs_rows, spark_session

jars, path = sys.argv[1:]
spark = spark_session(jars)
table = f"delta.`{path}`"


def rows():
    frame = spark.read.format("delta").load(path)
    return canonical_rows(frame.columns, [tuple(row) for row in frame.collect()], ())


def attempt(statement):
    try:
        spark.sql(statement)
        return "done"
    except Exception as error:
        return "refused" if "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES" in str(error) else str(error)


report = {"spark": rows(), "delta_rs": delta_rs_rows(path)}
day = spark.sql(f"SELECT id FROM {table} WHERE at >= TIMESTAMP'2026-01-03 00:00:00'")
report["pruned"] = sorted(row["id"] for row in day.collect())
report["prunes"] = "PartitionFilters: [((day" in day._jdf.queryExecution().toString()
report["computed"] = attempt(f"INSERT INTO {table} (id, v, at) VALUES (10, 'spark', TIMESTAMP'2026-02-01 12:00:00')")
report["wrong"] = attempt(f"INSERT INTO {table} (id, v, at, loud) VALUES (11, 'x', TIMESTAMP'2026-02-01 12:00:00', 'no')")
report["updated"] = attempt(f"UPDATE {table} SET v = 'again' WHERE id = 1")
report["after"] = rows()
print(json.dumps(report))
sys.stdout.flush()
os._exit(0)
