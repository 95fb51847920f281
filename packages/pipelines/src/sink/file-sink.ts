import { createHash } from "node:crypto";
import { type Attribute, columnOf, map, type Plan, STRING, struct, type Typed } from "@sluice/query";
import type { Engine, FileExport } from "../engine/engine.ts";
import type { SinkBatch, SinkWriter } from "../engine/sink-writer.ts";
import type { FileWriting } from "../graph/file-sink-options.ts";

/** What files of a sink look like. */
export interface FileSinkOptions extends FileWriting {
  /** Absolute path. */
  readonly folder: string;
  readonly format: FileExport["format"];
  /** Columns whose values name folders. */
  readonly partitionBy: readonly string[];
}

/**
 * Files of a folder, one for each batch with rows: `part-<batch>-<flow>.<format>`; with partitions one or more in the folder of each value. A file appears whole, and a batch that comes again takes the place of its own
 * file. JSON has a row a line, as `to_json` writes it; CSV has values as casts to STRING write them, NULL as nothing.
 */
export class FileSink implements SinkWriter {
  readonly #engine: Engine;
  readonly #options: FileSinkOptions;

  constructor(engine: Engine, options: FileSinkOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  async write(batch: SinkBatch, signal?: AbortSignal): Promise<void> {
    if (batch.isEmpty) return;
    const { json, ...files } = this.#options;
    const { format, partitionBy } = files;
    const flow = createHash("sha256").update(batch.appId).digest("hex").slice(0, 12);
    const { inputs, session } = batch;
    const request: FileExport = {
      ...files,
      name: `part-${String(batch.batch).padStart(5, "0")}-${flow}`,
      plan:
        format === "parquet"
          ? batch.plan
          : project(batch.plan, (input) => (format === "json" ? jsonLine(input, partitionBy, json) : texts(input))),
      inputs,
      session,
      partitionBy,
    };
    await this.#engine.exportFiles(request, signal);
  }
}

type Columns = Extract<Plan, { kind: "Project" }>["columns"];

function project(input: Plan, columnsOf: (input: Plan) => Columns): Plan {
  const columns = columnsOf(input);
  return { kind: "Project", input, output: columns.map(({ attribute }) => attribute), columns };
}

/** Each row as one line, then the columns that name folders. */
function jsonLine({ output }: Plan, partitionBy: readonly string[], options: FileWriting["json"]): Columns {
  const inFolders = output.filter(({ name }) => partitionBy.includes(name));
  const data = output.filter((column) => !inFolders.includes(column));
  const dataType = struct(data.map(({ id: _, ...column }) => column));
  const row: Typed = { kind: "Call", name: "struct", args: data.map(columnOf), dataType, nullable: false };
  const line: Typed = {
    kind: "Call",
    name: "to_json",
    args: [row, textMap(options)],
    dataType: STRING,
    nullable: true,
  };
  const value = { attribute: attributeAfter(output, 0, "value"), expression: line };
  return [value, ...inFolders.map((attribute) => ({ attribute, expression: columnOf(attribute) }))];
}

function textMap(texts: Readonly<Record<string, string>>): Typed {
  const args = Object.entries(texts).flat().map(literal);
  return { kind: "Call", name: "map", args, dataType: map(STRING, STRING), nullable: false };
}

function literal(value: string): Typed {
  return { kind: "Literal", value, dataType: STRING, nullable: false };
}

function texts({ output }: Plan): Columns {
  return output.map((column, i) => {
    const { nullable } = column;
    const text: Typed = { kind: "Cast", expression: columnOf(column), try: false, dataType: STRING, nullable };
    return { attribute: attributeAfter(output, i, column.name), expression: text };
  });
}

function attributeAfter(columns: readonly Attribute[], i: number, name: string): Attribute {
  const last = Math.max(0, ...columns.map(({ id }) => id));
  return { id: last + 1 + i, name, dataType: STRING, nullable: true, metadata: {} };
}
