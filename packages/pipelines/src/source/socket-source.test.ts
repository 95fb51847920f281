import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MemoryStore } from "../../test/memory-store.ts";
import { SocketConnector } from "./socket-source.ts";
import { NO_ROWS } from "./stream-source.ts";

const server = createServer((client) => client.end("one\r\ntwo\nthree"));

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterAll(() => void server.close());

function leaf(options: Readonly<Record<string, string>>, streaming = true) {
  return { kind: "DataSource", format: "socket", paths: [], options, streaming } as const;
}

function open(store: MemoryStore) {
  const options = { host: "127.0.0.1", port: String((server.address() as AddressInfo).port) };
  const source = new SocketConnector().resolve(leaf(options)).source;
  const stream = source?.stream({ store, folder: "f", target: "t" });
  if (stream === undefined) throw new Error("the source is wrong");
  return stream;
}

async function take(stream: ReturnType<typeof open>, last?: Parameters<typeof stream.next>[0]) {
  for (;;) {
    const range = await stream.next(last);
    if (range !== undefined) return range;
    stream.renew();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("lines that were taken are those of the next batch also when the process died before that began, and are forgotten once it is committed", async () => {
  const store = new MemoryStore("/s");
  const taken = await take(open(store));
  const again = open(store);
  expect(await again.next(undefined)).toEqual(taken);
  const slice = await again.slice(taken);
  expect(slice).toMatchObject({ kind: "Rows", rows: expect.arrayContaining([["one"], ["two"]]) });
  await again.settle(taken);
  expect(await store.list("f")).toEqual([]);
  expect(await again.slice({ kind: "Connector", format: "socket", after: 3, through: 3 })).toEqual(NO_ROWS);
  const next = await take(again, taken);
  expect(next).toMatchObject({ after: taken.kind === "Connector" && taken.through });
});

test("refuses options that Spark refuses, and others that cannot be meant", () => {
  const codes = (options: Readonly<Record<string, string>>, streaming = true) =>
    new SocketConnector().resolve(leaf(options, streaming)).errors.map(({ code }) => code);
  expect(codes({})).toEqual(["MISSING_OPTION", "MISSING_OPTION"]);
  expect(codes({ host: "h", port: "70000" })).toEqual(["INVALID_OPTION_VALUE"]);
  expect(codes({ host: "h", port: "1", includeTimestamp: "yes" })).toEqual(["INVALID_OPTION_VALUE"]);
  expect(codes({ host: "h", port: "1" }, false)).toEqual(["UNSUPPORTED_FEATURE"]);
  expect(codes({ host: "h", port: "9999" })).toEqual([]);
});
