import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { jsonLines, makeProject, sluice, temporaryFolder, writeFiles } from "../harness/sluice.ts";
import { inPairs } from "./recovery-pipeline.ts";

function pipeline(limit: number): string {
  return `import { dlt, spark } from "sluice";
dlt.table({ name: "orders", expectOrQuarantine: { small: "amount < ${limit}" }, expectOrDrop: { known: "id IS NOT NULL" } }, () =>
  spark.readStream.format("json").schema("id BIGINT, amount BIGINT").load("raw"));
dlt.table({ name: "reader" }, () => dlt.readStream("orders"));`;
}

/** A pipeline that put amounts from 100 on into quarantine, and whose rule was then loosened to 200. */
async function fixed(): Promise<string> {
  const rows = [5, 50, 110, 120, 130, 210, 220].map((amount, id) => JSON.stringify({ id, amount })).join("\n");
  const project = await makeProject({
    "sluice.yml": "name: replays\n",
    "transformations/p.ts": pipeline(100),
    "raw/1.json": rows,
  });
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  await writeFiles(project, { "transformations/p.ts": pipeline(200) });
  return project;
}

async function copyOf(project: string): Promise<string> {
  const copy = join(await temporaryFolder(), "copy");
  await cp(project, copy, { recursive: true });
  return copy;
}

async function amounts(project: string, table: string): Promise<readonly number[]> {
  const rows = await new RawTable(join(project, ".sluice/tables/default", table)).rows(
    "SELECT amount FROM t ORDER BY 1",
  );
  return rows.map((row) => Number(row["amount"]));
}

async function replay(project: string, ...more: readonly string[]): Promise<Record<string, unknown>> {
  const finished = await sluice(["replay", "orders", "--json", "--project", project, ...more]);
  expect(finished.code, finished.stderr).toBe(0);
  return jsonLines(finished)[0] ?? {};
}

test("a replay feeds back what passes now, once; the rest stays, and a streaming reader sees each row once", async () => {
  const project = await fixed();
  expect(await replay(project, "--dry-run")).toMatchObject({ examined: 5, replayed: 3, remaining: 2, dryRun: true });
  expect(await amounts(project, "orders")).toEqual([5, 50]);
  expect(await replay(project, "--where", "amount = 120 OR amount = 220")).toMatchObject({ examined: 2, replayed: 1 });
  expect(await amounts(project, "orders_quarantine")).toEqual([110, 130, 210, 220]);
  expect(await replay(project)).toMatchObject({ examined: 4, replayed: 2, remaining: 2 });
  expect(await replay(project)).toMatchObject({ examined: 2, replayed: 0 });
  expect(await amounts(project, "orders")).toEqual([5, 50, 110, 120, 130]);
  expect(await amounts(project, "orders_quarantine")).toEqual([210, 220]);
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  expect(await amounts(project, "reader")).toEqual([5, 50, 110, 120, 130]);
  const [events] = jsonLines(
    await sluice([
      ...["query", "--json", "--project", project],
      "SELECT sum(details:flow_progress.metrics.num_output_rows::bigint) AS n FROM event_log WHERE origin.flow_name = 'default.orders_replay'",
    ]),
  );
  expect(events).toEqual({ n: 3 });
}, 180_000);

test("a replay killed before and after every file operation is finished by the next: no row lost, none twice", async () => {
  const project = await fixed();
  const args = ["replay", "orders", "--where", "amount <> 130", "--project"];
  const counted = await sluice([...args, await copyOf(project)], { crash: "count" });
  const operations = Number(/atomic operations: (\d+)/.exec(counted.stderr)?.[1]);
  expect(operations, counted.stderr).toBeGreaterThan(6);
  const points = Array.from({ length: operations }, (_, i) => [`before:${i + 1}`, `after:${i + 1}`]).flat();
  const halfDone: string[] = [];
  await inPairs(points, async (crash) => {
    const copy = await copyOf(project);
    await sluice([...args, copy], { crash });
    const isHalfDone =
      (await amounts(copy, "orders")).length === 4 && (await amounts(copy, "orders_quarantine")).length === 5;
    if (isHalfDone) halfDone.push(await copyOf(copy));
    await replay(copy, "--where", "amount <> 130");
    expect(await amounts(copy, "orders"), crash).toEqual([5, 50, 110, 120]);
    expect(await amounts(copy, "orders_quarantine"), crash).toEqual([130, 210, 220]);
  });
  const [between] = halfDone;
  if (between === undefined) throw new Error("no kill hit the time between the two commits");
  expect(await sluice(["run", "--full-refresh", "orders", "--project", between])).toMatchObject({ code: 0 });
  await replay(between);
  expect(await amounts(between, "orders"), "a full refresh came between").toEqual([5, 50, 110, 120, 130]);
  expect(await amounts(between, "orders_quarantine"), "a full refresh came between").toEqual([210, 220]);
}, 600_000);

function changes(limit: number, sequence: string): string {
  const flow = (name: string, folder: string, more: string) =>
    `dlt.createAutoCdcFlow({ target: "prices", name: "${name}", source: "${folder}", keys: ["id"], sequenceBy: "${sequence}", storedAsScdType: KIND,
      exceptColumnList: ["op"], applyAsDeletes: "op = 'D'"${more} });`;
  return `import { dlt, spark } from "sluice";
for (const folder of ["north", "south"]) dlt.view({ name: folder }, () =>
  spark.readStream.format("json").schema("id BIGINT, price BIGINT, seq BIGINT, late BIGINT, op STRING").load("raw/" + folder));
dlt.createStreamingTable({ name: "prices", expectOrQuarantine: { small: "price < ${limit}" } });
${flow("from north", "north", "")}
${flow("from south", "south", "TRUNCATES")}`;
}

function changesOf(kind: "1" | "2", limit: number, sequence: string): string {
  const truncates = kind === "1" ? `, applyAsTruncates: "op = 'T'"` : "";
  return changes(limit, sequence).replaceAll("KIND", kind).replace("TRUNCATES", truncates);
}

async function pricesOf(project: string): Promise<unknown> {
  const table = new RawTable(join(project, ".sluice/tables/default/prices"));
  return await table.rows("SELECT * FROM t ORDER BY ALL");
}

test.each(["1", "2"] as const)(
  "changes in quarantine that pass now apply as if they came late, also when the replay is killed (SCD type %s)",
  async (kind) => {
    const north = [
      { id: 1, price: 10, seq: 1 },
      { id: 1, price: 150, seq: 2 },
      { id: 1, price: 12, seq: 4 },
      { id: 2, price: 170, seq: 3 },
      { id: 3, price: 30, late: 5 },
      { price: 31, seq: 6 },
      { id: 4, price: 999, seq: 1 },
    ];
    const south = [
      { id: 5, price: 50, seq: 1 },
      { id: 5, price: 160, seq: 9, op: "D" },
      { id: 6, price: 60, late: 3 },
      { id: 7, price: 140, seq: 2, op: kind === "1" ? "T" : "U" },
    ];
    const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");
    const project = await makeProject({
      "sluice.yml": "name: replays\n",
      "transformations/p.ts": changesOf(kind, 100, "seq"),
      ...{ "raw/north/1.json": lines(north), "raw/south/1.json": lines(south) },
    });
    expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
    await writeFiles(project, { "transformations/p.ts": changesOf(kind, 200, "coalesce(seq, late)") });
    const refreshed = await copyOf(project);
    expect(await sluice(["run", "--full-refresh", "prices", "--project", refreshed])).toMatchObject({ code: 0 });
    const wanted = await pricesOf(refreshed);
    expect(await pricesOf(project)).not.toEqual(wanted);
    const args = ["replay", "prices", "--json", "--project"];
    const dry = await sluice([...args, project, "--dry-run"]);
    expect(jsonLines(dry), dry.stderr).toMatchObject([{ examined: 8, replayed: 6, remaining: 2, dryRun: true }]);
    const counted = await sluice([...args, await copyOf(project)], { crash: "count" });
    const operations = Number(/atomic operations: (\d+)/.exec(counted.stderr)?.[1]);
    expect(operations, counted.stderr).toBeGreaterThan(6);
    await inPairs(
      Array.from({ length: operations }, (_, i) => `after:${i + 1}`).slice(kind === "1" ? -1 : 0),
      async (crash) => {
        const copy = await copyOf(project);
        await sluice([...args, copy], { crash });
        const hasBegun = existsSync(join(copy, ".sluice/replays/default.prices/1.json"));
        const other = await sluice([...args, copy, "--where", "price < 0"]);
        expect(jsonLines(other)[0], `${crash} ${other.stderr}`).toMatchObject({ finishedEarlier: hasBegun });
        if (hasBegun) expect(await pricesOf(copy), crash).toEqual(wanted);
        const finished = await sluice([...args, copy]);
        expect(finished.code, finished.stderr).toBe(0);
        expect(await pricesOf(copy), crash).toEqual(wanted);
        const quarantine = new RawTable(join(copy, ".sluice/tables/default/prices_quarantine"));
        expect(await quarantine.rows("SELECT price::INT AS price FROM t ORDER BY 1"), crash).toEqual(
          [31, 999].map((price) => ({ price })),
        );
      },
    );
  },
  600_000,
);

function loader(schema: string, rules = "{}"): string {
  return `import { dlt, spark } from "sluice";
dlt.table({ name: "bronze", expectOrDrop: ${rules} }, () =>
  spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").option("cloudFiles.schemaEvolutionMode", "rescue")
    .schema("${schema}").load("raw"));
dlt.table({ name: "reader" }, () => dlt.readStream("bronze").select("id"));`;
}

test("rescued fields go into columns that the table has now, in one commit; a streaming reader sees each corrected row once", async () => {
  const rows = ['{"id":1,"amount":5,"tags":["a"]}', '{"id":2}', '{"id":3,"amount":"x"}', '{"id":4,"amount":5000}'];
  const project = await makeProject({
    "sluice.yml": "name: replays\n",
    "transformations/p.ts": loader("id BIGINT"),
    "raw/1.json": rows.join("\n"),
  });
  const first = await sluice(["run", "--project", project]);
  expect(first.code, first.stderr).toBe(0);
  await writeFiles(project, {
    "transformations/p.ts": loader("id BIGINT, amount BIGINT, tags ARRAY<STRING>", '{ sane: "amount < 1000" }'),
  });
  const args = ["replay", "bronze", "--rescued", "--json", "--project"];
  const counted = await sluice([...args, await copyOf(project)], { crash: "count" });
  const operations = Number(/atomic operations: (\d+)/.exec(counted.stderr)?.[1]);
  const bronze = (of: string): RawTable => new RawTable(join(of, ".sluice/tables/default/bronze"));
  await inPairs(
    Array.from({ length: operations }, (_, i) => `after:${i + 1}`),
    async (crash) => {
      const copy = await copyOf(project);
      await sluice([...args, copy], { crash });
      const finished = await sluice([...args, copy]);
      expect(finished.code, finished.stderr).toBe(0);
      expect(
        await bronze(copy).rows(
          "SELECT id::INT AS id, amount::INT AS amount, len(tags) AS tags, _rescued_data IS NULL AS settled FROM t ORDER BY 1",
        ),
        crash,
      ).toEqual([
        { id: 1, amount: 5, tags: "1", settled: true },
        { id: 2, amount: null, tags: null, settled: true },
        { id: 3, amount: null, tags: null, settled: false },
        { id: 4, amount: null, tags: null, settled: false },
      ]);
    },
  );
  expect(jsonLines(await sluice([...args, project]))).toMatchObject([{ examined: 3, replayed: 1, remaining: 2 }]);
  expect(await sluice(["run", "--project", project])).toMatchObject({ code: 0 });
  const read = new RawTable(join(project, ".sluice/tables/default/reader"));
  expect(await read.rows("SELECT id::INT AS id FROM t ORDER BY 1")).toEqual([1, 1, 2, 3, 4].map((id) => ({ id })));
}, 600_000);

test("what cannot be replayed is told, with the next step", async () => {
  const project = await fixed();
  for (const [args, words] of [
    [["reader"], /no quarantine rule/],
    [["ordrs"], /orders/],
    [["orders", "--where", "rand() < 1"], /another answer each time/],
    [["orders", "--where", "amout = 1"], /amount/],
  ] as const) {
    const finished = await sluice(["replay", ...args, "--project", project]);
    expect(finished.code, finished.stderr).toBe(2);
    expect(finished.stderr).toMatch(words);
  }
}, 180_000);
