import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packDeletionVectors, rowsOf as rowSetOf } from "@sluice/delta";
import type { Engine, TableTarget } from "@sluice/pipelines";
import { field, LONG, type Plan, STRING, struct } from "@sluice/query";
import { expect, test } from "vitest";
import {
  columnOf,
  newEngine,
  newFolder,
  requestOf,
  SESSION,
  scanOf,
  tableRows,
  targetAt,
} from "../../test/engine-fixture.ts";

const SCHEMA = struct([field("id", LONG), field("name", STRING)]);

/** Rows `from` to `to - 1` appended as one file. */
async function appendRange(
  engine: Engine,
  target: TableTarget,
  from: bigint,
  to: bigint,
  version: number,
): Promise<void> {
  const id = { id: 1, name: "id", dataType: LONG, nullable: false, metadata: {} };
  const range: Plan = { kind: "Range", start: from, end: to, step: 1n, output: [id] };
  const columns = [
    { attribute: id, expression: columnOf(range, "id") },
    {
      attribute: { id: 2, name: "name", dataType: STRING, nullable: true, metadata: {} },
      expression: { kind: "Cast", expression: columnOf(range, "id"), dataType: STRING, nullable: true, try: false },
    },
  ] as const;
  const plan: Plan = { kind: "Project", input: range, columns, output: columns.map((one) => one.attribute) };
  await engine.write({ ...requestOf(target, plan, { kind: "Rows", rows: [] }, version), inputs: new Map() });
}

interface Entry {
  readonly path: string;
  readonly [key: string]: unknown;
}

/** Every add of the log, by version. */
function addsOf(location: string): readonly Entry[] {
  return readdirSync(join(location, "_delta_log"))
    .filter((name) => /^\d+\.json$/.test(name))
    .sort()
    .flatMap((name) =>
      readFileSync(join(location, "_delta_log", name), "utf8")
        .trim()
        .split("\n"),
    )
    .flatMap((line) => JSON.parse(line).add ?? []);
}

/** Commits as another engine would: the rows of the files get deletion vectors in place of those they have. */
function commitDeletions(
  location: string,
  version: number,
  rows: readonly (readonly [Entry, readonly number[], "u" | "p"])[],
): void {
  const file = packDeletionVectors(rows.map(([, positions]) => rowSetOf(positions)));
  writeFileSync(join(location, file.path), file.content);
  const lines = rows.flatMap(([add, , storageType], i) => {
    const place = storageType === "p" ? { pathOrInlineDv: `file://${join(location, file.path)}` } : {};
    const deletionVector = { ...file.descriptors[i], storageType, ...place };
    const { path, deletionVector: before } = add;
    return [{ remove: { path, dataChange: true, deletionVector: before } }, { add: { ...add, deletionVector } }];
  });
  const info = { commitInfo: { operation: "DELETE", timestamp: Date.now() } };
  const log = join(location, "_delta_log", `${String(version).padStart(20, "0")}.json`);
  writeFileSync(log, [info, ...lines].map((line) => JSON.stringify(line)).join("\n"));
}

function numbers(from: number, to: number, keep: (id: number) => boolean): readonly (readonly [bigint, string])[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
    .filter(keep)
    .map((id) => [BigInt(id), String(id)]);
}

test("rows that deletion vectors delete are not read, whether they are many or few, relative or absolute", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  await appendRange(engine, target, 0n, 3000n, 0);
  await appendRange(engine, target, 3000n, 4000n, 1);
  await appendRange(engine, target, 4000n, 4010n, 2);
  const [first, second] = addsOf(target.location);
  if (first === undefined || second === undefined) throw new Error("two files were expected");
  const byId = (rows: Awaited<ReturnType<typeof tableRows>>) => rows.toSorted((a, b) => Number(a[0]) - Number(b[0]));
  commitDeletions(target.location, 3, [
    [first, [0, 2999], "u"],
    [second, [5], "p"],
  ]);
  const few = new Set([0, 2999, 3005]);
  expect(byId(await tableRows(engine, target.location))).toEqual(numbers(0, 4010, (id) => !few.has(id)));
  expect(await engine.tables.describe(target.location)).toMatchObject({ version: 3, rows: 4007 });
  const even = Array.from({ length: 1500 }, (_, i) => i * 2);
  const [, , , again] = addsOf(target.location);
  if (again === undefined) throw new Error("the first file with its vector was expected");
  commitDeletions(target.location, 4, [[again, even, "u"]]);
  const other = await newEngine();
  for (const reader of [engine, other]) {
    const rows = byId(await tableRows(reader, target.location));
    expect(rows).toEqual(numbers(0, 4010, (id) => (id >= 3000 || id % 2 === 1) && id !== 3005));
  }
  const before = { kind: "TableVersion", location: target.location, version: 2 } as const;
  expect((await engine.query(scanOf(SCHEMA), new Map([[0, before]]), SESSION)).rows).toHaveLength(4010);
  expect(await engine.tables.tail(target.location, 2)).toEqual({
    kind: "Changed",
    version: 3,
    operation: "DELETE",
    adds: true,
    files: [],
  });
});

test("a deletion vector that is gone or damaged ends the read with the name of its file", async () => {
  const engine = await newEngine();
  const target = targetAt(join(newFolder(), "t"), SCHEMA);
  await appendRange(engine, target, 0n, 10n, 0);
  const [first] = addsOf(target.location);
  if (first === undefined) throw new Error("a file was expected");
  commitDeletions(target.location, 1, [[first, [3], "u"]]);
  const [name = ""] = readdirSync(target.location).filter((one) => one.startsWith("deletion_vector_"));
  writeFileSync(join(target.location, name), "x");
  await expect(tableRows(engine, target.location)).rejects.toMatchObject({
    facts: { condition: "DELTA_DELETION_VECTOR_CORRUPT", domain: "external" },
  });
});
