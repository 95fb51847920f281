import { formatBytes, formatCount, formatTime } from "../render/format.ts";
import type { Pipeline } from "../session/pipeline.ts";
import type { ReadFile, TableFiles } from "../session/table-files.ts";
import { CommandError } from "./command-error.ts";
import { EXIT } from "./exit-code.ts";
import type { Output } from "./output.ts";

/** Shows what a table has read from files and when, what was rescued and why, and how the schema drifted. `limit`: so many files, the newest. */
export async function files(pipeline: Pipeline, table: string, limit: number, output: Output): Promise<number> {
  const found = await pipeline.files(table);
  if (found === undefined) {
    const near = await pipeline.nearestTable(table);
    throw new CommandError(
      EXIT.wrong,
      `There is no table "${table}".${near === undefined ? "" : ` Did you mean "${near}"?`}`,
      "sluice show lists them",
    );
  }
  printJson(found, output);
  if (found.files.length === 0 && found.sources.length === 0) {
    output.text(`${found.table} reads no files as a stream.\n`);
    return EXIT.done;
  }
  for (const { flow, format, paths } of found.sources) {
    output.text(
      `${found.table} reads ${format} files of ${paths.join(", ")}${flow === found.table ? "" : ` (flow ${flow})`}\n`,
    );
  }
  showFiles(found.files, limit, output);
  showRescued(found, output);
  showSchemas(found, output);
  return EXIT.done;
}

function printJson(found: TableFiles, output: Output): void {
  for (const file of found.files) output.json({ kind: "file", table: found.table, ...file });
  for (const field of found.rescued) output.json({ kind: "rescued", table: found.table, ...field });
  for (const step of found.schemas) output.json({ kind: "schema", table: found.table, ...step });
}

function showFiles(all: readonly ReadFile[], limit: number, output: Output): void {
  if (all.length === 0) {
    output.text("No file has been read yet. `sluice run` reads them.\n");
    return;
  }
  const shown = all.slice(-limit);
  output.text(`\n${all.length > shown.length ? `The last ${shown.length} of ${formatCount(all.length)} files\n` : ""}`);
  output.grid(
    [
      { title: "batch", align: "right" },
      { title: "read (UTC)" },
      { title: "size", align: "right" },
      { title: "rows of batch", align: "right" },
      { title: "rescued", align: "right" },
      { title: "file" },
      { title: "now" },
    ],
    shown.map((file) => [
      file.batch === undefined ? "-" : String(file.batch),
      file.commitTime === undefined ? "-" : formatTime(file.commitTime),
      formatBytes(file.size),
      file.batchRows === undefined ? "-" : formatCount(file.batchRows),
      file.rescuedRows === undefined ? "-" : formatCount(file.rescuedRows),
      file.path,
      fateOf(file),
    ]),
  );
}

function fateOf(file: ReadFile): string {
  if (file.skipped) return "left out: there before the stream began";
  if (file.archiveMode === "MOVE") return `moved to ${file.moveLocation}`;
  if (file.archiveMode === "DELETE") return "deleted";
  return file.isCommitted ? "" : "waiting for the next update";
}

function showRescued({ rescued }: TableFiles, output: Output): void {
  if (rescued.length === 0) return;
  output.text("\nRescued data\n");
  output.grid(
    [
      { title: "field" },
      { title: "why" },
      { title: "rows", align: "right" },
      { title: "files", align: "right" },
      { title: "first file" },
    ],
    rescued.map((one) => [one.field, one.reason, formatCount(one.rows), formatCount(one.files), one.firstFile]),
  );
}

function showSchemas({ schemas }: TableFiles, output: Output): void {
  if (schemas.length === 0) return;
  output.text("\nSchema\n");
  output.grid(
    [{ title: "version", align: "right" }, { title: "since (UTC)" }, { title: "columns that are new or changed" }],
    schemas.map((step) => [String(step.version), formatTime(step.storedAt), step.changes.join(", ")]),
  );
}
