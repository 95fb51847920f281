import { simpleString } from "@sluice/query";
import { formatBytes, formatCount, formatTime } from "../render/format.ts";
import type { DatasetSummary, TableDetails } from "../session/dataset-summary.ts";
import type { Pipeline } from "../session/pipeline.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

/** Lists the datasets, or shows the columns and history of one. */
export async function show(pipeline: Pipeline, table: string | undefined, output: Output): Promise<number> {
  if (table === undefined) return showAll(await pipeline.datasets(), output);
  const details = await pipeline.describe(table);
  if (details === undefined) {
    const near = await pipeline.nearestTable(table);
    throw new CommandError(
      EXIT.wrong,
      `There is no table "${table}".${near === undefined ? "" : ` Did you mean "${near}"?`}`,
      "sluice show lists them",
    );
  }
  return showOne(details, output);
}

function showAll(datasets: readonly DatasetSummary[], output: Output): number {
  for (const dataset of datasets) output.json(dataset);
  output.grid(
    [
      { title: "dataset" },
      { title: "kind" },
      { title: "rows", align: "right" },
      { title: "size", align: "right" },
      { title: "version", align: "right" },
      { title: "changed (UTC)" },
      { title: "comment" },
    ],
    datasets.map((dataset) => [
      dataset.name,
      dataset.kind,
      dataset.rows === undefined ? "-" : formatCount(dataset.rows),
      dataset.sizeBytes === undefined ? "-" : formatBytes(dataset.sizeBytes),
      dataset.version === undefined ? "-" : String(dataset.version),
      dataset.modifiedAt === undefined ? "-" : formatTime(dataset.modifiedAt),
      dataset.comment ?? "",
    ]),
  );
  return EXIT.done;
}

function showOne(details: TableDetails, output: Output): number {
  output.json(details);
  output.text(
    `${details.name}, ${details.kind}\n${details.comment === undefined ? "" : `${details.comment}\n`}${details.location}\n\n`,
  );
  output.grid(
    [{ title: "column" }, { title: "type" }, { title: "null" }, { title: "comment" }],
    details.schema.fields.map((field) => [
      field.name,
      simpleString(field.dataType),
      field.nullable ? "" : "not null",
      String(field.metadata["comment"] ?? ""),
    ]),
  );
  const properties = Object.entries(details.properties);
  if (properties.length > 0) {
    output.text("\n");
    output.grid(
      [{ title: "property" }, { title: "value" }],
      properties.map(([key, value]) => [key, value]),
    );
  }
  output.text("\n");
  output.grid(
    [
      { title: "version", align: "right" },
      { title: "committed (UTC)" },
      { title: "operation" },
      { title: "rows", align: "right" },
    ],
    details.history.map((commit) => [
      String(commit.version),
      formatTime(commit.timestamp),
      commit.operation,
      commit.metrics["numOutputRows"] === undefined ? "" : formatCount(Number(commit.metrics["numOutputRows"])),
    ]),
  );
  return EXIT.done;
}
