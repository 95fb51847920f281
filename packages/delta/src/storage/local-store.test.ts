import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { LocalStore } from "./local-store.ts";
import { MemoryStore } from "./memory-store.ts";
import type { ObjectStore } from "./object-store.ts";
import { openStore } from "./open-store.ts";

const folder = await mkdtemp(join(tmpdir(), "local-store-"));
afterAll(() => rm(folder, { recursive: true }));

const stores: readonly (readonly [string, () => ObjectStore])[] = [
  ["a local folder", () => new LocalStore(join(folder, `store ${crypto.randomUUID()} = ü`))],
  ["memory", () => new MemoryStore()],
];

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array | undefined): string | undefined => content && new TextDecoder().decode(content);

test.each(stores)("%s: files with blanks, = and letters of any language are kept", async (_name, make) => {
  const store = make();
  const path = "day=2024-01-01 10%3A00/größe – 数.json";
  expect(await store.read(path)).toBeUndefined();
  expect(await store.head(path)).toBeUndefined();
  await store.put(path, bytes("one"));
  await store.put(path, bytes("two!"));
  expect(text(await store.read(path))).toBe("two!");
  expect(await store.head(path)).toMatchObject({ path, sizeBytes: 4 });
  await store.delete(path);
  await store.delete(path);
  expect(await store.list("")).toEqual([]);
});

test.each(stores)(
  "%s: a file waits for what it comes after, and never appears when that fails",
  async (_name, make) => {
    const store = make();
    let release = (): void => {};
    const wait = new Promise<void>((resolve) => {
      release = resolve;
    });
    const created = store.putIfAbsent("log/1.json", bytes("one"), wait);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await store.head("log/1.json")).toBeUndefined();
    release();
    expect(await created).toBe("created");
    const failure = Promise.reject(new Error("not synced"));
    await expect(store.putIfAbsent("log/2.json", bytes("two"), failure)).rejects.toThrow("not synced");
    expect((await store.list("")).map((file) => file.path)).toEqual(["log/1.json"]);
  },
);

test.each(stores)("%s: of many creators of one file exactly one wins, and its content stays", async (_name, make) => {
  const store = make();
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => ({
      index,
      answer: await store.putIfAbsent("log/1.json", bytes(`${index}`)),
    })),
  );
  const winners = answers.filter((one) => one.answer === "created");
  expect(winners).toHaveLength(1);
  expect(text(await store.read("log/1.json"))).toBe(String(winners[0]?.index));
  expect((await store.list("log")).map((file) => file.path)).toEqual(["log/1.json"]);
});

test.each(stores)(
  "%s: a listing is deep, in the order of UTF-8 bytes, and may start after a path",
  async (_name, make) => {
    const store = make();
    for (const path of ["a/\u{1f600}", "a/\uffee", "a/b/c", "a/B", "a.txt", "b"]) await store.put(path, bytes("x"));
    const list = async (start?: string) => (await store.list("a", start)).map((file) => file.path);
    expect(await list()).toEqual(["a/B", "a/b/c", "a/\uffee", "a/\u{1f600}"]);
    expect(await list("a/b")).toEqual(["a/b/c", "a/\uffee", "a/\u{1f600}"]);
    expect(await store.list("missing")).toEqual([]);
  },
);

test("what a crash left half-written is in no listing", async () => {
  const store = new LocalStore(join(folder, "crashed"));
  await store.put("log/1.json", bytes("x"));
  await writeFile(join(store.root, "log/.sluice-0b0e.tmp"), "half");
  expect((await store.list("log")).map((file) => file.path)).toEqual(["log/1.json"]);
  expect(await readdir(join(store.root, "log"))).toHaveLength(2);
});

test("a store is opened by path or file URL, and other URLs say what to do", () => {
  expect(openStore("file:///tmp/a%20b").root).toBe("/tmp/a b");
  expect(openStore("file:/tmp/a").root).toBe("/tmp/a");
  expect(openStore("/tmp/a/").root).toBe("/tmp/a");
  expect(openStore("s3a://bucket/table/").root).toBe("s3://bucket/table");
  expect(() => openStore("ftp://user:word@host/table")).toThrow(/There is no storage for "ftp:\/\/host\/table"/);
});
