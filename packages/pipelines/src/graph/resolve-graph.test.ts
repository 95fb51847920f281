import { join } from "node:path";
import { DOUBLE, field, INTEGER, LONG, STRING, struct } from "@sluice/query";
import { countDistinct, currentTimestamp, expr, window } from "@sluice/query/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GraphProject, ORDERS, type WorldChanges } from "../../test/graph-project.ts";
import type { MemoryStore } from "../../test/memory-store.ts";
import * as dlt from "../api/dlt-module.ts";
import { spark } from "../api/spark.ts";
import type { PipelineError } from "../diagnostics/pipeline-error.ts";
import { graphToJson } from "./graph-to-json.ts";
import { recordSchemas } from "./record-schemas.ts";
import type { Resolution } from "./resolve-graph.ts";

let project: GraphProject;
let folder: string;
beforeAll(() => {
  project = new GraphProject();
  folder = project.folder;
});
afterAll(() => project.close());

const resolve = (declare: () => void, changes?: WorldChanges): Promise<Resolution> => project.resolve(declare, changes);

const codes = (errors: readonly PipelineError[]): readonly string[] => errors.map((error) => error.condition);

const orders = () => spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("orders");
const rows = () => spark.createDataFrame([{ id: 1n, amount: 2 }], "id BIGINT, amount DOUBLE");

describe("a pipeline without mistakes", () => {
  const declare = (): void => {
    dlt.table({ name: "gold", clusterBy: ["CUSTOMER_ID"] }, () =>
      spark.sql("SELECT customer_id, sum(amount) AS total FROM silver GROUP BY customer_id ORDER BY total"),
    );
    dlt.table({ name: "silver", expectOrDrop: { id: "id IS NOT NULL" } }, () => dlt.readStream("valid"));
    dlt.view({ name: "valid", expect: { positive: "amount > 0 OR amount IS NULL" } }, () => dlt.readStream("bronze"));
    dlt.table({ name: "bronze" }, orders);
  };

  test("stands in the order of its data, kinds taken from the queries [F5] [F63]", async () => {
    const { graph, errors, warnings } = await resolve(declare);
    expect(codes(errors)).toEqual([]);
    expect(codes(warnings)).toEqual(["CLUSTERING_NOT_APPLIED"]);
    expect(graph?.datasets.map((one) => [one.name, one.kind])).toEqual([
      ["default.bronze", "StreamingTable"],
      ["default.valid", "TemporaryView"],
      ["default.silver", "StreamingTable"],
      ["default.gold", "MaterializedView"],
    ]);
  });

  test("knows schemas, locations and where each scan reads", async () => {
    const { graph } = await resolve(declare);
    const [bronze, , silver, gold] = graph?.datasets ?? [];
    expect(bronze?.schema.fields.map((one) => one.name)).toEqual([
      ...ORDERS.fields.map((one) => one.name),
      "_rescued_data",
    ]);
    expect(silver?.location).toBe(join(folder, "storage/tables/default/silver"));
    expect(gold?.schema).toEqual(struct([field("customer_id", STRING), field("total", DOUBLE)]));
    expect(gold?.declaration.clusterBy).toEqual(["customer_id"]);
    const flows = graph?.flows.map((flow) => [
      flow.name,
      flow.streaming,
      [...flow.reads.values()].map((read) => read.kind),
    ]);
    expect(flows).toEqual([
      ["default.bronze", true, ["Files"]],
      ["default.silver", true, ["Dataset"]],
      ["default.gold", false, ["Dataset"]],
    ]);
    expect(graph?.flows[1]?.upstream).toEqual(["default.valid", "default.bronze"]);
  });

  test("a view's rules stand inside its reader's plan, a table's rules beside it, and a top ORDER BY is gone", async () => {
    const { graph } = await resolve(declare);
    const [, silver, gold] = graph?.flows ?? [];
    expect(JSON.stringify(silver?.plan, bigints)).toContain('"dataset":"default.valid"');
    expect(silver?.rules.map((rule) => [rule.name, rule.policy])).toEqual([["id", "drop"]]);
    expect(JSON.stringify(gold?.plan, bigints)).not.toContain('"Sort"');
  });

  test("prints as JSON", async () => {
    const { graph } = await resolve(declare);
    const json = graph && JSON.parse(JSON.stringify(graphToJson(graph)));
    expect(json.datasets[2]).toMatchObject({
      name: "default.silver",
      kind: "StreamingTable",
      reads: ["default.valid"],
    });
    expect(json.flows[0].reads).toEqual([
      { kind: "Files", from: join(folder, "orders"), streaming: true, format: "json" },
    ]);
  });

  test("its inferred schemas are stored once and used afterwards", async () => {
    const stores = new Map<string, MemoryStore>();
    const { graph } = await resolve(declare, { stores });
    const kept = (): readonly string[] =>
      [...stores.values()].flatMap((one) => [...one.files.keys()].map((path) => join(one.root, path)));
    expect(kept()).toEqual([]);
    for (const flow of graph?.flows ?? []) await recordSchemas(flow, project.world({ stores }).openStore);
    expect(kept().map((path) => path.replace(folder, ""))).toEqual(["/storage/schemas/default.bronze/_schemas/0"]);
    const again = await resolve(declare, { stores });
    expect(again.graph?.datasets[0]?.schema).toEqual(graph?.datasets[0]?.schema);
  });
});

describe("names", () => {
  test("are completed, compared ignoring case, LIVE passed over [F10] [F100] [F101]", async () => {
    const { graph, warnings } = await resolve(
      () => {
        dlt.table({ name: "LIVE.One" }, rows);
        dlt.table({ name: "other.two" }, () => spark.table("main.default.ONE"));
        dlt.table({ name: "three" }, () => spark.sql("SELECT two.id FROM LIVE.other.two"));
      },
      { catalog: "main" },
    );
    expect(graph?.datasets.map((one) => one.displayName)).toEqual([
      "main.default.One",
      "main.other.two",
      "main.default.three",
    ]);
    expect(graph?.datasets[1]?.location).toBe(join(folder, "storage/tables/other/two"));
    expect(codes(warnings)).toEqual(["LIVE_PREFIX_IGNORED", "LIVE_PREFIX_IGNORED"]);
  });

  test("in a pipeline without a catalog a dataset is the same with and without one in front [F100] [F101]", async () => {
    const { graph, errors } = await resolve(() => {
      dlt.table({ name: "main.default.One" }, rows);
      dlt.createStreamingTable({ name: "main.default.many" });
      dlt.appendFlow({ target: "many", name: "f" }, orders);
      dlt.table({ name: "two" }, () => spark.table("LIVE.one"));
      dlt.table({ name: "three" }, () => spark.table("main.default.TWO"));
    });
    expect(codes(errors)).toEqual([]);
    const reads = Object.fromEntries(graph?.datasets.map((one) => [one.name, one.reads]) ?? []);
    expect(reads).toMatchObject({
      "default.two": ["main.default.one"],
      "default.three": ["default.two"],
      "main.default.many": [],
    });
    const { errors: elsewhere } = await resolve(() => {
      dlt.table({ name: "main.default.One" }, rows);
      dlt.table({ name: "two" }, () => spark.table("other.default.one"));
    });
    expect(codes(elsewhere)).toEqual(["TABLE_OR_VIEW_NOT_FOUND"]);
  });

  test("a dataset declared twice is reported with both places [F15]", async () => {
    const { errors } = await resolve(() => {
      dlt.table({ name: "a" }, rows);
      dlt.table({ name: "A" }, rows);
    });
    expect(codes(errors)).toEqual(["DATASET_DECLARED_TWICE"]);
    const [error] = errors;
    expect(error?.origin?.file).toContain("resolve-graph.test.ts");
    const first = error && "first" in error.params ? error.params.first : undefined;
    expect(first?.line).toBe((error?.origin?.line ?? 0) - 1);
  });

  test("an unknown table is reported with the nearest name, at its place [F8]", async () => {
    const { errors } = await resolve(() => {
      dlt.table({ name: "bronze_orders" }, rows);
      dlt.table({ name: "silver" }, () => dlt.read("bronze_order"));
    });
    expect(codes(errors)).toEqual(["TABLE_OR_VIEW_NOT_FOUND"]);
    expect(errors[0]?.message).toContain("Did you mean `bronze_orders`?");
    expect(errors[0]?.origin?.file).toContain("resolve-graph.test.ts");
  });

  test("a table outside of the pipeline is found in the storage, or by its path", async () => {
    const { graph, errors } = await resolve(
      () => {
        dlt.table({ name: "a" }, () => spark.table("ref.countries"));
        dlt.table({ name: "b" }, () => spark.read.format("delta").load("storage/tables/ref/countries"));
      },
      { tables: { "tables/ref/countries": struct([field("code", STRING)]) } },
    );
    expect(codes(errors)).toEqual([]);
    const reads = graph?.flows.flatMap((flow) => [...flow.reads.values()]);
    expect(reads?.map((read) => read.kind === "ExternalTable" && read.location.replace(folder, ""))).toEqual([
      "/storage/tables/ref/countries",
      "/storage/tables/ref/countries",
    ]);
  });
});

describe("mistakes", () => {
  test("a circle is reported with its path [F64]", async () => {
    const { errors, downstream } = await resolve(() => {
      dlt.table({ name: "a" }, () => dlt.read("b"));
      dlt.table({ name: "b" }, () => dlt.read("c"));
      dlt.table({ name: "c" }, () => dlt.read("a"));
      dlt.table({ name: "d" }, () => dlt.read("c"));
    });
    expect(codes(errors)).toEqual(["DATASET_CYCLE"]);
    expect(errors[0]?.message).toMatch(
      /default\.a -> default\.c -> default\.b -> default\.a|default\.b -> default\.a -> default\.c -> default\.b|default\.a.*default\.a/,
    );
    expect(codes(downstream)).toEqual(["UPSTREAM_FAILED"]);
  });

  test("all direct causes are reported together, readers of what failed apart", async () => {
    const { graph, errors, downstream } = await resolve(() => {
      dlt.table({ name: "bad" }, () => spark.table("nowhere"));
      dlt.table({ name: "reader" }, () => dlt.read("bad"));
      dlt.table({ name: "wrong" }, () => rows().select("idd"));
      dlt.table({ name: "good", expect: { x: "no_such > 1" } }, rows);
      dlt.table({ name: "of_good" }, () => dlt.read("good").select("amuont"));
    });
    expect(graph).toBeUndefined();
    expect(codes(errors)).toEqual(["TABLE_OR_VIEW_NOT_FOUND", ...Array(3).fill("UNRESOLVED_COLUMN.WITH_SUGGESTION")]);
    expect(downstream.map((one) => one.message)).toEqual([expect.stringContaining('"default.reader"')]);
  });

  test("what a query function throws or gives by mistake carries the user's place [F16]", async () => {
    const { errors } = await resolve(() => {
      dlt.table({ name: "a" }, () => {
        throw new TypeError("no luck");
      });
      dlt.table({ name: "b" }, (() => undefined) as never);
    });
    expect(codes(errors)).toEqual(["QUERY_FUNCTION_FAILED", "QUERY_FUNCTION_NOT_A_DATAFRAME"]);
    expect(errors.every((error) => error.origin?.file.endsWith("resolve-graph.test.ts"))).toBe(true);
  });

  test.each<[string, () => void, readonly string[]]>([
    [
      "a streaming table from a batch query",
      () => dlt.streamingTable({ name: "a" }, rows),
      ["INVALID_FLOW_QUERY_TYPE.BATCH_RELATION_FOR_STREAMING_TABLE"],
    ],
    [
      "a materialized view from a streaming query [F13]",
      () => dlt.materializedView({ name: "a" }, orders),
      ["INVALID_FLOW_QUERY_TYPE.STREAMING_RELATION_FOR_MATERIALIZED_VIEW"],
    ],
    [
      "a streaming read of a batch view",
      () => {
        dlt.view({ name: "v" }, rows);
        dlt.table({ name: "a" }, () => dlt.readStream("v"));
      },
      ["STREAMING_READ_OF_BATCH_VIEW"],
    ],
    [
      "a streaming read of a materialized view",
      () => {
        dlt.table({ name: "m" }, rows);
        dlt.table({ name: "a" }, () => dlt.readStream("m"));
      },
      ["STREAMING_READ_OF_MATERIALIZED_VIEW"],
    ],
    [
      "a batch read of a streaming view",
      () => {
        dlt.view({ name: "v" }, orders);
        dlt.table({ name: "a" }, () => dlt.read("v"));
      },
      ["BATCH_READ_OF_STREAMING_VIEW"],
    ],
    [
      "a flow without a target",
      () => void dlt.appendFlow({ target: "nowhere", name: "f" }, orders),
      ["FLOW_TARGET_NOT_DEFINED"],
    ],
    [
      "a second flow into a materialized view",
      () => {
        dlt.materializedView({ name: "m" }, rows);
        dlt.appendFlow({ target: "m", name: "f" }, rows);
      },
      ["MATERIALIZED_VIEW_WITH_MULTIPLE_FLOWS"],
    ],
    [
      "a second flow into a table whose query is a batch",
      () => {
        dlt.table({ name: "m" }, rows);
        dlt.appendFlow({ target: "m", name: "f" }, rows);
      },
      ["MATERIALIZED_VIEW_WITH_MULTIPLE_FLOWS"],
    ],
    [
      "a batch flow that is not marked once",
      () => {
        dlt.createStreamingTable("t");
        dlt.appendFlow({ target: "t", name: "f" }, rows);
      },
      ["INVALID_FLOW_QUERY_TYPE.BATCH_RELATION_FOR_STREAMING_TABLE"],
    ],
    [
      "Auto Loader in a flow that runs once",
      () => {
        dlt.createStreamingTable("t");
        dlt.appendFlow({ target: "t", name: "f", once: true }, orders);
      },
      ["INVALID_FLOW_QUERY_TYPE.AUTO_LOADER_IN_ONCE_FLOW"],
    ],
    [
      "a declared schema that the query does not give [F17]",
      () => dlt.table({ name: "a", schema: "id DATE, amount DOUBLE, extra INT" }, rows),
      ["DATASET_SCHEMA_MISMATCH", "DATASET_SCHEMA_COLUMN_MISSING"],
    ],
    [
      "unknown partition and clustering columns",
      () => {
        dlt.table({ name: "a", partitionCols: ["idd"] }, rows);
        dlt.table({ name: "b", clusterBy: ["amuont"] }, rows);
        dlt.table({ name: "c", clusterBy: ["id"], partitionCols: ["id"] }, rows);
      },
      ["PARTITION_COLUMN_NOT_FOUND", "CLUSTERING_COLUMN_NOT_FOUND", "CANNOT_SET_TOGETHER"],
    ],
    [
      "five clustering keys [F20]",
      () =>
        dlt.table({ name: "a", clusterBy: ["a", "b", "c", "d", "e"] }, () =>
          spark.sql("SELECT 1 AS a, 2 AS b, 3 AS c, 4 AS d, true AS e"),
        ),
      ["TOO_MANY_CLUSTERING_COLUMNS", "DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED"],
    ],
    [
      "two columns of one name, and one without a type",
      () => dlt.table({ name: "a" }, () => spark.sql("SELECT 1 AS x, 2 AS X, NULL AS y")),
      ["DUPLICATE_COLUMN", "COLUMN_TYPE_NOT_STORABLE"],
    ],
    [
      "a sub-query and an unknown column in rules [F116]",
      () => dlt.table({ name: "a", expect: { s: "id IN (SELECT 1)", u: "idd > 1 " } }, rows),
      ["EXPECTATION_NOT_ROW_BY_ROW", "UNRESOLVED_COLUMN.WITH_SUGGESTION"],
    ],
    [
      "quarantine on a view",
      () => dlt.view({ name: "a", expectOrQuarantine: { s: "id = 1" } }, rows),
      ["QUARANTINE_ON_VIEW"],
    ],
    [
      "what streams cannot do, in Spark's words [F80]",
      () => {
        const timed = () => orders().withColumn("ts", currentTimestamp()).withWatermark("ts", "1 hour");
        dlt.table({ name: "a" }, () => orders().groupBy("customer_id").count().groupBy().count());
        dlt.table({ name: "b" }, orders);
        dlt.table({ name: "c" }, () =>
          spark.sql("SELECT *, row_number() OVER (PARTITION BY id ORDER BY amount) AS n FROM STREAM b"),
        );
        dlt.table({ name: "d" }, () => orders().dropDuplicatesWithinWatermark(["id"]));
        dlt.table({ name: "e" }, () =>
          timed().alias("l").join(timed().alias("r"), expr("l.id = r.id"), "left").select("l.id"),
        );
        dlt.table({ name: "f" }, () => timed().alias("l").join(timed().alias("r"), expr("l.id < r.id")).select("l.id"));
        dlt.table({ name: "g" }, () => timed().groupBy(window("ts", "1 hour")).agg(countDistinct("id").alias("n")));
        dlt.table({ name: "h" }, () => timed().withWatermark("ts", "2 hours").dropDuplicates(["id", "ts"]));
        dlt.table({ name: "i" }, () => orders().limit(3).offset(1));
        dlt.createStreamingTable({ name: "j" });
        dlt.appendFlow({ target: "j", name: "j1" }, () => orders().groupBy("customer_id").count());
        dlt.appendFlow({ target: "j", name: "j2" }, () => orders().select("customer_id"));
      },
      [
        "_LEGACY_ERROR_TEMP_3102",
        "NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING",
        ...["_LEGACY_ERROR_TEMP_3102", "_LEGACY_ERROR_TEMP_3102", "_LEGACY_ERROR_TEMP_1181", "_LEGACY_ERROR_TEMP_3102"],
        ...["STREAM_FAILED", "_LEGACY_ERROR_TEMP_3102", "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION"],
      ],
    ],
    [
      "a change feed of a table that has none",
      () => {
        dlt.table({ name: "b" }, orders);
        dlt.table({ name: "c" }, () => spark.readStream.option("readChangeFeed", "true").table("b"));
      },
      ["DELTA_MISSING_CHANGE_DATA"],
    ],
  ])("%s", async (_, declare, expected) => {
    const { errors } = await resolve(declare);
    expect(codes(errors)).toEqual(expected);
    expect(errors.every((error) => error.origin?.file.endsWith("resolve-graph.test.ts"))).toBe(true);
  });
});

describe("streaming tables", () => {
  test("of several flows have the columns of all, NULL where one lacks them [F29] [F30]", async () => {
    const { graph, errors } = await resolve(() => {
      dlt.createStreamingTable({ name: "all", expect: { note: "note IS NULL OR note <> ''" } });
      dlt.appendFlow({ target: "all", name: "one" }, () => orders().select("id"));
      dlt.appendFlow({ target: "all", name: "two", once: true }, () => spark.sql("SELECT 1 AS id, 'x' AS note"));
    });
    expect(codes(errors)).toEqual([]);
    expect(graph?.datasets[0]?.schema).toEqual(struct([field("id", LONG), field("note", STRING)]));
    expect(graph?.flows.map((flow) => flow.plan.output.map((one) => [one.name, one.dataType.kind]))).toEqual([
      [
        ["id", "long"],
        ["note", "string"],
      ],
      [
        ["id", "long"],
        ["note", "string"],
      ],
    ]);
  });

  test("keep stored columns that the query gives no more, in their place", async () => {
    const stored = struct([field("gone", STRING), field("id", LONG)]);
    const { graph } = await resolve(() => dlt.table({ name: "t" }, () => orders().select("amount", "id")), {
      tables: { "tables/default/t": stored },
    });
    expect(graph?.datasets[0]?.schema.fields.map((one) => one.name)).toEqual(["gone", "id", "amount"]);
  });

  test("cannot change a column's type unless refreshed in full", async () => {
    const tables = { "tables/default/t": struct([field("id", INTEGER)]) };
    const declare = () => void dlt.table({ name: "t" }, () => orders().select("id"));
    const { errors } = await resolve(declare, { tables });
    expect(codes(errors)).toEqual(["INCOMPATIBLE_STORED_COLUMN"]);
    expect(errors[0]?.next).toContain("--full-refresh");
    expect(codes((await resolve(declare, { tables, fullRefresh: ["t"] })).errors)).toEqual([]);
    expect(codes((await resolve(declare, { tables, fullRefresh: "all" })).errors)).toEqual([]);
  });

  test("without a query are declared with a schema [F28]", async () => {
    const { graph, errors } = await resolve(
      () => void dlt.createStreamingTable({ name: "t", schema: "id BIGINT NOT NULL" }),
    );
    expect(codes(errors)).toEqual([]);
    expect(graph?.datasets[0]?.schema).toEqual(struct([field("id", LONG, false)]));
  });
});

test("clustering asked for by table properties is mapped, with a notice [F21]", async () => {
  const tableProperties = { "delta.enableLiquidClustering": "true", "delta.clusterBy": "id, amount", quality: "gold" };
  const { graph, warnings } = await resolve(() => dlt.table({ name: "t", tableProperties }, rows));
  expect(graph?.datasets[0]?.declaration).toMatchObject({
    clusterBy: ["id", "amount"],
    tableProperties: { quality: "gold" },
  });
  expect(codes(warnings)).toEqual(["CLUSTERING_NOT_APPLIED"]);
});

test("warns of rules that a NULL passes, unless another rule keeps it out [F110]", async () => {
  const declare = (): void => {
    dlt.table({ name: "a", expect: { positive: "amount > 0" } }, rows);
    dlt.table({ name: "b", expect: { positive: "amount > 0" }, expectOrDrop: { there: "amount IS NOT NULL" } }, rows);
    dlt.table({ name: "c", expect: { both: "amount IS NOT NULL AND amount > 0" } }, rows);
  };
  const { warnings } = await resolve(declare);
  expect(warnings.map((one) => one.message)).toEqual([expect.stringContaining('"positive" of "default.a"')]);
  const strict = await resolve(declare, { configuration: { "sluice.expectations.nullIsViolation": "true" } });
  expect(strict.warnings).toEqual([]);
});

test("a quarantine table can be read in the pipeline [F115]", async () => {
  const { graph, errors } = await resolve(() => {
    dlt.table({ name: "t", expectOrQuarantine: { id: "id IS NOT NULL" } }, orders);
    dlt.table({ name: "bad" }, () => dlt.readStream("t_quarantine"));
  });
  expect(codes(errors)).toEqual([]);
  const [read] = graph?.flows[1]?.reads.values() ?? [];
  expect(read).toMatchObject({
    kind: "Dataset",
    dataset: "default.t",
    location: join(folder, "storage/tables/default/t_quarantine"),
  });
  expect(graph?.datasets[1]?.schema.fields.map((one) => one.name)).toContain("_quarantine_reasons");
});

function bigints(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
