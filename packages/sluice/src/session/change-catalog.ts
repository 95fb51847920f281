import { mkdir, rm } from "node:fs/promises";
import { compareUtf8, LOG_FOLDER, openStore } from "@sluice/delta";
import { type QueryResult, storedColumn, type TableTarget } from "@sluice/pipelines";
import { outputSchema, type StructType, struct } from "@sluice/query";
import type { CreateTable, NameReference, Statement } from "../statement/statement.ts";
import { NOTHING } from "./answer.ts";
import { evaluateQuery, type QueryLimits } from "./evaluate-query.ts";
import { listSchemaNames, listTableNames } from "./list-tables.ts";
import { LOCATION_FILE, locatePath, locateTable } from "./locate-table.ts";
import { datasetKind } from "./pipeline-table.ts";
import type { SessionState } from "./session-state.ts";
import { quoted, statementError, tableNotFound, tableOrNothing } from "./table-facts.ts";
import { writeRows } from "./write-rows.ts";

/** `CREATE TABLE`: empty, or with the rows of `AS SELECT`, in one commit. */
export async function createTable(
  statement: CreateTable,
  state: SessionState,
  { signal }: QueryLimits = {},
): Promise<QueryResult> {
  const { name, format = "delta", ifNotExists, query } = statement;
  refuseFormat(name, format);
  const existing = await tableOrNothing(name, state);
  if (existing !== undefined && ifNotExists) return NOTHING;
  if (existing !== undefined) checkReplaceable(statement, existing.description.properties);
  const evaluated = query && (await evaluateQuery(query, state));
  const schema = struct(evaluated ? outputSchema(evaluated.plan).fields.map(storedColumn) : statement.columns);
  const target = await targetOf(statement, schema, state);
  if (evaluated === undefined && existing === undefined) await (await state.engine()).tables.ensure(target);
  else {
    const operation = `${existing ? "CREATE OR REPLACE TABLE" : "CREATE TABLE"}${evaluated ? " AS SELECT" : ""}`;
    await writeRows(evaluated ?? emptyRows(schema), target, "overwrite", operation, state, { signal });
  }
  return NOTHING;
}

function refuseFormat(name: NameReference, format: string): void {
  if (format.toLowerCase() === "delta") return;
  const message = `The feature is not supported: CREATE TABLE USING ${format}. Tables are Delta tables; write files with df.write.format("${format}").save(path).`;
  throw statementError(name, "UNSUPPORTED_FEATURE", message, { feature: `USING ${format}` });
}

function checkReplaceable({ name, orReplace }: CreateTable, properties: Readonly<Record<string, string>>): void {
  if (orReplace) {
    refuseDataset(name, properties);
    return;
  }
  const shown = quoted(name.parts);
  const message = `Cannot create table or view ${shown} because it already exists. Choose another name, drop it first, or say IF NOT EXISTS.`;
  throw statementError(name, "TABLE_OR_VIEW_ALREADY_EXISTS", message, { relationName: shown });
}

async function targetOf(statement: CreateTable, schema: StructType, state: SessionState): Promise<TableTarget> {
  const { name, partitionBy, clusterBy, properties, comment, location: path } = statement;
  const located = await locateTable(name.parts, state);
  const location = path === undefined ? located.location : locatePath(path, state);
  if (path !== undefined) await openStore(located.location).put(LOCATION_FILE, new TextEncoder().encode(location));
  return {
    location,
    name: located.display,
    schema,
    partitionBy,
    clusterBy,
    properties,
    ...(comment === undefined ? {} : { comment }),
  };
}

function emptyRows(schema: StructType): Awaited<ReturnType<typeof evaluateQuery>> {
  const output = schema.fields.map((field, id) => ({ id, ...field }));
  return { plan: { kind: "Values", rows: [], output }, inputs: new Map() };
}

/** `CREATE SCHEMA`: a folder of the warehouse. */
export async function createSchema(
  { name, ifNotExists }: Extract<Statement, { kind: "CreateSchema" }>,
  state: SessionState,
): Promise<QueryResult> {
  const schema = (name.parts.at(-1) ?? "").toLowerCase();
  const exists = schema === "default" || (await listSchemaNames(state)).includes(schema);
  if (exists && !ifNotExists) {
    const shown = quoted(name.parts);
    throw statementError(
      name,
      "SCHEMA_ALREADY_EXISTS",
      `Cannot create schema ${shown} because it already exists. Say IF NOT EXISTS to pass over that.`,
      { schemaName: shown },
    );
  }
  const { location } = await locateTable([schema, "_"], state);
  await mkdir(location.slice(0, location.lastIndexOf("/")), { recursive: true });
  return NOTHING;
}

/** `DROP TABLE`: the files of a table of the warehouse go; of a table created with LOCATION only the name. */
export async function dropTable(
  { name, ifExists }: Extract<Statement, { kind: "DropTable" }>,
  state: SessionState,
): Promise<QueryResult> {
  if (name.parts.length === 1 && state.views.has((name.parts[0] ?? "").toLowerCase())) {
    const shown = quoted(name.parts);
    throw statementError(name, "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE", `${shown} is a view: use DROP VIEW.`, {
      viewName: shown,
    });
  }
  const found = await tableOrNothing(name, state);
  if (found === undefined) {
    if (ifExists) return NOTHING;
    throw tableNotFound(name);
  }
  refuseDataset(name, found.description.properties);
  await removeTable(await folderOf(name, state));
  return NOTHING;
}

async function folderOf(name: NameReference, state: SessionState): Promise<string> {
  const { canonical, location } = await locateTable(name.parts, state);
  if (canonical === undefined)
    throw statementError(
      name,
      "UNSUPPORTED_FEATURE",
      "A table given by its path is not dropped by SQL: delete its folder.",
    );
  const listed = (await listTableNames(state)).find(
    (one) => one.location === location && `${one.schema}.${one.table}` === canonical,
  );
  return listed?.folder ?? location;
}

/** The newest commits go first: whoever looks in between, or after a crash, sees an older version of the table, and can drop it again. */
async function removeTable(folder: string): Promise<void> {
  const store = openStore(folder);
  const files = (await store.list("")).map((file) => file.path);
  const [log, data] = [
    files.filter((path) => path.startsWith(LOG_FOLDER)),
    files.filter((path) => !path.startsWith(LOG_FOLDER)),
  ];
  for (const path of [...log.toSorted(compareUtf8).reverse(), ...data]) await store.delete(path);
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(folder)) await rm(folder, { recursive: true, force: true });
}

/** `DROP SCHEMA`: refused while it holds tables, unless CASCADE. */
export async function dropSchema(
  { name, ifExists, cascade }: Extract<Statement, { kind: "DropSchema" }>,
  state: SessionState,
): Promise<QueryResult> {
  const schema = (name.parts.at(-1) ?? "").toLowerCase();
  const shown = quoted(name.parts);
  if (!(await listSchemaNames(state)).includes(schema)) {
    if (ifExists) return NOTHING;
    throw statementError(
      name,
      "SCHEMA_NOT_FOUND",
      `The schema ${shown} cannot be found. SHOW SCHEMAS lists what there is.`,
      { schemaName: shown },
    );
  }
  const tables = await listTableNames(state, schema);
  if (tables.length > 0 && !cascade) {
    throw statementError(
      name,
      "SCHEMA_NOT_EMPTY",
      `Cannot drop the schema ${shown} because it contains tables. Drop them first, or say CASCADE.`,
      { schemaName: shown },
    );
  }
  for (const { table } of tables)
    await dropTable({ kind: "DropTable", name: { parts: [schema, table], span: name.span }, ifExists: true }, state);
  const { location } = await locateTable([schema, "_"], state);
  await rm(location.slice(0, location.lastIndexOf("/")), { recursive: true, force: true });
  return NOTHING;
}

function refuseDataset(name: NameReference, properties: Readonly<Record<string, string>>): void {
  const kind = datasetKind(properties);
  if (kind === undefined) return;
  const message = `${quoted(name.parts)} is a ${kind} of a pipeline. Take it out of the pipeline's files, and delete its folder if its rows are to go.`;
  throw statementError(name, "WRONG_COMMAND_FOR_OBJECT_TYPE", message, {
    objectName: quoted(name.parts),
    foundType: kind,
  });
}
