import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listFiles } from "./file-source.ts";

test("known files are not looked at; the others come by modification time and then by path [F146]", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-known-"));
  for (const [name, seconds] of [
    ["a", 30],
    ["b", 20],
    ["c", 20],
    ["old", 10],
  ] as const) {
    await writeFile(join(folder, name), name);
    await utimes(join(folder, name), seconds, seconds);
  }
  await symlink(join(folder, "nowhere"), join(folder, "dangling"));
  const asked: string[] = [];
  const files = await listFiles({ paths: [folder], options: {}, recursive: true }, (path) => {
    asked.push(path);
    return path.endsWith("old");
  });
  expect(files.map((file) => file.path.slice(folder.length + 1))).toEqual(["b", "c", "a"]);
  expect(asked).toHaveLength(5);
});

test("very many files are listed by two threads as by one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-many-"));
  const count = 20_500;
  for (let i = 0; i < count; i++) writeFileSync(join(folder, `${i}.json`), "x".repeat(i % 7));
  const files = await listFiles({ paths: [folder], options: {}, recursive: true });
  expect(files).toHaveLength(count);
  expect(files.every((file) => file.sizeBytes === Number(file.path.slice(folder.length + 1, -5)) % 7)).toBe(true);
  const order = files.toSorted((a, b) => a.modifiedAt - b.modifiedAt || (a.path < b.path ? -1 : 1));
  expect(files).toEqual(order);
  rmSync(folder, { recursive: true });
});
