import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDuckDbEngine } from "@sluice/engine-duckdb";
import { CHANGE_FIELDS, type Engine } from "@sluice/pipelines";
import { field, identityMetadata, struct } from "@sluice/query";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  requestOf,
  rowsOf,
  SESSION,
  scanOf,
  tableRows,
  targetAt,
} from "../../packages/engine-duckdb/test/engine-fixture.ts";
import { mergeOf } from "../../packages/engine-duckdb/test/merge-fixture.ts";
import { MergeModel, MODEL_SCHEMA } from "../../packages/engine-duckdb/test/merge-model.ts";
import { ask, leftOut } from "./judges.ts";

type Differences = Readonly<Record<string, unknown>>;

interface Verdict {
  readonly spark: Differences;
  readonly delta_rs: Differences;
  readonly delta_kernel: Differences;
  readonly feed: Differences;
  readonly history: readonly { readonly version: number; readonly operation: string }[];
  /** Changes that Spark reads of tables that it wrote: id, name, p, type, version, milliseconds. */
  readonly feeds: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly theirs: Readonly<Record<string, readonly number[]>>;
  /** The numbers of a table that we began and Spark went on with. */
  readonly numbered: readonly number[];
}

const TABLES: readonly (readonly [name: string, vectors: boolean, feed: boolean, partitionBy: readonly string[]])[] = [
  ["vectors", true, false, []],
  ["vectors_feed", true, true, ["p"]],
  ["rewrites", false, false, ["p"]],
  ["rewrites_feed", false, true, []],
];
const MERGES = 11;

describe.skipIf(leftOut !== undefined)(
  `merged tables before the judges${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "row-level-"));
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")];
    let engine: Engine;
    let verdict: Verdict;

    beforeAll(async () => {
      engine = await openDuckDbEngine();
      for (const table of TABLES) await mergeAtRandom(engine, ours, ...table);
      mkdirSync(theirs);
      await addNumbered(engine, join(theirs, "numbered"), 1);
      verdict = await ask<Verdict>("row_level.py", ours, theirs);
    }, 900_000);

    afterAll(async () => {
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(["spark", "delta_rs", "delta_kernel"] as const)("%s reads the rows that the merges leave", (judge) => {
      expect(verdict[judge]).toEqual(noDifference(TABLES.map(([name]) => name)));
    });

    test("Spark reads every change from the change feed, and the history", () => {
      expect(verdict.feed).toEqual(noDifference(["vectors_feed", "rewrites_feed"]));
      expect(verdict.history).toHaveLength(MERGES + 1);
      expect(verdict.history.at(-1)).toMatchObject({ operation: "MERGE" });
    });

    test("tables that Spark wrote with deletion vectors are read as Spark reads them", async () => {
      for (const name of ["plain", "parts"]) {
        const location = join(theirs, name);
        const table = await engine.tables.describe(location);
        if (table === undefined) throw new Error(`no table ${name}`);
        const slice = { kind: "TableVersion", location, version: table.version } as const;
        const { rows } = await engine.query(scanOf(table.schema), new Map([[0, slice]]), SESSION);
        const sum = rows.reduce((total, [id]) => total + Number(id), 0);
        expect([rows.length, sum]).toEqual(verdict.theirs[name]);
        expect(table.rows).toBe(rows.length);
      }
    });

    test("Spark and we number the rows of one table one after the other", async () => {
      expect(verdict.numbered).toEqual([7, 12, 17, 22]);
      const location = join(theirs, "numbered");
      await addNumbered(engine, location, 2);
      expect((await tableRows(engine, location)).map(([id]) => id).sort()).toEqual([12n, 17n, 22n, 27n, 32n, 7n]);
    });

    test("change feeds of tables that Spark wrote are read as Spark reads them, past every kind of commit [F51] [F198]", async () => {
      for (const [name, expected] of Object.entries(verdict.feeds)) {
        expect(expected.length).toBeGreaterThan(200);
        expect((await changesOf(join(theirs, name))).sort()).toEqual(expected.map(String).sort());
      }
    });

    test("the change feeds of merges are read as Spark reads them", async () => {
      for (const name of ["vectors_feed", "rewrites_feed"]) {
        const { feed } = JSON.parse(readFileSync(join(ours, `${name}.json`), "utf8"));
        const expected = feed.map((one: Record<string, unknown>) => Object.values(one).map(text).join());
        const found = (await changesOf(join(ours, name))).map((row) => row.slice(0, row.lastIndexOf(",")));
        expect(found.sort()).toEqual(expected.sort());
      }
    });

    async function changesOf(location: string): Promise<string[]> {
      const table = await engine.tables.describe(location);
      if (table === undefined) throw new Error(`no table ${location}`);
      const slice = { kind: "TableChanges", location, after: -1, through: table.version } as const;
      const schema = struct([...table.schema.fields, ...CHANGE_FIELDS]);
      const { rows } = await engine.query(scanOf(schema), new Map([[0, slice]]), SESSION);
      return rows.map((row) => [...row.slice(0, -1), Number(row.at(-1)) / 1000].map(text).join());
    }

    function text(value: unknown): string {
      return value === null ? "None" : String(value);
    }

    function noDifference(names: readonly string[]): Differences {
      return Object.fromEntries(names.map((name) => [name, null]));
    }
  },
);

/** Two rows more in a table that numbers them: 7, 12 and on. */
async function addNumbered(engine: Engine, location: string, version: number): Promise<void> {
  const identity = { start: 7n, step: 5n, allowsExplicit: false, highWaterMark: undefined };
  const name = field("name", { kind: "string" });
  const target = targetAt(location, struct([field("id", { kind: "long" }, true, identityMetadata(identity)), name]));
  const rows = rowsOf([["ours"], ["ours"]]);
  await engine.write(requestOf(target, scanOf(struct([name])), rows, version));
}

/** Merges a table at random, and writes what it and its change feed must hold beside it. */
async function mergeAtRandom(
  engine: Engine,
  folder: string,
  name: string,
  vectors: boolean,
  hasFeed: boolean,
  partitionBy: readonly string[],
): Promise<void> {
  const properties = { "delta.enableDeletionVectors": `${vectors}`, "delta.enableChangeDataFeed": `${hasFeed}` };
  const target = targetAt(join(folder, name), MODEL_SCHEMA, { properties, partitionBy });
  await engine.tables.ensure(target);
  const model = new MergeModel(name.length);
  const feed: Record<string, unknown>[] = [];
  for (let version = 1; version <= MERGES; version += 1) {
    const { gone, come, changes } = model.next();
    await engine.write({ ...mergeOf(target, version - 1, gone, come), transaction: { appId: "model", version } });
    for (const [id, text, p, type] of changes) {
      feed.push({ id: Number(id), name: text, p, _change_type: type, _commit_version: version });
    }
  }
  const rows = [...model.rows.values()].map(([id, text, p]) => ({ id: Number(id), name: text, p }));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ rows, ...(hasFeed ? { feed } : {}) }));
}
