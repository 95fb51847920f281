"""What Spark reads from files: reads a list of {format, folder, options, schema?} and prints for each {schema: {column: type}, rows} or {error}.

With a second path it first writes Avro files there, for both sides to read."""

import json
import os
import sys

from language import canonical
from rows import spark_session


def write_avro(spark, folder):
    frame = spark.sql(
        """SELECT id, CAST(id AS INT) AS i, CAST(id AS FLOAT) / 2 AS f, CAST(id AS DOUBLE) / 3 AS d, id % 2 = 0 AS b,
             IF(id = 3, NULL, concat('text ', id, ' é😀')) AS s, CAST(concat('b', id) AS BINARY) AS bin, CAST(id - 5 AS DECIMAL(20, 4)) / 7 AS dec,
             CAST((id - 5) * 1.25 AS DECIMAL(9, 2)) AS small, DATE '1969-12-30' + CAST(id AS INT) AS day,
             timestamp_micros(id * 1234567 - 5000001) AS at, CAST(timestamp_micros(id * 1234567) AS TIMESTAMP_NTZ) AS wall,
             array(id, NULL, 9223372036854775807 - id) AS l, map('k', id, 'n', NULL) AS m, struct(id AS x, struct(array('a', NULL) AS z) AS y) AS st
           FROM range(10)"""
    )
    for codec in ["uncompressed", "deflate", "snappy", "zstandard", "bzip2"]:
        frame.coalesce(1).write.format("avro").option("compression", codec).save(os.path.join(folder, codec))


def answer(spark, case):
    from pyspark.errors import PySparkException

    try:
        reader = spark.read.format(case["format"]).options(**case["options"])
        if case.get("schema"):
            reader = reader.schema(case["schema"])
        frame = reader.load(case["folder"])
        rows = frame.collect()
        return {
            "schema": {one.name: one.dataType.simpleString() for one in frame.schema.fields},
            "rows": [{name: canonical(value) for name, value in zip(frame.columns, row)} for row in rows],
        }
    except PySparkException as error:
        return {"error": error.getCondition() or type(error).__name__, "message": str(error)[:300]}
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)[:300]}


def main(jars, path, written):
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)
    spark = spark_session(jars)
    spark.sparkContext.setLogLevel("OFF")
    write_avro(spark, written)
    print(json.dumps([answer(spark, case) for case in cases]))


if __name__ == "__main__":
    main(*sys.argv[1:])
