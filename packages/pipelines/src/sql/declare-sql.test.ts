// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of SQL text
import type { Relation } from "@sluice/query";
import { describe, expect, test } from "vitest";
import type { DatasetDeclaration, Declarations } from "../declaration/declaration.ts";
import { collectDeclarations } from "../declaration/registry.ts";
import { isPipelineErrors, type PipelineError } from "../diagnostics/pipeline-error.ts";
import { declareSql } from "./declare-sql.ts";

interface Declared extends Declarations {
  readonly diagnostics: readonly PipelineError[];
}

async function declared(text: string, configuration: Readonly<Record<string, string>> = {}): Promise<Declared> {
  const diagnostics: PipelineError[] = [];
  const declarations = await collectDeclarations(
    async () => {
      diagnostics.push(...declareSql(text, "/p/a.sql"));
    },
    { configuration },
  );
  return { ...declarations, diagnostics };
}

async function dataset(
  text: string,
  configuration: Readonly<Record<string, string>> = {},
): Promise<DatasetDeclaration> {
  const found = await declared(text, configuration);
  expect([...found.diagnostics.filter((one) => one.severity === "error"), ...mistakes(found)].map(shown)).toEqual([]);
  const [first] = found.datasets;
  if (first === undefined) throw new Error("nothing was declared");
  return first;
}

/** What the queries of flows raise. */
function mistakes({ flows }: Declarations): readonly PipelineError[] {
  return flows.flatMap((flow) => {
    try {
      flow.query();
      return [];
    } catch (error) {
      if (isPipelineErrors(error)) return error.errors;
      return [error as PipelineError];
    }
  });
}

function shown(error: PipelineError): string {
  const { line, column } = error.origin ?? {};
  return `${line}:${column} ${error.condition} ${error.message}`;
}

async function errors(text: string, configuration: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const found = await declared(text, configuration);
  return [...found.diagnostics, ...mistakes(found)].map(shown);
}

function relation({ flows }: Declarations, index = 0): Relation {
  const flow = flows[index];
  if (flow === undefined) throw new Error("there is no flow");
  return flow.query().relation;
}

const KINDS: readonly (readonly [string, string, boolean])[] = [
  ["CREATE STREAMING TABLE t AS SELECT * FROM STREAM s", "StreamingTable", false],
  ["CREATE OR REFRESH STREAMING TABLE t AS SELECT * FROM STREAM(s)", "StreamingTable", false],
  ["CREATE OR REFRESH PRIVATE STREAMING TABLE t AS SELECT * FROM STREAM s", "StreamingTable", true],
  ["CREATE TEMPORARY STREAMING TABLE t AS SELECT * FROM STREAM s", "StreamingTable", true],
  ["CREATE STREAMING TABLE IF NOT EXISTS t AS SELECT * FROM STREAM s", "StreamingTable", false],
  ["CREATE STREAMING TABLE t", "StreamingTable", false],
  ["CREATE MATERIALIZED VIEW t AS SELECT * FROM s", "MaterializedView", false],
  ["create or refresh private materialized view t as select * from s", "MaterializedView", true],
  ["CREATE LIVE TABLE t AS SELECT * FROM LIVE.s", "MaterializedView", false],
  ["CREATE OR REFRESH TEMPORARY LIVE TABLE t AS SELECT * FROM LIVE.s", "MaterializedView", true],
  ["CREATE OR REFRESH STREAMING LIVE TABLE t AS SELECT * FROM STREAM(LIVE.s)", "StreamingTable", false],
  ["CREATE TEMPORARY STREAMING LIVE TABLE t AS SELECT * FROM STREAM(LIVE.s)", "StreamingTable", true],
  ["CREATE INCREMENTAL LIVE TABLE t AS SELECT * FROM STREAM(LIVE.s)", "StreamingTable", false],
  ["CREATE OR REFRESH INCREMENTAL LIVE TABLE t AS SELECT * FROM STREAM(LIVE.s)", "StreamingTable", false],
  ["CREATE INCREMENTAL LIVE VIEW t AS SELECT * FROM STREAM(LIVE.s)", "TemporaryView", false],
  ["CREATE LIVE VIEW t AS SELECT * FROM LIVE.s", "TemporaryView", false],
  ["CREATE TEMPORARY LIVE VIEW t AS SELECT * FROM LIVE.s", "TemporaryView", false],
  ["CREATE STREAMING LIVE VIEW t AS SELECT * FROM STREAM(LIVE.s)", "TemporaryView", false],
  ["CREATE TEMPORARY VIEW t AS SELECT * FROM s", "TemporaryView", false],
  ["CREATE TEMP VIEW t AS SELECT * FROM s", "TemporaryView", false],
  ["CREATE VIEW t AS SELECT * FROM s", "TemporaryView", false],
];

describe("statements", () => {
  test.each(KINDS)("%s is a %s [F39] [F40] [F41] [F42]", async (text, kind, isPrivate) => {
    expect(await dataset(text)).toMatchObject({ kind, name: "t", private: isPrivate });
  });

  test("clauses stand in any order, with keys and texts in both quotes", async () => {
    const found = await dataset(`CREATE OR REFRESH STREAMING LIVE TABLE \`my table\`
      USING DELTA TBLPROPERTIES (quality = "bronze", 'delta.autoOptimize.optimizeWrite' = 'true', pipelines.reset.allowed = false)
      PARTITIONED BY (day DATE, region) COMMENT "raw" TBLPROPERTIES ("n" = 3, 'a' = 'b')
      AS SELECT * FROM STREAM s`);
    expect(found).toMatchObject({
      name: "`my table`",
      comment: "raw",
      partitionBy: ["day", "region"],
      tableProperties: {
        ...{ quality: "bronze", "delta.autoOptimize.optimizeWrite": "true", "pipelines.reset.allowed": "false" },
        ...{ n: "3", a: "b" },
      },
      origin: { file: "/p/a.sql", line: 1, column: 40 },
    });
  });

  test("clustering takes columns, or AUTO", async () => {
    expect((await dataset("CREATE MATERIALIZED VIEW t CLUSTER BY (a, b.c) AS SELECT 1")).clusterBy).toEqual([
      "a",
      "b.c",
    ]);
    expect((await dataset("CREATE MATERIALIZED VIEW t CLUSTER BY AUTO AS SELECT 1")).clusterBy).toEqual(["AUTO"]);
  });

  test("expectations have four policies, and keep their text [F43]", async () => {
    const found = await dataset(`CREATE STREAMING TABLE t (
      CONSTRAINT a EXPECT (id IS NOT NULL),
      CONSTRAINT \`b c\` EXPECT (amount > 0 AND (status = "ok")) ON VIOLATION DROP ROW,
      CONSTRAINT c EXPECT (x) ON VIOLATION FAIL UPDATE, CONSTRAINT d EXPECT (y) ON VIOLATION QUARANTINE ROW
    ) AS SELECT * FROM STREAM s`);
    expect(found.expectations.map(({ name, text, policy, origin }) => [name, text, policy, origin.line])).toEqual([
      ["a", "id IS NOT NULL", "warn", 2],
      ["b c", 'amount > 0 AND (status = "ok")', "drop", 3],
      ["c", "x", "fail", 4],
      ["d", "y", "quarantine", 4],
    ]);
  });

  test("columns with types are the schema; keys are kept; generated columns are computed [F25] [F27]", async () => {
    const text = `CREATE MATERIALIZED VIEW t (
      id BIGINT NOT NULL COMMENT 'key' PRIMARY KEY, amount DECIMAL(10, 2),
      doubled DECIMAL(12,2) GENERATED ALWAYS AS (amount * 2) COMMENT 'twice',
      customer STRING CONSTRAINT c REFERENCES customers(id) NOT ENFORCED RELY,
      CONSTRAINT fk FOREIGN KEY (id, amount) REFERENCES other, CONSTRAINT r EXPECT (id > 0)
    ) AS SELECT * FROM s`;
    const found = await dataset(text);
    expect(found.schema).toMatchObject({
      fields: [
        { name: "id", dataType: { kind: "long" }, nullable: false, metadata: { comment: "key" } },
        { name: "amount", dataType: { kind: "decimal", precision: 10, scale: 2 } },
        { name: "doubled", metadata: { comment: "twice" } },
        { name: "customer", dataType: { kind: "string" }, nullable: true },
      ],
    });
    expect(found.keys).toEqual([
      { kind: "PrimaryKey", columns: ["id"] },
      { kind: "ForeignKey", name: "c", columns: ["customer"], references: { table: "customers", columns: ["id"] } },
      { kind: "ForeignKey", name: "fk", columns: ["id", "amount"], references: { table: "other", columns: [] } },
    ]);
    expect(found.generated).toMatchObject([{ name: "doubled", expression: { kind: "Call" } }]);
  });

  test("columns without types rename those of the query", async () => {
    const found = await declared("CREATE TEMPORARY VIEW v (a COMMENT 'first', b) AS SELECT 1, 2");
    expect(relation(found)).toMatchObject({ kind: "ToDF", names: ["a", "b"] });
    expect(found.datasets[0]).toMatchObject({ columnComments: { a: "first" } });
    expect(await errors("CREATE MATERIALIZED VIEW v (a INT, b) AS SELECT 1, 2")).toEqual([
      expect.stringMatching(/^1:36 COLUMN_WITHOUT_TYPE Column "b"/),
    ]);
    expect(await errors("CREATE MATERIALIZED VIEW v (a, b GENERATED ALWAYS AS (a + 1)) AS SELECT 1")).toEqual([
      expect.stringMatching(/^1:60 COLUMN_WITHOUT_TYPE Column "b"/),
    ]);
  });

  test.each([
    ["INSERT INTO t BY NAME", false],
    ["INSERT INTO ONCE t BY NAME", true],
    ["INSERT ONCE INTO t BY NAME", true],
    ["INSERT INTO LIVE.t", false],
  ])("CREATE FLOW f AS %s .. is a flow [F44]", async (words, once) => {
    const { flows } = await declared(`CREATE FLOW f COMMENT 'c' AS ${words} SELECT * FROM STREAM s`);
    expect(flows).toMatchObject([{ name: "f", once, comment: "c" }]);
    expect(flows[0]?.target).toMatch(/^(LIVE\.)?t$/);
  });
});

describe("mistakes", () => {
  test("all of a file are reported, each at its place", async () => {
    const text = [
      "CREATE MATERIALIZED VIEW a AS SELECT id FORM s;",
      "CREATE TABLE b (id INT);",
      "  CREATE OR REFRESH STREAMING TABLE c (CONSTRAINT x EXPECT (id > 0) ON VIOLATION EXPLODE) AS SELECT 1;",
      "INSERT INTO b VALUES (1); OPTIMIZE b",
      "; CREATE MATERIALIZED VIEW d; CREATE STREAMING TABLE e (id BIGINT GENERATED ALWAYS AS IDENTITY, n STRING MASK f)",
      "LOCATION '/x' SCHEDULE EVERY 1 HOUR WITH ROW FILTER f ON (a);",
      "WHAT is this; CREATE SINK s; CREATE FUNCTION f() RETURN 1;",
      "CREATE MATERIALIZED VIEW f AS SELECT 'open",
    ].join("\n");
    expect(await errors(text)).toEqual([
      "2:1 UNSUPPORTED_FEATURE CREATE TABLE in a pipeline's file is not supported.",
      "4:1 UNSUPPORTED_FEATURE INSERT in a pipeline's file is not supported.",
      "4:27 UNSUPPORTED_FEATURE OPTIMIZE in a pipeline's file is not supported.",
      "7:1 PARSE_SYNTAX_ERROR Syntax error at or near 'WHAT': expected CREATE, SET, USE or APPLY CHANGES.",
      "7:15 UNSUPPORTED_FEATURE CREATE SINK in a pipeline's file is not supported.",
      "7:30 UNSUPPORTED_FEATURE CREATE FUNCTION in a pipeline's file is not supported.",
      "8:38 PARSE_SYNTAX_ERROR Syntax error at or near ''': the string that begins here is not closed.",
      "1:41 PARSE_SYNTAX_ERROR Syntax error at or near 'FORM': did you mean FROM?",
      "3:82 PARSE_SYNTAX_ERROR Syntax error at or near 'EXPLODE': expected DROP ROW, FAIL UPDATE or QUARANTINE ROW.",
      "5:28 DATASET_WITHOUT_QUERY A materialized view needs a query.",
      '5:106 UNSUPPORTED_FEATURE The column mask of "n" is not supported.',
      "6:1 UNSUPPORTED_FEATURE LOCATION is not supported.",
      "6:15 UNSUPPORTED_FEATURE SCHEDULE is not supported.",
      "6:37 UNSUPPORTED_FEATURE A row filter is not supported.",
    ]);
  });

  test.each([
    [
      "INTO a FROM STREAM(SELECT * FROM STREAM s) KEYS (id) SEQUENCE BY n",
      "put the query into brackets alone: FROM (SELECT .. FROM STREAM t)",
    ],
    ["INTO a FROM STREAM s KEY (id) SEQUENCE BY n", "did you mean KEYS (..)?"],
    ["INTO a FROM STREAM s KEYS (id) SEQUENC BY n", "did you mean SEQUENCE BY ..?"],
    ["INTO a FROM STREAM s KEYS (id) APPLY AS DELETE op = 'D' SEQUENCE BY n", "did you mean APPLY AS DELETE WHEN .."],
    ["INTO a FROM STREAM s KEYS (id) SEQUENCE BY n EXCEPT (op)", "did you mean COLUMNS * EXCEPT (..)?"],
    ["INTO a FROM STREAM s KEYS (id) SEQUENCE BY n STORED AS TYPE 2", "expected SCD TYPE 1, SCD TYPE 2 or BITEMPORAL"],
    [
      "INTO a FROM STREAM s KEYS (id) SEQUENCE BY n WHATEVER",
      "expected a clause of AUTO CDC: KEYS (..), IGNORE NULL UPDATES",
    ],
    ["INTO a STREAM s KEYS (id) SEQUENCE BY n", "expected FROM and what brings the changes"],
    ["a FROM STREAM s KEYS (id) SEQUENCE BY n", "expected INTO and the name of the table"],
  ])("AUTO CDC %s is told what was meant", async (text, hint) => {
    expect(await errors(`CREATE STREAMING TABLE a; AUTO CDC ${text}`)).toEqual([expect.stringContaining(hint)]);
  });

  test("flows of changes are read in all their spellings [F45] [F118]", async () => {
    const { flows, diagnostics } = await declared(`
      CREATE STREAMING TABLE t; CREATE FLOW f AS AUTO CDC ONCE INTO t FROM s KEYS (id, k) IGNORE NULL UPDATES ON (a) SEQUENCE BY STRUCT(n, m) COLUMNS (id, k, a);
      APPLY CHANGES INTO LIVE.u FROM STREAM(LIVE.s) KEYS (id) APPLY AS DELETE WHEN op = 'D' APPLY AS TRUNCATE WHEN op = 'T' SEQUENCE BY to_date(n) COLUMNS * EXCEPT (op) STORED AS SCD TYPE 1;
      AUTO CDC INTO v FROM (WITH q AS (SELECT * FROM STREAM(s)) SELECT * FROM q) KEYS (id) SEQUENCE BY n STORED AS SCD TYPE 2 TRACK HISTORY ON * EXCEPT (a);
      AUTO CDC INTO b FROM STREAM(s) KEYS (id) IGNORE NULL UPDATES SEQUENCE BY n SYSTEM SEQUENCE BY m COLUMNS * EXCEPT (m) STORED AS BITEMPORAL;
      CREATE STREAMING TABLE w (id INT) COMMENT 'c' FLOW AUTO CDC FROM STREAM(s) KEYS (id) IGNORE NULL UPDATES SEQUENCE BY n COLUMNS TO UPDATE sets`);
    expect(diagnostics).toEqual([]);
    expect(flows.map(({ name, target, once }) => [name, target, once])).toEqual([
      ["f", "t", true],
      ["LIVE.u", "LIVE.u", false],
      ["v", "v", false],
      ["b", "b", false],
      ["w", "w", false],
    ]);
    expect(flows.map((flow) => flow.query().relation.kind)).toEqual([
      "NamedTable",
      "NamedTable",
      "With",
      "NamedTable",
      "NamedTable",
    ]);
    expect(flows.map(({ changes }) => changes)).toMatchObject([
      { keys: ["id", "k"], scdType: 1, ignoresNull: { kind: "List", columns: ["a"] }, columns: { kind: "List" } },
      { keys: ["id"], columns: { kind: "Except", columns: ["op"] }, appliesAsTruncate: { name: "=" } },
      { scdType: 2, trackHistory: { kind: "Except", columns: ["a"] } },
      { scdType: "bitemporal", systemSequenceBy: { name: ["m"] }, columns: { kind: "Except", columns: ["m"] } },
      { ignoresNull: { kind: "Except", columns: [] }, columnsToUpdate: { name: ["sets"] } },
    ]);
  });

  test("what cannot stand in a flow of changes is told, and its target is not said to be without a flow", async () => {
    const found = await declared(
      "CREATE STREAMING TABLE t; CREATE FLOW f AS AUTO CDC INTO t FROM STREAM(s) KEYS (id) SEQUENCE BY n STORED AS SCD TYPE 3;\n APPLY CHANGES INTO LIVE.u FROM STREAM(LIVE.s) KEYS (id) SEQUENCE BY n STORED AS BITEMPORAL",
    );
    expect(found.flows.map(({ name, target }) => [name, target])).toEqual([
      ["f", "t"],
      ["LIVE.u", "LIVE.u"],
    ]);
    expect(mistakes(found).map(shown)).toEqual([
      "1:118 PARSE_SYNTAX_ERROR Syntax error at or near '3': expected 1, 2 or BITEMPORAL.",
      "2:48 MISSING_OPTION AUTO CDC INTO needs the option `SYSTEM SEQUENCE BY`.",
    ]);
  });

  test("CREATE OR REPLACE and a published view are taken with a warning [F52]", async () => {
    const { diagnostics } = await declared("CREATE OR REPLACE LIVE TABLE t AS SELECT 1; CREATE VIEW v AS SELECT 1");
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ["OR_REPLACE_IS_OR_REFRESH", "warning"],
      ["VIEW_NOT_PUBLISHED", "warning"],
    ]);
  });
});

describe("parameters and settings", () => {
  test("values stand anywhere: in names, back-ticks, texts, and inside of each other [F48]", async () => {
    const text =
      "CREATE MATERIALIZED VIEW ${layer}_${a.b} AS SELECT '${a.b}/x' AS p, ${n} AS n FROM `${layer} t` -- ${unknown}";
    const found = await declared(text, { layer: "gold", "a.b": "${c}s", c: "order", n: "1 + 1" });
    expect(found.diagnostics).toEqual([]);
    expect(found.datasets[0]?.name).toBe("gold_orders");
    expect(relation(found)).toMatchObject({
      input: { name: ["gold t"] },
      expressions: [{ expression: { value: "orders/x" } }, { expression: { name: "+" } }],
    });
  });

  test("a parameter without a value is an error at its place", async () => {
    const text = "CREATE MATERIALIZED VIEW a AS\n SELECT '${sorce}', '${x}' FROM b; SET ${y} = 1";
    expect((await declared(text)).datasets).toMatchObject([{ name: "a" }]);
    expect(await errors(text, { source: "/data" })).toEqual([
      "2:40 PARAMETER_NOT_SET The parameter ${y} has no value.",
      "2:10 PARAMETER_NOT_SET The parameter ${sorce} has no value.",
      "2:22 PARAMETER_NOT_SET The parameter ${x} has no value.",
    ]);
  });

  test("places behind a value of several lines are those of the file", async () => {
    const text = "CREATE MATERIALIZED VIEW a AS SELECT ${columns}, 1 +;";
    expect(await errors(text, { columns: "a,\nb,\nc" })).toEqual([expect.stringMatching(/^1:52 PARSE_SYNTAX_ERROR/)]);
    expect(await errors(text, { columns: "a,\nb b b" })).toEqual([expect.stringMatching(/^1:38 PARSE_SYNTAX_ERROR/)]);
  });

  test("SET gives values to what follows, quoted or not, and SET alone does nothing", async () => {
    const found = await declared(
      "SET path = abfss://box@acc.dfs.core.windows.net/raw; SET pipelines.trigger.interval='5 seconds'; SET path;\nCREATE MATERIALIZED VIEW a AS SELECT '${path}' AS p; SET path=/b;",
    );
    expect(found.diagnostics).toEqual([]);
    expect(found.datasets[0]?.sparkConf).toEqual({
      path: "abfss://box@acc.dfs.core.windows.net/raw",
      "pipelines.trigger.interval": "5 seconds",
    });
    expect(JSON.stringify(relation(found))).toContain("windows.net/raw");
  });

  test("settings of the whole pipeline cannot be changed by one file", async () => {
    const text = "SET spark.sql.ansi.enabled = true; SET TIME ZONE UTC";
    expect(await errors(text)).toEqual([
      '1:1 SETTING_OF_WHOLE_PIPELINE spark.sql.ansi.enabled holds for the whole pipeline and cannot be set to "true" in one file.',
      "1:36 UNSUPPORTED_FEATURE SET TIME ZONE in a pipeline's file is not supported.",
    ]);
    expect(await errors("SET spark.sql.ansi.enabled = true", { "spark.sql.ansi.enabled": "true" })).toEqual([]);
  });

  test("USE completes names that follow, those of WITH excepted [F49]", async () => {
    const found = await declared(
      "USE CATALOG c; USE SCHEMA s; CREATE MATERIALIZED VIEW a AS WITH w AS (SELECT * FROM t) SELECT * FROM w, x.y WHERE id IN (SELECT id FROM LIVE.z)",
    );
    expect(found.datasets[0]?.name).toBe("c.s.a");
    const text = JSON.stringify(relation(found));
    for (const name of ['["c","s","t"]', '["w"]', '["c","x","y"]', '["LIVE","c","s","z"]']) {
      expect(text).toContain(`"name":${name}`);
    }
    expect((await declared("USE IDENTIFIER(:s); CREATE STREAMING TABLE a", { s: "b.d" })).datasets[0]?.name).toBe(
      "b.d.a",
    );
  });

  test("named parameters give texts and, by IDENTIFIER, names [F48]", async () => {
    const found = await declared(
      "CREATE MATERIALIZED VIEW IDENTIFIER(:schema || '.a') AS SELECT :day AS d FROM IDENTIFIER(:source)",
      { schema: "s", day: "2024-01-31", source: "x.y" },
    );
    expect(found.datasets[0]?.name).toBe("s.a");
    const day = { expression: { value: "2024-01-31" } };
    expect(relation(found)).toMatchObject({ input: { name: ["x", "y"] }, expressions: [day] });
    expect(await errors("CREATE MATERIALIZED VIEW a AS SELECT :nope AS d")).toEqual([
      expect.stringMatching(/^1:38 UNBOUND_SQL_PARAMETER/),
    ]);
  });
});

describe("notebooks", () => {
  test("cells end statements; MAGIC cells are passed over, %sql ones read", async () => {
    const text = [
      "-- Databricks notebook source",
      "-- MAGIC %md",
      "-- MAGIC # It's a title; with a quote",
      "",
      "-- COMMAND ----------",
      "",
      "-- DBTITLE 1,Bronze: don't stop",
      "CREATE LIVE TABLE a AS SELECT 1 AS x",
      "",
      "-- COMMAND ----------",
      "",
      "-- MAGIC %python",
      "-- MAGIC spark.sql('x')",
      "",
      "-- COMMAND ----------",
      "",
      "-- MAGIC %sql",
      "-- MAGIC CREATE LIVE TABLE b AS SELECT",
      "-- MAGIC   y AS z FROM LIVE.a; CREATE LIVE TABLE c AS SELECT 'open",
      "",
      "-- COMMAND ----------",
      "CREATE LIVE TABLE d AS SELECT 2",
    ].join("\r\n");
    const found = await declared(text);
    expect(found.datasets.map(({ name, origin }) => [name, origin.line, origin.column])).toEqual([
      ["a", 8, 19],
      ["b", 18, 28],
      ["d", 22, 19],
    ]);
    expect(found.diagnostics.map(shown)).toEqual([
      "12:1 NOTEBOOK_CELL_SKIPPED This notebook cell is %python and was passed over: only SQL is read from a SQL notebook.",
      expect.stringMatching(/^19:62 PARSE_SYNTAX_ERROR/),
    ]);
  });

  test("cells are told apart without the notebook's first line, too", async () => {
    const { datasets } = await declared(
      "CREATE LIVE TABLE a AS SELECT 1\n\n-- COMMAND ----------\n\nCREATE LIVE TABLE b AS SELECT 2",
    );
    expect(datasets.map(({ name }) => name)).toEqual(["a", "b"]);
  });
});
