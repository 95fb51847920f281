// Makes a topic of 8 partitions with messages of 137 bytes, written by our own batches.
//
// usage: generate.mjs BROKER TOPIC COUNT
import { Admin, crc32c, createAPI, produceV9, Writer } from "@platformatic/kafka";

const PARTITIONS = 8;
const BATCH = 500;
const PRODUCE = 0;

const [broker, topic, total] = process.argv.slice(2);
const admin = new Admin({ clientId: "bench", bootstrapBrokers: [broker] });
await admin.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1 });
const all = Array.from({ length: PARTITIONS }, (_, partitionIndex) => ({ partitionIndex, timestamp: -1n }));
await admin.listOffsets({ topics: [{ name: topic, partitions: all }] });
const [connection] = [...(await admin.connectToBrokers()).values()];
const send = createAPI(PRODUCE, 9, request, produceV9.parseResponse);
for (let first = 0; first < Number(total); first += PARTITIONS * BATCH) {
  const batches = all.map(({ partitionIndex }) => [partitionIndex, batchOf(first + partitionIndex * BATCH)]);
  await send.async(connection, batches);
}
await admin.close();

function request(batches) {
  return Writer.create()
    .appendString(null)
    .appendInt16(-1)
    .appendInt32(30_000)
    .appendArray([topic], (topics, name) =>
      topics.appendString(name).appendArray(batches, (list, [partition, bytes]) =>
        list
          .appendInt32(partition)
          .appendUnsignedVarInt(bytes.length + 1)
          .append(bytes),
      ),
    )
    .appendTaggedFields();
}

/** A batch of values like `{"id":..,"text":".."}`, each of 137 bytes, without keys. */
function batchOf(first) {
  const records = Array.from({ length: BATCH }, (_, i) => recordOf(first + i, i));
  const body = Buffer.concat(records);
  const header = Buffer.alloc(61);
  header.writeInt32BE(49 + body.length, 8);
  header.writeInt8(2, 16);
  header.writeInt32BE(BATCH - 1, 23);
  header.writeBigInt64BE(1_700_000_000_000n, 27);
  header.writeBigInt64BE(1_700_000_000_000n, 35);
  header.writeBigInt64BE(-1n, 43);
  header.writeInt16BE(-1, 51);
  header.writeInt32BE(-1, 53);
  header.writeInt32BE(BATCH, 57);
  const bytes = Buffer.concat([header, body]);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

function recordOf(id, index) {
  const start = `{"id":${id},"customer":"customer-${id % 1000}","amount":${(id % 9973) / 100},"note":"`;
  const value = Buffer.from(`${start}${"x".repeat(135 - start.length)}"}`);
  const body = Buffer.concat([
    Buffer.from([0, 0, ...signed(index), 1, ...signed(value.length)]),
    value,
    Buffer.from([0]),
  ]);
  return Buffer.concat([Buffer.from(signed(body.length)), body]);
}

function signed(number) {
  const bytes = [];
  let rest = number * 2;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}
