import { recordedMessages } from "./recorded-topic.ts";

interface MusicEvent {
  readonly ts: number | null;
  readonly sessionId: string;
  readonly userId: string | null;
  readonly artist?: string;
  readonly song?: string;
}

/** Rows of each table of examples/music-streaming, by a fold over the messages recorded below `folder`. */
export function musicRows(folder: string): Readonly<Record<string, number>> {
  const [pages, listens] = ["page_view_events", "listen_events"].map((topic) => events(folder, topic));
  const views = (pages ?? []).filter((event) => event.ts !== null && event.userId !== null);
  const songs = (listens ?? []).filter((event) => event.ts !== null && event.userId !== null && event.song !== "");
  return {
    raw_page_view_events: pages?.length ?? 0,
    raw_listen_events: listens?.length ?? 0,
    bronze_page_view_events: views.length,
    bronze_listen_events: songs.length,
    silver_user_sessions: new Set(views.map((event) => event.sessionId)).size,
    silver_user_profiles: new Set(views.map((event) => event.userId)).size,
    gold_daily_user_metrics: userDays(views).size,
    gold_top_artists: new Set(songs.map((event) => event.artist)).size,
  };
}

/** Page views by day and user, as `2025-07-09 17`. */
export function viewsByUserAndDay(folder: string): ReadonlyMap<string, number> {
  return userDays(events(folder, "page_view_events").filter((event) => event.ts !== null && event.userId !== null));
}

/** A session belongs to the day on which it began. */
function userDays(views: readonly MusicEvent[]): ReadonlyMap<string, number> {
  const begun = new Map<string, number>();
  for (const { sessionId, ts } of views)
    begun.set(sessionId, Math.min(ts ?? 0, begun.get(sessionId) ?? Number.MAX_VALUE));
  const days = new Map<string, number>();
  for (const { sessionId, userId } of views) {
    const key = `${new Date(begun.get(sessionId) ?? 0).toISOString().slice(0, 10)} ${userId}`;
    days.set(key, (days.get(key) ?? 0) + 1);
  }
  return days;
}

function events(folder: string, topic: string): readonly MusicEvent[] {
  return recordedMessages(folder, topic).map(({ value }) => JSON.parse(value.toString()) as MusicEvent);
}
