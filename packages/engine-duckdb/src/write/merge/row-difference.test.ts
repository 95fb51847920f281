import { join } from "node:path";
import { CHANGE_FIELDS, type Engine, type TableTarget, type WriteRequest } from "@sluice/pipelines";
import { array, DOUBLE, field, LONG, STRING, type StructType, struct, type Value } from "@sluice/query";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  newEngine,
  newFolder,
  requestOf,
  rowsOf,
  SESSION,
  scanOf,
  tableRows,
  targetAt,
} from "../../../test/engine-fixture.ts";

type Row = readonly Value[];

const SCHEMA = struct([
  field("k", LONG),
  field("x", DOUBLE),
  field("s", struct([field("a", DOUBLE), field("b", STRING)])),
  field("l", array(DOUBLE)),
  field("p", STRING),
]);
const FEED = { "delta.enableChangeDataFeed": "true" };

/** A request to make these rows all that a table holds. */
function contentOf(
  target: TableTarget,
  version: number,
  rows: readonly Row[],
  identity: readonly string[],
): WriteRequest {
  const request = requestOf(target, scanOf(target.schema), rowsOf(rows), version);
  return { ...request, mode: "merge", operation: "MERGE", merge: { version, removed: "rest", identity } };
}

async function versionOf(engine: Engine, { location }: TableTarget): Promise<number> {
  return (await engine.tables.describe(location))?.version ?? -1;
}

/** The last changes of a table: kind and row. */
async function lastChanges(engine: Engine, target: TableTarget): Promise<readonly (readonly [string, Row])[]> {
  const through = await versionOf(engine, target);
  const slice = { kind: "TableChanges", location: target.location, after: through - 1, through } as const;
  const width = target.schema.fields.length;
  const columns = struct([...target.schema.fields, ...CHANGE_FIELDS]);
  const { rows } = await engine.query(scanOf(columns), new Map([[0, slice]]), SESSION);
  return rows.map((row) => [String(row[width]), row.slice(0, width)]);
}

/** A row as a text: equal rows give equal texts, and zeros are equal. */
function textOf(row: Row): string {
  const shown = (value: unknown): unknown =>
    typeof value === "bigint" ? `${value}n` : Number.isNaN(value) ? "NaN" : value;
  return JSON.stringify(row, (_, value) => shown(value));
}

function counted(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(textOf(row), (counts.get(textOf(row)) ?? 0) + 1);
  return counts;
}

/** How often each row comes more than it goes. */
function difference(before: readonly Row[], after: readonly Row[]): ReadonlyMap<string, number> {
  const counts = counted(after);
  for (const [text, count] of counted(before)) counts.set(text, (counts.get(text) ?? 0) - count);
  return new Map([...counts].filter(([, count]) => count !== 0));
}

const number = fc.constantFrom<Value>(null, 0, -0, 1.5, Number.NaN);
const texts = fc.constantFrom<Value>(null, "-nan", "b");
const point: fc.Arbitrary<Value> = fc.option(fc.tuple(fc.constantFrom<Value>(null, 0, -0), texts));
const list: fc.Arbitrary<Value> = fc.option(fc.array(number, { maxLength: 2 }));
const key = fc.constantFrom<Value>(null, 1n, 2n);
const part = fc.constantFrom<Value>(null, "a b", "c");
const row: fc.Arbitrary<Row> = fc.tuple(key, number, point, list, part);
const rows = fc.array(row, { maxLength: 8 });

async function expectFeed(
  engine: Engine,
  target: TableTarget,
  before: readonly Row[],
  after: readonly Row[],
): Promise<void> {
  expect(counted(await tableRows(engine, target.location))).toEqual(counted(after));
  const changes = await lastChanges(engine, target);
  const isOld = (kind: string) => kind === "delete" || kind === "update_preimage";
  const gone = changes.flatMap(([kind, one]) => (isOld(kind) ? [one] : []));
  const come = changes.flatMap(([kind, one]) => (isOld(kind) ? [] : [one]));
  const wanted = difference(before, after);
  expect(difference(gone, come)).toEqual(wanted);
  expect(changes).toHaveLength([...wanted.values()].reduce((sum, count) => sum + Math.abs(count), 0));
}

const RUNS = Number(process.env["SLUICE_TEST_VIEWS"] ?? 3);

test.each([
  { vectors: "true", partitionBy: [], identity: [] },
  { vectors: "false", partitionBy: ["p"], identity: [] },
  { vectors: "true", partitionBy: ["p"], identity: ["k"] },
])(
  "the feed leads from any rows to any others and has not a row too many: vectors $vectors, partitions $partitionBy, key $identity",
  async ({ vectors, partitionBy, identity }) => {
    const engine = await newEngine();
    const properties = { ...FEED, "delta.enableDeletionVectors": vectors };
    const target = targetAt(join(newFolder(), "t"), SCHEMA, { properties, partitionBy });
    await engine.tables.ensure(target);
    let before: readonly Row[] = [];
    await fc.assert(
      fc.asyncProperty(rows, fc.infiniteStream(fc.nat(3)), async (fresh, kept) => {
        const after = [...before.flatMap((one) => Array(kept.next().value === 0 ? 0 : 1).fill(one)), ...fresh];
        const outcome = await engine.write(contentOf(target, await versionOf(engine, target), after, identity));
        expect(outcome).toMatchObject({ kind: "Committed" });
        await expectFeed(engine, target, before, after);
        before = after;
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  },
);

const PLAIN: StructType = struct([field("id", LONG), field("name", STRING), field("p", STRING)]);

async function filled(
  rowsBefore: readonly Row[],
  partitionBy: readonly string[] = [],
): Promise<readonly [Engine, TableTarget]> {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), PLAIN, { properties: FEED, partitionBy });
  await engine.tables.ensure(target);
  await engine.write(contentOf(target, 0, rowsBefore, ["id"]));
  return [engine, target];
}

test("rows of one key are an update, and other rows of a key that is there twice are told one by one", async () => {
  const before: readonly Row[] = [
    [1n, "a", "p"],
    [2n, "b", "p"],
    [2n, "c", "p"],
    [3n, "d", "p"],
  ];
  const [engine, target] = await filled(before);
  const after: readonly Row[] = [
    [1n, "A", "p"],
    [2n, "b", "p"],
    [2n, "C", "p"],
    [4n, "d", "p"],
  ];
  const outcome = await engine.write(contentOf(target, 1, after, ["ID"]));
  expect(outcome).toMatchObject({ merged: { inserted: 1, updated: 2, deleted: 1 } });
  const changes = await lastChanges(engine, target);
  expect(changes.map(([kind, one]) => `${kind} ${one.join(" ")}`).sort()).toEqual([
    "delete 3 d p",
    "insert 4 d p",
    "update_postimage 1 A p",
    "update_postimage 2 C p",
    "update_preimage 1 a p",
    "update_preimage 2 c p",
  ]);
});

test("a text that its partition cannot hold does not change each time", async () => {
  const content: readonly Row[] = [
    [1n, "a", ""],
    [2n, "", null],
  ];
  const [engine, target] = await filled(content, ["p"]);
  expect(await engine.write(contentOf(target, 1, content, ["id"]))).toMatchObject({
    merged: { inserted: 0, updated: 0, deleted: 0 },
  });
  expect(await engine.tables.history(target.location, 1)).toMatchObject([{ metrics: { numTargetFilesRemoved: "0" } }]);
});

test("many rows of one kind go at once, up to the last", async () => {
  const copies = (count: number): readonly Row[] => Array.from({ length: count }, () => [1n, "a", "p"]);
  const [engine, target] = await filled(copies(9));
  for (const [i, count] of [4, 5, 0].entries()) {
    await engine.write(contentOf(target, i + 1, copies(count), []));
    expect(await tableRows(engine, target.location)).toHaveLength(count);
  }
});
