import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GraphProject } from "../../test/graph-project.ts";
import * as dlt from "../api/dlt-module.ts";
import { spark } from "../api/spark.ts";
import { declareSql } from "../sql/declare-sql.ts";
import { pipelineSettings } from "./pipeline-settings.ts";
import { parseTriggerInterval, triggerInterval } from "./trigger-interval.ts";

const KEY = "pipelines.trigger.interval";

describe("trigger intervals", () => {
  let project: GraphProject;
  beforeAll(() => {
    project = new GraphProject();
  });
  afterAll(() => project.close());

  const orders = () => spark.readStream.format("cloudFiles").option("cloudFiles.format", "json").load("orders");

  test("are a number and a unit, in singular or plural [F90]", () => {
    const texts = ["5 seconds", "1 second", " 2  MINUTES ", "1 hour", "3 days"];
    expect(texts.map(parseTriggerInterval)).toEqual([5000, 1000, 120_000, 3_600_000, 259_200_000]);
    const wrong = [
      "",
      "5",
      "seconds",
      "0 seconds",
      "-1 seconds",
      "1.5 minutes",
      "5 fortnights",
      "5 ms",
      "1 day 2 hours",
    ];
    expect(wrong.map(parseTriggerInterval)).toEqual(wrong.map(() => undefined));
  });

  const intervals = async (declare: () => void, configuration: Readonly<Record<string, string>> = {}) => {
    const { graph, errors } = await project.resolve(declare, { configuration });
    expect(errors).toEqual([]);
    const settings = pipelineSettings({ name: "p", storage: "/s", projectDir: "/p", configuration });
    return Object.fromEntries(
      (graph?.flows ?? []).map((flow) => {
        const dataset = graph?.datasets.find((one) => one.name === flow.target);
        return [flow.name.replace("default.", ""), dataset && triggerInterval(flow, dataset, settings)];
      }),
    );
  };

  test("are 5 seconds for streams, a minute for views of tables and ten minutes for views of files [F90]", async () => {
    const declare = (): void => {
      dlt.table({ name: "stream" }, orders);
      dlt.table({ name: "of_tables" }, () => dlt.read("stream"));
      dlt.table({ name: "of_files" }, () => spark.read.format("json").load("orders"));
    };
    expect(await intervals(declare)).toEqual({ stream: 5000, of_tables: 60_000, of_files: 600_000 });
  });

  test("of a flow win over those of its table, and these over the pipeline's [F90]", async () => {
    const declare = (): void => {
      dlt.createStreamingTable({ name: "all", sparkConf: { [KEY]: "2 minutes" } });
      dlt.appendFlow({ target: "all", name: "own", sparkConf: { [KEY]: "3 minutes" } }, orders);
      dlt.appendFlow({ target: "all", name: "of_table" }, orders);
      dlt.table({ name: "property", tableProperties: { [KEY]: "4 minutes" } }, orders);
      dlt.table({ name: "other" }, orders);
      declareSql(
        `CREATE STREAMING TABLE before AS SELECT * FROM STREAM(LIVE.other);
        SET ${KEY} = '10 seconds';
        CREATE STREAMING TABLE behind AS SELECT * FROM STREAM(LIVE.other);`,
        "/p.sql",
      );
    };
    expect(await intervals(declare, { [KEY]: "1 minute" })).toEqual({
      own: 180_000,
      of_table: 120_000,
      property: 240_000,
      other: 60_000,
      before: 60_000,
      behind: 10_000,
    });
  });

  test("that cannot be read are errors at their declaration, with the form to write [F90]", async () => {
    const declare = (): void => {
      dlt.table({ name: "stream", sparkConf: { [KEY]: "soon" } }, orders);
      dlt.createStreamingTable("all");
      dlt.appendFlow({ target: "all", name: "own", sparkConf: { [KEY]: "5" } }, orders);
    };
    const { errors } = await project.resolve(declare);
    expect(errors.map((one) => one.condition)).toEqual(["INVALID_OPTION_VALUE", "INVALID_OPTION_VALUE"]);
    expect(errors[0]?.message).toContain(
      `Option \`${KEY}\` of "stream" is "soon", not a whole number above 0 and a unit`,
    );
    expect(errors.map((one) => one.origin?.file)).toEqual([
      expect.stringContaining("trigger-interval.test.ts"),
      expect.anything(),
    ]);
  });
});
