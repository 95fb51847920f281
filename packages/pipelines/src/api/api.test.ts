import { col, count } from "@sluice/query/api";
import { describe, expect, it } from "vitest";
import type { Declarations } from "../declaration/declaration.ts";
import { collectDeclarations } from "../declaration/registry.ts";
import type { PipelineError } from "../diagnostics/pipeline-error.ts";
import * as dlt from "./dlt-module.ts";
import { spark } from "./spark.ts";

const source = () => spark.readStream.format("json").load("data");

function collect(run: () => void | Promise<void>, configuration: Record<string, string> = {}): Promise<Declarations> {
  return collectDeclarations(async () => run(), { configuration });
}

function errorOf(run: () => unknown): PipelineError {
  try {
    run();
  } catch (error) {
    return error as PipelineError;
  }
  throw new Error("nothing was thrown");
}

describe("dlt.table", () => {
  it("[F1] takes the name of its query function", async () => {
    const { datasets, flows } = await collect(() => {
      dlt.table(function orders() {
        return source();
      });
      dlt.table({ comment: "b" }, function more_orders() {
        return source();
      });
    });
    expect(datasets.map(({ name, comment }) => [name, comment])).toEqual([
      ["orders", undefined],
      ["more_orders", "b"],
    ]);
    expect(flows.map(({ name, target, once }) => [name, target, once])).toEqual([
      ["orders", "orders", false],
      ["more_orders", "more_orders", false],
    ]);
  });

  it("[F2] [F3] [F4] keeps name, comment, properties and every other option", async () => {
    const { datasets } = await collect(() => {
      dlt.table(
        {
          name: "silver",
          comment: "Clean",
          tableProperties: { quality: "silver" },
          partitionCols: ["day"],
          clusterBy: ["id"],
          schema: "id BIGINT",
          sparkConf: { "a.b": "c" },
          private: true,
          expect: { a: "x > 0" },
          expectOrDrop: { b: col("id").isNotNull() },
          expectOrFail: { c: "y" },
          expectOrQuarantine: { d: "z" },
        },
        source,
      );
    });
    expect(datasets[0]).toMatchObject({
      kind: "Table",
      name: "silver",
      comment: "Clean",
      tableProperties: { quality: "silver" },
      partitionBy: ["day"],
      clusterBy: ["id"],
      schema: "id BIGINT",
      sparkConf: { "a.b": "c" },
      private: true,
      expectations: [
        { name: "a", condition: "x > 0", policy: "warn" },
        { name: "b", condition: { kind: "Call", name: "isnotnull" }, policy: "drop" },
        { name: "c", condition: "y", policy: "fail" },
        { name: "d", condition: "z", policy: "quarantine" },
      ],
    });
  });

  it("takes PySpark's spelling of options", async () => {
    const options = {
      name: "t",
      table_properties: { quality: "b" },
      cluster_by: ["id"],
      expect_all_or_drop: { a: "x" },
    };
    const { datasets } = await collect(() => {
      dlt.table(options as object, source);
    });
    expect(datasets[0]).toMatchObject({
      tableProperties: { quality: "b" },
      clusterBy: ["id"],
      expectations: [{ name: "a", policy: "drop" }],
    });
  });

  it("[F14] declares in a loop", async () => {
    const { datasets } = await collect(() => {
      for (const region of ["eu", "us", "asia"]) dlt.table({ name: `orders_${region}` }, source);
    });
    expect(datasets.map((dataset) => dataset.name)).toEqual(["orders_eu", "orders_us", "orders_asia"]);
  });

  it("remembers where it was called", async () => {
    const { datasets, flows } = await collect(() => {
      dlt.table({ name: "t" }, source);
    });
    expect(datasets[0]?.origin.file).toMatch(/api\.test\.ts$/);
    expect(flows[0]?.origin).toEqual(datasets[0]?.origin);
  });

  it("says which option it does not have, and the nearest one", () => {
    const unknown = errorOf(() => dlt.table({ name: "t", comnent: "x" } as object, source));
    expect(unknown).toMatchObject({ code: "UNKNOWN_OPTION", next: 'Did you mean "comment"?' });
    expect(unknown.origin?.file).toMatch(/api\.test\.ts$/);
    expect(errorOf(() => dlt.table({ name: "t", path: "/x" } as object, source)).code).toBe("UNSUPPORTED_FEATURE");
    expect(errorOf(() => dlt.table({ name: "t", clusterBy: 3 } as object, source)).code).toBe("NOT_EXPECTED_TYPE");
    expect(errorOf(() => dlt.table({ name: "t", expect: "x" } as object, source)).code).toBe("NOT_EXPECTED_TYPE");
  });

  it("needs a name and a query function", () => {
    expect(errorOf(() => dlt.table({}, () => source())).code).toBe("DATASET_NAME_MISSING");
    expect(errorOf(() => dlt.table({ name: "t" }, undefined as never)).code).toBe("QUERY_FUNCTION_MISSING");
  });

  it("[F16] says when the query function gives no DataFrame", async () => {
    const { flows } = await collect(() => {
      dlt.table({ name: "t" }, (async () => source()) as never);
    });
    expect(errorOf(() => flows[0]?.query())).toMatchObject({
      code: "QUERY_FUNCTION_NOT_A_DATAFRAME",
      message: expect.stringContaining("a Promise"),
    });
  });

  it("is just a handle outside of a pipeline", () => {
    const orders = dlt.table({ name: "bronze.orders" }, source);
    expect(orders.name).toBe("bronze.orders");
    expect(orders.read().relation).toMatchObject({
      kind: "NamedTable",
      name: ["LIVE", "bronze", "orders"],
      streaming: false,
    });
    expect(orders.readStream().groupBy("a").agg(count("*")).relation).toMatchObject({ input: { streaming: true } });
  });
});

describe("the other calls", () => {
  it("[F6] [F13] declare their kinds", async () => {
    const { datasets } = await collect(() => {
      dlt.streamingTable({ name: "a" }, source);
      dlt.materializedView({ name: "b" }, source);
      dlt.view({ name: "c" }, source);
      dlt.temporaryView({ name: "d" }, source);
    });
    expect(datasets.map((dataset) => dataset.kind)).toEqual([
      "StreamingTable",
      "MaterializedView",
      "TemporaryView",
      "TemporaryView",
    ]);
  });

  it("[F28] [F29] [F30] declare a streaming table and flows into it", async () => {
    const { datasets, flows } = await collect(() => {
      const all = dlt.createStreamingTable({ name: "all_orders", expectAll: { a: "x" } });
      dlt.createStreamingTable("plain");
      dlt.appendFlow({ target: all, name: "eu" }, source);
      dlt.appendFlow({ target: "all_orders", once: true }, function backfill() {
        return source();
      });
    });
    expect(datasets.map(({ name, kind }) => [name, kind])).toEqual([
      ["all_orders", "StreamingTable"],
      ["plain", "StreamingTable"],
    ]);
    expect(flows.map(({ name, target, once }) => [name, target, once])).toEqual([
      ["eu", "all_orders", false],
      ["backfill", "all_orders", true],
    ]);
  });

  it("[F8] [F9] read datasets of the pipeline by name", () => {
    expect(dlt.read("x").relation).toMatchObject({ kind: "NamedTable", name: ["LIVE", "x"], streaming: false });
    expect(dlt.readStream("s.x").relation).toMatchObject({ name: ["LIVE", "s", "x"], streaming: true });
    expect(dlt.read(dlt.view({ name: "v" }, source)).relation).toMatchObject({ name: ["LIVE", "v"] });
    expect(dlt.read("LIVE.x").relation).toMatchObject({ name: ["LIVE", "x"] });
  });

  it("[F31] [F33] [F34] declare sinks and hooks, and refuse what is none", async () => {
    const handler = (): void => {};
    const { sinks, hooks, flows } = await collect(() => {
      const out = dlt.createSink("out", "DELTA", { path: "/out", mergeSchema: true });
      dlt.foreachBatchSink("batches", handler);
      dlt.foreachBatchSink(function named() {});
      dlt.appendFlow({ target: out, name: "f" }, source);
      dlt.onEvent(handler, { maxAllowableConsecutiveFailures: 3 });
    });
    expect(sinks.map(({ name, format, options }) => [name, format, options])).toEqual([
      ["out", "delta", { path: "/out", mergeSchema: "true" }],
      ["batches", "foreachBatch", {}],
      ["named", "foreachBatch", {}],
    ]);
    expect(flows[0]).toMatchObject({ name: "f", target: "out" });
    expect(hooks).toMatchObject([{ name: "handler", maxFailures: 3 }]);
    const wrong = dlt as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
    expect(errorOf(() => wrong["createSink"]?.("", "delta")).code).toBe("DATASET_NAME_MISSING");
    expect(errorOf(() => wrong["createSink"]?.("x", 3)).code).toBe("NOT_EXPECTED_TYPE");
    expect(errorOf(() => wrong["foreachBatchSink"]?.("x")).code).toBe("QUERY_FUNCTION_MISSING");
    expect(errorOf(() => wrong["onEvent"]?.(1)).code).toBe("NOT_EXPECTED_TYPE");
    expect(errorOf(() => dlt.onEvent(handler, { maxAllowableConsecutiveFailures: -1 })).code).toBe("NOT_EXPECTED_TYPE");
  });

  it("that come later refuse, and say what to do until then", () => {
    for (const call of [dlt.updateFlow]) {
      expect(errorOf(() => call({}))).toMatchObject({
        code: "UNSUPPORTED_FEATURE",
        next: expect.stringContaining("until then"),
      });
    }
  });
});

describe("spark", () => {
  it("[F36] gives the pipeline's configuration, also to query functions called later", async () => {
    const { flows } = await collect(
      () => {
        dlt.table({ name: "t" }, () => spark.read.format("json").load(spark.conf.get("source_path", "/default")));
      },
      { source_path: "/set" },
    );
    expect(flows[0]?.query().relation).toMatchObject({ paths: ["/set"] });
    expect(spark.conf.get("source_path", "/default")).toBe("/default");
    expect(errorOf(() => spark.conf.get("source_path")).code).toBe("CONFIGURATION_KEY_NOT_SET");
  });

  it("keeps what a file sets to one evaluation", async () => {
    const seen: string[] = [];
    await collect(() => {
      spark.conf.set("n", 3);
      seen.push(spark.conf.get("n"));
    });
    await collect(() => {
      seen.push(spark.conf.get("n", "none"));
    });
    expect(seen).toEqual(["3", "none"]);
  });

  it("describes reads with options and schema", () => {
    const frame = spark.readStream
      .format("cloudFiles")
      .option("cloudFiles.format", "csv")
      .option("header", false)
      .option("HEADER", true)
      .schema("id BIGINT, name STRING")
      .load("/mnt/x");
    expect(frame.relation).toMatchObject({
      kind: "DataSource",
      format: "cloudFiles",
      streaming: true,
      paths: ["/mnt/x"],
      options: { "cloudFiles.format": "csv", HEADER: "true" },
      schema: { kind: "struct", fields: [{ name: "id" }, { name: "name" }] },
    });
  });
});

describe("collectDeclarations", () => {
  it("keeps concurrent evaluations apart, also after awaits", async () => {
    const one = (name: string) =>
      collect(async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        dlt.table({ name }, source);
      });
    const [left, right] = await Promise.all([one("left"), one("right")]);
    expect([left.datasets.map((d) => d.name), right.datasets.map((d) => d.name)]).toEqual([["left"], ["right"]]);
  });

  it("keeps an evaluation open while others begin and end, and a query's configuration after all have", async () => {
    let done = false;
    const slow = collect(async () => {
      dlt.table({ name: "first" }, () => spark.read.table(spark.conf.get("key", "none")));
      while (!done) await new Promise((resolve) => setTimeout(resolve, 1));
      dlt.table({ name: "last" }, source);
      spark.conf.set("key", "given");
    });
    await collect(async () => {
      dlt.table({ name: "other" }, source);
    });
    done = true;
    const { datasets, flows } = await slow;
    expect(datasets.map((d) => d.name)).toEqual(["first", "last"]);
    for (let times = 0; times < 2; times++) {
      expect(await flows[0]?.query()).toMatchObject({ relation: { name: ["given"] } });
    }
  });
});
