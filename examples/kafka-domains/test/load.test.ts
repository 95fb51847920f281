import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import avsc from "avsc";
import type { Row } from "sluice";
import { memoryStream, type TestPipeline, testPipeline } from "sluice/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MESSAGE, messages } from "./topic-messages.ts";

const project = fileURLToPath(new URL("..", import.meta.url));
const reading = avsc.Type.forSchema(JSON.parse(readFileSync(new URL("../sensor.avsc", import.meta.url), "utf8")));
const TEN = Date.UTC(2026, 2, 1, 10);

/** Each topic holds so many messages, in so many micro-batches, when the first update begins; half as many come before the second. */
const [WAITING, BATCHES, LATER] = [10_000, 5, 5_000];
const TOTAL = WAITING + LATER;
/** Every so many-th user event is one that a client sends again. */
const AGAIN = 50;

const SOURCES: Readonly<Record<string, (i: number) => object | string>> = {
  user_events_web: (i) => {
    const id = i % AGAIN === AGAIN - 1 ? i - 1 : i;
    return { event_id: `e${id}`, customer_id: `c${id % 800}`, event_type: "search", page: "/", timestamp: at(id) };
  },
  transactions: (i) => ({
    transaction_id: `t${i}`,
    customer_id: `c${i % 800}`,
    amount: 1 + (i % 7),
    merchant: "shop",
    timestamp: at(i),
  }),
  iot_sensors: (i) =>
    reading.toBuffer({
      device_id: `press-${i % 20}`,
      temperature: 60,
      vibration: 2,
      power_kw: 12,
      timestamp: TEN + i * 200,
    }),
};

/** An hour in which the messages are told of, a fifth of a second for each. */
function at(i: number): string {
  return new Date(TEN + i * 200).toISOString();
}

/** The query of docs/guide/operating.md for a dashboard. */
const RATES = `SELECT origin.flow_name AS flow, count(*) AS batches,
    sum(CAST(details:stream_progress.progress.sink.numOutputRows AS BIGINT)) AS rows_written,
    sum(CAST(details:stream_progress.progress.sink.numOutputRows AS BIGINT)) * 1000D
      / sum(CAST(details:stream_progress.progress.durationMs.triggerExecution AS BIGINT)) AS rows_per_second
  FROM event_log WHERE event_type = 'stream_progress' GROUP BY ALL ORDER BY flow`;

const BACKLOG = `SELECT origin.flow_name AS flow, origin.update_id AS update,
    collect_list(CAST(details:flow_progress.metrics.backlog_records AS BIGINT)) AS backlog
  FROM (SELECT * FROM event_log ORDER BY sequence.data_plane_id.seq_no)
  WHERE event_type = 'flow_progress' AND details:flow_progress.metrics.backlog_records IS NOT NULL GROUP BY ALL`;

describe("under load, 45,000 messages of three topics [F224]", () => {
  let pipeline: TestPipeline;

  beforeAll(async () => {
    const streams = Object.keys(SOURCES).map((topic) => ({ topic, stream: memoryStream(MESSAGE) }));
    const add = (first: number, count: number) => {
      for (const { topic, stream } of streams) {
        const values = Array.from({ length: count }, (_, i) => SOURCES[topic]?.(first + i) ?? "");
        stream.add(messages(topic, values, first));
      }
    };
    const [web, transactions, sensors] = streams.map(({ stream }) => stream);
    pipeline = await testPipeline(project, {
      replace: {
        "data/topics/{user_events_web,user_events_mobile}": web as never,
        "data/topics/{transactions}": transactions as never,
        "data/topics/{iot_sensors}": sensors as never,
      },
    });
    const size = WAITING / BATCHES;
    for (let batch = 0; batch < BATCHES; batch++) add(batch * size, size);
    await pipeline.run();
    add(WAITING, LATER);
    await pipeline.run();
  });

  afterAll(() => pipeline.close());

  async function one(table: string, expression: string): Promise<unknown> {
    const [row] = await pipeline.table(table).selectExpr(`${expression} AS value`).collect();
    return Number(row?.["value"]);
  }

  async function log(sql: string): Promise<readonly Row[]> {
    return (await pipeline.pipeline.session().sql(sql)).collect();
  }

  test.each([
    ["events_bronze", TOTAL],
    ["transactions_bronze", TOTAL],
    ["iot_sensors_bronze", TOTAL],
  ])("%s has each message once", async (table, messagesSent) => {
    expect(await one(table, "count(*)")).toBe(messagesSent);
    expect(await one(table, "count(DISTINCT partition, offset)")).toBe(messagesSent);
  });

  test("what clients sent again counts once, over all batches and tables", async () => {
    const once = TOTAL - TOTAL / AGAIN;
    expect(await one("events_silver", "count(*)")).toBe(once);
    expect(await one("events_silver", "count(DISTINCT event_id)")).toBe(once);
    expect(await one("events_gold", "sum(events)")).toBe(once);
    expect(await one("customer_metrics", "sum(events)")).toBe(once);
  });

  test("payments and readings add up at the end as they did at the beginning", async () => {
    const paid = Array.from({ length: TOTAL }, (_, i) => 1 + (i % 7)).reduce((sum, amount) => sum + amount, 0);
    expect(await one("revenue_metrics", "sum(revenue)")).toBe(paid);
    expect(await one("customer_metrics", "sum(payments)")).toBe(TOTAL);
    // Windows of five minutes, final ten minutes after their end: the last reading is at 10:49:59
    expect(await one("operational_metrics", "sum(readings)")).toBe((35 * 60_000) / 200);
    expect(await one("dead_letters", "count(*)")).toBe(0);
  });

  test("the backlog falls batch by batch, to nothing at the end of each update", async () => {
    const backlogs = (await log(BACKLOG)).filter((row) => String(row["flow"]).endsWith("_bronze"));
    const figures = backlogs.map((row) => (row["backlog"] as readonly bigint[]).map(Number));
    const size = WAITING / BATCHES;
    const falling = Array.from({ length: BATCHES }, (_, batch) => WAITING - (batch + 1) * size);
    expect(figures.filter(({ length }) => length > 1)).toEqual([falling, falling, falling]);
    expect(figures.filter(({ length }) => length === 1)).toEqual([[0], [0], [0]]);
  });

  test("the events tell how many rows each flow wrote, in how many batches, and how many a second", async () => {
    const rates = new Map((await log(RATES)).map(({ flow, ...row }) => [String(flow).split(".").at(-1), row]));
    for (const flow of ["events_bronze", "transactions_bronze", "iot_sensors_bronze"]) {
      expect(rates.get(flow), flow).toMatchObject({ batches: BigInt(BATCHES + 1), rows_written: BigInt(TOTAL) });
    }
    expect(rates.get("transactions")).toMatchObject({ rows_written: BigInt(TOTAL) });
    for (const [flow, { rows_per_second: rate, rows_written: rows }] of rates) {
      expect(Number.isFinite(rate) && (Number(rate) > 0 || rows === 0n), flow).toBe(true);
    }
  });
});
