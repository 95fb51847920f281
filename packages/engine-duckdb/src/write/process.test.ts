import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { newEngine, newFolder, tableRows } from "../../test/engine-fixture.ts";

const CHILD = fileURLToPath(new URL("../../test/child.mjs", import.meta.url));

function append(location: string, appId: string, count: number, rows: number): ChildProcess {
  return spawn(process.execPath, [CHILD, location, appId, String(count), String(rows)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

test("a process killed while it writes leaves the table as its last commit", { timeout: 180_000 }, async () => {
  const location = join(newFolder(), "t");
  const child = append(location, "killed", 1000, 200_000);
  let done = 0;
  for await (const text of child.stdout ?? []) {
    done += String(text).split("done").length - 1;
    if (done >= 2 && String(text).trimEnd().endsWith("begin")) break;
  }
  child.kill("SIGKILL");
  await once(child, "close").catch(() => undefined);
  const engine = await newEngine();
  const committed = (await engine.tables.transactionVersion(location, "killed")) ?? -1;
  expect(committed).toBeGreaterThanOrEqual(1);
  expect((await engine.tables.describe(location))?.rows).toBe((committed + 1) * 200_000);
  expect(await tableRows(engine, location)).toHaveLength((committed + 1) * 200_000);
});

test("two processes that append at once lose nothing", { timeout: 180_000 }, async () => {
  const location = join(newFolder(), "t");
  const children = ["one", "two"].map((appId) => append(location, appId, 30, 10));
  for (const child of children) child.stdout?.resume();
  const codes = await Promise.all(children.map(async (child) => (await once(child, "close"))[0]));
  expect(codes).toEqual([0, 0]);
  const engine = await newEngine();
  expect(await tableRows(engine, location)).toHaveLength(600);
  expect(await engine.tables.transactionVersion(location, "one")).toBe(29);
  expect(await engine.tables.transactionVersion(location, "two")).toBe(29);
});
