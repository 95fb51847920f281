"""What Spark's show, printSchema and errors say: reads {shows: [{query, rows, truncate, vertical}], schemas: [query], mistakes: [query]} from the file given."""

import contextlib
import io
import json
import sys

from pyspark.errors import PySparkException
from rows import spark_session


def printed(work):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        work()
    return out.getvalue()


def mistake(spark, query):
    try:
        spark.sql(query).collect()
        return None
    except PySparkException as error:
        return {"condition": error.getCondition(), "sqlState": error.getSqlState()}


def main():
    spark = spark_session(sys.argv[1])
    spark.conf.set("spark.sql.ansi.enabled", "true")
    with open(sys.argv[2], encoding="utf-8") as file:
        asked = json.load(file)
    shows = [
        printed(lambda: spark.sql(one["query"]).show(one["rows"], one["truncate"] or False, one["vertical"]))
        for one in asked["shows"]
    ]
    schemas = [printed(spark.sql(query).printSchema) for query in asked["schemas"]]
    mistakes = [mistake(spark, query) for query in asked["mistakes"]]
    print(json.dumps({"shows": shows, "schemas": schemas, "mistakes": mistakes}))


main()
