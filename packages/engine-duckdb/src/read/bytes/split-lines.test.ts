import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newFolder, writeEntry } from "../../../test/engine-fixture.ts";
import { splitLines } from "./split-lines.ts";

const LARGE = 9 << 20;
const hasThreads = availableParallelism() > 1;

function lines(bytes: number): string {
  const line = (i: number) => `{"id":${i},"text":"${"é".repeat(40 + (i % 50))}"}\n`;
  return Array.from({ length: Math.ceil(bytes / 140) }, (_, i) => line(i)).join("");
}

test.runIf(hasThreads)("a large file becomes parts of whole lines that together are the file", async () => {
  const file = writeEntry(newFolder(), "large.json", lines(LARGE));
  const parts = (await splitLines([file], (one) => one, newFolder)) ?? [];
  expect(parts.length).toBe(Math.min(2, availableParallelism()));
  expect(parts.map((part) => part.file)).toEqual(parts.map(() => file));
  const texts = parts.map(({ path }) => readFileSync(path, "utf8"));
  expect(texts.every((text) => text.startsWith('{"id":') && text.endsWith("}\n"))).toBe(true);
  expect(texts.join("") === readFileSync(file.path, "utf8")).toBe(true);
});

test.runIf(hasThreads)("a file without line feeds, and one that ends without, lose nothing", async () => {
  const folder = newFolder();
  const one = writeEntry(folder, "one.json", `{"text":"${"x".repeat(LARGE)}"}`);
  const open = writeEntry(folder, "open.json", `${lines(LARGE)}{"id":-1}`);
  for (const file of [one, open]) {
    const parts = (await splitLines([file], (entry) => entry, newFolder)) ?? [];
    expect(parts.map(({ path }) => readFileSync(path, "utf8")).join("") === readFileSync(file.path, "utf8")).toBe(true);
  }
});

test("small files, and as many files as threads, are left as they are", async () => {
  const folder = newFolder();
  const small = writeEntry(folder, "small.json", '{"id":1}\n');
  const path = join(folder, "large.json");
  writeFileSync(path, "");
  const many = Array.from({ length: availableParallelism() }, () => ({ path, sizeBytes: LARGE, modifiedAt: 0 }));
  expect(await splitLines([small], (one) => one, newFolder)).toBeUndefined();
  expect(await splitLines([], (one) => one, newFolder)).toBeUndefined();
  expect(await splitLines(many, (one) => one, newFolder)).toBeUndefined();
});

test.runIf(hasThreads)("a file that is gone is named", async () => {
  const gone = { path: join(newFolder(), "gone.json"), sizeBytes: LARGE, modifiedAt: 0 };
  await expect(splitLines([gone], (one) => one, newFolder)).rejects.toMatchObject({
    facts: { condition: "FAILED_READ_FILE.FILE_NOT_EXIST", file: gone.path },
  });
});
