import { dlt, spark } from "sluice";

const SCHEMA =
  "id BIGINT, name STRING, email STRING, city STRING, country STRING, amount DOUBLE, status STRING, updated_at TIMESTAMP, op STRING, seq BIGINT";

dlt.view({ name: "changes" }, () => spark.readStream.format("parquet").schema(SCHEMA).load(spark.conf.get("raw")));

const options = {
  source: "changes",
  keys: ["id"],
  sequenceBy: "seq",
  applyAsDeletes: "op = 'D'",
  exceptColumnList: ["op"],
} as const;

if (spark.conf.get("scd") === "1") {
  dlt.createStreamingTable("latest");
  dlt.createAutoCdcFlow({ ...options, target: "latest" });
} else {
  dlt.createStreamingTable("history");
  dlt.createAutoCdcFlow({
    ...options,
    target: "history",
    storedAsScdType: 2,
    trackHistoryColumnList: ["name", "email", "city"],
  });
}
