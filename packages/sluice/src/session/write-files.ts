import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Expression,
  outputSchema,
  QueryError,
  type Relation,
  type StructField,
  sqlStateOf,
  type WriteSpec,
} from "@sluice/query";
import { evaluateQuery } from "./evaluate-query.ts";
import { executionSession } from "./execution-session.ts";
import { locatePath } from "./locate-table.ts";
import type { SessionState } from "./session-state.ts";

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
  checkSpec(spec, format);
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
  const rows = format === "parquet" ? relation : jsonLines(relation, fields, partitionBy);
  const { plan, inputs } = await evaluateQuery(rows, state);
  const engine = await state.engine();
  const session = executionSession(state);
  await engine.exportFiles({
    folder,
    format: format === "parquet" ? "parquet" : "json",
    plan,
    inputs,
    session,
    partitionBy,
  });
  if (mode === "overwrite") for (const name of before) rmSync(join(folder, name), { recursive: true, force: true });
  writeFileSync(join(folder, "_SUCCESS"), "");
}

function checkSpec({ target, options }: WriteSpec, format: string): void {
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
  const option = Object.keys(options).find((key) => key !== "path");
  if (option === undefined) return;
  throw refusal("UNSUPPORTED_FEATURE", `The feature is not supported: option \`${option}\` when writing ${format}.`, {
    option,
  });
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
function jsonLines(relation: Relation, fields: readonly StructField[], partitionBy: readonly string[]): Relation {
  const data = fields.filter((field) => !partitionBy.includes(field.name));
  const row: Expression = { kind: "Call", name: "struct", args: data.map(({ name }) => column(name)) };
  const line: Expression = { kind: "Call", name: "to_json", args: [row] };
  const expressions = [{ kind: "Alias", expression: line, names: ["value"] } as const, ...partitionBy.map(column)];
  return { kind: "Project", input: relation, expressions };
}

function column(name: string): Expression {
  return { kind: "ColumnReference", name: [name] };
}

function refusal(condition: string, message: string, parameters: Readonly<Record<string, string>>): QueryError {
  const sqlState = sqlStateOf(condition);
  return new QueryError([{ condition, message, parameters, ...(sqlState && { sqlState }) }]);
}
