// Makes an hour of messages of three domains, the same for the same arguments: what customers do on the web and in the app (JSON, some sent twice), what they
// pay (JSON, some of it broken), and what machines measure (Avro, some of it broken). Up to three minutes pass before a message is sent.
//
//   node examples/kafka-domains/generate.mjs [--broker localhost:9092 [--registry http://localhost:8081]] [--into examples/kafka-domains/data/topics]
//                                            [--batch 1] [--messages 10000]
//
// With --broker the messages are sent there, and recorded only where --into says. Batch 1 is the hour from ten o'clock, batch 2 the next, and so on. In batch 2
// two customers pay more often than people do, and a machine begins to shake. With --registry readings are written as Confluent's clients do, and from batch 2
// on with a second version of their schema, which has a battery.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import avsc from "avsc";
import { deliver, pick, randomNumbers } from "../topics.mjs";

const FIRST_HOUR = Date.UTC(2025, 6, 9, 10);
const [SECOND, MINUTE, HOUR] = [1000, 60_000, 3_600_000];
const MERCHANTS = ["bakery", "books", "electronics", "fuel", "groceries", "travel"];
const EVENT_TYPES = ["page_view", "page_view", "page_view", "search", "add_to_cart", "purchase", "login"];
const DEVICES = Array.from({ length: 20 }, (_, i) => `press-${String(i + 1).padStart(2, "0")}`);
const SUBJECT = "iot_sensors-value";

const { values } = parseArgs({
  options: {
    broker: { type: "string" },
    registry: { type: "string" },
    into: { type: "string" },
    batch: { type: "string", default: "1" },
    messages: { type: "string", default: "10000" },
  },
});
const [batch, total] = [Number(values.batch), Number(values.messages)];
const begin = FIRST_HOUR + (batch - 1) * HOUR;
const random = randomNumbers(batch);

function customer() {
  return `C${String(Math.floor(random() * 800)).padStart(4, "0")}`;
}

/** A message that leaves up to three minutes after what it tells of, within the hour. */
function message(topic, key, moment, value) {
  const late = random() < 0.05 ? Math.floor(random() * 3 * MINUTE) : Math.floor(random() * SECOND);
  return { topic, key, value, timestamp: Math.min(moment + late, begin + HOUR - 1) };
}

function userEvents(i) {
  const moment = begin + Math.floor(random() * HOUR);
  const event = {
    event_id: `e${batch}-${i}`,
    customer_id: customer(),
    event_type: pick(random, EVENT_TYPES),
    page: `/p/${Math.floor(random() * 300)}`,
    timestamp: random() < 0.003 ? null : new Date(moment).toISOString(),
  };
  const topic = random() < 0.4 ? "user_events_mobile" : "user_events_web";
  const once = message(topic, event.customer_id, moment, JSON.stringify(event));
  return random() < 0.01 ? [once, message(topic, event.customer_id, moment, once.value)] : [once];
}

function payment(i, who = customer(), moment = begin + Math.floor(random() * HOUR)) {
  const amount = random() < 0.004 ? 0 : Math.round((2 + random() * random() * 400) * 100) / 100;
  const timestamp = random() < 0.003 ? null : new Date(moment).toISOString();
  const text = JSON.stringify({
    transaction_id: `t${batch}-${i}`,
    customer_id: random() < 0.003 ? null : who,
    amount,
    merchant: pick(random, MERCHANTS),
    timestamp,
  });
  const broken = random() < 0.004;
  return message("transactions", who, moment, broken ? text.slice(0, 9 + Math.floor(random() * 20)) : text);
}

/** Somebody has a card that is not theirs: twenty payments within two minutes. */
function fraud(who, minute) {
  const start = begin + minute * MINUTE;
  return Array.from({ length: 20 }, (_, i) => payment(`${who}-${i}`, who, start + Math.floor(random() * 2 * MINUTE)));
}

/** An hour of a machine, a reading at equal times. */
function machine(device, readings, bytesOf) {
  const every = HOUR / readings;
  return Array.from({ length: readings }, (_, i) => {
    const moment = begin + Math.floor(i * every + random() * SECOND);
    const shakes = batch === 2 && device === "press-07" && i * every > HOUR / 2;
    const reading = {
      device_id: device,
      temperature: random() < 0.002 ? -273 : 55 + random() * 20,
      vibration: (shakes ? 6 : 1) + random() * 2.5,
      power_kw: 11 + random() * 4,
      timestamp: moment,
      battery: Math.floor(random() * 100),
    };
    return message("iot_sensors", device, moment, random() < 0.003 ? "?" : bytesOf(reading));
  });
}

/** Without a registry: the bytes of Avro alone. With one: a zero, the id of the schema, and the bytes. */
async function sensorBytes() {
  const schema = JSON.parse(readFileSync(new URL("sensor.avsc", import.meta.url), "utf8"));
  if (values.registry === undefined) return (reading) => avsc.Type.forSchema(schema).toBuffer(reading);
  if (batch > 1) schema.fields.push({ name: "battery", type: "int", default: -1 });
  const header = Buffer.alloc(5);
  header.writeInt32BE(await register(schema), 1);
  const type = avsc.Type.forSchema(schema);
  return (reading) => Buffer.concat([header, type.toBuffer(reading)]);
}

async function register(schema) {
  const answer = await fetch(`${values.registry}/subjects/${SUBJECT}/versions`, {
    method: "POST",
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  if (!answer.ok) throw new Error(`${values.registry} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()).id;
}

const bytesOf = await sensorBytes();
const messages = [
  ...Array.from({ length: Math.floor(total * 0.6) }, (_, i) => userEvents(i + 1)).flat(),
  ...Array.from({ length: Math.floor(total * 0.2) }, (_, i) => payment(i + 1)),
  ...(batch === 2 ? [...fraud("C0042", 21), ...fraud("C0107", 36)] : []),
  ...DEVICES.flatMap((device) => machine(device, Math.floor((total * 0.2) / DEVICES.length), bytesOf)),
].sort((a, b) => a.timestamp - b.timestamp);
const recording = values.broker === undefined ? "examples/kafka-domains/data/topics" : undefined;
await deliver(messages, { broker: values.broker, into: values.into ?? recording, batch });
