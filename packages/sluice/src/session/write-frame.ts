import { storedColumn, type TableTarget, type Transaction } from "@sluice/pipelines";
import { nameParts, outputSchema, QueryError, type Relation, struct, type WriteSpec } from "@sluice/query";
import { assignColumns } from "./assign-columns.ts";
import { computeColumns } from "./compute-columns.ts";
import { evaluateQuery } from "./evaluate-query.ts";
import { insertRows, targetOf } from "./insert-rows.ts";
import { locatePath, locateTable } from "./locate-table.ts";
import { datasetKind } from "./pipeline-table.ts";
import type { SessionState } from "./session-state.ts";
import { writeConnected } from "./write-connected.ts";
import { writeFiles } from "./write-files.ts";
import { writeRows } from "./write-rows.ts";

/** Writes a DataFrame where its writer was told. @throws QueryError when the target is there already and must not be, or the rows do not fit it */
export async function writeFrame(relation: Relation, spec: WriteSpec, state: SessionState): Promise<void> {
  const { target } = spec;
  if (target.kind === "Into") return insertInto(relation, target.name, spec.mode === "overwrite", state);
  const format = (spec.format ?? "delta").toLowerCase();
  const connector = state.connectors?.get(format);
  if (connector !== undefined) return writeConnected(relation, spec, await connector(), state);
  if (target.kind === "Unplaced") {
    throw refusal("MISSING_PATH", 'Say where the rows go: .save("path"), or saveAsTable("name").', {});
  }
  if (format !== "delta") return writeFiles(relation, spec, format, state);
  const parts = target.kind === "Table" ? nameParts(target.name) : undefined;
  const located = parts && (await locateTable(parts, state));
  const location = located?.location ?? locatePath(target.kind === "Path" ? target.path : "", state);
  const write = writeTable(relation, spec, { location, name: located?.display ?? location }, state);
  await state.unfinished.during(
    location,
    parts === undefined ? `save("${location}")` : `saveAsTable("${parts.join(".")}")`,
    write,
  );
}

async function insertInto(relation: Relation, name: string, overwrite: boolean, state: SessionState): Promise<void> {
  const span = { text: name, start: 0, end: name.length };
  const table = { parts: nameParts(name), span };
  await insertRows({ kind: "Insert", table, overwrite, byName: false, query: relation }, state, {});
}

async function writeTable(
  relation: Relation,
  spec: WriteSpec,
  place: Pick<TableTarget, "location" | "name">,
  state: SessionState,
): Promise<void> {
  const { mode, partitionBy, options } = spec;
  const existing = await (await state.engine()).tables.describe(place.location);
  if (existing !== undefined && mode === "ignore") return;
  if (existing !== undefined && mode === "error") throw alreadyThere(spec, place);
  const kind = existing && datasetKind(existing.properties);
  if (kind !== undefined && kind !== "streaming table") {
    throw refusal(
      "WRONG_COMMAND_FOR_OBJECT_TYPE",
      `\`${place.name}\` is a ${kind} of a pipeline: its rows are not written by hand.`,
      { objectName: place.name },
    );
  }
  const given = outputSchema((await evaluateQuery(relation, state)).plan);
  const created = {
    ...place,
    schema: struct(given.fields.map(storedColumn)),
    partitionBy,
    clusterBy: [],
    properties: {},
  };
  const transaction = transactionOf(options);
  const replaces = mode === "overwrite" && options["overwriteschema"]?.toLowerCase() === "true";
  if (existing === undefined || replaces) {
    await writeRows(
      await evaluateQuery(relation, state),
      created,
      mode === "overwrite" ? "overwrite" : "append",
      "WRITE",
      state,
      { transaction },
    );
    return;
  }
  const target = targetOf(place.name, existing);
  const mayGrow = options["mergeschema"]?.toLowerCase() === "true";
  const columns = given.fields.map((one) => {
    const found = target.schema.fields.find((field) => field.name.toLowerCase() === one.name.toLowerCase());
    if (found === undefined && !mayGrow) throw mismatch(one.name, place.name);
    return found ?? storedColumn(one);
  });
  const added = columns.filter((one) => !target.schema.fields.includes(one));
  const wider = { ...target, schema: struct([...target.schema.fields, ...added]) };
  const names = columns.map((one) => one.name);
  const computed = computeColumns(assignColumns(relation, columns), target.schema, names);
  const rows = await evaluateQuery(computed, state);
  await writeRows(rows, wider, mode === "overwrite" ? "overwrite" : "append", "WRITE", state, { transaction });
}

/** Delta's options for writes that may be asked for twice. @throws QueryError when only one is given, or the version is no whole number */
function transactionOf(options: WriteSpec["options"]): Transaction | undefined {
  const { txnappid: appId, txnversion: version } = options;
  if (appId === undefined && version === undefined) return undefined;
  const isVersion = version !== undefined && /^\d{1,15}$/.test(version);
  if (appId !== undefined && isVersion) return { appId, version: Number(version) };
  const message =
    "Writes that are made once need both options: txnAppId, a text, and txnVersion, a whole number that grows.";
  throw refusal("DELTA_IDEMPOTENT_DATAFRAME_WRITER_OPTIONS", message, {});
}

function alreadyThere({ target }: WriteSpec, { name, location }: Pick<TableTarget, "location" | "name">): QueryError {
  if (target.kind === "Path") {
    const message = `Path ${location} already exists. Set the mode to "overwrite", "append" or "ignore".`;
    return refusal("PATH_ALREADY_EXISTS", message, { outputPath: location });
  }
  const message = `Cannot create table or view \`${name}\` because it already exists. Set the mode to "overwrite", "append" or "ignore".`;
  return refusal("TABLE_OR_VIEW_ALREADY_EXISTS", message, { relationName: `\`${name}\`` });
}

function mismatch(column: string, table: string): QueryError {
  const message = `A schema mismatch detected when writing to the Delta table ${table}: it has no column \`${column}\`. Leave the column out, or set option("mergeSchema", true) to add it.`;
  return refusal("DELTA_METADATA_MISMATCH", message, { column, table });
}

function refusal(condition: string, message: string, parameters: Readonly<Record<string, string>>): QueryError {
  return new QueryError([{ condition, message, parameters }]);
}
