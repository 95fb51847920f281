import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type DataSource, parseSchema, type Row, type StructType, type Value } from "@sluice/query";
import { openSession } from "../session/open-session.ts";
import type { TestSource } from "./memory-stream.ts";

/** The columns of `format("kafka")`. */
const COLUMNS =
  "key BINARY, value BINARY, topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP, timestampType INT";
const HEADERS = "headers ARRAY<STRUCT<key: STRING, value: BINARY>>";

/** Which topic is recorded, and where. */
export interface Recording {
  readonly topic: string;
  /** A file of JSON lines, a record each, in the order of partition and offset; keys, values and headers in base64. It takes the place of one that is there. */
  readonly file: string;
  /** As those of `spark.read.format("kafka")`: `kafka.bootstrap.servers`, security, `startingOffsets`, `endingOffsets`. */
  readonly options: Readonly<Record<string, string>>;
}

/** A record of a topic as its file keeps it; times are ISO 8601 with milliseconds. */
interface StoredRecord {
  readonly key: string | null;
  readonly value: string | null;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly timestamp: string;
  readonly timestampType: number;
  readonly headers: readonly (readonly [string, string | null])[] | null;
}

/**
 * Reads a topic from a broker once, and keeps its records in a file for {@link replayTopic}. They pass through memory: it is meant for what a test looks at.
 *
 * @returns how many records there are
 * @throws as a read of the topic does, when the broker or the topic cannot be read
 */
export async function recordTopic({ topic, file, options }: Recording): Promise<number> {
  const spark = openSession();
  try {
    const read = spark.read.format("kafka").options({ ...options, subscribe: topic, includeHeaders: "true" });
    const rows = await read.load().orderBy("partition", "offset").collect();
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, rows.map((row) => `${JSON.stringify(storedRecord(row))}\n`).join(""));
    return rows.length;
  } finally {
    await spark.stop();
  }
}

/**
 * The records of a file in the place of a topic, as `replace: { orders: replayTopic("orders.jsonl") }`: what the broker gave, with the same offsets and times, and
 * headers where the read asks for them.
 *
 * @param batchSize - Records of a micro-batch; all of them are one unless given.
 * @throws Error for a file that is not there, or is no recording.
 */
export function replayTopic(file: string, { batchSize }: { readonly batchSize?: number } = {}): TestSource {
  const records = readRecords(file);
  const size = batchSize ?? Math.max(1, records.length);
  const batches = Math.ceil(records.length / size);
  return {
    ends: Array.from({ length: batches }, (_, i) => Math.min(records.length, (i + 1) * size)),
    schemaOf: topicSchema,
    rows: (after, through, read) => records.slice(after, through).map((record) => rowOf(record, hasHeaders(read))),
  };
}

function readRecords(file: string): readonly StoredRecord[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, i) => (line === "" ? [] : [parseRecord(line, `${file}:${i + 1}`)]));
}

function parseRecord(line: string, place: string): StoredRecord {
  try {
    const record = JSON.parse(line) as StoredRecord;
    if (typeof record.topic === "string" && typeof record.offset === "string") return record;
  } catch (cause) {
    throw new Error(`${place} is no record of a topic: ${String(cause)}`, { cause });
  }
  throw new Error(`${place} is no record of a topic. Record the topic with recordTopic.`);
}

function topicSchema(read: Pick<DataSource, "options">): StructType {
  return parseSchema(hasHeaders(read) ? `${COLUMNS}, ${HEADERS}` : COLUMNS);
}

function hasHeaders({ options }: Pick<DataSource, "options">): boolean {
  return Object.entries(options).some(
    ([name, value]) => name.toLowerCase() === "includeheaders" && value.toLowerCase() === "true",
  );
}

function storedRecord(row: Row): StoredRecord {
  const headers = row["headers"] as readonly { readonly key: string; readonly value: Uint8Array | null }[] | null;
  return {
    key: base64(row["key"]),
    value: base64(row["value"]),
    topic: String(row["topic"]),
    partition: Number(row["partition"]),
    offset: String(row["offset"]),
    timestamp: (row["timestamp"] as Date).toISOString(),
    timestampType: Number(row["timestampType"]),
    headers: headers?.map(({ key, value }) => [key, base64(value)] as const) ?? null,
  };
}

function base64(bytes: unknown): string | null {
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString("base64") : null;
}

function rowOf(record: StoredRecord, withHeaders: boolean): readonly Value[] {
  const { key, value, topic, partition, offset, timestamp, timestampType, headers } = record;
  const time = BigInt(new Date(timestamp).getTime()) * 1000n;
  const row = [bytesOf(key), bytesOf(value), topic, partition, BigInt(offset), time, timestampType];
  return withHeaders ? [...row, headers?.map(([name, content]) => [name, bytesOf(content)]) ?? null] : row;
}

function bytesOf(text: string | null): Uint8Array | null {
  return text === null ? null : new Uint8Array(Buffer.from(text, "base64"));
}
