import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../test/memory-store.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import { type LeaseHolder, leaseHolder, UpdateLease } from "./update-lease.ts";

const PATH = "system/update-lock/0.json";

function storeHeldBy(holder: Partial<LeaseHolder>): MemoryStore {
  const now = Date.now();
  const whole = { token: "t", pid: 1, host: hostname(), updateId: "u1", startedAt: now, seenAt: now, ...holder };
  return new MemoryStore("/s", new Map([[PATH, new TextEncoder().encode(JSON.stringify(whole))]]));
}

async function acquire(store: MemoryStore) {
  return await UpdateLease.acquire(store, SYSTEM_CLOCK, "u2");
}

describe("the right to run a pipeline", () => {
  test("is held by one at a time, and the other is told by whom [F94]", async () => {
    const store = new MemoryStore("/s");
    const first = await UpdateLease.acquire(store, SYSTEM_CLOCK, "u1");
    const second = await acquire(store);
    expect(second).toMatchObject({ kind: "Busy", holder: { updateId: "u1", pid: process.pid, host: hostname() } });
    if (first.kind === "Acquired") await first.lease.release();
    expect(store.files.size).toBe(0);
    expect((await acquire(store)).kind).toBe("Acquired");
  });

  test("stays with another process as long as that lives [F94]", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const store = storeHeldBy({ pid: child.pid ?? 0 });
    expect(await acquire(store)).toMatchObject({ kind: "Busy", holder: { pid: child.pid } });
    child.kill();
    await once(child, "exit");
    expect((await acquire(store)).kind).toBe("Acquired");
    expect(store.files.has(PATH)).toBe(false);
  });

  test.each<[string, Partial<LeaseHolder>, "Busy" | "Acquired"]>([
    ["another machine that was seen lately keeps it", { host: "elsewhere", seenAt: Date.now() - 30_000 }, "Busy"],
    ["another machine that fell silent loses it", { host: "elsewhere", seenAt: Date.now() - 90_000 }, "Acquired"],
    ["an earlier process with our process id has lost it", { pid: process.pid }, "Acquired"],
  ])("%s", async (_, holder, outcome) => {
    const store = storeHeldBy(holder);
    expect((await acquire(store)).kind).toBe(outcome);
  });

  test("goes to one of many that find it abandoned", async () => {
    const store = storeHeldBy({ host: "elsewhere", seenAt: 0 });
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => acquire(store)));
    expect(outcomes.filter((outcome) => outcome.kind === "Acquired").length).toBe(1);
  });

  test("can be asked for", async () => {
    const store = new MemoryStore("/s");
    expect(await leaseHolder(store, SYSTEM_CLOCK)).toBeUndefined();
    await acquire(store);
    expect(await leaseHolder(store, SYSTEM_CLOCK)).toMatchObject({ updateId: "u2" });
  });
});
