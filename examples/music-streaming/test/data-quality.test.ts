import { fileURLToPath } from "node:url";
import { memoryStream, type TestPipeline, testClock, testPipeline } from "sluice/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const project = fileURLToPath(new URL("..", import.meta.url));
const MESSAGE =
  "key BINARY, value BINARY, topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, timestampType INT";
const TEN = Date.UTC(2026, 2, 1, 10);

interface Dirt {
  readonly what: string;
  readonly event: object | string;
}

function page(session: string, userId: string, minute: number): object {
  const person = { userId, firstName: "Ada", lastName: "Costa", gender: "F", level: "paid", city: "Porto" };
  return { ts: TEN + minute * 60_000, sessionId: session, ...person, page: "Home", method: "GET", status: 200 };
}

function listen(userId: string, minute: number): object {
  return {
    ts: TEN + minute * 60_000,
    sessionId: "s1",
    userId,
    artist: "Tin Orchard",
    song: "Orchard 1",
    duration: 180,
  };
}

const PAGES = [page("s1", "1", 0), page("s1", "1", 5), page("s2", "2", 50)];
const DIRTY_PAGES: readonly Dirt[] = [
  { what: "has no time", event: { ...page("s1", "1", 6), ts: null } },
  { what: "has no user", event: { ...page("s1", "1", 7), userId: null } },
  { what: "has neither", event: { ...page("s1", "1", 8), ts: null, userId: null } },
  { what: "is no JSON", event: "<html>502</html>" },
];

const LISTENS = [listen("1", 1), listen("2", 51)];
const DIRTY_LISTENS: readonly Dirt[] = [
  { what: "has no time", event: { ...listen("1", 2), ts: null } },
  { what: "has no user", event: { ...listen("1", 3), userId: null } },
  { what: "has an empty title", event: { ...listen("1", 4), song: "" } },
  { what: "breaks all rules", event: { ...listen("1", 5), ts: null, userId: null, song: "" } },
  { what: "has no artist and no title", event: { ...listen("2", 52), artist: null, song: null } },
  { what: "is no JSON", event: "{" },
];

/** Messages as a topic has them. */
function messages(topic: string, events: readonly (object | string)[]): never {
  return events.map((event, offset) => ({
    key: null,
    value: Buffer.from(typeof event === "string" ? event : JSON.stringify(event)),
    topic,
    partition: 0,
    offset,
    timestamp: new Date(TEN),
    timestampType: 0,
  })) as never;
}

let pipeline: TestPipeline;

beforeAll(async () => {
  const [pages, listens] = [memoryStream(MESSAGE), memoryStream(MESSAGE)];
  const replace = { "data/topics/page_view_events": pages, "data/topics/listen_events": listens };
  pipeline = await testPipeline(project, { clock: testClock("2026-03-01T11:00:00Z"), replace });
  // In two micro-batches: counts are sums over all of them
  pages.add(messages("page_view_events", PAGES));
  pages.add(
    messages(
      "page_view_events",
      DIRTY_PAGES.map(({ event }) => event),
    ),
  );
  listens.add(
    messages(
      "listen_events",
      DIRTY_LISTENS.map(({ event }) => event),
    ),
  );
  listens.add(messages("listen_events", LISTENS));
  await pipeline.run();
});

afterAll(() => pipeline.close());

async function count(table: string, condition = "true"): Promise<number> {
  return Number(await pipeline.table(table).filter(condition).count());
}

/** What the rules of a dataset passed and failed: { rule: [passed, failed] }. */
async function rulesOf(dataset: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const rules = (await pipeline.quality()).filter((rule) => rule.dataset === `music_streaming.${dataset}`);
  return Object.fromEntries(rules.map(({ expectation, passed, failed }) => [expectation, [passed, failed]]));
}

describe("raw: [F225]", () => {
  test("no rules and no losses: a message that is no JSON is a row of NULLs", async () => {
    const withRules = new Set((await pipeline.quality()).map(({ dataset }) => dataset.split(".").at(-1)));
    expect([...withRules].sort()).toEqual(["bronze_listen_events", "bronze_page_view_events", "gold_top_artists"]);
    expect(await count("raw_page_view_events")).toBe(PAGES.length + DIRTY_PAGES.length);
    expect(await count("raw_listen_events")).toBe(LISTENS.length + DIRTY_LISTENS.length);
    expect(await count("raw_page_view_events", "ts IS NULL AND sessionId IS NULL")).toBe(1);
  });
});

describe("bronze: [F225]", () => {
  test("page views: filters leave the dirt out before the rules see it, so these never fail", async () => {
    expect(await rulesOf("bronze_page_view_events")).toEqual({ valid_timestamp: [3, 0], valid_user_id: [3, 0] });
    expect(await count("bronze_page_view_events")).toBe(PAGES.length);
  });

  test("songs: each rule sees each row, and a row that breaks several is dropped once", async () => {
    // A title that is NULL, as in what is no JSON, passes: `song <> ''` is NULL then
    expect(await rulesOf("bronze_listen_events")).toEqual({
      valid_timestamp: [5, 3],
      valid_user_id: [5, 3],
      valid_song: [6, 2],
    });
    expect(await count("bronze_listen_events")).toBe(LISTENS.length + 1);
  });

  test("each row that was dropped is kept as evidence, with the rule that it broke", async () => {
    const evidence = pipeline.table("bronze_listen_events_expectations").filter("passed = false");
    const broken = await evidence.groupBy("expectation").count().collect();
    expect(Object.fromEntries(broken.map((row) => [row["expectation"], Number(row["count"])]))).toEqual({
      valid_timestamp: 3,
      valid_user_id: 3,
      valid_song: 2,
    });
  });
});

describe("silver: [F225]", () => {
  test("sessions hold the good page views, each once", async () => {
    const sessions = await pipeline.table("silver_user_sessions").orderBy("sessionId").collect();
    expect(sessions.map((row) => [row["sessionId"], row["userId"], Number(row["page_views"])])).toEqual([
      ["s1", "1", 2],
      ["s2", "2", 1],
    ]);
    expect(await count("silver_user_sessions", "session_end < session_start")).toBe(0);
  });

  test("there is a profile of each user, and none of nobody", async () => {
    expect((await pipeline.rows("silver_user_profiles")).map((row) => row["userId"]).sort()).toEqual(["1", "2"]);
  });
});

describe("gold: [F225]", () => {
  test("songs that no artist sings are kept and counted", async () => {
    expect(await rulesOf("gold_top_artists")).toEqual({ known_artist: [1, 1] });
    const artists = await pipeline.table("gold_top_artists").orderBy("artist").collect();
    expect(artists.map((row) => [row["artist"], Number(row["plays"]), row["hours"]])).toEqual([
      [null, 1, 0.05],
      ["Tin Orchard", 2, 0.1],
    ]);
  });

  test("days have keys, and their page views are those of the sessions", async () => {
    expect(await count("gold_daily_user_metrics", "date IS NULL OR userId IS NULL")).toBe(0);
    const [day] = await pipeline
      .table("gold_daily_user_metrics")
      .selectExpr("sum(total_page_views) AS views")
      .collect();
    expect(Number(day?.["views"])).toBe(PAGES.length);
  });

  test("who was there in the last half hour is active, and nobody else", async () => {
    expect((await pipeline.rows("gold_active_users")).map((row) => row["userId"])).toEqual(["2"]);
  });
});
