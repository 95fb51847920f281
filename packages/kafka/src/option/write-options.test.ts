import { expect, test } from "vitest";
import { writeOptions } from "./write-options.ts";

const ORIGIN = { file: "p.ts", line: 1, column: 1 };
const BROKERS = { "kafka.bootstrap.servers": "a:9092, b:9092" };

function understood(options: Readonly<Record<string, string>>) {
  return writeOptions({ options: { ...BROKERS, ...options }, origin: ORIGIN });
}

test("what is given decides, the rest is as safe as can be", () => {
  const { value, errors, warnings } = understood({ topic: " orders " });
  expect([errors, warnings]).toEqual([[], []]);
  expect(value).toMatchObject({
    ...{ brokers: ["a:9092", "b:9092"], topic: "orders", guarantee: "exactly-once", isIdempotent: true, acks: -1 },
    ...{ codec: "none", patienceMs: 30_000, transactionMs: 900_000 },
  });
  const weaker = { deliveryGuarantee: "AT-LEAST-ONCE", "kafka.acks": "0", "kafka.compression.type": "lz4" };
  expect(understood(weaker).value).toMatchObject({
    guarantee: "at-least-once",
    isIdempotent: false,
    acks: 1,
    codec: "lz4",
  });
  const sizes = { "kafka.batch.size": "1000", "kafka.max.request.size": "2000", "kafka.delivery.timeout.ms": "3000" };
  expect(understood(sizes).value).toMatchObject({ batchBytes: 1000, maxMessageBytes: 2000, patienceMs: 3000 });
});

test.each([
  [{ "kafka.bootstrap.servers": "a" }, "a list of host:port"],
  [{ topic: "a b" }, "the name of a topic"],
  [{ "kafka.acks": "1" }, "all, which exactly-once delivery needs"],
  [{ "kafka.enable.idempotence": "false" }, "true, which exactly-once delivery needs"],
  [{ "kafka.compresion.type": "lz4" }, "has no option `kafka.compresion.type`"],
  [{ subscribe: "orders" }, "has no option `subscribe`"],
  [{ "kafka.transactional.id": "mine" }, 'Option `kafka.transactional.id` = "mine" is not supported'],
  [{ path: "x" }, 'Option `path` = "x" is not supported'],
])("%j is refused: %s", (options: Readonly<Record<string, string>>, message) => {
  const { value, errors } = understood(options);
  expect(value).toBeUndefined();
  expect(errors.map((error) => error.message).join(" ")).toContain(message);
});

test("options about how Java's client works are told to change nothing", () => {
  const { value, warnings } = understood({ "kafka.linger.ms": "5", "kafka.buffer.memory": "1000" });
  expect(value).toBeDefined();
  expect(warnings.map((one) => `${one.severity}: ${one.message}`)).toEqual([
    "warning: `kafka.linger.ms`, `kafka.buffer.memory`: these options say how Java's client works, which is not used here; they change nothing.",
  ]);
});
