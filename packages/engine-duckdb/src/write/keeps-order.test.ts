import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FileEntry, FileRead, InputSlice, WriteRequest } from "@sluice/pipelines";
import { field, STRING, struct } from "@sluice/query";
import { expect, test } from "vitest";
import {
  columnOf,
  literal,
  newEngine,
  newFolder,
  requestOf,
  SESSION,
  scanOf,
  targetAt,
  writeEntry,
} from "../../test/engine-fixture.ts";

const SCHEMA = struct([field("id", STRING)]);
const FILES = 4;
const ROWS = 150_000;

/** Numbers of one length, in order over all files. */
function numbers(folder: string): readonly FileEntry[] {
  return Array.from({ length: FILES }, (_, file) => {
    const lines = Array.from({ length: ROWS }, (__, row) => `{"id":"${1_000_000 + file * ROWS + row}"}\n`);
    return writeEntry(folder, `${file}.json`, lines.join(""));
  });
}

/** The texts of a file of framed rows of one column. */
function textsOf(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    texts.push(bytes.toString("latin1", at + 4, at + 4 + length));
    at += 4 + length;
  }
  return texts;
}

test("rows keep their order on the way into a table and out of it, however many threads are at work", async () => {
  const engine = await newEngine({ threads: 4 });
  const folder = newFolder();
  const read: FileRead = { format: "json", schema: SCHEMA, options: {}, basePath: folder };
  const slice: InputSlice = { kind: "Files", files: numbers(folder), read };
  const scan = scanOf(SCHEMA);
  const condition = {
    kind: "Call",
    name: "<>",
    args: [columnOf(scan, "id"), literal("1000007", STRING)],
    dataType: { kind: "boolean" },
    nullable: true,
  } as const;
  const plan = { kind: "Filter", input: scan, output: scan.output, condition } as const;
  const target = targetAt(join(folder, "t"), SCHEMA);
  const more: Partial<WriteRequest> = { keepsOrder: true };
  expect(await engine.write(requestOf(target, plan, slice, 0, more))).toMatchObject({ rows: FILES * ROWS - 1 });
  const version = (await engine.tables.describe(target.location))?.version ?? 0;
  const table = { kind: "TableAppends", location: target.location, after: version - 1, through: version } as const;
  const rows = { plan: scan, inputs: new Map([[0, table]]), session: SESSION, partitionBy: [] };
  await engine.exportFiles({ folder, format: "framed", name: "out", ...rows });
  const texts = textsOf(join(folder, "out.framed"));
  expect(texts).toHaveLength(FILES * ROWS - 1);
  expect(texts.findIndex((text, i) => i > 0 && text < (texts[i - 1] ?? ""))).toBe(-1);
}, 60_000);
