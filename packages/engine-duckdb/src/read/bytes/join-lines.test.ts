import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EngineError, type FileEntry } from "@sluice/pipelines";
import { expect, test } from "vitest";
import { newFolder, writeEntry } from "../../../test/engine-fixture.ts";
import { inParts, joinLines } from "./join-lines.ts";

const MANY = 6_000;

function many(file: FileEntry, count = MANY): readonly FileEntry[] {
  return Array.from({ length: count }, () => file);
}

test("lines are put together in order by threads as by none: last lines end, and what came after listing is left out", async () => {
  const folder = newFolder();
  const open = writeEntry(folder, "open.json", '{"a":1}\n{"a":2}');
  const grown = writeEntry(folder, "grown.json", '{"a":3}\n');
  appendFileSync(grown.path, '{"a":4}\n');
  const shrunk = { ...writeEntry(folder, "shrunk.json", '{"a":5}'), sizeBytes: 100 };
  const empty = writeEntry(folder, "empty.json", "");
  const long = writeEntry(folder, "long.json", `{"a":"${"x".repeat(9 << 20)}"}`);
  const rest = [grown, shrunk, empty, grown, long];
  const lines = `{"a":3}\n{"a":5}\n{"a":3}\n${readFileSync(long.path, "utf8")}\n`;
  const parts = [[open, ...rest], [...rest, ...many(open)], many(open, 3)];
  const staged = await joinLines(parts, folder);
  const texts = staged.map((file) => readFileSync(file.path, "utf8"));
  const two = '{"a":1}\n{"a":2}\n';
  expect(texts.map((text) => text.length)).toEqual(
    [two + lines, lines + two.repeat(MANY), two.repeat(3)].map((text) => text.length),
  );
  expect(texts).toEqual([two + lines, lines + two.repeat(MANY), two.repeat(3)]);
});

test("a file that has gone is named, whichever thread was to read it", async () => {
  const folder = newFolder();
  const there = writeEntry(folder, "there.json", '{"a":1}\n');
  const gone = writeEntry(folder, "gone.json", '{"a":1}\n');
  rmSync(gone.path);
  const folderEntry = { ...there, path: folder };
  for (const [bad, condition] of [
    [gone, "FAILED_READ_FILE.FILE_NOT_EXIST"],
    [folderEntry, "FAILED_READ_FILE.NO_HINT"],
  ] as const) {
    for (const parts of [
      [[there, bad], many(there)],
      [[there], [...many(there), bad]],
    ]) {
      const error = await joinLines(parts, folder).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(EngineError);
      expect((error as EngineError).facts).toMatchObject({ condition, file: bad.path });
    }
  }
  await expect(joinLines([[there], many(there)], join(folder, "nowhere"))).rejects.toThrow(/nowhere/);
});

test("files are parted by what they hold, each of them once and in order", () => {
  const files = Array.from({ length: 1000 }, (_, i) => ({ path: `/f/${i}`, sizeBytes: 40_000, modifiedAt: 0 }));
  const parts = inParts(files);
  expect(parts.length).toBeLessThanOrEqual(4);
  expect(parts.flat()).toEqual(files);
  expect(inParts(files.slice(0, 100))).toHaveLength(1);
});
