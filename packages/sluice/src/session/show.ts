import { KEYS_PROPERTY, keyName, keyText, type QueryResult, storedKeys } from "@sluice/pipelines";
import {
  BOOLEAN,
  functionNames,
  generationOf,
  identityOf,
  quoteUnlessWord,
  STRING,
  type StructField,
  sqlType,
} from "@sluice/query";
import type { NameReference, Statement } from "../statement/statement.ts";
import { answer, matches } from "./answer.ts";
import { listPublishedTables, listSchemaNames } from "./list-tables.ts";
import type { SessionState } from "./session-state.ts";
import { existingSchema } from "./set-config.ts";
import { type ExistingTable, existingTable, quoted, statementError, tableProperties } from "./table-facts.ts";
import { viewColumns } from "./view-columns.ts";

/** `SHOW TABLES`: the tables of a schema and the session's views, in order of their names. */
export async function showTables(
  { schema: given, pattern }: Extract<Statement, { kind: "ShowTables" }>,
  state: SessionState,
): Promise<QueryResult> {
  const schema = given === undefined ? state.schema : await existingSchema(given, state);
  const tables = (await listPublishedTables(state, schema)).map(({ table }) => [schema, table, false] as const);
  const views = sessionViews(state).map((name) => ["", name, true] as const);
  const rows = [...tables, ...views].filter(([, name]) => matches(pattern, name));
  return answer(
    [
      ["namespace", STRING, false],
      ["tableName", STRING, false],
      ["isTemporary", BOOLEAN, false],
    ],
    rows,
  );
}

/** `SHOW VIEWS`: the session's views, and in a pipeline those of its files. */
export async function showViews(
  { schema: given, pattern }: Extract<Statement, { kind: "ShowViews" }>,
  state: SessionState,
): Promise<QueryResult> {
  const schema = given === undefined ? state.schema : await existingSchema(given, state);
  const declared = [...((await state.pipeline?.views())?.keys() ?? [])]
    .map((name) => name.split("."))
    .filter((parts) => parts.at(-2) === schema)
    .map((parts) => [schema, parts.at(-1) ?? "", false] as const);
  const rows = [...declared.sort(), ...sessionViews(state).map((name) => ["", name, true] as const)];
  return answer(
    [
      ["namespace", STRING, false],
      ["viewName", STRING, false],
      ["isTemporary", BOOLEAN, false],
    ],
    rows.filter(([, name]) => matches(pattern, name)),
  );
}

function sessionViews(state: SessionState): readonly string[] {
  return [...state.views.values()].map((view) => view.name).sort();
}

/** `SHOW SCHEMAS`: those of the warehouse; `default` and the current one are always there. */
export async function showSchemas(pattern: string | undefined, state: SessionState): Promise<QueryResult> {
  const names = new Set(["default", state.schema, ...(await listSchemaNames(state))]);
  return answer(
    [["namespace", STRING, false]],
    [...names]
      .sort()
      .filter((name) => matches(pattern, name))
      .map((name) => [name]),
  );
}

/** `SHOW COLUMNS`. */
export async function showColumns(name: NameReference, state: SessionState): Promise<QueryResult> {
  const { fields } = (await viewColumns(name, state)) ?? (await existingTable(name, state)).description.schema;
  return answer(
    [["col_name", STRING, false]],
    fields.map((field) => [field.name]),
  );
}

/** `SHOW TBLPROPERTIES`: all properties in order, or the value of one; for a missing one a word that says so, as Spark has it. */
export async function showProperties(
  name: NameReference,
  key: string | undefined,
  state: SessionState,
): Promise<QueryResult> {
  const { located, description } = await existingTable(name, state);
  const properties = tableProperties(description);
  const missing = `Table ${located.display} does not have property: ${key}`;
  return answer(
    [
      ["key", STRING, false],
      ["value", STRING, false],
    ],
    key === undefined ? properties : [[key, Object.fromEntries(properties)[key] ?? missing]],
  );
}

/** `SHOW CREATE TABLE`: a statement that makes the table anew, empty. */
export async function showCreateTable(name: NameReference, state: SessionState): Promise<QueryResult> {
  if ((await viewColumns(name, state)) !== undefined) {
    throw statementError(name, "EXPECT_TABLE_NOT_VIEW", `${quoted(name.parts)} is a view and has no CREATE TABLE.`, {
      viewName: quoted(name.parts),
    });
  }
  return answer([["createtab_stmt", STRING, false]], [[createText(await existingTable(name, state))]]);
}

function createText({ located, description }: ExistingTable): string {
  const properties = Object.entries(description.properties)
    .filter(([key]) => key !== KEYS_PROPERTY)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const keys = storedKeys(description.properties).map(
    (key) => `CONSTRAINT ${quoteUnlessWord(keyName(key, located.table))} ${keyText(key)}`,
  );
  return [
    `CREATE TABLE ${located.display} (`,
    [...description.schema.fields.map(columnText), ...keys]
      .map((text) => `  ${text}`)
      .join(",\n")
      .concat(")"),
    "USING delta",
    ...(description.partitionBy.length === 0 ? [] : [`PARTITIONED BY (${description.partitionBy.join(", ")})`]),
    ...(description.comment === undefined ? [] : [`COMMENT ${sqlText(description.comment)}`]),
    ...(properties.length === 0
      ? []
      : [`TBLPROPERTIES (\n${properties.map(([key, value]) => `  ${sqlText(key)} = ${sqlText(value)}`).join(",\n")})`]),
  ].join("\n");
}

function columnText(field: StructField): string {
  const { name, dataType, nullable, metadata } = field;
  const comment = metadata["comment"];
  return [
    `${quoteUnlessWord(name)} ${sqlType(dataType)}`,
    ...(nullable ? [] : ["NOT NULL"]),
    ...generatedText(field),
    ...(comment === undefined ? [] : [`COMMENT ${sqlText(String(comment))}`]),
  ].join(" ");
}

function generatedText(field: StructField): readonly string[] {
  const generation = generationOf(field);
  if (generation !== undefined) return [`GENERATED ALWAYS AS (${generation})`];
  const identity = identityOf(field);
  if (identity === undefined) return [];
  const { allowsExplicit, start, step } = identity;
  return [
    `GENERATED ${allowsExplicit ? "BY DEFAULT" : "ALWAYS"} AS IDENTITY (START WITH ${start} INCREMENT BY ${step})`,
  ];
}

function sqlText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** `SHOW FUNCTIONS`: the names of the functions that queries can call. */
export function showFunctions(pattern: string | undefined): QueryResult {
  return answer(
    [["function", STRING, false]],
    functionNames()
      .filter((name) => matches(pattern, name))
      .map((name) => [name]),
  );
}
