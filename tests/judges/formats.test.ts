import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FORMAT_CASES } from "./formats-cases.ts";
import { KNOWN_DIFFERENCES } from "./formats-known.ts";
import { NUMBER_CASES } from "./formats-numbers.ts";
import { type Found, openOurs, type Reading } from "./formats-ours.ts";
import { ask, leftOut } from "./judges.ts";
import { difference } from "./language-answer.ts";

interface Asked extends Reading {
  readonly name: string;
  readonly folder: string;
}

const CODECS = ["uncompressed", "deflate", "snappy", "zstandard", "bzip2"];

function writeCases(folder: string): readonly Asked[] {
  return [...FORMAT_CASES, ...NUMBER_CASES].map(({ name, format, files, options = {}, schema }, i) => {
    const own = join(folder, String(i));
    mkdirSync(own);
    for (const [file, content] of Object.entries(files)) writeFileSync(join(own, file), content);
    return { name, folder: own, format, options, files: entriesOf(own), ...(schema === undefined ? {} : { schema }) };
  });
}

function entriesOf(folder: string): Reading["files"] {
  return readdirSync(folder)
    .filter((name) => !/^[._]/.test(name))
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return { path: join(folder, name), sizeBytes: size, modifiedAt: Math.trunc(mtimeMs) };
    });
}

function avroCases(folder: string): readonly Asked[] {
  return CODECS.map((codec) => {
    const own = join(folder, codec);
    return { name: `avro: ${codec}`, folder: own, format: "avro", options: {}, files: [] };
  });
}

/** Columns in their order, and rows. */
function told(found: Found) {
  if ("error" in found) return found;
  const names = Object.keys(found.schema);
  const schema = names.map((name) => `${name}: ${found.schema[name]}`).join(", ");
  return { schema, rows: found.rows.map((row) => names.map((name) => row[name] ?? null)) };
}

describe.skipIf(leftOut !== undefined)(
  `files as Spark reads them${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-formats-"));
    const differences = new Map<string, string | undefined>();
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    beforeAll(async () => {
      const written = join(folder, "avro");
      const cases = [...writeCases(folder), ...avroCases(written)];
      const path = join(folder, "cases.json");
      writeFileSync(path, JSON.stringify(cases));
      const spark = await ask<readonly Found[]>("formats.py", path, written);
      const ours = await openOurs();
      for (const [i, one] of cases.entries()) {
        const theirs = spark[i] ?? { error: "nobody answered" };
        const found = await ours.found({ ...one, files: entriesOf(one.folder) });
        differences.set(one.name, difference(one.name, told(theirs), told(found)));
      }
      await ours.close();
    }, 300_000);

    test("rows and types are equal, except where it is known and said why [F135] [F136] [F137]", () => {
      const unknown = [...differences].filter(([name, one]) => one !== undefined && !(name in KNOWN_DIFFERENCES));
      expect(unknown.map(([name, one]) => `${name}\n  ${one}`).join("\n")).toBe("");
    });

    test("what is known to differ still does", () => {
      const agreed = Object.keys(KNOWN_DIFFERENCES).filter((name) => differences.get(name) === undefined);
      expect(agreed).toEqual([]);
    });
  },
);
