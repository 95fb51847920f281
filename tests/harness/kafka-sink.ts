import { openPipeline, type Pipeline } from "sluice";
import { makeProject, writeFiles } from "./sluice.ts";

/** A pipeline of one flow from JSON files below `raw` into a topic: columns `id BIGINT, name STRING`. */
export class SinkPipeline {
  readonly directory: string;
  #pipeline: Pipeline | undefined;
  #files = 0;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** @param columns - SELECT expressions over the files' columns. */
  static async make(options: Readonly<Record<string, string>>, columns: readonly string[]): Promise<SinkPipeline> {
    const source = `import { dlt, spark } from "sluice";
dlt.createSink("out", "kafka", ${JSON.stringify(options)});
dlt.appendFlow({ target: "out", name: "f" }, () =>
  spark.readStream.format("json").schema("id BIGINT, name STRING").option("maxFilesPerTrigger", 1).load("raw").selectExpr(...${JSON.stringify(columns)}));`;
    return await SinkPipeline.of(source);
  }

  /** A pipeline of a program of its own. */
  static async of(source: string): Promise<SinkPipeline> {
    const files = { "transformations/p.ts": source, "sluice.yml": "name: s\n", "raw/0.json": "" };
    return new SinkPipeline(await makeProject(files));
  }

  /** Adds a file of rows `id` from `first` on, with names `n<id>`. */
  async deliver(first: number, count: number): Promise<void> {
    const lines = Array.from({ length: count }, (_, i) => JSON.stringify({ id: first + i, name: `n${first + i}` }));
    this.#files += 1;
    await writeFiles(this.directory, { [`raw/${this.#files}.json`]: `${lines.join("\n")}\n` });
  }

  /** Runs an update and answers the rows written. @throws the error of a flow that failed */
  async run(): Promise<number> {
    this.#pipeline ??= await openPipeline(this.directory);
    const result = await this.#pipeline.run().result;
    if (result.kind !== "Finished") throw new Error("busy");
    for (const { error } of result.flows) if (error !== undefined) throw error;
    return result.flows.reduce((sum, flow) => sum + (flow.rows ?? 0), 0);
  }

  async query(sql: string): Promise<readonly (readonly unknown[])[]> {
    this.#pipeline ??= await openPipeline(this.directory);
    return (await this.#pipeline.query(sql)).rows;
  }

  async close(): Promise<void> {
    await this.#pipeline?.close();
    this.#pipeline = undefined;
  }
}

/** A line of Java's `consume` as text: a message with partition, key, value and headers, NULL as null. */
export interface Consumed {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: string;
}

export function consumed(lines: readonly string[]): readonly Consumed[] {
  return lines.map((line) => {
    const [partition = "", , , , key = "", value = "", headers = ""] = line.split("\t");
    return { partition: Number(partition), key: text(key), value: text(value), headers };
  });
}

function text(hex: string): string | null {
  return hex === "-" ? null : Buffer.from(hex, "hex").toString();
}
