import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../test/memory-store.ts";
import { FileLog } from "./file-log.ts";

const file = (n: number) => ({ path: `/in/${n}.json`, sizeBytes: 1, modifiedAt: n });

async function logOf(entries: number, store = new MemoryStore("/s")): Promise<MemoryStore> {
  const log = await FileLog.open(store, "log", -1);
  for (let n = 0; n < entries; n++) {
    await log.append([file(n)]);
    await log.tidy(n);
  }
  return store;
}

describe("the log of files", () => {
  test.each([0, 1, 9, 10, 11, 25, 100])("knows all files of %i entries when opened again", async (entries) => {
    const log = await FileLog.open(await logOf(entries), "log", entries - 1);
    expect(log.last).toBe(entries - 1);
    expect(Array.from({ length: entries + 1 }, (_, n) => log.has(file(n).path))).toEqual([
      ...Array(entries).fill(true),
      false,
    ]);
  });

  test("stays small on disk however many entries there are", async () => {
    expect((await logOf(100)).files.size).toBeLessThanOrEqual(21);
    expect((await logOf(1005)).files.size).toBeLessThanOrEqual(21);
  });

  test("opens when the process died before a snapshot was written", async () => {
    const store = await logOf(19);
    const log = await FileLog.open(store, "log", 18);
    await log.append([file(19)]);
    const again = await FileLog.open(store, "log", 19);
    expect([again.last, again.has(file(0).path), again.has(file(19).path)]).toEqual([19, true, true]);
  });

  test("takes over an entry that nobody used", async () => {
    const store = await logOf(3);
    const log = await FileLog.open(store, "log", 1);
    expect(await log.resume()).toBe(2);
    expect(await log.files(2)).toEqual([file(2)]);
    expect(await log.resume()).toBeUndefined();
  });

  test("gives way to an entry of another writer", async () => {
    const store = await logOf(2);
    const [one, other] = await Promise.all([FileLog.open(store, "log", 1), FileLog.open(store, "log", 1)]);
    await one.append([file(2)]);
    await other.append([file(3)]);
    expect(await other.files(2)).toEqual([file(2)]);
    expect(other.has(file(3).path)).toBe(false);
  });

  test("names the missing file and the way out", async () => {
    const store = await logOf(3);
    store.files.delete("log/1.json");
    await expect(FileLog.open(store, "log", 2)).rejects.toThrow(/\/s\/log\/1.json is missing.*full refresh/);
  });
});
