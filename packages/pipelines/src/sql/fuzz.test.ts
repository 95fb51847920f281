import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { collectDeclarations } from "../declaration/registry.ts";
import { isPipelineError, isPipelineErrors, type PipelineError } from "../diagnostics/pipeline-error.ts";
import { declareSql } from "./declare-sql.ts";

const PROGRAM = `-- Databricks notebook source
SET base = /mnt/raw;
USE SCHEMA s;
CREATE OR REFRESH STREAMING LIVE TABLE \`my orders\` (
  id BIGINT NOT NULL COMMENT 'key', amount DECIMAL(10,2), twice DOUBLE GENERATED ALWAYS AS (amount * 2),
  CONSTRAINT valid EXPECT (id IS NOT NULL AND status IN ("a", 'b')) ON VIOLATION DROP ROW,
  CONSTRAINT pk PRIMARY KEY (id)
) USING DELTA PARTITIONED BY (region) COMMENT "raw" TBLPROPERTIES ("quality" = "bronze", a.b = 1)
AS SELECT *, _metadata.file_path FROM STREAM(cloud_files('\${base}/x', "json", map("cloudFiles.inferColumnTypes", "true")));
-- COMMAND ----------
CREATE MATERIALIZED VIEW gold CLUSTER BY (day) AS WITH a AS (SELECT explode(items) AS i FROM LIVE.silver)
SELECT i.day, sum(x) FILTER (WHERE y > 0) AS n, a:b[0].c::int FROM a LEFT JOIN STREAM t USING (id) GROUP BY ALL;
CREATE FLOW f AS INSERT INTO ONCE t BY NAME SELECT * EXCEPT (b) FROM read_files('p', format => 'csv', header => true);
CREATE FLOW g AS AUTO CDC INTO t FROM STREAM(s) KEYS (id) APPLY AS DELETE WHEN op = "D" SEQUENCE BY ts STORED AS SCD TYPE 2;
`;

const SPLINTERS = PROGRAM.match(/\w+|\s+|[^\w\s]/g) ?? [];
const SLOWEST_MS = 1000;

/** Reads a text as a file, asks every query, and gives all that is wrong. Anything thrown that is no mistake of the person fails the test. */
async function mistakesOf(text: string): Promise<readonly PipelineError[]> {
  const found: PipelineError[] = [];
  const { flows } = await collectDeclarations(
    async () => {
      found.push(...declareSql(text, "/p/a.sql"));
    },
    { configuration: { base: "/data" } },
  );
  for (const flow of flows) {
    try {
      flow.query();
    } catch (error) {
      if (isPipelineErrors(error)) found.push(...error.errors);
      else if (isPipelineError(error)) found.push(error);
      else throw error;
    }
  }
  return found;
}

async function holds(text: string): Promise<void> {
  const start = process.cpuUsage();
  const mistakes = await mistakesOf(text);
  const spent = process.cpuUsage(start);
  const lines = text.split("\n");
  for (const { origin, message } of mistakes) {
    if (origin === undefined) throw new Error(`without a place: ${message}`);
    expect(origin.line).toBeLessThanOrEqual(lines.length);
    expect(origin.column).toBeLessThanOrEqual((lines[origin.line - 1]?.length ?? 0) + 1);
  }
  expect((spent.user + spent.system) / 1000).toBeLessThan(SLOWEST_MS);
}

describe("any text is read to its end: never a crash, never a hang, always a place", () => {
  test("random text", async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: "binary", maxLength: 200 }), holds), { numRuns: 150 });
  });

  test("random bytes", async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one).toString("utf8"));
    await fc.assert(fc.asyncProperty(bytes, holds), { numRuns: 150 });
  });

  test("splinters of a program in any order", async () => {
    const splinters = fc.array(fc.constantFrom(...SPLINTERS), { maxLength: 60 }).map((parts) => parts.join(""));
    const statement = splinters.map((tail) => `CREATE OR REFRESH STREAMING TABLE t ${tail}`);
    await fc.assert(fc.asyncProperty(fc.oneof(splinters, statement), holds), { numRuns: 300 });
  });

  test("a program with pieces taken out, doubled or replaced", async () => {
    const edit = fc.tuple(
      fc.nat(PROGRAM.length),
      fc.nat(30),
      fc.oneof(fc.constantFrom(...SPLINTERS), fc.string({ maxLength: 4 })),
    );
    const mutated = fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
      let text = PROGRAM;
      for (const [at, length, put] of edits) text = text.slice(0, at) + put + text.slice(at + length);
      return text;
    });
    await fc.assert(fc.asyncProperty(mutated, holds), { numRuns: 200 });
  });

  test.each([
    ["brackets in a query", `CREATE MATERIALIZED VIEW t AS SELECT ${"(".repeat(10_000)}1${")".repeat(10_000)}`],
    [
      "brackets in a rule",
      `CREATE STREAMING TABLE t (CONSTRAINT a EXPECT (${"(".repeat(10_000)}1${")".repeat(10_000)}))`,
    ],
    ["types", `CREATE STREAMING TABLE t (a ${"ARRAY<".repeat(10_000)}INT${">".repeat(10_000)})`],
    ["brackets without an end", `CREATE STREAMING TABLE t ${"(".repeat(10_000)}`],
    ["comments", `${"/*".repeat(10_000)} CREATE ${"*/".repeat(10_000)} CREATE STREAMING TABLE t`],
    ["comments without an end", `CREATE ${"/*".repeat(10_000)}`],
    ["parameters", `CREATE STREAMING TABLE ${"${".repeat(10_000)}x${"}".repeat(10_000)}`],
    ["statements", "CREATE STREAMING TABLE t;".repeat(2_000)],
    ["quotes", `SET a = ${"'".repeat(10_001)}`],
    ["a long text", `CREATE MATERIALIZED VIEW t AS SELECT '${"x".repeat(2_000_000)}' AS x`],
    ["a long text without an end", `CREATE MATERIALIZED VIEW t AS SELECT '${"x".repeat(2_000_000)}`],
    ["partitions", `CREATE STREAMING TABLE t PARTITIONED BY (${"a(".repeat(10_000)}`],
  ])("10,000-fold %s", async (_name, text) => {
    await holds(text);
  });
});
