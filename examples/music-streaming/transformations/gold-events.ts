import { approxCountDistinct, col, count, dlt, sum, toDate } from "sluice";

export const goldDailyUserMetrics = dlt.table(
  { name: "gold_daily_user_metrics", comment: "Daily aggregated user metrics" },
  () =>
    dlt
      .read("silver_user_sessions")
      .withColumn("date", toDate(col("session_start")))
      .groupBy("date", "userId")
      .agg(count("sessionId").alias("total_sessions"), sum("page_views").alias("total_page_views")),
);

// What the view is for: who listens now
export const goldActiveUsers = dlt.table({ name: "gold_active_users", comment: "Who was active a moment ago" }, () =>
  dlt
    .read("active_users")
    .join(dlt.read("silver_user_profiles"), "userId")
    .select("userId", "firstName", "lastName", "sessionId", "page_views", "session_start", "session_end"),
);

export const goldTopArtists = dlt.table(
  { name: "gold_top_artists", comment: "What is listened to", expect: { known_artist: "artist IS NOT NULL" } },
  () =>
    dlt
      .read("bronze_listen_events")
      .groupBy("artist")
      .agg(
        count("*").alias("plays"),
        approxCountDistinct("userId").alias("listeners"),
        sum("duration").div(3600).alias("hours"),
      ),
);
