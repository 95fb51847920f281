"""Variants in tables: what Spark reads of one that Sluice has written and of the one of its own that it was copied from, and a table for Sluice to read. Prints JSON.

usage: variants.py JARS write THEIRS        makes a Delta table in the folder
       variants.py JARS read OURS THEIRS    prints the rows of both and what Spark writes into ours
"""

import json
import os
import sys

from rows import canonical, delta_kernel_rows, delta_rs_rows, frame_rows, spark_session

jars, task, *folders = sys.argv[1:]
spark = spark_session(jars)

VALUES = [
    *(f"parse_json('{json}')" for json in (
        "null", "true", "false", "0", "-128", "200", "-70000", "9223372036854775807", "9223372036854775808", "1.50", "1.0", "-0.0",
        "1234567890.5", "12345678901234567890.5", "0.00000000000000000000000000000000000001", "1e3", "-1.5e-7", "1e400",
        "123456789012345678901234567890123456789", '"hi"', '""', '"é😀"', '[]', '{}', '[[],[null,{}]]',
        '{"b":1,"a":[1,null,{"b":2}],"":{"é":"x"}}', '"2024-02-29"',
    )),
    "parse_json('\"' || repeat('x', 63) || '\"')",
    "parse_json('\"' || repeat('x', 64) || '\"')",
    "parse_json('[' || array_join(sequence(1, 300), ',') || ']')",
    "parse_json('{' || array_join(transform(sequence(1, 300), i -> '\"k' || i || '\":' || i), ',') || '}')",
    "cast(DATE '1582-10-15' AS VARIANT)", "cast(DATE '0001-01-01' AS VARIANT)", "cast(DATE '9999-12-31' AS VARIANT)",
    "cast(TIMESTAMP '2024-02-29 12:00:00.5' AS VARIANT)", "cast(TIMESTAMP '1969-12-31 23:59:59.999999' AS VARIANT)",
    "cast(TIMESTAMP_NTZ '2024-02-29 12:00:00.000001' AS VARIANT)", "cast(float('1.1') AS VARIANT)", "cast(float('NaN') AS VARIANT)",
    "cast(1.0e20f AS VARIANT)", "cast(double('-Infinity') AS VARIANT)", "cast(double('NaN') AS VARIANT)", "cast(0.1d AS VARIANT)",
    "cast(X'' AS VARIANT)", "cast(X'00FF' AS VARIANT)", "cast(cast(5 AS DECIMAL(38, 0)) AS VARIANT)",
    "cast(cast('99999999999999999999999999999999999999' AS DECIMAL(38, 0)) AS VARIANT)", "cast(cast(-1.5 AS DECIMAL(38, 10)) AS VARIANT)",
    "to_variant_object(named_struct('z', 1, 'a', TIMESTAMP '2024-02-29 12:00:00', 'l', array(1.5d, NULL)))", "cast(NULL AS VARIANT)",
]

RECORDS = [
    '{"b":1.50,"a":[1,{"x":null}]}', "", '[{"a":1},{"a":2}]', '"text"', "12", '{"a":1', '{"a":1,"a":2}', "{'q':1}", '{"t":"2024-01-01"} trailing',
    '{"big":123456789012345678901234567890123456789012,"small":0.00000000000000000000000000000000000000001}', "null", "  [ ]  ", '{"n":NaN,"i":-Infinity}',
    "nothing", '{"a":{"b":1,"b":2}}', '{"\\u00e9":"\\ud83d\\ude00","tab":"a\\tb"}', '{"nul":"\\u0000D2024"}', "[1,2", "-0", "-0.0", "1E5", "007",
]

TEXTS = [
    "1", "-5", "007", "+7", "1.5", "-0.0", "1.50", "1e3", "1E-2", ".5", "5.", "NaN", "Infinity", "true", "FALSE", "yes", "2026-01-02", "2026-1-2", "2026-01-02 03:04:05",
    "2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456+02:00", "2026-01", "2026", "a b", " 1 ", "", "null", "9223372036854775807", "9223372036854775808", "1" * 38, "1" * 39,
    "0.1234567890123456789", "1_000", "0x1F", "1d", "99999999999999999999.99", "-", "1,5", "2026-01-02 ", "1.0", "100.00", "2026-02-30", "0001-01-01", "1e400", "1e37", "1e38",
    "0." + "0" * 37 + "1", "0." + "0" * 38 + "1",
]
# A value of CSV is not tried as what comes before the type of the one before.
SEQUENCES = [
    *([text] for text in TEXTS), ["1", "1.5", "1"], ["1", "true", "1"], ["2026-01-02", "2026-01-02 03:04:05", "2026-01-02", "x"], ["1.5", "2026-01-02", "1"], ["", "1", "x", "1"],
]
CSV = ["a,b,c\n1,2.5,x\n4,5\n7,8,9,10\n\n7,,\n", "a,a,,A\n1,2,3,4\n", "a\n", ""]
ELEMENTS = """<r id="1" n="2.5"><a>1</a><a>x</a><b><c>true</c></b><e/><t> sp </t></r><r>plain</r><r>mix<a>1</a>tail</r><r/><r><a k="1">5</a><ns:b xmlns:ns="http://y">2</ns:b></r>
<r><d>2026-01-02</d><B>1</B><b>2</b></r><r><![CDATA[7]]></r><r><a/><a>1</a></r><r><a><b>1</b></a><a><b>2</b></a></r>"""

READ = """SELECT id, v IS NULL AS missing, is_variant_null(v) AS empty, cast(v AS STRING) AS text, to_json(v) AS json, schema_of_variant(v) AS type,
  l IS NULL AS no_list, transform(l, one -> to_json(one)) AS list, st IS NULL AS no_struct, to_json(st.v) AS inner, map_entries(transform_values(m, (k, one) -> to_json(one))) AS map
  FROM delta.`{}` ORDER BY id"""


def rows_of(folder):
    return [[canonical(value) for value in row] for row in spark.sql(READ.format(folder)).collect()]


def write(folder):
    table = f"delta.`{folder}`"
    spark.sql(
        f"CREATE TABLE {table} (id INT, v VARIANT, l ARRAY<VARIANT>, st STRUCT<v: VARIANT, x: INT>, m MAP<STRING, VARIANT>) USING delta "
        "TBLPROPERTIES (delta.enableDeletionVectors = true, delta.enableChangeDataFeed = true)"
    )
    rows = [f"SELECT {i} AS id, {v} AS v" for i, v in enumerate(VALUES)]
    spark.sql(
        f"INSERT INTO {table} SELECT id, v, array(v, NULL), named_struct('v', v, 'x', id), map('k', v) FROM ({' UNION ALL '.join(rows)})"
    )
    spark.sql(f"INSERT INTO {table} VALUES (900, NULL, NULL, NULL, NULL), (901, NULL, array(), NULL, map())")
    spark.sql(f"DELETE FROM {table} WHERE id = 3")
    spark.sql(f"UPDATE {table} SET v = parse_json('[1]') WHERE id = 4")
    spark.sql(f"SELECT id, v, l, st FROM {table}").coalesce(1).write.parquet(f"{folder}_parquet")
    write_records(folder)
    options = {"json": {}, "csv": {"header": "true"}, "xml": {"rowTag": "r"}}
    return {"rows": len(VALUES) + 1, "records": {name: records_of(f"{folder}_{name}", name, given) for name, given in options.items()}}


def write_records(folder):
    elements = ELEMENTS + "".join(f"<r><v>{text}</v></r>" for text in TEXTS)
    files = {
        "json": ["\n".join(RECORDS) + "\n"],
        "csv": [*CSV, *("v,w\n" + "".join(f'"{text}",x\n' for text in texts) for texts in SEQUENCES)],
        "xml": [f"<rs>{elements}</rs>"],
    }
    for name, texts in files.items():
        os.makedirs(f"{folder}_{name}")
        for i, text in enumerate(texts):
            with open(f"{folder}_{name}/{i:03}.{name}", "w", encoding="utf-8") as file:
                file.write(text)


def records_of(folder, name, options):
    reader = spark.read.format(name).options(singleVariantColumn="v", **options).schema("v VARIANT, _corrupt_record STRING")
    told = reader.load(folder).selectExpr(
        "cast(v AS STRING) AS text", "schema_of_variant(v) AS type", "_corrupt_record AS bad", "_metadata.file_name AS file"
    )
    return sorted(([*row] for row in told.collect()), key=str)


def read(ours, theirs):
    report = {"ours": rows_of(ours), "theirs": rows_of(theirs), "delta_rs": len(delta_rs_rows(ours))}
    bytes_of = {row.id: (row.v.value.hex(), row.v.metadata.hex()) for row in spark.sql(f"SELECT id, v FROM delta.`{theirs}` WHERE v IS NOT NULL").collect()}
    own = spark.sql(f"SELECT id, v FROM delta.`{ours}` WHERE v IS NOT NULL").collect()
    report["otherBytes"] = sorted(row.id for row in own if bytes_of[row.id] != (row.v.value.hex(), row.v.metadata.hex()))
    spark.sql(f"UPDATE delta.`{ours}` SET v = parse_json('{{\"by\": \"spark\"}}') WHERE id IN (1, 2)")
    spark.sql(f"INSERT INTO delta.`{ours}` (id, v) VALUES (1000, parse_json('[1.25]'))")
    return report


print(json.dumps(write(*folders) if task == "write" else read(*folders)))
