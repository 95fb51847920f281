import { existsSync } from "node:fs";
import { join } from "node:path";
import { type DataFrame, dlt, spark } from "sluice";

const raw = String(spark.conf.get("raw"));
const snapshot = (n: number): string => join(raw, `${n}.parquet`);

function next(latest: unknown): [DataFrame, number] | null {
  const n = latest === undefined || latest === null ? 0 : Number(latest) + 1;
  return existsSync(snapshot(n)) ? [spark.read.format("parquet").load(snapshot(n)), n] : null;
}

dlt.createStreamingTable("customers");
dlt.createAutoCdcFromSnapshotFlow({
  target: "customers",
  source: next,
  keys: ["id"],
  storedAsScdType: spark.conf.get("scd") === "1" ? 1 : 2,
});
