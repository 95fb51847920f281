import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { col, type DataFrame, explode, openSession, type Session, split } from "sluice";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { temporaryFolder } from "../harness/sluice.ts";

const PATIENCE = { timeout: 20_000, interval: 50 };
const clients: Socket[] = [];
const server = createServer((client) => clients.push(client.resume().on("error", () => client.destroy())));
let folder = "";
let port = 0;
let spark: Session;

beforeAll(async () => {
  folder = await temporaryFolder();
  spark = openSession({ conf: { "spark.sql.warehouse.dir": join(folder, "warehouse") }, threads: 2 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});

afterAll(async () => {
  await spark.stop();
  server.close();
});

function lines(options: Readonly<Record<string, string | number | boolean>> = {}): DataFrame {
  const reader = spark.readStream.format("socket").option("host", "127.0.0.1").option("port", port);
  return Object.entries(options)
    .reduce((all, [name, value]) => all.option(name, value), reader)
    .load();
}

/** The client that has connected last, once there are so many. */
async function client(count: number): Promise<Socket> {
  await vi.waitFor(() => expect(clients.length).toBe(count), PATIENCE);
  const last = clients.at(-1);
  if (last === undefined) throw new Error("nobody has connected");
  return last;
}

test("counts the words that a server sends, and goes on with its counts in the next run [F226]", async () => {
  const words = lines()
    .select(explode(split(col("value"), " ")).as("word"))
    .groupBy("word")
    .count();
  const counted = async (run: number, texts: readonly string[], wanted: Readonly<Record<string, bigint>>) => {
    const stream = words.writeStream.outputMode("complete");
    const query = await stream.option("checkpointLocation", join(folder, "checkpoints")).toTable("words");
    const sender = await client(run);
    for (const text of texts) {
      sender.write(text);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await vi.waitFor(async () => {
      const rows = await spark.table("words").collect();
      expect(Object.fromEntries(rows.map((row) => [row["word"], row["count"]]))).toEqual(wanted);
    }, PATIENCE);
    await query.stop();
    await vi.waitFor(() => expect(sender.destroyed).toBe(true), PATIENCE);
  };
  const first = { apache: 2n, spark: 1n, hadoop: 1n, grün: 1n, ü: 1n };
  await counted(1, ["apache spark\nap", "ache hadoop\r\ngr", "ün ü\nunfinished"], first);
  await counted(2, ["spark\n\n"], { ...first, spark: 2n, "": 1n });
}, 60_000);

test("has the moment of each line when asked, and the last line of a server that has ended", async () => {
  const stream = lines({ includeTimestamp: true }).writeStream.format("memory").queryName("moments");
  const query = await stream.start();
  const begin = Date.now();
  const sender = await client(3);
  sender.end("one\ntwo");
  await vi.waitFor(async () => expect(await spark.table("moments").count()).toBe(2), PATIENCE);
  const rows = await spark.sql("SELECT value, unix_millis(timestamp) AS ms FROM moments ORDER BY value");
  for (const row of await rows.collect()) expect(Math.abs(Number(row["ms"]) - begin)).toBeLessThan(20_000);
  expect(query.lastProgress?.sources[0]?.description).toBe(`TextSocketV2[host: 127.0.0.1, port: ${port}]`);
  await query.stop();
}, 60_000);

test("says what is missing, and that nothing listens", async () => {
  const start = async (frame: DataFrame) => {
    const query = await frame.writeStream.format("noop").start();
    await query.awaitTermination();
  };
  await expect(start(spark.readStream.format("socket").load())).rejects.toThrow(/host.*port/s);
  await expect(start(lines({ port: "many" }))).rejects.toThrow("a port: a whole number from 1 to 65535");
  await expect(start(lines({ port: 1 }))).rejects.toThrow("Nothing sends lines at 127.0.0.1:1");
  await expect(spark.read.format("socket").option("host", "h").option("port", 1).load().collect()).rejects.toThrow(
    "Read it with readStream",
  );
}, 60_000);
