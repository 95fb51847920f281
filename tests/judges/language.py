"""What Spark answers to queries: reads {tables, runs: [{timeZone, ansi, queries}]} and prints, for each run, a list of {schema, rows} or {error}."""

import datetime
import decimal
import json
import sys

from rows import spark_session

FAST = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.autoBroadcastJoinThreshold": "10485760",
    "spark.sql.crossJoin.enabled": "true",
    "spark.sql.timeType.enabled": "true",
}


def canonical(value):
    """Plain JSON: numbers and times as texts, doubles marked, maps as sorted pairs."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, float):
        return {"double": "NaN" if value != value else repr(value)}
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return str(value // datetime.timedelta(microseconds=1))
    if isinstance(value, decimal.Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, dict):
        pairs = [[canonical(key), canonical(inner)] for key, inner in value.items()]
        return {"map": sorted(pairs, key=json.dumps)}
    if isinstance(value, (list, tuple)):
        return [canonical(inner) for inner in value]
    return str(value)


def answer(spark, query):
    from pyspark.errors import PySparkException

    try:
        frame = spark.sql(query)
        return {"schema": frame.schema.simpleString(), "rows": [canonical(row) for row in frame.collect()]}
    except PySparkException as error:
        return {"error": error.getCondition() or type(error).__name__, "message": str(error)[:300]}
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)[:300]}


def main(jars, path):
    with open(path, encoding="utf-8") as file:
        asked = json.load(file)
    spark = spark_session(jars)
    spark.sparkContext.setLogLevel("OFF")
    for key, value in FAST.items():
        spark.conf.set(key, value)
    for name, file in asked["tables"].items():
        spark.read.parquet(file).createOrReplaceTempView(name)
    answers = []
    for run in asked["runs"]:
        spark.conf.set("spark.sql.session.timeZone", run["timeZone"])
        spark.conf.set("spark.sql.ansi.enabled", str(run["ansi"]).lower())
        answers.append([answer(spark, query) for query in run["queries"]])
    print(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
