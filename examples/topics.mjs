// What the producers of examples do with their messages: send them to a broker, or record them as JSON lines that have the columns of `format("kafka")`.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PARTITIONS = 3;
const CHUNK = 2000;

/**
 * Delivers messages in their order, each to the partition of its key: to the topics of `broker` (`host:port`), which are made if they are not there, and into a
 * new file `<into>/<topic>/<batch>.json` of each topic, whose offsets go on from the files that are there. Either may be left out.
 *
 * @param messages [{ topic, key, value, timestamp }]: texts or buffers, milliseconds
 */
export async function deliver(messages, { broker, into, batch }) {
  const placed = messages.map((message) => ({ ...message, partition: partitionOf(message.key) }));
  if (broker !== undefined) await send(placed, broker);
  if (into === undefined) return;
  for (const topic of topicsOf(placed)) record(placed, join(into, topic), topic, batch);
}

function topicsOf(messages) {
  return [...new Set(messages.map((message) => message.topic))];
}

function partitionOf(key) {
  let hash = 0;
  for (const byte of Buffer.from(key)) hash = (hash * 31 + byte) >>> 0;
  return hash % PARTITIONS;
}

async function send(messages, broker) {
  const { Admin, Producer } = await import("@platformatic/kafka");
  const options = { clientId: "examples", bootstrapBrokers: [broker] };
  const [admin, producer] = [new Admin(options), new Producer(options)];
  try {
    await makeTopics(admin, topicsOf(messages));
    for (let i = 0; i < messages.length; i += CHUNK) {
      await producer.send({ messages: messages.slice(i, i + CHUNK).map(bytesOf) });
    }
  } finally {
    await Promise.all([admin.close(), producer.close()]);
  }
}

function bytesOf({ key, value, timestamp, ...place }) {
  return { ...place, key: Buffer.from(key), value: Buffer.from(value), timestamp: BigInt(timestamp) };
}

/** Asks for offsets too: until leaders are ready a producer sends again, and some messages twice. */
async function makeTopics(admin, names) {
  const there = await admin.listTopics({});
  const missing = names.filter((name) => !there.includes(name));
  if (missing.length === 0) return;
  await admin.createTopics({ topics: missing, partitions: PARTITIONS, replicas: 1 });
  const partitions = Array.from({ length: PARTITIONS }, (_, partitionIndex) => ({ partitionIndex, timestamp: -1n }));
  await admin.listOffsets({ topics: missing.map((name) => ({ name, partitions })) });
}

function record(messages, folder, topic, batch) {
  mkdirSync(folder, { recursive: true });
  const offsets = nextOffsets(folder);
  const lines = messages
    .filter((message) => message.topic === topic)
    .map(({ key, value, partition, timestamp }) => {
      const bytes = { key: Buffer.from(key).toString("base64"), value: Buffer.from(value).toString("base64") };
      const time = { timestamp: new Date(timestamp).toISOString(), timestampType: 0 };
      return JSON.stringify({ ...bytes, topic, partition, offset: offsets[partition]++, ...time });
    });
  const path = join(folder, `${String(batch).padStart(4, "0")}.json`);
  if (existsSync(path)) throw new Error(`${path} is there already: give the next --batch`);
  writeFileSync(`${path}.part`, `${lines.join("\n")}\n`);
  renameSync(`${path}.part`, path);
}

function nextOffsets(folder) {
  const offsets = Array.from({ length: PARTITIONS }, () => 0);
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  for (const name of files) {
    const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
    for (const line of lines) offsets[JSON.parse(line).partition] += 1;
  }
  return offsets;
}

/** Mulberry32: numbers in [0, 1), the same for the same seed. */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}
