import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { jsonLines, makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const FIRST = { type: "record", name: "Order", fields: [{ name: "id", type: "long" }] };
const SECOND = { ...FIRST, fields: [...FIRST.fields, { name: "note", type: "string", default: "none" }] };
const SCHEMAS = new Map([
  [1, FIRST],
  [2, SECOND],
]);

/** A registry with Confluent's REST interface. */
class Registry {
  readonly #server: Server;
  newest = 1;
  #next: number | undefined;

  constructor() {
    this.#server = createServer(({ url = "" }, answer) => {
      const isNewest = url.includes("/versions/latest");
      const id = isNewest ? this.newest : Number(url.split("/").at(-1));
      if (isNewest) this.newest = this.#next ?? this.newest;
      const schema = SCHEMAS.get(id);
      answer.statusCode = schema === undefined ? 404 : 200;
      answer.end(JSON.stringify(schema === undefined ? { error_code: 40403 } : { id, schema: JSON.stringify(schema) }));
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From the next question for the newest schema on, its own answer left out, that is another one. */
  afterNext(schema: number): void {
    this.#next = schema;
  }

  close(): void {
    this.#server.close();
  }
}

/** A message in Confluent's framing, as base64. */
function message(schema: number, id: number, note?: string): string {
  const text = note === undefined ? [] : [2 * note.length, ...Buffer.from(note)];
  return Buffer.from([0, 0, 0, 0, schema, 2 * id, ...text]).toString("base64");
}

function lines(...messages: readonly string[]): string {
  return messages.map((value) => `${JSON.stringify({ value })}\n`).join("");
}

const registry = new Registry();
let address = "";

beforeAll(async () => {
  address = await registry.open();
});
afterAll(() => registry.close());

function project(mode: string): Promise<string> {
  const decoded = `from_avro(unbase64(value), 'orders-value', '${address}', map('avroSchemaEvolutionMode', '${mode}'))`;
  return makeProject({
    "sluice.yml": "schema: s\n",
    "transformations/p.sql": `
      CREATE STREAMING TABLE raw AS SELECT value FROM STREAM read_files('raw', format => 'json', schema => 'value STRING');
      CREATE STREAMING TABLE orders AS SELECT o.* FROM (SELECT ${decoded} AS o FROM STREAM raw);`,
    "raw/1.json": lines(message(1, 1), message(1, 2)),
  });
}

async function rowsOf(folder: string): Promise<readonly unknown[]> {
  return await new RawTable(join(folder, ".sluice/tables/s/orders")).rows("SELECT * FROM t ORDER BY id");
}

test("avroSchemaEvolutionMode restart: a message of a newer schema starts the update again, which has its columns [F159]", async () => {
  const folder = await project("restart");
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect(await rowsOf(folder)).toEqual([{ id: "1" }, { id: "2" }]);
  // The subject gets its second schema after the update has understood its query, before it reads the message.
  await writeFiles(folder, { "raw/2.json": lines(message(2, 3, "new"), message(1, 4)) });
  registry.afterNext(2);
  const finished = await sluice(["run", "--project", folder, "--json"]);
  expect(finished.code, finished.stderr).toBe(0);
  const causes = jsonLines(finished).filter((event) => event["event_type"] === "create_update");
  expect(JSON.stringify(causes)).toContain("SCHEMA_CHANGE");
  expect(await rowsOf(folder)).toEqual([
    { id: "1", note: null },
    { id: "2", note: null },
    { id: "3", note: "new" },
    { id: "4", note: "none" },
  ]);
});

test("without it messages of a newer schema are read as the one that was known", async () => {
  registry.newest = 1;
  registry.afterNext(2);
  const folder = await project("none");
  await writeFiles(folder, { "raw/2.json": lines(message(2, 3, "new")) });
  expect(await sluice(["run", "--project", folder])).toMatchObject({ code: 0 });
  expect(await rowsOf(folder)).toEqual([{ id: "1" }, { id: "2" }, { id: "3" }]);
});
