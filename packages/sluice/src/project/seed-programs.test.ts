import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { collectDeclarations, type Declarations } from "@sluice/pipelines";
import {
  BooleanType,
  col,
  count,
  countDistinct,
  currentTimestamp,
  DoubleType,
  date,
  dlt,
  expr,
  functions as F,
  fromJson,
  fromUnixtime,
  LongType,
  lit,
  max,
  min,
  StringType,
  StructField,
  StructType,
  spark,
  sum,
  TimestampType,
  when,
  window,
} from "sluice";
import { describe, expect, it } from "vitest";
import { evaluateSources } from "./evaluate-sources.ts";
import { loadProject } from "./load-project.ts";

/** Evaluates a program and every query in it. */
async function relationsOf(program: () => void): Promise<Readonly<Record<string, string>>> {
  const declarations = await collectDeclarations(async () => program(), { configuration: {} });
  return kinds(declarations);
}

function kinds(declarations: Declarations): Readonly<Record<string, string>> {
  return Object.fromEntries(declarations.flows.map((flow) => [flow.name, flow.query().relation.kind]));
}

describe("the programs that people write in Python", () => {
  it("type line for line: campaign alerts with bare functions", async () => {
    const relations = await relationsOf(() => {
      dlt.table(function bronze_campaign_data() {
        return spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("/mnt/campaign/raw/");
      });

      dlt.table(
        {
          expect: {
            valid_event_type: "event_type IN ('click', 'impression', 'conversion')",
            non_null_event_time: "event_time IS NOT NULL",
          },
          expectOrFail: { non_null_campaign_id: "campaign_id IS NOT NULL" },
        },
        function validated_bronze() {
          return dlt.read("bronze_campaign_data");
        },
      );

      dlt.table(function silver_campaign_metrics() {
        const df = dlt.read("validated_bronze");
        return df
          .groupBy("campaign_id")
          .agg(
            count(when(col("event_type").eq("click"), true)).alias("clicks"),
            count(when(col("event_type").eq("impression"), true)).alias("impressions"),
            count(when(col("event_type").eq("conversion"), true)).alias("conversions"),
          )
          .withColumn("CTR", col("clicks").divide(col("impressions")))
          .withColumn("CVR", col("conversions").divide(col("clicks")));
      });

      dlt.table(function gold_campaign_alerts() {
        const df = dlt.read("silver_campaign_metrics");
        return df.filter(col("CTR").lt(0.01).or(col("CVR").lt(0.05)));
      });

      dlt.table(function windowed() {
        const bronze = spark.readStream.table("bronze.campaign_events_raw");
        return bronze
          .groupBy(window("event_time", "5 minutes"), col("campaign_id"))
          .agg(count(expr("event_type = 'impression'")).alias("impressions"))
          .withColumn("ctr", col("clicks").divide(col("impressions")).multiply(100))
          .withColumn("metric", lit("CTR"))
          .selectExpr("campaign_id", "window.start as window_start", "window.end as window_end", "ctr");
      });
    });
    expect(relations).toEqual({
      bronze_campaign_data: "DataSource",
      validated_bronze: "NamedTable",
      silver_campaign_metrics: "WithColumns",
      gold_campaign_alerts: "Filter",
      windowed: "Project",
    });
  });

  it("type line for line: music streaming with schemas", async () => {
    const baseSchema = new StructType([
      new StructField("ts", new LongType(), true),
      new StructField("sessionId", new StringType(), true),
    ]);
    const pageViewSchema = new StructType([
      ...baseSchema.fields,
      new StructField("page", new StringType(), true),
      new StructField("price", new DoubleType(), true),
      new StructField("paid", new BooleanType(), true),
    ]);
    const relations = await relationsOf(() => {
      dlt.table({ name: "raw_page_view_events", comment: "Raw page view events from Kafka" }, () =>
        spark.readStream
          .format("kafka")
          .option("kafka.bootstrap.servers", "localhost:9092")
          .option("subscribe", "page_view_events")
          .option("startingOffsets", "earliest")
          .load()
          .select(
            col("timestamp").alias("kafka_timestamp"),
            col("topic").alias("kafka_topic"),
            fromJson(col("value").cast("string"), pageViewSchema).alias("data"),
          )
          .select("kafka_timestamp", "kafka_topic", "data.*"),
      );
      dlt.table({ name: "bronze_page_view_events", expect: { valid_timestamp: "ts IS NOT NULL" } }, () =>
        dlt
          .read("raw_page_view_events")
          .filter(col("ts").isNotNull())
          .withColumn("event_timestamp", fromUnixtime(col("ts").divide(1000))),
      );
      dlt.table({ name: "silver_user_sessions" }, () =>
        dlt
          .read("bronze_page_view_events")
          .groupBy("sessionId")
          .agg(
            count("*").alias("page_views"),
            min("event_timestamp").alias("session_start"),
            max("event_timestamp").alias("session_end"),
          ),
      );
      dlt.table({ name: "gold_daily_user_metrics" }, () =>
        dlt
          .read("silver_user_sessions")
          .withColumn("date", date(col("session_start")))
          .groupBy("date", "userId")
          .agg(count("sessionId").alias("total_sessions"), sum("page_views").alias("total_page_views")),
      );
      dlt.view({ name: "active_users", comment: "Currently active users" }, () =>
        dlt
          .read("silver_user_sessions")
          .filter(col("session_end").gt(currentTimestamp().minus(expr("INTERVAL 30 MINUTES")))),
      );
    });
    expect(Object.values(relations)).toEqual(["Project", "WithColumns", "Aggregate", "Aggregate", "Filter"]);
  });

  it("type line for line: functions as F, streams joined with tables, schemas with NOT NULL", async () => {
    const schema = new StructType([
      new StructField("event_id", new StringType(), false),
      new StructField("timestamp", new TimestampType(), false),
      new StructField("properties", new StringType(), true),
    ]);
    const propertiesSchema = "a STRING, b INT";
    const env = process.env["NO_SUCH_ENVIRONMENT"] ?? "dev";
    const relations = await relationsOf(() => {
      dlt.table({ name: "bronze_events" }, () =>
        spark.readStream
          .format("cloudFiles")
          .option("cloudFiles.format", "json")
          .schema(schema)
          .load(`s3://bucket/${env}/events/`),
      );
      dlt.table(
        {
          name: "silver_events",
          expectOrDrop: { valid_timestamp: "timestamp > '2020-01-01'" },
          expectAll: { valid_amount: F.col("amount").gt(0) },
        },
        () =>
          dlt
            .readStream("bronze_events")
            .withColumn("event_date", F.toDate("timestamp"))
            .withColumn("properties_parsed", F.fromJson("properties", propertiesSchema))
            .select("event_id", "timestamp", "event_date", "properties_parsed.*"),
      );
      dlt.table({ name: "gold_daily_metrics" }, () =>
        dlt
          .read("silver_events")
          .groupBy("event_date", "event_type")
          .agg(
            F.count("*").alias("event_count"),
            F.countDistinct("user_id").alias("unique_users"),
            F.avg("duration").alias("avg_duration"),
          ),
      );
      dlt.view({ name: "_tmp_enriched_events" }, () => {
        const events = dlt.readStream("bronze_events");
        const users = dlt.read("dim_users");
        return events.join(users, "user_id", "left");
      });
      dlt.table({ name: "silver_customers", expectOrDrop: { valid_customer: "customer_id IS NOT NULL" } }, () =>
        dlt
          .readStream("bronze_customers")
          .withColumn("full_name", F.concat("first_name", F.lit(" "), "last_name"))
          .withColumn("total", F.col("total_amount").cast("decimal(10,2)"))
          .dropDuplicates(["customer_id"]),
      );
      dlt.createStreamingTable("customers_scd1");
    });
    expect(Object.values(relations)).toEqual(["DataSource", "Project", "Aggregate", "Join", "Deduplicate"]);
  });

  it("type line for line: watermarks, change feeds and parameters", async () => {
    const relations = await relationsOf(() => {
      dlt.table({ name: "gold_hourly_metrics" }, () =>
        dlt
          .readStream("silver_orders")
          .withWatermark("order_date", "1 hour")
          .groupBy(window("order_date", "1 hour").alias("hour_window"), "region", "status")
          .agg(count("order_id").alias("order_count"), sum("amount").alias("total_amount"))
          .select(
            col("hour_window.start").alias("hour_start"),
            col("hour_window.end").alias("hour_end"),
            "region",
            "status",
            "order_count",
            "total_amount",
          ),
      );
      dlt.table({ name: "customer_changes" }, () =>
        spark.readStream
          .format("delta")
          .option("readChangeFeed", "true")
          .option("startingVersion", 0)
          .table("LIVE.silver_customers")
          .select("*", "_change_type", "_commit_version", "_commit_timestamp"),
      );
      dlt.table({ name: "fraud_patterns" }, () =>
        dlt
          .readStream("transactions")
          .withWatermark("timestamp", "10 minutes")
          .groupBy("customer_id", window("timestamp", "5 minutes"))
          .agg(count("*").alias("transaction_count"), countDistinct("id").alias("ids"))
          .filter("transaction_count > 10"),
      );
      const sourcePath = spark.conf.get("source_path", "/mnt/raw/orders");
      dlt.table({ name: "parameterized" }, () => spark.readStream.format("cloudFiles").load(sourcePath));
    });
    expect(Object.values(relations)).toEqual(["Project", "Project", "Filter", "DataSource"]);
  });

  it("load as the project of the orders example", async () => {
    const example = fileURLToPath(new URL("../../../../examples/orders", import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), "sluice-orders-"));
    cpSync(join(example, "transformations"), join(folder, "transformations"), { recursive: true });
    cpSync(join(example, "sluice.yml"), join(folder, "sluice.yml"));
    const loaded = await loadProject(folder);
    const { declarations, diagnostics } = await evaluateSources(loaded);
    expect(diagnostics).toEqual([]);
    expect(loaded.settings).toMatchObject({ name: "medallion_pipeline", schema: "medallion_db" });
    expect(Object.keys(kinds(declarations))).toEqual(expect.arrayContaining(["bronze_orders", "gold_customer_ltv"]));
  });
});
