import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, leftOut } from "./judges.ts";
import { type Answer, difference } from "./language-answer.ts";
import { openOurs } from "./language-ours.ts";
import { KNOWN, RECURSION_QUERIES } from "./recursion-queries.ts";

const SESSION = { timeZone: "UTC", ansi: true } as const;

async function ourAnswers(): Promise<readonly Answer[]> {
  const ours = await openOurs({});
  const answers: Answer[] = [];
  for (const query of RECURSION_QUERIES) answers.push(await ours.answer(query, { ...SESSION, now: 0n }));
  await ours.close();
  return answers;
}

/** The messages of what fails in Spark name its condition. */
function isSameFailure(spark: Answer, ours: Answer): boolean {
  if (!("error" in spark) || !("error" in ours)) return true;
  return spark.error === ours.error || (spark.message ?? "").includes(`[${ours.error}]`);
}

describe.skipIf(leftOut !== undefined)(
  `recursive queries before PySpark${leftOut === undefined ? "" : ` (left out: ${leftOut})`}`,
  () => {
    let folder: string;
    let answers: readonly (readonly [Answer, Answer])[];

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "sluice-recursion-"));
      const asked = join(folder, "asked.json");
      await writeFile(asked, JSON.stringify({ tables: {}, runs: [{ ...SESSION, queries: RECURSION_QUERIES }] }));
      const [spark = []] = await ask<readonly (readonly Answer[])[]>("language.py", asked);
      const ours = await ourAnswers();
      answers = spark.map((answer, i) => [answer, ours[i] ?? { error: "nobody answered" }]);
    }, 900_000);

    afterAll(() => rm(folder, { recursive: true, force: true }));

    const wrong = () =>
      answers.flatMap(([spark, ours], i) => {
        const query = RECURSION_QUERIES[i] ?? "";
        const text = difference(query, spark, ours);
        return text === undefined && isSameFailure(spark, ours) ? [] : [{ query, text, spark, ours }];
      });

    test("rows and types are Spark's, and so are the conditions of what is refused and of what does not end", () => {
      expect(wrong().filter(({ query }) => !(query in KNOWN))).toEqual([]);
    });

    test("a known difference still differs", () => {
      const different = new Set(wrong().map(({ query }) => query));
      expect(Object.keys(KNOWN).filter((query) => !different.has(query))).toEqual([]);
    });
  },
);
