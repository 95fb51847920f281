import { col, count, dlt, spark, sum, window } from "sluice";

dlt.table(
  {
    name: "bronze",
    expectOrDrop: { has_page: "page IS NOT NULL" },
    expect: { paid: "amount > 0" },
  },
  () => spark.readStream.schema("id BIGINT, page STRING, amount DOUBLE, at TIMESTAMP").json(spark.conf.get("raw")),
);

dlt.view({ name: "timed" }, () => dlt.readStream("bronze").withWatermark("at", "10 seconds"));

dlt.table({ name: "once" }, () => dlt.readStream("timed").dropDuplicatesWithinWatermark(["id"]));

dlt.table({ name: "pages" }, () =>
  dlt
    .readStream("timed")
    .groupBy(window("at", "10 seconds"), "page")
    .agg(count("*").alias("visits"), sum("amount").alias("amount")),
);

dlt.table({ name: "busiest" }, () =>
  dlt.read("pages").groupBy("page").agg(sum("visits").alias("visits")).orderBy(col("visits").desc()).limit(10),
);
