import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, leftOut } from "./judges.ts";
import { type Answer, difference } from "./language-answer.ts";
import { COLLECTION_QUERIES } from "./language-collections.ts";
import { CSV_QUERIES } from "./language-csv.ts";
import { FUNCTION_QUERIES, NULL_QUERIES, TIME_QUERIES } from "./language-functions.ts";
import { INTERVAL_QUERIES, INTERVAL_REFUSALS } from "./language-intervals.ts";
import { JSON_QUERIES } from "./language-json.ts";
import { KNOWN_DIFFERENCES, REFUSED } from "./language-known.ts";
import { MOMENT_QUERIES } from "./language-moments.ts";
import { type Ours, openOurs } from "./language-ours.ts";
import { PAYLOAD_QUERIES } from "./language-payloads.ts";
import { RELATION_QUERIES, SPELLINGS } from "./language-relations.ts";
import { SCALAR_QUERIES } from "./language-scalars.ts";
import { writeTables } from "./language-tables.ts";
import { TEXT_QUERIES } from "./language-texts.ts";
import { VARIANT_QUERIES } from "./language-variant.ts";
import { XML_QUERIES } from "./language-xml.ts";

interface Compared {
  readonly query: string;
  readonly spark: Answer;
  readonly ours: Answer;
  readonly difference: string | undefined;
}

/** Some expressions stand in two lists. */
function isFirst(query: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(query) === index;
}

const RUNS = [
  {
    timeZone: "UTC",
    ansi: false,
    queries: [
      ...TEXT_QUERIES,
      ...SCALAR_QUERIES,
      ...COLLECTION_QUERIES,
      ...RELATION_QUERIES,
      ...Object.keys(SPELLINGS),
      ...MOMENT_QUERIES,
      ...FUNCTION_QUERIES,
      ...TIME_QUERIES,
      ...PAYLOAD_QUERIES,
      ...JSON_QUERIES,
      ...CSV_QUERIES,
      ...XML_QUERIES,
      ...VARIANT_QUERIES,
      ...INTERVAL_QUERIES,
    ].filter(isFirst),
  },
  { timeZone: "America/Los_Angeles", ansi: false, queries: MOMENT_QUERIES.filter(isFirst) },
] as const;

/** Calls that no program writes: only the values are compared, not which types of NULL are taken. */
const NULLS = { timeZone: "UTC", ansi: false, queries: NULL_QUERIES } as const;

/** Here an error must be the same error. */
const REFUSALS = { timeZone: "UTC", ansi: false, queries: INTERVAL_REFUSALS } as const;

async function compareAll(folder: string): Promise<readonly (readonly Compared[])[]> {
  const tables = await writeTables(folder);
  const path = join(folder, "asked.json");
  const all = [...RUNS, NULLS, REFUSALS];
  const runs = all.map((run) => ({ ...run, queries: run.queries.map((query) => SPELLINGS[query] ?? query) }));
  await writeFile(path, JSON.stringify({ tables, runs }));
  const verdict = ask<readonly (readonly Answer[])[]>("language.py", path);
  const ours = await openOurs(tables);
  const answers: Answer[][] = [];
  for (const { queries, timeZone, ansi } of all) answers.push(await answersOf(ours, queries, { timeZone, ansi }));
  await ours.close();
  const spark = await verdict;
  return all.map(({ queries }, run) => queries.map((query, i) => compared(query, spark[run]?.[i], answers[run]?.[i])));
}

async function answersOf(
  ours: Ours,
  queries: readonly string[],
  session: { readonly timeZone: string; readonly ansi: boolean },
): Promise<Answer[]> {
  const now = BigInt(Date.now()) * 1000n;
  const answers: Answer[] = [];
  for (const query of queries) answers.push(await ours.answer(query, { ...session, now }));
  return answers;
}

function compared(query: string, spark: Answer | undefined, ours: Answer | undefined): Compared {
  if (spark === undefined || ours === undefined) throw new Error(`nobody answered ${query}`);
  return { query, spark, ours, difference: difference(query, spark, ours) };
}

/** Whether we refuse what Spark answers: nothing wrong is computed. */
function isRefusal({ spark, ours }: Compared): boolean {
  return "error" in ours && !("error" in spark);
}

function told({ query, difference: text }: Compared): string {
  return `${query}\n  ${text}`;
}

describe.skipIf(leftOut !== undefined)(
  `Spark SQL before PySpark${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let folder: string;
    let runs: readonly (readonly Compared[])[];
    let differing: readonly Compared[];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "sluice-language-"));
      runs = await compareAll(folder);
      differing = runs
        .slice(0, RUNS.length)
        .flat()
        .filter((one) => one.difference !== undefined);
    }, 600_000);

    afterAll(() => rm(folder, { recursive: true, force: true }));

    test("PySpark could be asked every query", () => {
      const python = runs
        .flat()
        .filter(({ spark }) => "error" in spark && /^(Value|Type|Overflow|Attribute|Key)Error$/.test(spark.error));
      expect(python.map(({ query, spark }) => `${query}: ${JSON.stringify(spark)}`)).toEqual([]);
    });

    test.each(RUNS.map(({ timeZone }, run) => ({ timeZone, run })))(
      "types and rows are Spark's in the time zone $timeZone",
      ({ run }) => {
        const wrong = (runs[run] ?? []).filter(
          (one) => one.difference !== undefined && !isRefusal(one) && !(one.query in KNOWN_DIFFERENCES),
        );
        expect(wrong.map(told).join("\n\n")).toBe("");
      },
    );

    test("nothing but NULLs gives Spark's value wherever both answer", () => {
      const wrong = (runs[RUNS.length] ?? []).filter(
        ({ spark, ours }) =>
          "rows" in spark && "rows" in ours && JSON.stringify(spark.rows) !== JSON.stringify(ours.rows),
      );
      expect(wrong.map(told).join("\n\n")).toBe("");
    });

    test("intervals that Spark refuses are refused under its conditions", () => {
      const refusals = runs[RUNS.length + 1] ?? [];
      const wrong = refusals.filter(
        ({ spark, ours }) => !("error" in spark && "error" in ours && spark.error === ours.error),
      );
      expect(refusals.length).toBeGreaterThan(50);
      expect(
        wrong
          .map(({ query, spark, ours }) => `${query}\n  ${JSON.stringify(spark)}\n  ${JSON.stringify(ours)}`)
          .join("\n\n"),
      ).toBe("");
    });

    test("what we refuse and Spark answers is listed with its reason", () => {
      const refused = differing.filter((one) => isRefusal(one) && !(one.query in REFUSED));
      expect(refused.map(told).join("\n\n")).toBe("");
    });

    test("a listed refusal still refuses", () => {
      const refused = new Set(differing.filter(isRefusal).map(({ query }) => query));
      expect(Object.keys(REFUSED).filter((query) => !refused.has(query))).toEqual([]);
    });

    test("a known difference still differs", () => {
      const different = new Set(differing.filter((one) => !isRefusal(one)).map(({ query }) => query));
      expect(Object.keys(KNOWN_DIFFERENCES).filter((query) => !different.has(query))).toEqual([]);
    });
  },
);
