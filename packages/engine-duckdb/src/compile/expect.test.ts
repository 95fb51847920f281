import { analyzeCondition, type ExpectPlan, field, type Plan, parseExpression, type Rule, struct } from "@sluice/query";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { openSparkSql, SESSION, type SparkSql } from "../../test/spark-sql.ts";
import type { Observer } from "./context.ts";

const ROWS = 300_000;

let spark: SparkSql;

beforeAll(async () => {
  spark = await openSparkSql({
    events: {
      schema: struct([
        field("id", { kind: "long" }),
        field("kind", { kind: "integer" }),
        field("note", { kind: "string" }),
      ]),
      create: `CREATE TABLE events AS
        SELECT i AS id, CAST(i % 1000 AS INTEGER) AS kind, CASE WHEN i % 10 = 3 THEN NULL ELSE 'n' || i END AS note FROM range(${ROWS}) r(i)`,
    },
    kinds: {
      schema: struct([field("kind", { kind: "integer" }), field("name", { kind: "string" })]),
      create: "CREATE TABLE kinds AS SELECT CAST(i AS INTEGER) AS kind, 'k' || i AS name FROM range(5) r(i)",
    },
  });
});

const COUNTERS = ["violation_0", "violation_1", "violation_2", "dropped", "row"];

beforeEach(async () => {
  for (const name of COUNTERS) await spark.connection.run(`CREATE OR REPLACE TEMP SEQUENCE ${name}`);
});

const observe: Observer = {
  violation: (_, index) => ({ count: `nextval('violation_${index}')` }),
  dropped: () => "nextval('dropped')",
  row: () => "nextval('row')",
  fail: (expectation, names, record) =>
    `error('[EXPECTATION_VIOLATED] ${expectation.dataset}: ' || array_to_string(${names}, ',') || ' ' || ${record})`,
};

async function counts(): Promise<Readonly<Record<string, number>>> {
  const entries = COUNTERS.map(async (name) => {
    const [row] = (await spark.connection.runAndReadAll(`SELECT nextval('${name}')`)).getRowsJson();
    return [name, Number(row?.[0]) - 1] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

type RuleText = readonly [policy: Rule["policy"], condition: string];

function expectOver(input: Plan, rules: Readonly<Record<string, RuleText>>, nullIsViolation = false): ExpectPlan {
  const typed = Object.entries(rules).map(
    ([name, [policy, text]]): Rule => ({
      name,
      policy,
      condition: analyzeCondition(parseExpression(text), input.output, { ansi: false, timeZone: "UTC" }),
    }),
  );
  return { kind: "Expect", input, output: input.output, dataset: "events", rules: typed, nullIsViolation };
}

async function countRows(sql: string): Promise<number> {
  const [row] = (await spark.connection.runAndReadAll(`SELECT count(*) FROM (${sql})`)).getRowsJson();
  return Number(row?.[0]);
}

const EVENTS = "SELECT id, kind, note FROM events";

test("each violation is counted once, whatever the threads, and only rows of drop rules are left out", async () => {
  const plan = expectOver(spark.plan(EVENTS), {
    known: ["warn", "kind <> 7"],
    small: ["drop", "kind < 990"],
    noted: ["drop", "note IS NOT NULL"],
  });
  const rows = await countRows(spark.compile(plan, { observe }));
  expect(await counts()).toEqual({ violation_0: 300, violation_1: 3000, violation_2: 30_000, dropped: 32_700, row: 0 });
  expect(rows).toBe(ROWS - 32_700);
});

test("a NULL condition passes, unless NULL is a violation", async () => {
  const rules = { starts: ["drop", "note LIKE 'n%'"] } as const;
  expect(await countRows(spark.compile(expectOver(spark.plan(EVENTS), rules), { observe }))).toBe(ROWS);
  expect(await countRows(spark.compile(expectOver(spark.plan(EVENTS), rules, true), { observe }))).toBe(ROWS - 30_000);
});

test("a violated fail rule raises with the names of the rules and the row", async () => {
  const plan = expectOver(spark.plan(EVENTS), { low: ["fail", "id < 299999"], fine: ["fail", "id >= 0"] });
  await expect(countRows(spark.compile(plan, { observe }))).rejects.toThrow(
    /\[EXPECTATION_VIOLATED\] events: low \{"id":299999,"kind":999,"note":"n299999"\}/,
  );
});

test("quarantined rows leave the table, or stay with the names of the rules they broke", async () => {
  const plan = expectOver(spark.plan(EVENTS), { known: ["quarantine", "kind <> 7"], small: ["drop", "kind < 990"] });
  expect(await countRows(spark.compile(plan, { observe }))).toBe(ROWS - 300 - 3000);
  const kept = spark.compile(plan, { observe, keepQuarantined: true });
  const { rows } = await spark.run(`SELECT __quarantine, count(*) FROM (${kept}) GROUP BY ALL ORDER BY 2`);
  expect(rows).toEqual([
    [["known"], "300"],
    [null, String(ROWS - 3300)],
  ]);
});

test("a projection above a topmost Expect hands the quarantine column on", async () => {
  const input = expectOver(spark.plan(EVENTS), { known: ["quarantine", "kind <> 7"] });
  const [id] = input.output;
  if (id === undefined) throw new Error("no column");
  const plan: Plan = {
    kind: "Project",
    input,
    output: [id],
    columns: [{ attribute: id, expression: { ...id, kind: "Column" } }],
  };
  const { rows } = await spark.run(
    `SELECT * FROM (${spark.compile(plan, { observe, keepQuarantined: true })}) WHERE id = 7`,
  );
  expect(rows).toEqual([["7", ["known"]]]);
});

/** Puts the Expect in place of the scan of `events` in another query. */
function below(plan: Plan, rules: Readonly<Record<string, RuleText>>): Plan {
  switch (plan.kind) {
    case "Scan":
      return plan.leaf.kind === "NamedTable" && plan.leaf.name[0] === "events" ? expectOver(plan, rules) : plan;
    case "Join":
    case "SetOperation":
    case "UnionLoop":
      return { ...plan, left: below(plan.left, rules), right: below(plan.right, rules) };
    case "Values":
    case "Range":
    case "UnionLoopRef":
      return plan;
    default:
      return { ...plan, input: below(plan.input, rules) };
  }
}

test.each([
  ["a filter", "SELECT id FROM events WHERE kind > 995 AND id > 1000"],
  ["a selective join", "SELECT e.id, name FROM events e JOIN kinds k ON e.kind = k.kind"],
  ["a semi join", "SELECT id FROM events LEFT SEMI JOIN kinds USING (kind)"],
  ["an aggregate", "SELECT kind, count(*) FROM events WHERE kind = 1 GROUP BY kind"],
  ["a count of rows", "SELECT count(*) FROM events"],
  ["a deduplication", "SELECT DISTINCT kind FROM events WHERE kind < 3"],
  ["a sort with a limit", "SELECT kind, id FROM events ORDER BY kind, id LIMIT 3"],
])("%s above an Expect takes no row away before it is counted", async (_, sql) => {
  const plan = below(spark.plan(sql), { known: ["warn", "kind <> 7"], small: ["drop", "kind < 990"] });
  await countRows(spark.compile(plan, { observe }));
  expect(await counts()).toMatchObject({ violation_0: 300, violation_1: 3000, dropped: 3000, row: ROWS });
});

test("rules above a join see only the rows that the join gives", async () => {
  const plan = expectOver(spark.plan("SELECT e.id, e.kind, k.name FROM events e JOIN kinds k ON e.kind = k.kind"), {
    known: ["warn", "kind <> 3"],
  });
  expect(await countRows(spark.compile(plan, { observe }))).toBe(1500);
  expect(await counts()).toMatchObject({ violation_0: 300 });
});

test("an Expect reads as three SELECTs", () => {
  const plan = expectOver(spark.plan(EVENTS), { known: ["warn", "kind <> 7"], small: ["drop", "kind < 990"] });
  expect(spark.compile(plan, { observe, session: SESSION })).toMatchInlineSnapshot(`
    "SELECT "id", "kind", "note"
    FROM (
      SELECT
        "id",
        "kind",
        "note",
        CASE
          WHEN "__broken_1" OR "__broken_2" THEN CASE WHEN "__broken_2" THEN -1 ELSE 1 END * (
            CASE WHEN "__broken_1" THEN nextval('violation_0') ELSE 0 END +
            CASE WHEN "__broken_2" THEN nextval('violation_1') ELSE 0 END +
            CASE WHEN "__broken_2" THEN nextval('dropped') ELSE 0 END
          ) > 0
          ELSE true
        END AS "__keep"
      FROM (
        SELECT "id", "kind", "note", NOT ("kind" <> 7) AS "__broken_1", NOT ("kind" < 990) AS "__broken_2"
        FROM (
          SELECT "id", "kind", "note" FROM "events"
        )
      )
    )
    WHERE "__keep""
  `);
});
