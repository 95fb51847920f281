"""Streaming queries run by Structured Streaming over the same files in the same batches: after each round of files its result is compared with the table's."""

import json
import os
import shutil
import sys
import traceback

from rows import difference, frame_rows, spark_session

jars, folder, cases_path = sys.argv[1:4]

from pyspark.sql import functions as F  # noqa: E402
from pyspark.sql.functions import *  # noqa: E402,F401,F403

cases = json.load(open(cases_path))
rounds = sorted(os.listdir(os.path.join(folder, "rounds")), key=int)
spark = spark_session(jars)
spark.conf.set("spark.sql.shuffle.partitions", "1")
spark.conf.set("spark.sql.streaming.stateStore.maintenanceInterval", "600s")
spark.conf.set("spark.sql.adaptive.enabled", "false")
spark.conf.set("spark.sql.codegen.wholeStage", "false")
spark.sparkContext.setLogLevel("OFF")
SCHEMA = "id long, k string, ts timestamp, v long, d decimal(10,2), x double"


def source(side):
    def read():
        return spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", "1").json(os.path.join(folder, "spark", side))

    return read


def static():
    return spark.createDataFrame([("a", "Anna"), ("b", "Bert"), ("z", "Zoe")], "k string, name string")


def start(case, index, kept):
    """Appended rows go to files, from which a restarted query goes on; a whole result, and what has changed by batch, is kept here."""
    frame = eval(case["spark"], {**globals(), "left": source("left"), "right": source("right"), "static": static, "F": F})
    writer = frame.writeStream.outputMode(case["mode"]).trigger(availableNow=True)
    writer = writer.option("checkpointLocation", os.path.join(folder, "checkpoints", str(index)))
    if case["mode"] == "append":
        return writer.format("parquet").option("path", output(index)).start()
    if case["mode"] == "update":
        return writer.foreachBatch(lambda batch, number: add(kept, index, batch, number)).start()
    return writer.foreachBatch(lambda batch, _: kept.update({index: frame_rows(batch)})).start()


def add(kept, index, batch, number):
    kept.setdefault(index, []).extend(frame_rows(batch.withColumn("_batch", lit(number))))


def output(index):
    return os.path.join(folder, "output", str(index))


def compare(case, index, kept, number):
    if case["mode"] == "append":
        kept[index] = frame_rows(spark.read.parquet(output(index)))
    ours = spark.read.format("delta").option("versionAsOf", case["versions"][number]).load(case["table"])
    return difference(sorted(kept.get(index, [])), frame_rows(ours))


def guarded(case, step):
    """What the judge finds wrong, or what Spark says; once for each case."""
    if case["name"] in verdict:
        return None
    try:
        return step()
    except Exception as error:
        verdict[case["name"]] = {"error": str(error)[:500] or traceback.format_exc()[-500:]}
        return None


verdict, kept = {}, {}
for side in ("left", "right"):
    os.makedirs(os.path.join(folder, "spark", side))
for number, one in enumerate(rounds):
    for side in ("left", "right"):
        given = os.path.join(folder, "rounds", one, side)
        for name in sorted(os.listdir(given)):
            shutil.copy2(os.path.join(given, name), os.path.join(folder, "spark", side, name))
    running = [guarded(case, lambda: start(case, index, kept)) for index, case in enumerate(cases)]
    for case, query in zip(cases, running):
        guarded(case, lambda: query and query.awaitTermination())
    for index, case in enumerate(cases):
        found = guarded(case, lambda: compare(case, index, kept, number))
        if found:
            verdict[case["name"]] = {"round": number, **found}
spark.stop()
print(json.dumps({"rows": [len(kept.get(i, [])) for i in range(len(cases))], "differences": verdict}))
