import { Producer } from "@platformatic/kafka";
import avsc from "avsc";
import protobuf from "protobufjs";
import { openPipeline, type Pipeline } from "sluice";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaBroker, startBroker } from "../../rigs/kafka.mjs";
import { type RegistryServer, registryRig, startRegistry } from "../../rigs/registry.mjs";
import { brokerLeftOut, Topics } from "../harness/kafka.ts";
import { makeProject, writeFiles } from "../harness/sluice.ts";

const missing = registryRig() === undefined && process.env["CI"] !== "true";
const leftOut = brokerLeftOut() ?? (missing ? "no schema registry here; `npm run rigs` installs it" : undefined);
const why = leftOut === undefined ? "" : ` (left out: ${leftOut})`;

interface Field {
  readonly name: string;
  readonly type: avsc.Schema;
  readonly default?: unknown;
}

const ID: Field = { name: "id", type: "long" };
const AMOUNT: Field = { name: "amount", type: "double" };

function record(name: string, fields: readonly Field[], aliases: readonly string[] = []): string {
  return JSON.stringify({ type: "record", name, aliases, fields });
}

describe.skipIf(leftOut !== undefined)(`payloads of messages, with a schema registry${why}`, () => {
  let broker: KafkaBroker;
  let registry: RegistryServer;
  let topics: Topics;
  let producer: Producer;
  const opened: Pipeline[] = [];

  beforeAll(async () => {
    [broker, registry] = await Promise.all([startBroker(), startRegistry()]);
    topics = new Topics(broker);
    producer = new Producer({ clientId: "payloads", bootstrapBrokers: [broker.plaintext] });
  });
  afterAll(async () => {
    await Promise.all([...opened.map((one) => one.close()), producer?.close(), topics?.close()]);
    await Promise.all([broker?.remove(), registry?.remove()]);
  });

  async function register(subject: string, schema: string, more: object = {}): Promise<number> {
    const headers = { "content-type": "application/vnd.schemaregistry.v1+json" };
    const url = `${registry.address}/subjects/${subject}/versions`;
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify({ schema, ...more }) });
    return ((await answer.json()) as { readonly id: number }).id;
  }

  function framed(id: number, schema: string, value: unknown): Buffer {
    const header = Buffer.alloc(5);
    header.writeInt32BE(id, 1);
    return Buffer.concat([header, avsc.Type.forSchema(JSON.parse(schema)).toBuffer(value)]);
  }

  async function send(topic: string, values: readonly Buffer[]): Promise<void> {
    await producer.send({ messages: values.map((value) => ({ topic, partition: 0, value })) });
  }

  async function open(source: string): Promise<{ readonly pipeline: Pipeline; readonly project: string }> {
    const project = await makeProject({ "transformations/p.sql": source, "sluice.yml": "name: payloads\n" });
    const pipeline = await openPipeline(project);
    opened.push(pipeline);
    return { pipeline, project };
  }

  async function run(pipeline: Pipeline): Promise<void> {
    const result = await pipeline.run().result;
    if (result.kind !== "Finished") throw new Error("busy");
    for (const { error } of result.flows) if (error !== undefined) throw error;
  }

  const decoded = (subject: string, mode: string) =>
    `from_avro(value, '${subject}', '${registry.address}', map('mode', '${mode}'))`;
  const bronze = (topic: string, more = "") => `CREATE OR REFRESH STREAMING TABLE bronze ${more} AS
    SELECT * FROM STREAM read_kafka(bootstrapServers => '${broker.plaintext}', subscribe => '${topic}', startingOffsets => 'earliest');`;

  test("[F159] decodes each message by the id it begins with, as the subject's newest schema", async () => {
    await topics.create("orders", 1);
    const first = record("Order", [ID, AMOUNT]);
    const one = await register("orders-value", first);
    await send("orders", [framed(one, first, { id: 1, amount: 1.5 })]);
    const silver = `CREATE OR REFRESH STREAMING TABLE silver AS
      SELECT o.*, partition, offset FROM (SELECT ${decoded("orders-value", "FAILFAST")} AS o, partition, offset FROM STREAM bronze);`;
    const { pipeline } = await open(`${bronze("orders")}\n${silver}`);
    await run(pipeline);
    const second = record("Order", [ID, { name: "note", type: "string", default: "-" }, AMOUNT]);
    const two = await register("orders-value", second);
    await send("orders", [
      framed(one, first, { id: 2, amount: 2 }),
      framed(two, second, { id: 3, note: "new", amount: 3 }),
    ]);
    await run(pipeline);
    const { rows } = await pipeline.query("SELECT id, amount, note, offset FROM silver ORDER BY id");
    expect(rows).toEqual([
      [1n, 1.5, null, 0n],
      [2n, 2, "-", 1n],
      [3n, 3, "new", 2n],
    ]);
    const written = await pipeline.query(
      `SELECT to_avro(named_struct('id', 3L, 'note', 'new', 'amount', 3D), 'orders-value', '${registry.address}') FROM silver LIMIT 1`,
    );
    expect(Buffer.from(written.rows[0]?.[0] as Uint8Array)).toEqual(
      framed(two, second, { id: 3, note: "new", amount: 3 }),
    );
  });

  test("[F161] undecodable messages are put aside with their place, and replayed once they can be decoded", async () => {
    await topics.create("paid", 1);
    const known = record("Paid", [ID]);
    const renamed = record("Payment", [ID]);
    const id = await register("paid-value", known);
    const other = await register("payments", renamed);
    await send("paid", [
      framed(id, known, { id: 1 }),
      Buffer.from("no Avro"),
      framed(other, renamed, { id: 2 }),
      framed(id + 1000, known, { id: 3 }),
    ]);
    const rule = `(CONSTRAINT decodes EXPECT (${decoded("paid-value", "PERMISSIVE")}.id IS NOT NULL) ON VIOLATION QUARANTINE ROW)`;
    const silver = `CREATE OR REFRESH STREAMING TABLE silver AS SELECT ${decoded("paid-value", "FAILFAST")}.id, offset FROM STREAM bronze;`;
    const { pipeline } = await open(`${bronze("paid", rule)}\n${silver}`);
    await run(pipeline);
    const aside = "SELECT topic, partition, offset, _quarantine_reasons FROM bronze_quarantine ORDER BY offset";
    expect((await pipeline.query("SELECT id FROM silver")).rows).toEqual([[1n]]);
    expect((await pipeline.query(aside)).rows).toEqual([1n, 2n, 3n].map((at) => ["paid", 0, at, ["decodes"]]));
    await register("paid-value", record("Paid", [ID], ["Payment"]));
    await pipeline.replay({ table: "bronze", source: "quarantine" });
    await run(pipeline);
    expect((await pipeline.query("SELECT id, offset FROM silver ORDER BY offset")).rows).toEqual([
      [1n, 0n],
      [2n, 2n],
    ]);
    expect((await pipeline.query(aside)).rows.map((row) => row[2])).toEqual([1n, 3n]);
  });

  test("[F159] Protobuf by a subject: with files that it imports, each message by the id and place that it begins with; a newer schema starts the update again", async () => {
    await topics.create("shop", 1);
    const money = 'syntax = "proto3"; package common; message Money { int64 units = 1; string currency = 2; }';
    await register("money", money, { schemaType: "PROTOBUF" });
    const references = [{ name: "common/money.proto", subject: "money", version: 1 }];
    const file = (more: string) => `syntax = "proto3"; package shop; import "common/money.proto";
      message Ping { int64 id = 1; }
      message Order { int64 id = 1; common.Money price = 2; map<string, sint32> counts = 3; ${more} message Line { string item = 1; } repeated Line lines = 5; }`;
    const encoded = (text: string, message: string, id: number, place: readonly number[], value: object): Buffer => {
      const root = protobuf.parse(money).root;
      protobuf.parse(text, root, { keepCase: true });
      const type = root.lookupType(message);
      const header = Buffer.from([0, 0, 0, 0, 0, ...place]);
      header.writeInt32BE(id, 1);
      return Buffer.concat([header, type.encode(type.fromObject(value)).finish()]);
    };
    const [first, second] = [file(""), file("string note = 4;")];
    const one = await register("shop-value", first, { schemaType: "PROTOBUF", references });
    const order = { price: { units: 5, currency: "EUR" }, counts: { a: -1 }, lines: [{ item: "x" }, {}] };
    await send("shop", [
      encoded(first, "shop.Order", one, [2, 2], { id: 1, ...order }),
      encoded(first, "shop.Ping", one, [0], { id: 2 }),
      encoded(first, "shop.Order.Line", one, [4, 2, 0], { item: "x" }),
      encoded(first, "shop.Order", one + 1000, [2, 2], { id: 4 }),
    ]);
    const subject = `'schema.registry.subject', 'shop-value', 'schema.registry.address', '${registry.address}'`;
    const call = `from_protobuf(value, options => map(${subject}, 'schema.registry.protobuf.name', 'Order', 'mode', 'PERMISSIVE'))`;
    const silver = `CREATE OR REFRESH STREAMING TABLE silver AS SELECT o.*, offset FROM (SELECT ${call} AS o, offset FROM STREAM bronze);`;
    const { pipeline } = await open(`${bronze("shop")}\n${silver}`);
    await run(pipeline);
    const rows = async (columns: string) =>
      (await pipeline.query(`SELECT ${columns} FROM silver ORDER BY offset`)).rows;
    expect(await rows("id, price.units, counts['a'], lines.item, offset")).toEqual([
      [1n, 5n, -1, ["x", null], 0n],
      [null, null, null, null, 1n],
      [null, null, null, null, 2n],
      [null, null, null, null, 3n],
    ]);
    const two = await register("shop-value", second, { schemaType: "PROTOBUF", references });
    await send("shop", [encoded(second, "shop.Order", two, [2, 2], { id: 5, note: "new" })]);
    await run(pipeline);
    expect((await rows("id, note"))[4]).toEqual([5n, "new"]);
    const value = "named_struct('id', 9L, 'note', 'b', 'lines', array(named_struct('item', 'y')))";
    const write = (message: string) =>
      `SELECT to_protobuf(${value}, map(${subject}, 'schema.registry.protobuf.name', '${message}')) FROM silver LIMIT 1`;
    const written = await pipeline.query(write("shop.Order"));
    expect(Buffer.from(written.rows[0]?.[0] as Uint8Array)).toEqual(
      encoded(second, "shop.Order", two, [2, 2], { id: 9, note: "b", lines: [{ item: "y" }] }),
    );
    await expect(pipeline.query(write("shop.Gone"))).rejects.toThrow(
      "has no message shop.Gone, but shop.Ping, shop.Order, shop.Order.Line",
    );
    await expect(pipeline.query(write("shop.Ping"))).rejects.toThrow("the message shop.Ping has no field for `note`");
    const avro = `SELECT from_avro(X'00', 'shop-value', '${registry.address}') FROM silver`;
    await expect(pipeline.query(avro)).rejects.toThrow("of the kind PROTOBUF. Use `from_protobuf`");
  });

  test("a subject that is none, and a registry that does not answer, are told before anything runs", async () => {
    await topics.create("nothing", 1);
    const source = (call: string) =>
      `CREATE OR REFRESH STREAMING TABLE t AS SELECT ${call} AS v FROM STREAM read_kafka(bootstrapServers => '${broker.plaintext}', subscribe => 'nothing');`;
    const { pipeline, project } = await open(source(`from_avro(value, 'nowhere-value', '${registry.address}')`));
    const { errors } = await pipeline.validate();
    expect(errors.map((one) => one.message).join()).toContain("has no subject `nowhere-value`");
    await writeFiles(project, { "transformations/p.sql": source("from_avro(value, 's', 'http://127.0.0.1:1')") });
    const again = await openPipeline(project);
    opened.push(again);
    await expect(again.validate()).rejects.toThrow("The schema registry at http://127.0.0.1:1 did not answer");
  });
});
