import { beforeAll, describe, expect, test } from "vitest";
import { leftOut, readExamples } from "./conformance-data.ts";
import { DIFFERING, REFUSED, REFUSED_FUNCTIONS, VARYING } from "./function-misses.ts";
import { type FunctionExample, judge, type Verdict } from "./function-verdict.ts";

const FILE = "spark-functions.jsonl";
const reason = leftOut(FILE);

/** The groups that must be nearly whole together, and how much of them. */
const PROMISED = [
  ...["agg", "array", "collection", "conditional", "conversion", "datetime", "hash", "json", "lambda", "map"],
  ...["math", "predicate", "string", "struct", "window"],
];
const FLOOR = 0.92;

type Judged = FunctionExample & { readonly verdict: Verdict };

function equalShare(judged: readonly Judged[]): number {
  return judged.filter(({ verdict }) => verdict.kind === "equal").length / judged.length;
}

function score(group: string, judged: readonly Judged[]): string {
  const of = (kind: Verdict["kind"]) => judged.filter(({ verdict }) => verdict.kind === kind).length;
  const share = `${(100 * equalShare(judged)).toFixed(1)} %`.padStart(8);
  return `${group.padEnd(12)}${share}  ${of("equal")} equal, ${of("refused")} refused, ${of("differs")} differ`;
}

function listed(table: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return Object.values(table).flat();
}

function told({ query, verdict }: Judged): string {
  return `${query}\n  ${"message" in verdict ? verdict.message : ""}`;
}

describe.skipIf(reason !== undefined)(
  `the documented examples of Spark's functions${reason === undefined ? "" : ` (left out: ${reason})`}`,
  () => {
    let judged: readonly Judged[];
    let refused: readonly (Judged & { readonly verdict: Extract<Verdict, { kind: "refused" }> })[];
    let differing: readonly Judged[];

    beforeAll(async () => {
      const examples = readExamples<FunctionExample>(FILE);
      const verdicts = await judge(examples);
      judged = examples.map((example, i) => ({ ...example, verdict: verdicts[i] ?? { kind: "equal" } }));
      refused = judged.flatMap((one) => (one.verdict.kind === "refused" ? [{ ...one, verdict: one.verdict }] : []));
      differing = judged.filter(({ verdict }) => verdict.kind === "differs");
    });

    test(`at least ${100 * FLOOR} % of the promised groups have Spark's value and type`, () => {
      const promised = judged.filter(({ group }) => PROMISED.includes(group));
      const groups = [...new Set(judged.map(({ group }) => group))].sort();
      const scores = groups.map((group) =>
        score(
          group,
          judged.filter((one) => one.group === group),
        ),
      );
      console.log([...scores, score("promised", promised), score("all", judged)].join("\n"));
      expect(equalShare(promised)).toBeGreaterThanOrEqual(FLOOR);
    });

    test("what differs from Spark is listed with its reason", () => {
      const known = [...listed(DIFFERING), ...listed(VARYING)];
      expect(
        differing
          .filter(({ query }) => !known.includes(query))
          .map(told)
          .join("\n\n"),
      ).toBe("");
    });

    test("what is refused is listed with its reason", () => {
      const [functions, queries] = [listed(REFUSED_FUNCTIONS), listed(REFUSED)];
      const unknown = refused.filter(
        ({ query, verdict }) => !queries.includes(query) && !functions.includes(verdict.function ?? ""),
      );
      expect(unknown.map(told).join("\n\n")).toBe("");
    });

    test("every listed miss still misses", () => {
      const misses = [...refused, ...differing].map(({ query }) => query);
      const functions = refused.map(({ verdict }) => verdict.function);
      const stale = [
        ...[...listed(DIFFERING), ...listed(REFUSED)].filter((query) => !misses.includes(query)),
        ...listed(REFUSED_FUNCTIONS).filter((name) => !functions.includes(name)),
      ];
      expect(stale).toEqual([]);
    });
  },
);
