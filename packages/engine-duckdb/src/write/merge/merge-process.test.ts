import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Engine, TableTarget } from "@sluice/pipelines";
import { field, LONG, struct } from "@sluice/query";
import { expect, test } from "vitest";
import { newEngine, newFolder, requestOf, rowsOf, scanOf, tableRows, targetAt } from "../../../test/engine-fixture.ts";

const CHILD = fileURLToPath(new URL("../../../test/merge-child.mjs", import.meta.url));
const SCHEMA = struct([field("id", LONG), field("n", LONG)]);

function mergeAway(location: string, appId: string, count: number): ChildProcess {
  return spawn(process.execPath, [CHILD, location, appId, String(count)], { stdio: ["ignore", "pipe", "inherit"] });
}

async function zeros(engine: Engine, rows: number, properties: Readonly<Record<string, string>>): Promise<TableTarget> {
  const target = targetAt(join(newFolder(), "t"), SCHEMA, { properties });
  const all = Array.from({ length: rows }, (_, i) => [BigInt(i), 0n]);
  await engine.write(requestOf(target, scanOf(SCHEMA), rowsOf(all), 0));
  return target;
}

test("processes that merge into the same rows at once lose no merge", { timeout: 180_000 }, async () => {
  const engine = await newEngine();
  const { location } = await zeros(engine, 3, { "delta.enableDeletionVectors": "true" });
  const children = ["one", "two", "three"].map((appId) => mergeAway(location, appId, 5));
  for (const child of children) child.stdout?.resume();
  expect(await Promise.all(children.map(async (child) => (await once(child, "close"))[0]))).toEqual([0, 0, 0]);
  expect(await tableRows(engine, location)).toEqual([0n, 1n, 2n].map((id) => [id, 15n]));
});

test.each([{ vectors: "true" }, { vectors: "false" }])(
  "a process killed while it merges, deletion vectors $vectors, leaves the table as its last commit",
  { timeout: 180_000 },
  async ({ vectors }) => {
    const engine = await newEngine();
    const properties = { "delta.enableDeletionVectors": vectors, "delta.enableChangeDataFeed": "true" };
    const { location } = await zeros(engine, 20_000, properties);
    const child = mergeAway(location, "killed", 1000);
    let done = 0;
    for await (const text of child.stdout ?? []) {
      done += String(text).split("done").length - 1;
      if (done >= 2 && String(text).trimEnd().endsWith("begin")) break;
    }
    setTimeout(() => child.kill("SIGKILL"), 60);
    await once(child, "close").catch(() => undefined);
    const committed = (await engine.tables.transactionVersion(location, "killed")) ?? -1;
    expect(committed).toBeGreaterThanOrEqual(1);
    const rows = await tableRows(engine, location);
    expect(rows).toHaveLength(20_000);
    expect(rows.filter((row) => row[1] !== BigInt(committed + 1))).toEqual([]);
  },
);
