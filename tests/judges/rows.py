"""Rows of Delta tables as three independent readers see them, in one canonical text form, so that they can be compared."""

import datetime
import decimal
import os
import time

os.environ["TZ"] = "UTC"
time.tzset()


def canonical(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, (datetime.datetime,)):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return value.isoformat(timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dict):
        return [[key, canonical(inner)] for key, inner in value.items()]
    if isinstance(value, (list, tuple)):
        return [canonical(inner) for inner in value]
    return value


def canonical_rows(names, rows, leave_out):
    keep = [i for i, name in enumerate(names) if name not in leave_out]
    return sorted(repr([(names[i], canonical(row[i])) for i in keep]) for row in rows)


def spark_session(jars):
    from pyspark.sql import SparkSession

    return (
        SparkSession.builder.master("local[2]")
        .appName("judge")
        .config("spark.ui.enabled", "false")
        .config("spark.jars", jars)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.driver.memory", "2g")
        # Short programs: what the second compiler would gain is less than what it costs.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )


def frame_rows(frame, leave_out=()):
    return canonical_rows(frame.columns, frame.collect(), leave_out)


def spark_rows(spark, path, leave_out=()):
    return frame_rows(spark.read.format("delta").load(path), leave_out)


def arrow_rows(table, leave_out):
    return canonical_rows(table.column_names, [tuple(row.values()) for row in table.to_pylist()], leave_out)


def delta_rs_rows(path, leave_out=()):
    import pyarrow
    from deltalake import DeltaTable, QueryBuilder

    table = QueryBuilder().register("t", DeltaTable(path)).execute("SELECT * FROM t").read_all()
    return arrow_rows(pyarrow.table(table), leave_out)


def delta_kernel_rows(path, leave_out=()):
    # chdb reads files below the working directory only.
    os.chdir("/")
    import chdb
    import pyarrow

    quoted = path.replace("'", "\\'")
    result = chdb.query(
        f"SELECT * FROM deltaLakeLocal('{quoted}') SETTINGS output_format_arrow_string_as_string = 1, session_timezone = 'UTC'",
        "ArrowStream",
    )
    return arrow_rows(pyarrow.ipc.open_stream(result.bytes()).read_all(), leave_out)


def difference(expected, actual, limit=3):
    """Rows that only one side has, a few of each, and both counts; None when equal."""
    if expected == actual:
        return None
    from collections import Counter

    wanted, got = Counter(expected), Counter(actual)
    return {
        "expected": len(expected),
        "actual": len(actual),
        "missing": list((wanted - got).elements())[:limit],
        "unexpected": list((got - wanted).elements())[:limit],
    }
