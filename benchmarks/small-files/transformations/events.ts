import { dlt, spark } from "sluice";

dlt.table({ name: "events" }, () =>
  spark.readStream
    .format("cloudFiles")
    .option("cloudFiles.format", "json")
    .option("cloudFiles.inferColumnTypes", "true")
    .load(spark.conf.get("raw")),
);
