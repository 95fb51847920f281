"""Reads Delta tables in a bucket with delta-rs, appends to one of them, and prints their rows as JSON by name.

usage: object_stores.py JARS BASE_URL STORAGE_OPTIONS_JSON TABLE..
"""

import json
import sys

import pyarrow
from deltalake import DeltaTable, write_deltalake

_, base, options, *names = sys.argv[1:]
storage = json.loads(options)

tables = {}
for name in names:
    table = DeltaTable(f"{base}/{name}", storage_options=storage)
    rows = table.to_pyarrow_table().to_pylist()
    tables[name] = sorted(([str(value) for value in row.values()] for row in rows))

outside = pyarrow.table({"id": pyarrow.array([1, 2], pyarrow.int64())})
for _ in range(2):
    write_deltalake(f"{base}/outside", outside, mode="append", storage_options=storage)
print(json.dumps(tables))
