"""Reads tables that changes were applied to with three readers, folds all changes in plain Python, applies the tables' change feeds as Spark reads them; prints JSON.

usage: cdc.py JARS CHANGES_FOLDER TABLES_FOLDER CASES_JSON
Cases are a list of {name, scd, truncates, ignores, sets, tracked, feed}: ignores and tracked are lists of columns.
"""

import json
import os
import sys
from collections import Counter

from rows import canonical, delta_kernel_rows, delta_rs_rows, difference, spark_session

jars, changes, tables, cases = sys.argv[1:5]
spark = spark_session(jars)
spark.conf.set("spark.sql.codegen.wholeStage", "false")
spark.conf.set("spark.sql.adaptive.enabled", "false")
COLUMNS = ("id", "a", "b", "d", "t", "s")
SCHEMA = "id INT, a INT, b STRING, d DECIMAL(10,2), t TIMESTAMP, s STRUCT<x: INT, y: STRING>, sets ARRAY<STRING>, op STRING, seq BIGINT"
everything = [row.asDict(recursive=True) for row in spark.read.schema(SCHEMA).json(changes).dropDuplicates(["id", "seq"]).collect()]


def patched(case, before, change):
    """The values of a key after a change, from those before it."""

    def value(name):
        old, new = before.get(name), change[name]
        if case["sets"]:
            return new if change["sets"] is None or name in change["sets"] else old
        if name not in case["ignores"]:
            return new
        if isinstance(new, dict) and isinstance(old, dict):
            return {key: old[key] if new[key] is None else new[key] for key in new}
        return old if new is None else new

    return {name: change[name] if name == "id" else value(name) for name in COLUMNS}


def history(case, events):
    """The versions of one key, each [values, start, end]."""
    versions, alive = [], False
    for change in sorted(events, key=lambda one: one["seq"]):
        if change["op"] == "D":
            if alive:
                versions[-1][2] = change["seq"]
            alive = False
            continue
        values = patched(case, versions[-1][0] if alive else {}, change)
        if alive and all(values[name] == versions[-1][0][name] for name in case["tracked"]):
            versions[-1][0] = values
            continue
        if alive:
            versions[-1][2] = change["seq"]
        versions.append([values, change["seq"], None])
        alive = True
    return versions


def steps(case, events):
    """As history, where of changes with one place the last counts, those before it applied as well."""
    versions, values = [], {}
    for i, change in enumerate(events):
        values = {} if change["op"] == "D" else patched(case, values, change)
        if i + 1 < len(events) and events[i + 1]["at"] == change["at"]:
            continue
        alive = bool(versions) and versions[-1][2] is None
        if alive and values and all(values[name] == versions[-1][0][name] for name in case["tracked"]):
            versions[-1][0] = values
            continue
        if alive:
            versions[-1][2] = change["at"]
        if values:
            versions.append([values, change["at"], None])
    return versions


def bitemporal(case, events, leave_out):
    """The rows of one key: each version since it was first believed in, until it was believed in no more."""
    placed = [one | {"at": one["seq"] // 3, "known": one["seq"] * 37 % 61} for one in events]
    placed.sort(key=lambda one: (one["at"], one["known"]))
    rows, believed = [], {}
    for moment in sorted({one["known"] for one in placed}) + [None]:
        versions = [] if moment is None else steps(case, [one for one in placed if one["known"] <= moment])
        now = {repr((canonical(values), start, end)): (values, start, end) for values, start, end in versions}
        gone = believed if moment is None else {text: one for text, one in believed.items() if text not in now}
        rows += [(*one, moment) for one in gone.values()]
        believed = {text: believed.get(text, (*one, moment)) for text, one in now.items()}
    ends = ("__START_AT", "__END_AT", "__SYSTEM_START_AT", "__SYSTEM_END_AT")
    kept = [name for name in COLUMNS if name not in leave_out]
    return [repr([(name, canonical(values[name])) for name in kept] + list(zip(ends, places))) for values, *places in rows]


def expected(case, leave_out=()):
    horizon = max((one["seq"] for one in everything if one["op"] == "T"), default=0) if case["truncates"] else 0
    events = [one for one in everything if one["op"] != "T" and one["seq"] >= horizon]
    rows = []
    for key in {one["id"] for one in events}:
        if case["scd"] == "bitemporal":
            rows += bitemporal(case, [one for one in events if one["id"] == key], leave_out)
            continue
        for values, start, end in history(case, [one for one in events if one["id"] == key]):
            row = [(name, canonical(values[name])) for name in COLUMNS if name not in leave_out]
            if case["scd"] == 2:
                rows.append(repr(row + [("__START_AT", start), ("__END_AT", end)]))
            elif end is None:
                rows.append(repr(row))
    return sorted(rows)


FEED = ("_change_type", "_commit_version", "_commit_timestamp")


def text_of(row):
    return repr([(name, canonical(value)) for name, value in row.asDict(recursive=True).items() if name not in FEED])


def applied_feed(path):
    """The rows that the change feed leaves when it is applied commit by commit; a row that goes must be there."""
    feed = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 0).load(path)
    rows, commits = Counter(), {}
    for row in feed.collect():
        commits.setdefault(row["_commit_version"], []).append((row["_change_type"], text_of(row)))
    for _, entries in sorted(commits.items()):
        rows.subtract(text for kind, text in entries if kind in ("delete", "update_preimage"))
        if min(rows.values(), default=0) < 0:
            raise ValueError(f"rows go that were not there: {[text for text, count in rows.items() if count < 0][:3]}")
        rows.update(text for kind, text in entries if kind in ("insert", "update_postimage"))
    return sorted(rows.elements())


def answer(check):
    try:
        return check()
    except Exception as error:
        return str(error)[:500]


report = {"rows": {}, "spark": {}, "delta_rs": {}, "delta_kernel": {}, "feed": {}}
for case in json.loads(cases):
    name, path = case["name"], os.path.join(tables, case["name"])
    wanted = expected(case)
    report["rows"][name] = len(wanted)
    report["spark"][name] = answer(lambda: difference(wanted, sorted(map(text_of, spark.read.format("delta").load(path).collect()))))
    report["delta_rs"][name] = answer(lambda: difference(wanted, delta_rs_rows(path)))
    # chdb has no NULL structs: it reads them as structs of NULLs.
    report["delta_kernel"][name] = answer(lambda: difference(expected(case, ("s",)), delta_kernel_rows(path, ("s",))))
    if case["feed"]:
        report["feed"][name] = answer(lambda: difference(wanted, applied_feed(path)))
print(json.dumps(report))
