"""Streams of Delta tables under options, as delta-spark has them: the rows of each micro-batch, or the error that ends the stream; prints JSON.

usage: delta_streams.py JARS CASES_JSON_FILE
A case has "name", "table" (a path) and "options".
"""

import json
import re
import sys
import tempfile

from rows import spark_session

jars, path = sys.argv[1:3]
with open(path) as file:
    cases = json.load(file)
spark = spark_session(jars)
spark.sparkContext.setLogLevel("OFF")


def rows_of(batch):
    shown = [c for c in ("id", "_change_type", "_commit_version") if c in batch.columns]
    return sorted([list(row) for row in batch.select(*shown).collect()], key=repr)


def condition_of(error):
    found = re.search(r"\[(DELTA_[A-Z_.]+|[A-Z_]+_DELTA_TABLE[A-Z_]*)\]", str(error))
    return found.group(1) if found else str(error)[:300]


def run(case):
    batches = []
    try:
        stream = spark.readStream.format("delta").options(**case["options"]).load(case["table"])
        writer = stream.writeStream.trigger(availableNow=True).option("checkpointLocation", tempfile.mkdtemp())
        query = writer.foreachBatch(lambda batch, _: batches.append(rows_of(batch))).start()
        if not query.awaitTermination(200):
            query.stop()
            return {"batches": batches, "error": "has not ended"}
    except Exception as error:
        return {"batches": [one for one in batches if one], "error": condition_of(error)}
    return {"batches": [one for one in batches if one]}


print(json.dumps({case["name"]: run(case) for case in cases}))
