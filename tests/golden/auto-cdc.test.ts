import { dlt, openPipeline, spark } from "sluice";
import { memoryStream, testPipeline } from "sluice/testing";
import { describe, expect, test } from "vitest";
import { makeProject, sluice, writeFiles } from "../harness/sluice.ts";

const USERS = [
  { userId: 124, name: "Raul", city: "Oaxaca", operation: "INSERT", sequenceNum: 1 },
  { userId: 123, name: "Isabel", city: "Monterrey", operation: "INSERT", sequenceNum: 1 },
  { userId: 125, name: "Mercedes", city: "Tijuana", operation: "INSERT", sequenceNum: 2 },
  { userId: 126, name: "Lily", city: "Cancun", operation: "INSERT", sequenceNum: 2 },
  { userId: 123, name: null, city: null, operation: "DELETE", sequenceNum: 6 },
  { userId: 125, name: "Mercedes", city: "Guadalajara", operation: "UPDATE", sequenceNum: 6 },
  { userId: 125, name: "Mercedes", city: "Mexicali", operation: "UPDATE", sequenceNum: 5 },
  { userId: 123, name: "Isabel", city: "Chihuahua", operation: "UPDATE", sequenceNum: 5 },
];
const TRUNCATE = { userId: null, name: null, city: null, operation: "TRUNCATE", sequenceNum: 3 };

/** A pipeline that is run again after each file of changes. */
class Runs {
  readonly #project: string;
  #files = 0;

  constructor(project: string) {
    this.#project = project;
  }

  static async of(sources: Readonly<Record<string, string>>): Promise<Runs> {
    return new Runs(await makeProject({ "sluice.yml": "name: cdc\nschema: s\n", ...sources }));
  }

  async add(rows: readonly unknown[], folder = "raw"): Promise<void> {
    const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    await writeFiles(this.#project, { [`${folder}/${this.#files++}.json`]: lines });
  }

  async edit(sources: Readonly<Record<string, string>>): Promise<void> {
    await writeFiles(this.#project, sources);
  }

  async run(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await sluice(["run", "--project", this.#project, ...args]);
    return code === 0 ? "" : stdout + stderr;
  }

  async validate(): Promise<readonly string[]> {
    const { stderr } = await sluice(["validate", "--project", this.#project]);
    return stderr.split("\n").filter((line) => line.startsWith("error"));
  }

  async answers(queries: readonly string[]): Promise<readonly (readonly unknown[])[]> {
    const pipeline = await openPipeline(this.#project);
    try {
      const answers = [];
      for (const query of queries) answers.push((await pipeline.query(query)).rows);
      return answers;
    } finally {
      await pipeline.close();
    }
  }

  async table(name: string): Promise<readonly unknown[]> {
    return (await this.answers([`SELECT * FROM ${name} ORDER BY ALL`]))[0] ?? [];
  }
}

const READ_USERS = `CREATE STREAMING TABLE cdc AS SELECT * FROM STREAM read_files('raw', format => 'json',
  schema => 'userId INT, name STRING, city STRING, operation STRING, sequenceNum BIGINT');
`;
const INTO = (target: string): string =>
  `CREATE STREAMING TABLE ${target};
   CREATE FLOW f_${target} AS AUTO CDC INTO ${target} FROM STREAM(cdc) KEYS (userId) APPLY AS DELETE WHEN operation = 'DELETE'`;
const REST = "SEQUENCE BY sequenceNum COLUMNS * EXCEPT (operation, sequenceNum)";

describe("the documented example in SQL", () => {
  test("SCD type 1 and 2, and with history of some columns, in two batches [F45] [F118] [F119] [F120] [F121]", async () => {
    const runs = await Runs.of({
      "transformations/p.sql": `${READ_USERS}
        ${INTO("one")} ${REST} STORED AS SCD TYPE 1;
        ${INTO("two")} ${REST} STORED AS SCD TYPE 2;
        CREATE STREAMING TABLE some FLOW AUTO CDC FROM STREAM(cdc) KEYS (userId) APPLY AS DELETE WHEN operation = 'DELETE'
          ${REST} STORED AS SCD TYPE 2 TRACK HISTORY ON * EXCEPT (city);`,
    });
    await runs.add(USERS.slice(5));
    expect(await runs.run()).toBe("");
    await runs.add(USERS.slice(0, 5));
    expect(await runs.run()).toBe("");
    expect(await runs.table("one")).toEqual([
      [124, "Raul", "Oaxaca"],
      [125, "Mercedes", "Guadalajara"],
      [126, "Lily", "Cancun"],
    ]);
    expect(await runs.table("two")).toEqual([
      [123, "Isabel", "Chihuahua", 5n, 6n],
      [123, "Isabel", "Monterrey", 1n, 5n],
      [124, "Raul", "Oaxaca", 1n, null],
      [125, "Mercedes", "Guadalajara", 6n, null],
      [125, "Mercedes", "Mexicali", 5n, 6n],
      [125, "Mercedes", "Tijuana", 2n, 5n],
      [126, "Lily", "Cancun", 2n, null],
    ]);
    expect(await runs.table("some")).toEqual([
      [123, "Isabel", "Chihuahua", 1n, 6n],
      [124, "Raul", "Oaxaca", 1n, null],
      [125, "Mercedes", "Guadalajara", 2n, null],
      [126, "Lily", "Cancun", 2n, null],
    ]);
    const [counts] = await runs.answers([
      `SELECT sum(details:flow_progress.metrics.num_upserted_rows::INT), sum(details:flow_progress.metrics.num_deleted_rows::INT),
         max(details:flow_progress.metrics.num_output_rows) FROM event_log WHERE origin.flow_name = 's.f_one'`,
    ]);
    expect(counts).toEqual([[4n, 1n, null]]);
  });

  test("a truncate takes away what was before it, and what comes late [F122]", async () => {
    const runs = await Runs.of({
      "transformations/p.sql": `${READ_USERS} ${INTO("t")} APPLY AS TRUNCATE WHEN operation = 'TRUNCATE' ${REST};`,
    });
    for (const batch of [USERS.slice(0, 3), [...USERS.slice(4), TRUNCATE], USERS.slice(3, 4)]) {
      await runs.add(batch);
      expect(await runs.run()).toBe("");
    }
    expect(await runs.table("t")).toEqual([[125, "Mercedes", "Guadalajara"]]);
  });
});

const PROGRAM = `import { dlt, spark, col, expr, struct } from "sluice";
const SCHEMA = "id INT, name STRING, city STRING, op STRING, seq BIGINT, part INT";
dlt.table({ name: "raw" }, () => spark.readStream.format("json").schema(SCHEMA).load("raw"));
dlt.table({ name: "east" }, () => spark.readStream.format("json").schema(SCHEMA).load("east"));
dlt.view({ name: "past" }, () => spark.createDataFrame([{ id: 50, name: "Old", city: "Rome", op: "U", seq: 1n, part: 0 }], SCHEMA));
const deletes = { applyAsDeletes: "op = 'D'" };
dlt.createStreamingTable({ name: "history" });
dlt.applyChanges({ target: "history", source: "raw", keys: ["id"], sequenceBy: col("seq"), storedAsScdType: "2", columnList: ["id", "name"], ...deletes });
dlt.createStreamingTable({ name: "patched" });
dlt.createAutoCdcFlow({ target: "patched", source: "raw", keys: "id", sequenceBy: "seq", ignoreNullUpdates: true, exceptColumnList: ["op", "seq", "part"], applyAsDeletes: expr("op = 'D'") });
dlt.createStreamingTable({ name: "parts", tableProperties: { "pipelines.cdc.tombstoneGCThresholdInSeconds": "0" } });
dlt.createAutoCdcFlow({ target: "parts", source: "raw", keys: [col("id")], sequenceBy: struct("seq", "part"), columnList: ["id", "name", "part"], ...deletes });
const regions = dlt.createStreamingTable({ name: "regions", expectOrQuarantine: { named: "name IS NOT NULL OR op = 'D'" } });
for (const source of ["raw", "east"]) {
  dlt.createAutoCdcFlow({ name: "from_" + source, target: regions, source, keys: ["id"], sequenceBy: "seq", columnList: ["id", "name"], ...deletes });
}
dlt.createAutoCdcFlow({ name: "backfill", once: true, target: regions, source: "past", keys: ["id"], sequenceBy: "seq", columnList: ["id", "name"], ...deletes });
`;

const change = (id: number | null, seq: number | null, name: string | null, more: object = {}): object => ({
  ...{ id, name, city: null, op: "U", seq, part: 0 },
  ...more,
});

describe("a bitemporal table", () => {
  const company = (name: string | null, at: string, knownAt: string, op = "U"): object => ({
    ...{ id: "A", name, op, at: `2025-07-18T${at}Z`, known_at: `2025-07-18T${knownAt}Z` },
  });
  const EVENTS = [
    company("XFv1", "10:01:00", "10:05:00"),
    company("XFv2", "12:15:43", "12:20:00"),
    company("XFv3", "12:05:00", "12:25:00"),
    company(null, "12:30:00", "12:35:00", "D"),
  ];

  test.each([
    ["as they happen", [[0], [1], [2], [3]]],
    ["in any order", [[3, 1], [2, 0], [1]]],
  ])(
    "tells what was believed when: changes that come %s, in SQL and in TypeScript [F119] [F124]",
    async (_, runsOf) => {
      const runs = await Runs.of({
        "transformations/p.sql": `CREATE STREAMING TABLE companies AS SELECT * FROM STREAM read_files('raw', format => 'json',
          schema => 'id STRING, name STRING, op STRING, at TIMESTAMP, known_at TIMESTAMP');
        CREATE STREAMING TABLE history;
        CREATE FLOW f AS AUTO CDC INTO history FROM STREAM(companies) KEYS (id) APPLY AS DELETE WHEN op = 'D'
          SEQUENCE BY at SYSTEM SEQUENCE BY known_at COLUMNS (id, name) STORED AS BITEMPORAL;`,
        "transformations/p.ts": `import { dlt } from "sluice";
        dlt.createStreamingTable("typed");
        dlt.createAutoCdcFlow({ target: "typed", source: "companies", keys: ["id"], sequenceBy: "at", systemSequenceBy: "known_at",
          applyAsDeletes: "op = 'D'", columnList: ["id", "name"], storedAsScdType: "bitemporal" });`,
      });
      for (const batch of runsOf) {
        await runs.add(batch.map((i) => EVENTS[i]));
        expect(await runs.run()).toBe("");
      }
      const clock = (column: string): string => `date_format(${column}, 'HH:mm:ss')`;
      const all = (table: string): string =>
        `SELECT id, name, ${["__START_AT", "__END_AT", "__SYSTEM_START_AT", "__SYSTEM_END_AT"].map(clock).join(", ")}
       FROM ${table} ORDER BY __SYSTEM_START_AT, __START_AT`;
      const asOf = `SELECT name FROM history WHERE id = 'A' AND __START_AT <= '2025-07-18T12:10:00Z' AND (__END_AT IS NULL OR __END_AT > '2025-07-18T12:10:00Z')
      AND __SYSTEM_START_AT <= '2025-07-18T12:22:00Z' AND (__SYSTEM_END_AT IS NULL OR __SYSTEM_END_AT > '2025-07-18T12:22:00Z')`;
      const [history, typed, believed] = await runs.answers([all("history"), all("typed"), asOf]);
      expect(history).toEqual([
        ["A", "XFv1", "10:01:00", null, "10:05:00", "12:20:00"],
        ["A", "XFv1", "10:01:00", "12:15:43", "12:20:00", "12:25:00"],
        ["A", "XFv2", "12:15:43", null, "12:20:00", "12:35:00"],
        ["A", "XFv1", "10:01:00", "12:05:00", "12:25:00", null],
        ["A", "XFv3", "12:05:00", "12:15:43", "12:25:00", null],
        ["A", "XFv2", "12:15:43", "12:30:00", "12:35:00", null],
      ]);
      expect(typed).toEqual(history);
      expect(believed).toEqual([["XFv1"]]);
    },
  );

  test("a change without a system sequence ends the update, and what is known of snapshots has one time", async () => {
    const program = (snapshots: string): string => `import { dlt, spark } from "sluice";
      dlt.view({ name: "raw" }, () => spark.readStream.format("json").schema("id INT, name STRING, seq BIGINT, sys BIGINT").load("raw"));
      dlt.createStreamingTable("t");
      dlt.applyChanges({ target: "t", source: "raw", keys: ["id"], sequenceBy: "seq", systemSequenceBy: "sys", storedAsScdType: "bitemporal" });
      dlt.createStreamingTable("s");
      dlt.createAutoCdcFromSnapshotFlow({ target: "s", source: "t", keys: ["id"]${snapshots} });`;
    const runs = await Runs.of({ "transformations/p.ts": program(', storedAsScdType: "bitemporal" as "2"') });
    expect(await runs.validate()).toContain(
      "error [UNSUPPORTED_FEATURE] A bitemporal table in dlt.createAutoCdcFromSnapshotFlow is not supported.",
    );
    await runs.edit({
      "transformations/p.ts": program("").split("\n").slice(0, 4).join("\n"),
    });
    await runs.add([{ id: 1, name: "a", seq: 1 }]);
    const told = await runs.run();
    expect(told).toContain("AUTOCDC_KEY_OR_SEQUENCE_IS_NULL");
    expect(told).not.toContain("__spark_autocdc");
    expect(await runs.table("t")).toEqual([]);
  });
});

describe("flows of changes in TypeScript", () => {
  test("changes that a rule drops need no key; those that no rule drops do", async () => {
    const events = memoryStream("id INT, name STRING, seq INT");
    await using pipeline = await testPipeline(
      () => {
        dlt.view({ name: "changes" }, () => spark.readStream.table("events"));
        dlt.createStreamingTable({ name: "t", expectAllOrDrop: { keyed: "id IS NOT NULL", named: "name <> ''" } });
        dlt.createAutoCdcFlow({ target: "t", source: "changes", keys: ["id"], sequenceBy: "seq" });
      },
      { replace: { events } },
    );
    events.add([
      { id: null, name: "nobody", seq: null },
      { id: 1, name: null, seq: 1 },
    ]);
    await pipeline.run();
    expect(await pipeline.rows("t")).toEqual([{ id: 1, name: null, seq: 1 }]);
    expect(await pipeline.quality()).toMatchObject([
      { expectation: "keyed", passed: 1, failed: 1 },
      { expectation: "named", passed: 2, failed: 0 },
    ]);
    events.add([{ id: 2, name: "b", seq: null }]);
    await expect(pipeline.run()).rejects.toThrow("AUTOCDC_KEY_OR_SEQUENCE_IS_NULL");
  });

  test.each([
    ["1", "2", "keys: ['id'], storedAsScdType: 2"],
    ["2", "1 without NULLs", "keys: ['id'], ignoreNullUpdates: true", "keys: ['id'], storedAsScdType: 2"],
    ["1", "1 without NULLs", "keys: ['id'], ignoreNullUpdates: true"],
    ["keys", "other keys", "keys: ['id', 'name']"],
  ])("a table of SCD type %s is not altered when it is now %s", async (_, __, after, before = "keys: ['id']") => {
    const program = (options: string) => `import { dlt, spark } from "sluice";
      dlt.view({ name: "raw" }, () => spark.readStream.format("json").schema("id INT, name STRING, seq BIGINT").load("raw"));
      dlt.createStreamingTable({ name: "t" });
      dlt.applyChanges({ target: "t", source: "raw", sequenceBy: "seq", ${options} });`;
    const runs = await Runs.of({ "transformations/p.ts": program(before) });
    await runs.add([change(1, 1, "a")]);
    expect(await runs.run()).toBe("");
    const [rows] = await runs.answers(["SELECT * FROM t"]);
    await runs.edit({ "transformations/p.ts": program(after) });
    for (const more of [[], [change(2, 1, "b")]]) {
      if (more.length > 0) await runs.add(more);
      expect(await runs.run()).toContain("AUTOCDC_INVALID_STATE.KEY_SCHEMA_DRIFT");
      expect(await runs.answers(["SELECT * FROM t"])).toEqual([rows]);
    }
    expect(await runs.run("--full-refresh", "t")).toBe("");
    expect(await runs.run()).toBe("");
  });

  test("late changes split versions, NULLs keep values, structs break ties, flows share a table [F124] [F125] [F126] [F127] [F129] [F130] [F134]", async () => {
    const runs = await Runs.of({ "transformations/p.ts": PROGRAM });
    const first = [5, 10, 15].map((seq) => change(1, seq, "Alice"));
    await runs.add([
      ...first,
      change(1, 20, "Charlie"),
      change(2, 1, "a", { city: "Oslo" }),
      change(2, 3, null, { op: "D" }),
    ]);
    await runs.add([change(1, 30, "Eve", { op: "U" }), change(3, 1, null)], "east");
    expect(await runs.run()).toBe("");
    const [history, patched, parts, regions, quarantined] = await runs.answers([
      ...["history", "patched", "parts", "regions"].map((name) => `SELECT * FROM ${name} ORDER BY ALL`),
      "SELECT id, _quarantine_reasons FROM regions_quarantine",
    ]);
    expect(history).toEqual([
      [1, "Alice", 5n, 20n],
      [1, "Charlie", 20n, null],
      [2, "a", 1n, 3n],
    ]);
    expect(patched).toEqual([[1, "Charlie", null]]);
    expect(parts).toEqual([[1, "Charlie", 0]]);
    expect(regions).toEqual([
      [1, "Eve"],
      [50, "Old"],
    ]);
    expect(quarantined).toEqual([[3, ["named"]]]);

    await runs.add([
      ...[change(1, 12, "Bob"), change(2, 2, "b"), change(2, 4, null, { city: "Rome" })],
      change(1, 20, "Dora", { part: 1, city: "Bonn" }),
    ]);
    expect(await runs.run()).toBe("");
    const later = await runs.answers(
      ["history", "patched", "parts", "regions"].map((name) => `SELECT * FROM ${name} ORDER BY ALL`),
    );
    expect(later[0]?.filter((row) => (row as readonly unknown[])[0] === 2)).toEqual([
      [2, null, 4n, null],
      [2, "a", 1n, 2n],
      [2, "b", 2n, 3n],
    ]);
    expect(later[0]?.slice(0, 3)).toEqual([
      [1, "Alice", 5n, 12n],
      [1, "Alice", 15n, 20n],
      [1, "Bob", 12n, 15n],
    ]);
    expect(later[1]?.[1]).toEqual([2, null, "Rome"]);
    expect(later[2]).toEqual([
      [1, "Dora", 1],
      [2, null, 0],
    ]);
    expect(later[3]).toEqual([
      [1, "Eve"],
      [50, "Old"],
    ]);
  });

  test("a change without key or sequence ends the update; other keys need a full refresh, which begins anew; versions keep columns that the source loses [F128]", async () => {
    const program = (keys: string, filter = "true", columns = '"*"'): string => `import { dlt, spark } from "sluice";
      dlt.view({ name: "raw" }, () => spark.readStream.format("json").schema("id INT, name STRING, seq BIGINT").load("raw").where("${filter}"));
      dlt.createStreamingTable({ name: "t" });
      dlt.applyChanges({ target: "t", source: "raw", keys: ${keys}, sequenceBy: "seq" });
      dlt.view({ name: "some" }, () => dlt.readStream("raw").select(${columns}));
      dlt.createStreamingTable({ name: "versions" });
      dlt.applyChanges({ target: "versions", source: "some", keys: "id", sequenceBy: "seq", storedAsScdType: 2 });`;
    const runs = await Runs.of({ "transformations/p.ts": program('["id"]') });
    await runs.add([change(1, 1, "a"), change(null, 2, "b")]);
    expect(await runs.run()).toContain("AUTOCDC_KEY_OR_SEQUENCE_IS_NULL");
    expect(await runs.table("t")).toEqual([]);
    await runs.edit({ "transformations/p.ts": program('["id"]', "id IS NOT NULL") });
    expect(await runs.run()).toBe("");
    expect(await runs.table("t")).toEqual([[1, "a", 1n]]);
    await runs.add([change(1, 3, "b")]);
    await runs.edit({ "transformations/p.ts": program('["id", "name"]', "id IS NOT NULL", '"id", "seq"') });
    expect(await runs.run()).toContain("AUTOCDC_INVALID_STATE.KEY_SCHEMA_DRIFT");
    expect(await runs.table("versions")).toEqual([
      [1, null, 3n, 3n, null],
      [1, "a", 1n, 1n, 3n],
    ]);
    expect(await runs.run("--full-refresh", "t")).toBe("");
    expect(await runs.table("t")).toEqual([
      [1, "a", 1n],
      [1, "b", 3n],
    ]);
  });

  test("what cannot be is told at once, each with its place", async () => {
    const runs = await Runs.of({
      "transformations/p.sql": `${READ_USERS}
        CREATE STREAMING TABLE t; CREATE STREAMING TABLE u; CREATE STREAMING TABLE v;
        APPLY CHANGES INTO t FROM STREAM(cdc) KEYS (usrId, a.b) SEQUENCE BY sequenceNum SYSTEM SEQUENCE BY city COLUMNS * EXCEPT (userId) TRACK HISTORY ON (city);
        AUTO CDC INTO u FROM STREAM(cdc) KEYS (userId) APPLY AS TRUNCATE WHEN opration = 'T' SEQUENCE BY sequenceNum STORED AS SCD TYPE 2;
        CREATE FLOW one AS AUTO CDC INTO v FROM STREAM(cdc) KEYS (userId) SEQUENCE BY sequenceNum;
        CREATE FLOW two AS AUTO CDC INTO v FROM STREAM(cdc) KEYS (name) SEQUENCE BY city;
        CREATE FLOW three AS INSERT INTO v BY NAME SELECT * FROM STREAM(cdc);
        CREATE FLOW four AS AUTO CDC INTO u FROM STREAM(cdc) KEYS (userId) SEQUENCE BY sequenceNum STORED AS BITEMPORAL;
        CREATE STREAMING TABLE w FLOW AUTO CDC FROM (SELECT *, map(name, city) AS m FROM STREAM(cdc)) KEYS (m) SEQUENCE BY sequenceNum COLUMNS TO UPDATE city;
        CREATE STREAMING TABLE y FLOW AUTO CDC FROM (SELECT *, name AS _file, city AS _row FROM STREAM(cdc)) KEYS (userId) SEQUENCE BY sequenceNum COLUMNS * EXCEPT (_row);
        CREATE STREAMING TABLE x TBLPROPERTIES ('pipelines.cdc.tombstoneGCThresholdInSeconds' = 'soon')
          FLOW AUTO CDC FROM STREAM(cdc) KEYS (userId) SEQUENCE BY sequenceNum;`,
    });
    await runs.add(USERS);
    const errors = await runs.validate();
    expect(errors.map((line) => /\[(.*?)\]/.exec(line)?.[1]).toSorted()).toEqual([
      "AUTOCDC_COLUMNS_NOT_FOUND_IN_SCHEMA",
      "AUTOCDC_COLUMNS_TO_UPDATE_NOT_NAMES",
      "AUTOCDC_COLUMN_NOT_COMPARABLE",
      "AUTOCDC_FLOWS_DISAGREE",
      "AUTOCDC_FLOWS_DISAGREE",
      "AUTOCDC_MULTIPART_COLUMN_IDENTIFIER",
      "AUTOCDC_RESERVED_COLUMN_NAME_CONFLICT",
      "AUTOCDC_TARGET_HAS_APPEND_FLOWS",
      "INVALID_MULTIPLE_ARGUMENT_CONDITIONS",
      "INVALID_MULTIPLE_ARGUMENT_CONDITIONS",
      "INVALID_OPTION_VALUE",
      "MISSING_OPTION",
      "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    ]);
  });
});
