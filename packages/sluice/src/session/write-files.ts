import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FileWriting, fileWriting, optionError } from "@sluice/pipelines";
import {
  type Expression,
  outputSchema,
  QueryError,
  type Relation,
  STRING,
  type StructField,
  sqlStateOf,
  type WriteSpec,
} from "@sluice/query";
import { evaluateQuery } from "./evaluate-query.ts";
import { executionSession } from "./execution-session.ts";
import { locatePath } from "./locate-table.ts";
import type { SessionState } from "./session-state.ts";
import { wrongQuery } from "./stream/stream-world.ts";

/**
 * Writes rows as plain Parquet or JSON files, and `_SUCCESS` beside them as Spark does. With `overwrite` the files that were there go once the new ones are in place.
 *
 * @throws QueryError for a format, option or target that cannot be
 */
export async function writeFiles(
  relation: Relation,
  spec: WriteSpec,
  format: string,
  state: SessionState,
): Promise<void> {
  checkPlace(spec, format);
  const kind = format === "parquet" ? "parquet" : "json";
  const writing = writingOf(spec, kind);
  const { mode, partitionBy } = spec;
  const folder = localFolder(spec, state);
  const before = existsSync(folder) ? readdirSync(folder) : [];
  if (before.length > 0 && mode === "ignore") return;
  if (before.length > 0 && mode === "error") {
    const message = `Path ${folder} already exists. Set the mode to "overwrite", "append" or "ignore".`;
    throw refusal("PATH_ALREADY_EXISTS", message, { outputPath: folder });
  }
  const { fields } = outputSchema((await evaluateQuery(relation, state)).plan);
  checkPartitions(partitionBy, fields);
  const rows = kind === "parquet" ? relation : jsonLines(relation, fields, partitionBy, writing.json);
  const { plan, inputs } = await evaluateQuery(rows, state);
  const engine = await state.engine();
  const session = executionSession(state);
  await engine.exportFiles({
    folder,
    format: kind,
    ...(writing.compression && { compression: writing.compression }),
    plan,
    inputs,
    session,
    partitionBy,
  });
  if (mode === "overwrite") for (const name of before) rmSync(join(folder, name), { recursive: true, force: true });
  writeFileSync(join(folder, "_SUCCESS"), "");
}

function checkPlace({ target }: WriteSpec, format: string): void {
  if (format === "csv" || format === "text" || format === "orc" || format === "avro") {
    const message = `The feature is not supported: writing ${format} files. Write parquet, json or delta.`;
    throw refusal("UNSUPPORTED_FEATURE", message, { feature: format });
  }
  if (format !== "parquet" && format !== "json") {
    const message = `Rows cannot be written as "${format}": use delta, parquet or json.`;
    throw refusal("DATA_SOURCE_NOT_FOUND", message, { provider: format });
  }
  if (target.kind !== "Path") {
    const message = `The feature is not supported: tables of ${format}. Tables are Delta tables; write ${format} files with save(path).`;
    throw refusal("UNSUPPORTED_FEATURE", message, { feature: format });
  }
}

function writingOf({ options }: WriteSpec, format: "json" | "parquet"): FileWriting {
  const { writing, mistakes } = fileWriting(format, options, ["path"]);
  if (mistakes.length === 0) return writing;
  throw wrongQuery(mistakes.map((mistake) => optionError(mistake, `The ${format} writer`)));
}

function localFolder({ target }: WriteSpec, state: SessionState): string {
  const folder = locatePath(target.kind === "Path" ? target.path : "", state);
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(folder)) return folder;
  const message = `The feature is not supported: plain files at "${folder}". Write to a folder of this machine, or write a Delta table.`;
  throw refusal("UNSUPPORTED_FEATURE", message, { path: folder });
}

function checkPartitions(partitionBy: readonly string[], fields: readonly StructField[]): void {
  const missing = partitionBy.find((name) => !fields.some((field) => field.name === name));
  if (missing === undefined) return;
  throw refusal("COLUMN_NOT_DEFINED_IN_TABLE", `There is no column \`${missing}\` to partition by.`, {
    colName: missing,
  });
}

/** Each row as one line of JSON, then the columns that name folders. */
function jsonLines(
  relation: Relation,
  fields: readonly StructField[],
  partitionBy: readonly string[],
  options: FileWriting["json"],
): Relation {
  const data = fields.filter((field) => !partitionBy.includes(field.name));
  const row: Expression = { kind: "Call", name: "struct", args: data.map(({ name }) => column(name)) };
  const line: Expression = { kind: "Call", name: "to_json", args: [row, textMap(options)] };
  const expressions = [{ kind: "Alias", expression: line, names: ["value"] } as const, ...partitionBy.map(column)];
  return { kind: "Project", input: relation, expressions };
}

function textMap(texts: Readonly<Record<string, string>>): Expression {
  const args = Object.entries(texts)
    .flat()
    .map((value): Expression => ({ kind: "Literal", value, dataType: STRING }));
  return { kind: "Call", name: "map", args };
}

function column(name: string): Expression {
  return { kind: "ColumnReference", name: [name] };
}

function refusal(condition: string, message: string, parameters: Readonly<Record<string, string>>): QueryError {
  const sqlState = sqlStateOf(condition);
  return new QueryError([{ condition, message, parameters, ...(sqlState && { sqlState }) }]);
}
