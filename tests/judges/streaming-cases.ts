/** A streaming query in both languages. `left()` and `right()` are streams of the same schema, `static()` a small table of names. */
export interface StreamingCase {
  readonly name: string;
  readonly spark: string;
  readonly ours: string;
  /** As Spark's writer is told; a pipeline finds it by itself. Update is a mode of queries outside of pipelines. */
  readonly mode: "append" | "complete" | "update";
}

function append(name: string, spark: string, ours: string = camel(spark)): StreamingCase {
  return { name, spark, ours, mode: "append" };
}

function complete(name: string, spark: string, ours: string = camel(spark)): StreamingCase {
  return { name, spark, ours, mode: "complete" };
}

function update(name: string, spark: string, ours: string = camel(spark)): StreamingCase {
  return { name: `update, ${name}`, spark, ours, mode: "update" };
}

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/session_window\(/g, "sessionWindow("],
  [/window_time\(/g, "windowTime("],
  [/collect_list\(/g, "collectList("],
  [/array_sort\(/g, "arraySort("],
  [/collect_set\(/g, "collectSet("],
  [/max_by\(/g, "maxBy("],
  [/bool_or\(/g, "boolOr("],
];

/** PySpark as TypeScript, where only the names of functions differ. */
function camel(python: string): string {
  return NAMES.reduce((text, [pattern, name]) => text.replace(pattern, name), python);
}

const L = `left().withWatermark("ts", "10 minutes")`;
const FLAT = `.selectExpr("window.start AS s", "window.end AS e", "*").drop("window")`;
const PAIR = `"l.id AS lid", "l.k AS lk", "l.ts AS lts", "r.id AS rid", "r.k AS rk", "r.ts AS rts"`;

function joined(
  how: string,
  condition: string,
  sides: readonly [string, string] = ["10 minutes", "20 minutes"],
): string {
  const left = `left().withWatermark("ts", "${sides[0]}").alias("l")`;
  const right = `right().withWatermark("ts", "${sides[1]}").alias("r")`;
  const columns = how === "leftsemi" ? `"l.id AS lid", "l.k AS lk", "l.ts AS lts"` : PAIR;
  return `${left}.join(${right}, expr("${condition}"), "${how}").selectExpr(${columns})`;
}

const RANGE = "l.k = r.k AND r.ts >= l.ts - INTERVAL 5 MINUTES AND r.ts <= l.ts + INTERVAL 15 MINUTES";

export const STREAMING_CASES: readonly StreamingCase[] = [
  append(
    "tumbling",
    `${L}.groupBy(window("ts", "5 minutes"), "k").agg(count("*").alias("n"), sum("v").alias("v"), min("x").alias("lo"), max("id").alias("hi"))${FLAT}`,
  ),
  append(
    "averages",
    `${L}.groupBy(window("ts", "5 minutes")).agg(avg("v").alias("av"), avg("d").alias("ad"), sum("d").alias("sd"), avg("x").alias("ax"), count("v").alias("n"))${FLAT}`,
  ),
  append(
    "sliding",
    `${L}.groupBy(window("ts", "10 minutes", "5 minutes"), "k").agg(count("*").alias("n"), avg("v").alias("av"))${FLAT}`,
  ),
  append("window offset", `${L}.groupBy(window("ts", "10 minutes", "10 minutes", "3 minutes")).count()${FLAT}`),
  append("event time key", `${L}.groupBy("ts", "k").agg(sum("v").alias("v"))`),
  append(
    "rows kept",
    `${L}.groupBy(window("ts", "5 minutes"), "k").agg(array_sort(collect_set("v")).alias("n"), array_sort(collect_list("id")).alias("ids"), max_by("id", "ts").alias("m"), stddev("x").alias("sx"))${FLAT}`,
  ),
  append(
    "expression key",
    `${L}.groupBy(window("ts", "5 minutes"), expr("upper(k)").alias("u")).agg(array_sort(collect_set("v")).alias("n"), sum("v").alias("v"))${FLAT}`,
  ),
  append(
    "session",
    `${L}.groupBy(session_window("ts", "3 minutes").alias("w"), "k").agg(count("*").alias("n"), sum("v").alias("v")).selectExpr("w.start AS s", "w.end AS e", "k", "n", "v")`,
  ),
  append(
    "having after",
    `${L}.groupBy(window("ts", "5 minutes"), "k").agg(count("*").alias("n")).filter("n > 1").selectExpr("window.start AS s", "k", "n * 2 AS twice")`,
  ),
  append(
    "filter before",
    `${L}.filter("v IS NOT NULL AND k <> 'b'").groupBy(window("ts", "5 minutes")).agg(sum("v").alias("v"))${FLAT}`,
  ),
  append(
    "watermark after filter",
    `left().filter("k = 'a'").withWatermark("ts", "5 minutes").groupBy(window("ts", "5 minutes")).agg(count("*").alias("n"))${FLAT}`,
  ),
  append(
    "chained windows",
    `${L}.groupBy(window("ts", "5 minutes"), "k").agg(count("*").alias("n")).groupBy(window(window_time("window"), "15 minutes")).agg(sum("n").alias("n"), count("*").alias("groups"))${FLAT}`,
  ),
  append(
    "windows of windows",
    `${L}.groupBy(window("ts", "5 minutes").alias("w"), "k").agg(count("*").alias("n")).groupBy(window("w", "15 minutes")).agg(sum("n").alias("n"))${FLAT}`,
  ),
  append(
    "rollup of windows",
    `${L}.rollup(window("ts", "5 minutes"), "k").agg(count("*").alias("n"), sum("v").alias("v"))${FLAT}`,
  ),
  append(
    "conditions after a table and explode",
    `left().withColumn("vs", expr("CASE WHEN v > 1 THEN array(v, id) END")).withWatermark("ts", "5 minutes").join(static(), "k").selectExpr("ts", "name", "id % 7 AS m", "explode(vs) AS e").filter("m > 1").groupBy(window("ts", "5 minutes"), "name").agg(sum("e").alias("total")).filter("name <> 'Bert'")${FLAT}`,
  ),
  append("distinct by key", `left().dropDuplicates(["k", "v"]).select("k", "v")`),
  append("distinct with time", `${L}.dropDuplicates(["k", "ts"]).select("k", "ts")`),
  append("distinct within watermark", `${L}.dropDuplicatesWithinWatermark(["k"]).select("k")`),
  append(
    "distinct within watermark, by a column renamed",
    `${L}.selectExpr("ts AS t", "k").dropDuplicatesWithinWatermark(["k"]).select("k")`,
  ),
  append(
    "distinct then windows",
    `${L}.dropDuplicates(["id", "ts"]).groupBy(window("ts", "5 minutes")).agg(count("*").alias("n"))${FLAT}`,
  ),
  append(
    "distinct of windows",
    `${L}.groupBy(window("ts", "5 minutes"), "k").agg(count("*").alias("n")).dropDuplicates(["window", "n"]).selectExpr("window.start AS s", "n")`,
  ),
  append(
    "union",
    `${L}.union(right().withWatermark("ts", "10 minutes")).groupBy(window("ts", "5 minutes")).agg(count("*").alias("n"))${FLAT}`,
  ),
  append(
    "static join",
    `${L}.join(static(), "k").groupBy(window("ts", "5 minutes"), "name").agg(count("*").alias("n"))${FLAT}`,
  ),
  append("static left join", `left().join(static(), "k", "left").select("id", "name")`),
  append(
    "inner join",
    `left().alias("l").join(right().alias("r"), expr("l.k = r.k AND l.v = r.v")).selectExpr(${PAIR})`,
  ),
  append("inner join, bounded", joined("inner", RANGE)),
  append(
    "inner join, by conditions after it",
    `${L}.alias("l").join(right().withWatermark("ts", "20 minutes").alias("r")).filter(expr("${RANGE} AND l.v > 1")).selectExpr(${PAIR})`,
  ),
  append("left join", joined("leftouter", RANGE)),
  append("left join, one-sided condition", joined("leftouter", `${RANGE} AND l.v > 2 AND r.v IS NOT NULL`)),
  append("right join", joined("rightouter", RANGE)),
  // Without rows whose key is NULL: in a full join of two streams Spark pairs these with each other, which no other join of its does.
  append(
    "full join",
    joined("fullouter", RANGE).replaceAll(".withWatermark", '.filter("k IS NOT NULL").withWatermark'),
  ),
  append("semi join", joined("leftsemi", RANGE)),
  append("join on time", joined("leftouter", "l.k = r.k AND l.ts = r.ts")),
  append(
    "open range",
    joined("leftouter", "l.k = r.k AND r.ts > l.ts AND r.ts < l.ts + INTERVAL 10 MINUTES", ["5 minutes", "5 minutes"]),
  ),
  append(
    "windows joined",
    `${L}.groupBy(window("ts", "5 minutes"), "k").agg(count("*").alias("n")).join(right().withWatermark("ts", "10 minutes").groupBy(window("ts", "5 minutes"), "k").agg(sum("v").alias("v")), ["window", "k"]).selectExpr("window.start AS s", "k", "n", "v")`,
  ),
  append(
    "join then windows",
    `left().withWatermark("ts", "10 minutes").alias("l").join(right().withWatermark("ts", "10 minutes").alias("r"), expr("l.k = r.k AND r.ts >= l.ts AND r.ts <= l.ts + INTERVAL 10 MINUTES"), "leftouter").groupBy(window(col("l.ts"), "5 minutes")).agg(count("*").alias("n"), count("r.id").alias("m"))${FLAT}`,
  ),
  append("limit", `left().selectExpr("1 AS one").limit(20)`),
  append("limit of a static join", `left().join(static(), "k").selectExpr("'x' AS x").limit(5)`),
  append("limit of windows", `${L}.groupBy(window("ts", "5 minutes")).count().selectExpr("1 AS one").limit(2)`),
  append("limit, then distinct", `left().filter("k = 'a'").select("k").limit(3).dropDuplicates(["k"])`),
  append(
    "union of limits",
    `left().selectExpr("1 AS one").limit(13).union(right().selectExpr("2 AS one").limit(30).limit(7))`,
  ),
  append(
    "limit, then windows",
    `${L}.selectExpr("ts", "1 AS one").limit(1000).groupBy(window("ts", "5 minutes")).agg(sum("one").alias("n"))${FLAT}`,
  ),
  complete("complete, limit below", `left().limit(20).groupBy().agg(count("*").alias("n"))`),
  complete("complete, limit of groups", `left().limit(1000).groupBy().agg(count("*").alias("n")).limit(1)`),
  complete(
    "complete",
    `left().groupBy("k").agg(count("*").alias("n"), sum("v").alias("v"), avg("d").alias("d"), min("ts").alias("t"))`,
  ),
  complete("complete, whole", `left().groupBy().agg(count("*").alias("n"), max("v").alias("v"))`),
  complete(
    "complete, distinct values",
    `left().groupBy("k").agg(array_sort(collect_set("v")).alias("n"), bool_or(expr("v > 5")).alias("b"))`,
  ),
  complete("complete, windows", `left().groupBy(window("ts", "5 minutes"), "k").agg(count("*").alias("n"))${FLAT}`),
  complete("complete, rollup", `left().rollup("k").agg(count("*").alias("n"))`),
  complete("complete, distinct before", `left().dropDuplicates(["k", "v"]).groupBy("k").agg(count("*").alias("n"))`),
  complete(
    "complete, sessions",
    `left().groupBy(session_window("ts", "3 minutes").alias("w"), "k").agg(count("*").alias("n")).selectExpr("w.start AS s", "w.end AS e", "k", "n")`,
  ),
  update(
    "by key",
    `left().groupBy("k").agg(count("*").alias("n"), sum("v").alias("v"), avg("d").alias("d"), min("ts").alias("t"))`,
  ),
  update(
    "first and last",
    `left().groupBy("k").agg(expr("first(id) AS f"), expr("last(v) AS l"), expr("last(v, true) AS p"), expr("first(d) FILTER (WHERE v > 2) AS d"))`,
  ),
  update("whole", `left().groupBy().agg(count("*").alias("n"), max("v").alias("v"))`),
  update(
    "windows",
    `${L}.groupBy(window("ts", "5 minutes"), "k").agg(count("*").alias("n"), sum("d").alias("d"))${FLAT}`,
  ),
  update(
    "sliding, rows kept",
    `${L}.groupBy(window("ts", "10 minutes", "5 minutes")).agg(array_sort(collect_list("id")).alias("ids"), round(stddev("x"), 9).alias("sx"))${FLAT}`,
  ),
  update(
    "distinct before, condition after",
    `left().dropDuplicates(["k", "v"]).groupBy("k").agg(count("*").alias("n")).filter("n > 1")`,
  ),
  update("distinct rows", `${L}.dropDuplicates(["k", "ts"]).select("k", "ts")`),
  update("static join", `left().join(static(), "k").groupBy("name").agg(array_sort(collect_set("v")).alias("v"))`),
  update(
    "groups, then distinct",
    `${L}.groupBy(window("ts", "5 minutes"), "k").agg(count("*").alias("n")).dropDuplicates(["k"]).select("k")`,
  ),
];
