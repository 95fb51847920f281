import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { RawTable } from "../harness/delta-table.ts";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";
import { ask, leftOut } from "./judges.ts";

interface Verdict {
  /** How many changes of each kind a feed has, or what is wrong with it. */
  readonly feed: Readonly<Record<string, unknown>>;
  readonly delta_rs: Readonly<Record<string, unknown>>;
  readonly delta_kernel: Readonly<Record<string, unknown>>;
}

const VIEWS: readonly (readonly [name: string, vectors: boolean, clause: string])[] = [
  ["plain", false, ""],
  ["parts_vectors", true, "PARTITIONED BY (p)"],
  ["keyed", true, ""],
];
const UPDATES = 3;
const COLUMNS = "k INT, p STRING, x DOUBLE, s STRUCT<a: INT, b: STRING>, l ARRAY<INT>";

const PROGRAM = VIEWS.map(([name, vectors, clause]) => {
  const columns = name === "keyed" ? `(${COLUMNS}, CONSTRAINT pk PRIMARY KEY (k, p))` : "";
  return `CREATE MATERIALIZED VIEW ${name} ${columns} ${clause}
    TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'delta.enableDeletionVectors' = '${vectors}')
    AS SELECT k, p, CASE WHEN x = 1 THEN double('NaN') ELSE x END AS x, s, l FROM read_files('raw', format => 'json', schema => '${COLUMNS}');`;
}).join("\n");

describe.skipIf(leftOut !== undefined)(
  `feeds of views before the judges${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let verdict: Verdict;

    beforeAll(async () => {
      const project = await makeProject({ "sluice.yml": "schema: s\n", "transformations/p.sql": PROGRAM });
      const versions: Record<string, number[]> = Object.fromEntries(VIEWS.map(([name]) => [name, []]));
      const next = randomNumbers(11);
      let rows: readonly string[] = Array.from({ length: 60 }, () => randomRow(next));
      for (let update = 0; update < UPDATES; update++) {
        const content = rows.map((row) => `${row}\n`).join("");
        await writeFiles(project, { "raw/rows.json": content, [`contents/${update}.json`]: content });
        const finished = await sluice(["run", "--project", project]);
        expect(finished.code, finished.stdout + finished.stderr).toBe(0);
        for (const [name] of VIEWS) {
          const { length } = new RawTable(join(project, ".sluice/tables/s", name)).commits();
          versions[name]?.push(length - 1);
        }
        rows = successor(rows, next);
      }
      const tables = join(project, ".sluice/tables/s");
      verdict = await ask<Verdict>("views.py", join(project, "contents"), tables, JSON.stringify(versions));
    }, 600_000);

    test("each feed, as Spark reads it, makes the view after each update, with as few changes as will do; a key makes updates [F72] [F198]", () => {
      for (const [name] of VIEWS) {
        const kinds = ["insert", "delete", ...(name === "keyed" ? ["update_preimage", "update_postimage"] : [])];
        const counted = Object.fromEntries(kinds.map((kind) => [kind, expect.any(Number)]));
        expect(verdict.feed[name], name).toEqual(counted);
      }
    });

    test.each(["delta_rs", "delta_kernel"] as const)("%s reads the rows of the last update", (judge) => {
      expect(verdict[judge]).toEqual(Object.fromEntries(VIEWS.map(([name]) => [name, null])));
    });
  },
);

/** Some rows go, some come, some of them rows that are there already. */
function successor(rows: readonly string[], next: (below: number) => number): readonly string[] {
  const kept = rows.filter(() => next(6) > 0);
  const again = kept.filter(() => next(10) === 0);
  return [...again, ...kept, ...Array.from({ length: next(12) }, () => randomRow(next))];
}

function randomRow(next: (below: number) => number): string {
  const maybe = <Value>(value: Value): Value | null => (next(4) === 0 ? null : value);
  return JSON.stringify({
    k: maybe(next(5)),
    p: maybe(["a b", "c/é"][next(2)]),
    x: maybe(next(3)),
    s: maybe({ a: maybe(1), b: maybe("y") }),
    l: maybe([maybe(next(2)), 3].slice(0, next(3))),
  });
}

/** A linear congruential generator: numbers below a bound, the same for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
