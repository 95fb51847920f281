import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";
import { ask, leftOut } from "./judges.ts";

type Differences = Readonly<Record<string, unknown>>;

interface Verdict {
  readonly rows: Readonly<Record<string, number>>;
  readonly spark: Differences;
  readonly delta_rs: Differences;
  readonly delta_kernel: Differences;
  readonly feed: Differences;
}

/** A table of changes, as SQL and as cdc.py folds it. */
interface Case {
  readonly name: string;
  /** A bitemporal table's changes have a third of `seq` as their place, so that some correct others, and become known in another order. */
  readonly scd: 1 | 2 | "bitemporal";
  readonly vectors: boolean;
  readonly feed: boolean;
  readonly truncates?: boolean;
  readonly ignores?: readonly string[];
  readonly sets?: boolean;
  readonly tracked?: readonly string[];
}

const VALUES = ["a", "b", "d", "t", "s"];
const CASES: readonly Case[] = [
  { name: "one", scd: 1, vectors: true, feed: false },
  { name: "one_feed", scd: 1, vectors: false, feed: true },
  { name: "truncated_feed", scd: 1, vectors: true, feed: true, truncates: true },
  { name: "patched_feed", scd: 1, vectors: true, feed: true, ignores: VALUES },
  { name: "sets", scd: 1, vectors: false, feed: false, sets: true },
  { name: "two", scd: 2, vectors: true, feed: false },
  { name: "two_feed", scd: 2, vectors: true, feed: true, tracked: ["a", "s"] },
  { name: "two_patched_feed", scd: 2, vectors: false, feed: true, ignores: ["b", "s"] },
  { name: "known_feed", scd: "bitemporal", vectors: true, feed: true },
  { name: "known_patched", scd: "bitemporal", vectors: false, feed: false, ignores: ["b", "s"], tracked: ["a", "s"] },
];

const READ = `CREATE STREAMING TABLE changes AS SELECT * FROM STREAM read_files('raw', format => 'json', maxFilesPerTrigger => 1, schema =>
  'id INT, a INT, b STRING, d DECIMAL(10, 2), t TIMESTAMP, s STRUCT<x: INT, y: STRING>, sets ARRAY<STRING>, op STRING, seq BIGINT');
CREATE TEMPORARY VIEW keyed AS SELECT * FROM STREAM(changes) WHERE op <> 'T';`;

describe.skipIf(leftOut !== undefined)(
  `tables of changes before the judges${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let verdict: Verdict;

    beforeAll(async () => {
      const program = [READ, ...CASES.map(declared)].join("\n");
      const project = await makeProject({ "sluice.yml": "name: cdc\nschema: s\n", "transformations/p.sql": program });
      const files = batches(220, 4);
      for (const [i, lines] of files.entries()) {
        await writeFiles(project, { [`raw/${i}.json`]: lines });
        if (i % 2 === 0) continue;
        const finished = await sluice(["run", "--project", project]);
        expect(finished.code, finished.stdout + finished.stderr).toBe(0);
      }
      const cases = CASES.map((one) => ({ truncates: false, ignores: [], sets: false, tracked: VALUES, ...one }));
      const plain = cases.map((one) => (one.scd === 1 ? { ...one, tracked: [] } : one));
      verdict = await ask<Verdict>(
        "cdc.py",
        join(project, "raw"),
        join(project, ".sluice/tables/s"),
        JSON.stringify(plain),
      );
    }, 900_000);

    test.each(["spark", "delta_rs", "delta_kernel"] as const)(
      "%s reads what folding all changes gives [F118] [F119] [F120] [F122] [F123] [F125]",
      (judge) => {
        for (const { name } of CASES) expect(verdict.rows[name], name).toBeGreaterThan(3);
        expect(verdict[judge]).toEqual(Object.fromEntries(CASES.map(({ name }) => [name, null])));
      },
    );

    test("the change feed, as Spark reads it, makes the table when it is applied", () => {
      expect(verdict.feed).toEqual(Object.fromEntries(CASES.filter((one) => one.feed).map(({ name }) => [name, null])));
    });
  },
);

function declared({ name, scd, vectors, feed, truncates, ignores, sets, tracked }: Case): string {
  const clauses = [
    ...(ignores === undefined ? [] : [`IGNORE NULL UPDATES ON (${ignores.join(", ")})`]),
    "APPLY AS DELETE WHEN op = 'D'",
    ...(truncates ? ["APPLY AS TRUNCATE WHEN op = 'T'"] : []),
    scd === "bitemporal" ? "SEQUENCE BY seq DIV 3 SYSTEM SEQUENCE BY seq * 37 % 61" : "SEQUENCE BY seq",
    `COLUMNS (id, ${VALUES.join(", ")})`,
    scd === "bitemporal" ? "STORED AS BITEMPORAL" : `STORED AS SCD TYPE ${scd}`,
    ...(tracked === undefined ? [] : [`TRACK HISTORY ON (${tracked.join(", ")})`]),
    ...(sets ? ["COLUMNS TO UPDATE sets"] : []),
  ];
  return `CREATE STREAMING TABLE ${name} TBLPROPERTIES ('delta.enableDeletionVectors' = '${vectors}', 'delta.enableChangeDataFeed' = '${feed}');
    CREATE FLOW f_${name} AS AUTO CDC INTO ${name} FROM STREAM(${truncates ? "changes" : "keyed"}) KEYS (id) ${clauses.join(" ")};`;
}

/** Changes of a few keys in no order, some of them twice, as JSON lines of so many files. */
function batches(changes: number, files: number): readonly string[] {
  const next = randomNumbers(7);
  const texts = Array.from({ length: files }, () => "");
  const known = new Set<string>();
  for (let i = 0; i < changes; i++) {
    const change = randomChange(next);
    const place = `${change.id} ${change.seq}`;
    if (known.has(place)) continue;
    known.add(place);
    const times = next(8) === 0 ? 2 : 1;
    for (let time = 0; time < times; time++) texts[next(files)] += `${JSON.stringify(change)}\n`;
  }
  return texts;
}

interface RandomChange {
  readonly id: number | null;
  readonly seq: number;
  readonly [column: string]: unknown;
}

function randomChange(next: (below: number) => number): RandomChange {
  const [kind, seq] = [next(100), 1 + next(60)];
  if (kind === 0 && seq < 40) return { id: null, op: "T", seq };
  const maybe = <Value>(value: Value): Value | null => (next(3) === 0 ? null : value);
  return {
    id: 1 + next(12),
    a: maybe(next(3)),
    b: maybe(["x", "y", "é"][next(3)]),
    d: maybe(next(500) / 4),
    t: maybe(new Date(Date.UTC(2026, 0, 1) + next(4) * 1001).toISOString()),
    s: maybe({ x: maybe(next(2)), y: maybe("p") }),
    sets: maybe(VALUES.filter(() => next(2) === 0)),
    op: kind < 15 ? "D" : "U",
    seq,
  };
}

/** A linear congruential generator: numbers below a bound, the same for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}
