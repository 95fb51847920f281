import { col, dlt, fromUnixtime } from "sluice";

export const bronzePageViewEvents = dlt.table(
  {
    name: "bronze_page_view_events",
    comment: "Cleaned and validated page view events",
    expect: { valid_timestamp: "ts IS NOT NULL", valid_user_id: "userId IS NOT NULL" },
  },
  () =>
    dlt
      .read("raw_page_view_events")
      .filter(col("ts").isNotNull())
      .filter(col("userId").isNotNull())
      .withColumn("event_timestamp", fromUnixtime(col("ts").div(1000))),
);

// The same for the second topic; here the rules drop, so that what is wrong is counted
export const bronzeListenEvents = dlt.table(
  {
    name: "bronze_listen_events",
    comment: "Cleaned and validated listen events",
    expectOrDrop: { valid_timestamp: "ts IS NOT NULL", valid_user_id: "userId IS NOT NULL", valid_song: "song <> ''" },
  },
  () => dlt.readStream("raw_listen_events").withColumn("event_timestamp", fromUnixtime(col("ts").div(1000))),
);
