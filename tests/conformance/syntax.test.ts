import { parseExpression, parseQuery, QueryError } from "@sluice/query";
import { describe, expect, test } from "vitest";
import { leftOut, readExamples } from "./conformance-data.ts";
import { MISSES, QUERY_GROUPS } from "./syntax-misses.ts";

const FILE = "spark-syntax.jsonl";
const reason = leftOut(FILE);
const FLOOR = 0.97;

/** One text of Spark's own parser tests; `exception` is what Spark says when it rejects it. */
interface SyntaxExample {
  readonly group: string;
  readonly input: string;
  readonly exception?: string;
}

interface Judged extends SyntaxExample {
  /** Why we reject it. */
  readonly problem?: string;
}

function isExpression({ group }: SyntaxExample): boolean {
  return group.startsWith("expression/");
}

function judge(example: SyntaxExample): Judged {
  try {
    if (isExpression(example)) parseExpression(example.input);
    else parseQuery(example.input);
    return example;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { ...example, problem: error.message };
  }
}

function agrees({ exception, problem }: Judged): boolean {
  return (exception === undefined) === (problem === undefined);
}

function share(judged: readonly Judged[]): number {
  return judged.filter(agrees).length / judged.length;
}

function score(group: string, judged: readonly Judged[]): string {
  return `${group.padEnd(26)} ${judged.filter(agrees).length} of ${judged.length}`;
}

function told({ group, input, exception, problem }: Judged): string {
  return `${group}: ${JSON.stringify(input)}\n  Spark: ${exception?.trim() ?? "accepts it"}\n  ours: ${problem ?? "accepts it"}`;
}

describe.skipIf(reason !== undefined)(
  `the syntax of Spark's own parser tests${reason === undefined ? "" : ` (left out: ${reason})`}`,
  () => {
    const examples = reason === undefined ? readExamples<SyntaxExample>(FILE) : [];
    const judged = examples.filter((one) => isExpression(one) || QUERY_GROUPS.includes(one.group)).map(judge);
    const [expressions, queries] = [judged.filter(isExpression), judged.filter((one) => !isExpression(one))];
    const missed = judged.filter((one) => !agrees(one));
    const listed = Object.values(MISSES).flat();

    test(`at least ${100 * FLOOR} % of expressions and of queries are accepted or rejected as by Spark`, () => {
      const groups = [...new Set(judged.map(({ group }) => group))].sort();
      const scores = groups.map((group) =>
        score(
          group,
          judged.filter((one) => one.group === group),
        ),
      );
      console.log([...scores, score("expressions", expressions), score("queries", queries)].join("\n"));
      expect(share(expressions)).toBeGreaterThanOrEqual(FLOOR);
      expect(share(queries)).toBeGreaterThanOrEqual(FLOOR);
    });

    test("every miss is listed with its reason", () => {
      expect(
        missed
          .filter(({ input }) => !listed.includes(input))
          .map(told)
          .join("\n\n"),
      ).toBe("");
    });

    test("every listed miss still misses", () => {
      const inputs = missed.map(({ input }) => input);
      expect(listed.filter((input) => !inputs.includes(input))).toEqual([]);
    });

    test("what is rejected is rejected at a place of the text", () => {
      const nowhere = judged.filter(({ problem, input, group }) => problem !== undefined && !hasPlace(input, group));
      expect(nowhere.map(told)).toEqual([]);
    });
  },
);

function hasPlace(input: string, group: string): boolean {
  try {
    if (group.startsWith("expression/")) parseExpression(input);
    else parseQuery(input);
    return true;
  } catch (error) {
    return error instanceof QueryError && error.problems.every(({ span }) => span !== undefined);
  }
}
