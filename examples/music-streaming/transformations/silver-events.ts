import { col, count, currentTimestamp, dlt, expr, max, min } from "sluice";

export const silverUserSessions = dlt.table(
  { name: "silver_user_sessions", comment: "User session aggregations" },
  () =>
    dlt
      .read("bronze_page_view_events")
      .groupBy("sessionId", "userId")
      .agg(
        count("*").alias("page_views"),
        min("event_timestamp").alias("session_start"),
        max("event_timestamp").alias("session_end"),
      ),
);

export const silverUserProfiles = dlt.table({ name: "silver_user_profiles", comment: "User profile information" }, () =>
  dlt.read("bronze_page_view_events").select("userId", "firstName", "lastName", "gender").distinct(),
);

export const activeUsers = dlt.view({ name: "active_users", comment: "Currently active users" }, () =>
  dlt.read("silver_user_sessions").filter(col("session_end").gt(currentTimestamp().minus(expr("INTERVAL 30 MINUTES")))),
);
