import { col, dlt, expr, spark } from "sluice";

// What the shop's database says of its changes, as it came: out of order, some of it late, some of it twice
export const customerChanges = dlt.table({ name: "cdc_customers_raw" }, () =>
  spark.readStream
    .format("cloudFiles")
    .option("cloudFiles.format", "json")
    .schema(
      "customer_id BIGINT, name STRING, email STRING, address STRING, points INT, operation STRING, updated_at TIMESTAMP",
    )
    .load("/Volumes/crm/changes/customers"),
);

export const productChanges = dlt.table({ name: "cdc_products" }, () =>
  spark.readStream
    .format("cloudFiles")
    .option("cloudFiles.format", "json")
    .schema("product_id BIGINT, product STRING, price DECIMAL(8, 2), operation STRING, change_timestamp TIMESTAMP")
    .load("/Volumes/crm/changes/products"),
);

// SCD type 1: the customers as they are. Rules see the changes, before they apply
dlt.createStreamingTable({
  name: "customers_scd1",
  expect: { reachable: "email IS NOT NULL OR operation = 'DELETE'" },
});

dlt.applyChanges({
  target: "customers_scd1",
  source: "cdc_customers_raw",
  keys: ["customer_id"],
  sequenceBy: "updated_at",
  applyAsDeletes: expr("operation = 'DELETE'"),
  exceptColumnList: ["operation"],
  storedAsScdType: 1,
});

// SCD type 2: the customers as they were. New points alone make no new version
dlt.createStreamingTable("customers_scd2");

dlt.applyChanges({
  target: "customers_scd2",
  source: "cdc_customers_raw",
  keys: ["customer_id"],
  sequenceBy: col("updated_at"),
  applyAsDeletes: expr("operation = 'DELETE'"),
  exceptColumnList: ["operation", "updated_at"],
  storedAsScdType: 2,
  trackHistoryColumnList: ["name", "email", "address"],
});

// A truncate empties the table of what was before it
dlt.createStreamingTable("products");

dlt.applyChanges({
  target: "products",
  source: "cdc_products",
  keys: ["product_id"],
  sequenceBy: "change_timestamp",
  applyAsDeletes: expr("operation = 'DELETE'"),
  applyAsTruncates: expr("operation = 'TRUNCATE'"),
});
