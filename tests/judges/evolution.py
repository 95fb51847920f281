"""Tables whose schemas have evolved: Spark reads the raw files with the table's own schema, and all three readers read the tables."""

import json
import sys

from rows import delta_kernel_rows, delta_rs_rows, difference, frame_rows, spark_rows, spark_session

jars, raw, evolved, widened = sys.argv[1:5]
LEAVE_OUT = ("_rescued_data",)
# The readers show structs each in its own way, and ClickHouse has no struct that is NULL.
NESTED = (*LEAVE_OUT, "n", "items", "later")

spark = spark_session(jars)
schema = spark.read.format("delta").load(evolved).drop(*LEAVE_OUT).schema
expected = frame_rows(spark.read.schema(schema).json(raw))
tables = {"evolved": evolved, "widened": widened}
flat = {name: spark_rows(spark, path, NESTED if name == "evolved" else LEAVE_OUT) for name, path in tables.items()}
read = {name: spark_rows(spark, path, LEAVE_OUT) for name, path in tables.items()}
verdict = {
    "rows": {name: len(rows) for name, rows in read.items()},
    "spark": difference(expected, read["evolved"]),
    "types": {name: spark.read.format("delta").load(path).schema.simpleString() for name, path in tables.items()},
    "widened": sorted(
        json.dumps([row.id, row.n, row.f, str(row.d)]) for row in spark.read.format("delta").load(widened).collect()
    ),
    "delta_rs": {name: difference(flat[name], delta_rs_rows(path, NESTED if name == "evolved" else LEAVE_OUT)) for name, path in tables.items()},
    "delta_kernel": {name: difference(flat[name], delta_kernel_rows(path, NESTED if name == "evolved" else LEAVE_OUT)) for name, path in tables.items()},
}
spark.stop()
print(json.dumps(verdict))
