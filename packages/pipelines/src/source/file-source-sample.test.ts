import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listFiles } from "./file-source.ts";

const FOLDERS = 300;
const PARALLEL = 64;

async function manyFolders(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "sluice-sample-"));
  for (let i = 0; i < FOLDERS; i++) {
    const folder = join(root, String(i).padStart(3, "0"));
    await mkdir(folder);
    for (const name of ["a.json", "b.csv"]) await writeFile(join(folder, name), "{}");
  }
  return root;
}

function foldersOf(paths: Iterable<string>, root: string): readonly number[] {
  const names = new Set([...paths].map((path) => Number(path.slice(root.length + 1).split("/")[0])));
  return [...names].sort((left, right) => left - right);
}

test("a sample comes from folders spread evenly over all, and not more of them are listed than it takes", async () => {
  const root = await manyFolders();
  const seen = new Set<string>();
  const isKnown = (path: string) => !seen.add(path);
  const source = { paths: [root], options: {}, recursive: true };
  const files = await listFiles(source, isKnown, undefined, 6);
  expect(files).toHaveLength(6);
  const listed = foldersOf(seen, root);
  expect(listed).toHaveLength(PARALLEL);
  const gaps = listed.slice(1).map((folder, i) => folder - (listed[i] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(Math.ceil(FOLDERS / PARALLEL));
  const taken = foldersOf(
    files.map((file) => file.path),
    root,
  );
  expect(taken).toHaveLength(6);
  expect(taken.at(-1)).toBeGreaterThan((FOLDERS * 4) / 6);
});

test("only files that the name filter takes count for a sample, and one larger than what is there is all of it", async () => {
  const root = await manyFolders();
  const source = { paths: [root], options: { pathGlobFilter: "*.csv" }, recursive: true };
  const files = await listFiles(source, undefined, undefined, 1000);
  expect(files).toHaveLength(FOLDERS);
  expect(files.every((file) => file.path.endsWith("b.csv"))).toBe(true);
});
