"""Applies the change feeds of views as Spark reads them, update by update, and reads the views with three readers; prints JSON.

usage: views.py JARS CONTENTS_FOLDER TABLES_FOLDER VERSIONS_JSON
CONTENTS_FOLDER has 0.json, 1.json ..: what each update was made from. Versions are those after each update, by view.
"""

import json
import os
import sys
from collections import Counter

from rows import canonical, delta_kernel_rows, delta_rs_rows, difference, spark_session

jars, contents, tables, versions = sys.argv[1:5]
spark = spark_session(jars)
spark.conf.set("spark.sql.codegen.wholeStage", "false")
spark.conf.set("spark.sql.adaptive.enabled", "false")
FEED = ("_change_type", "_commit_version", "_commit_timestamp")
COLUMNS = ("k", "p", "x", "s", "l")


def expected(update, leave_out=()):
    """The view after an update, in plain Python."""
    with open(os.path.join(contents, f"{update}.json")) as file:
        rows = [json.loads(line) for line in file]
    for row in rows:
        row["x"] = float("nan") if row["x"] == 1 else None if row["x"] is None else float(row["x"])
    return sorted(repr([(name, canonical(row[name])) for name in COLUMNS if name not in leave_out]) for row in rows)


def text_of(row):
    return repr([(name, canonical(value)) for name, value in row.asDict(recursive=True).items() if name not in FEED])


def check_feed(path, after):
    """What is wrong with a feed: rows that go and are not there, contents that differ after an update, changes that are too many."""
    feed = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 0).load(path)
    entries = sorted((row["_commit_version"], row["_change_type"], text_of(row)) for row in feed.collect())
    rows, kinds = Counter(), Counter()
    for update, version in enumerate(after):
        since = after[update - 1] if update > 0 else -1
        changes = [(kind, text) for at, kind, text in entries if since < at <= version]
        before, wanted = rows.copy(), Counter(expected(update))
        rows.subtract(text for kind, text in changes if kind in ("delete", "update_preimage"))
        if min(rows.values(), default=0) < 0:
            return f"update {update}: rows go that were not there"
        rows.update(text for kind, text in changes if kind in ("insert", "update_postimage"))
        rows = +rows
        if rows != wanted:
            return f"update {update}: {difference(sorted(wanted.elements()), sorted(rows.elements()))}"
        fewest = sum((wanted - before).values()) + sum((before - wanted).values())
        if len(changes) != fewest:
            return f"update {update}: {len(changes)} changes, {fewest} would do"
        kinds.update(kind for kind, _ in changes)
    found = difference(sorted(rows.elements()), sorted(map(text_of, spark.read.format("delta").load(path).collect())))
    return dict(kinds) if found is None else f"the table: {found}"


def answer(check):
    try:
        return check()
    except Exception as error:
        return str(error)[:500]


report = {"feed": {}, "delta_rs": {}, "delta_kernel": {}}
for name, after in json.loads(versions).items():
    path, last = os.path.join(tables, name), len(after) - 1
    report["feed"][name] = answer(lambda: check_feed(path, after))
    report["delta_rs"][name] = answer(lambda: difference(expected(last), delta_rs_rows(path)))
    # chdb has no NULL structs and arrays: it reads structs of NULLs, and empty arrays.
    report["delta_kernel"][name] = answer(lambda: difference(expected(last, ("s", "l")), delta_kernel_rows(path, ("s", "l"))))
print(json.dumps(report))
