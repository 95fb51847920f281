import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FileEntry } from "../engine/engine.ts";
import { type CleanPolicy, cleanFiles } from "./clean-source.ts";

let folder = "";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-clean-"));
});

afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, content: string): Promise<FileEntry> {
  const path = join(folder, name);
  await writeFile(path, content);
  const { size, mtimeMs } = await stat(path);
  return { path, sizeBytes: size, modifiedAt: Math.trunc(mtimeMs) };
}

const clean = (files: readonly FileEntry[], mode: CleanPolicy["mode"]) =>
  cleanFiles(files, { mode, retentionMs: 0, basePath: folder, destination: join(folder, "done/deep") }, () => 5);

describe("cleaning up a source", () => {
  test("deletes files, once, and leaves alone what has changed or is gone [F148]", async () => {
    const [a, b] = [await put("a", "1"), await put("b", "1")];
    await put("b", "changed");
    const files = [a, b, { ...a, path: join(folder, "gone") }];
    expect(await clean(files, "DELETE")).toEqual([{ path: a.path, mode: "DELETE", at: 5 }]);
    expect(await clean(files, "DELETE")).toEqual([]);
    expect(await readdir(folder)).toEqual(["b"]);
  });

  test("moves files to where they were below the source, and overwrites none [F148]", async () => {
    const first = await put("a b=%.json", "1");
    await clean([first], "MOVE");
    await clean([await put("a b=%.json", "2")], "MOVE");
    const done = join(folder, "done/deep");
    expect((await readdir(done)).sort()).toEqual(["a b=%-1.json", "a b=%.json"]);
    expect(await readFile(join(done, "a b=%-1.json"), "utf8")).toBe("2");
    expect(await readdir(folder)).toEqual(["done"]);
  });

  test("ends a move that was begun and killed [F148]", async () => {
    const { link, mkdir } = await import("node:fs/promises");
    const file = await put("a", "1");
    await mkdir(join(folder, "done/deep"), { recursive: true });
    await link(file.path, join(folder, "done/deep/a"));
    await clean([file], "MOVE");
    expect([await readdir(folder), await readdir(join(folder, "done/deep"))]).toEqual([["done"], ["a"]]);
  });
});
