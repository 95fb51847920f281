import { fileURLToPath } from "node:url";
import { type MemoryStream, memoryStream, type TestPipeline, testPipeline } from "sluice/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MESSAGE, messages } from "./topic-messages.ts";

const project = fileURLToPath(new URL("..", import.meta.url));
let clicks: MemoryStream;
let payments: MemoryStream;
let pipeline: TestPipeline;

beforeEach(async () => {
  [clicks, payments] = [memoryStream(MESSAGE), memoryStream(MESSAGE)];
  pipeline = await testPipeline(project, {
    replace: {
      "data/topics/{user_events_web,user_events_mobile}": clicks,
      "data/topics/{transactions}": payments,
      "data/topics/{iot_sensors}": memoryStream(MESSAGE),
    },
  });
});

afterEach(() => pipeline.close());

test("a user event keeps its columns, and counts once when the client sends it again", async () => {
  const event = { event_id: "e1", customer_id: "c1", event_type: "view", page: "/", timestamp: "2026-03-01T10:00:00Z" };
  clicks.add(messages("user_events_web", [event, event, { ...event, event_id: "e2", timestamp: null }]));
  await pipeline.run();
  expect(await pipeline.rows("events_silver")).toMatchObject([
    { event_id: "e1", customer_id: "c1", event_type: "view", page: "/", platform: "web" },
  ]);
});

test("end to end: eleven payments in five minutes are an alert, what does not decode is a dead letter, quality is counted", async () => {
  const payment = (customer: string, i: number, time = `2026-03-01T10:0${i % 5}:00Z`) => ({
    transaction_id: `${customer} ${i}`,
    customer_id: customer,
    amount: i - 1,
    merchant: "shop",
    timestamp: time,
  });
  const many = Array.from({ length: 11 }, (_, i) => payment("often", i));
  const few = Array.from({ length: 10 }, (_, i) => payment("seldom", i));
  payments.add(messages("transactions", [...many, ...few, "not JSON"]));
  payments.add(messages("transactions", [payment("later", 1, "2026-03-01T12:00:00Z")]));
  await pipeline.run();
  expect(await pipeline.rows("alerts")).toMatchObject([{ subject: "often", value: 11, threshold: 10 }]);
  expect(await pipeline.rows("dead_letters")).toMatchObject([{ topic: "transactions", partition: 0, offset: 21 }]);
  const quality = await pipeline.quality();
  expect(quality.find((one) => one.expectation === "positive_amount")).toMatchObject({ passed: 17, failed: 5 });
});
