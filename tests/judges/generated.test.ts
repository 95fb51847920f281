import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Dice } from "./generated/dice.ts";
import { isKnown } from "./generated/known.ts";
import { randomQuery } from "./generated/query.ts";
import { writeRandomTables } from "./generated/tables.ts";
import { ask, leftOut } from "./judges.ts";
import { type Answer, difference } from "./language-answer.ts";
import { openOurs } from "./language-ours.ts";

/** How many queries, and what they grow from: a failure is found again with the same two. */
const COUNT = Number(process.env["SLUICE_TEST_QUERIES"] ?? 200);
const SEED = Number(process.env["SLUICE_TEST_SEED"] ?? 20_260_401);

const SESSIONS = [
  { timeZone: "UTC", ansi: true },
  { timeZone: "America/Los_Angeles", ansi: false },
] as const;

interface Compared {
  readonly query: string;
  readonly ansi: boolean;
  readonly spark: Answer;
  readonly ours: Answer;
}

async function compareAll(folder: string): Promise<readonly Compared[]> {
  const dice = new Dice(SEED);
  const tables = await writeRandomTables(folder, dice);
  const queries = SESSIONS.map(() => Array.from({ length: COUNT / SESSIONS.length }, () => randomQuery(dice)));
  const path = join(folder, "asked.json");
  const runs = SESSIONS.map((session, i) => ({ ...session, queries: queries[i] ?? [] }));
  await writeFile(path, JSON.stringify({ tables, runs }));
  const verdict = ask<readonly (readonly Answer[])[]>("language.py", path);
  const ours = await openOurs(tables);
  const now = BigInt(Date.now()) * 1000n;
  const own: Answer[][] = [];
  for (const { queries: asked, ...session } of runs) {
    const answers: Answer[] = [];
    for (const query of asked) answers.push(await ours.answer(query, { ...session, now }));
    own.push(answers);
  }
  await ours.close();
  const spark = await verdict;
  return runs.flatMap(({ queries: asked, ansi }, run) =>
    asked.map((query, i) => ({ query, ansi, spark: answerAt(spark, run, i), ours: answerAt(own, run, i) })),
  );
}

function answerAt(answers: readonly (readonly Answer[])[], run: number, index: number): Answer {
  const answer = answers[run]?.[index];
  if (answer === undefined) throw new Error(`nobody answered query ${index} of run ${run}`);
  return answer;
}

describe.skipIf(leftOut !== undefined)(
  `random queries before PySpark${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let folder: string;
    let compared: readonly Compared[];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "sluice-generated-"));
      compared = await compareAll(folder);
    }, 600_000);

    afterAll(() => rm(folder, { recursive: true, force: true }));

    test("most of the queries have an answer in Spark", () => {
      const answered = compared.filter(({ spark }) => !("error" in spark));
      expect(answered.length / compared.length).toBeGreaterThan(0.7);
    });

    test("rows and types are Spark's, errors where Spark has errors", () => {
      const wrong = compared.flatMap(({ query, ansi, spark, ours }) => {
        const text = difference(query, spark, ours);
        return text === undefined || isKnown(query, text) ? [] : [`${query}\n  (ansi ${ansi}) ${text}`];
      });
      expect(wrong.join("\n\n")).toBe("");
    });
  },
);
