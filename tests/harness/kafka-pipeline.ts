import { openPipeline, type Pipeline } from "sluice";
import { makeProject } from "./sluice.ts";

/** A pipeline of one table that reads Kafka. */
export class KafkaPipeline {
  readonly directory: string;
  readonly #pipeline: Pipeline;

  private constructor(directory: string, pipeline: Pipeline) {
    this.directory = directory;
    this.#pipeline = pipeline;
  }

  /** The table is called `bronze`; `read` is `readStream` for a streaming table, `read` for a materialized view. */
  static async open(
    options: Readonly<Record<string, string>>,
    read: "readStream" | "read" = "readStream",
  ): Promise<KafkaPipeline> {
    const source = `import { dlt, spark } from "sluice";
dlt.table({ name: "bronze" }, () => spark.${read}.format("kafka").options(${JSON.stringify(options)}).load());`;
    const directory = await makeProject({ "transformations/p.ts": source, "sluice.yml": "name: k\n" });
    return new KafkaPipeline(directory, await openPipeline(directory));
  }

  /** Runs an update and answers the rows written. @throws the error of a flow that failed */
  async run(fullRefresh = false): Promise<number> {
    const result = await this.#pipeline.run(fullRefresh ? { fullRefreshAll: true } : {}).result;
    if (result.kind !== "Finished") throw new Error("busy");
    for (const { error } of result.flows) if (error !== undefined) throw error;
    return result.flows.reduce((sum, flow) => sum + (flow.rows ?? 0), 0);
  }

  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.#pipeline.query(sql)).rows;
  }

  /** The table in the lines that Java's client prints, in order of partitions and offsets. */
  async lines(): Promise<readonly string[]> {
    const hex = (column: string) => `coalesce(lower(hex(${column})), '-')`;
    const headers = `array_join(transform(headers, h -> concat(h.key, '=', ${hex("h.value")})), ',')`;
    const rows = await this.rows(
      `SELECT partition, offset, timestampType, unix_millis(timestamp), ${hex("key")}, ${hex("value")}, coalesce(${headers}, '')
       FROM bronze ORDER BY partition, offset`,
    );
    return rows.map((row) => row.join("\t"));
  }

  async close(): Promise<void> {
    await this.#pipeline.close();
  }
}
