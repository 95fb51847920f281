import { keyName, keyText, type QueryResult, storedKeys } from "@sluice/pipelines";
import {
  array,
  BOOLEAN,
  field,
  INTEGER,
  LONG,
  map,
  outputSchema,
  type Relation,
  STRING,
  type StructField,
  simpleString,
  struct,
  TIMESTAMP,
  type Value,
} from "@sluice/query";
import type { NameReference, Statement } from "../statement/statement.ts";
import { answer } from "./answer.ts";
import { evaluateQuery } from "./evaluate-query.ts";
import type { SessionState } from "./session-state.ts";
import { existingSchema } from "./set-config.ts";
import { type ExistingTable, existingTable, statementError, tableProperties } from "./table-facts.ts";
import { viewColumns } from "./view-columns.ts";

const COLUMNS = [
  ["col_name", STRING, false],
  ["data_type", STRING, false],
  ["comment", STRING],
] as const;

type Row = readonly [string, string, string | null];

/** `DESCRIBE [TABLE] [EXTENDED] t [column]`, in Spark's rows: columns, partitions, and what else is known of the table, its keys as Databricks has them. */
export async function describeTable(
  statement: Extract<Statement, { kind: "DescribeTable" }>,
  state: SessionState,
): Promise<QueryResult> {
  const view = await viewColumns(statement.table, state);
  if (view !== undefined) return answer(COLUMNS, view.fields.map(columnRow));
  const table = await existingTable(statement.table, state);
  const { fields } = table.description.schema;
  if (statement.column !== undefined) return describeColumn(statement.column, fields, statement.table);
  const partitions = table.description.partitionBy.flatMap((name) => fields.find((one) => one.name === name) ?? []);
  const rows: readonly Row[] = [
    ...fields.map(columnRow),
    ...(partitions.length === 0 ? [] : [title("# Partition Information"), HEADER, ...partitions.map(columnRow)]),
    ...(statement.extended ? [["", "", ""] as const, title("# Detailed Table Information"), ...detailRows(table)] : []),
    ...(statement.extended ? constraintRows(table) : []),
  ];
  return answer(COLUMNS, rows);
}

const HEADER: Row = ["# col_name", "data_type", "comment"];

function title(text: string): Row {
  return [text, "", ""];
}

function columnRow({ name, dataType, metadata }: Pick<StructField, "name" | "dataType" | "metadata">): Row {
  const comment = metadata["comment"];
  return [name, simpleString(dataType), comment === undefined ? null : String(comment)];
}

function detailRows({ located, description }: ExistingTable): readonly Row[] {
  const properties = tableProperties(description).map(([key, value]) => `${key}=${value}`);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ["Name", located.display],
    ["Type", located.canonical === undefined ? "EXTERNAL" : "MANAGED"],
    ["Comment", description.comment],
    ["Location", description.location],
    ["Provider", "delta"],
    ["Table Properties", `[${properties.join(",")}]`],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value, ""] as const]));
}

function constraintRows({ located, description }: ExistingTable): readonly Row[] {
  const rows = storedKeys(description.properties).map(
    (key) => [keyName(key, located.table), keyText(key), ""] as const,
  );
  return rows.length === 0 ? [] : [["", "", ""], title("# Constraints"), ...rows];
}

function describeColumn(name: string, fields: readonly StructField[], table: NameReference): QueryResult {
  const field = fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (field === undefined) {
    throw statementError(
      table,
      "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
      `There is no column \`${name}\` in the table.`,
      { objectName: `\`${name}\`` },
    );
  }
  return answer(
    [
      ["info_name", STRING, false],
      ["info_value", STRING, false],
    ],
    [
      ["col_name", field.name],
      ["data_type", simpleString(field.dataType)],
      ["comment", String(field.metadata["comment"] ?? "NULL")],
    ],
  );
}

/** `DESCRIBE QUERY`: the columns that a query would give. */
export async function describeQuery(query: Relation, state: SessionState): Promise<QueryResult> {
  const { plan } = await evaluateQuery(query, state);
  return answer(COLUMNS, outputSchema(plan).fields.map(columnRow));
}

/** `DESCRIBE SCHEMA`. */
export async function describeSchema(name: NameReference, state: SessionState): Promise<QueryResult> {
  const schema = await existingSchema(name, state);
  const { catalog = "spark_catalog", warehouse } = state.place;
  return answer(
    [
      ["info_name", STRING, false],
      ["info_value", STRING, false],
    ],
    [
      ["Catalog Name", catalog],
      ["Namespace Name", schema],
      ["Location", `${warehouse}/${schema}`],
    ],
  );
}

/** `DESCRIBE DETAIL`: one row about a Delta table. */
export async function describeDetail(name: NameReference, state: SessionState): Promise<QueryResult> {
  const { located, description } = await existingTable(name, state);
  const createdAt = description.createdAt === undefined ? null : micros(description.createdAt);
  return answer(
    [
      ["format", STRING],
      ["id", STRING],
      ["name", STRING],
      ["description", STRING],
      ["location", STRING],
      ["createdAt", TIMESTAMP],
      ["lastModified", TIMESTAMP],
      ["partitionColumns", array(STRING)],
      ["clusteringColumns", array(STRING)],
      ["numFiles", LONG],
      ["sizeInBytes", LONG],
      ["properties", map(STRING, STRING)],
      ["minReaderVersion", INTEGER],
      ["minWriterVersion", INTEGER],
      ["tableFeatures", array(STRING)],
    ],
    [
      [
        "delta",
        description.id,
        located.canonical === undefined ? null : located.display,
        description.comment ?? null,
        description.location,
        createdAt,
        micros(description.modifiedAt),
        [...description.partitionBy],
        [...description.clusterBy],
        BigInt(description.files),
        BigInt(description.sizeBytes),
        entries(description.properties),
        description.protocol.reader,
        description.protocol.writer,
        [...description.protocol.features],
      ],
    ],
  );
}

const JOB = ["jobId", "jobName", "jobRunId", "runId", "jobOwnerId", "triggerType"];

/** `DESCRIBE HISTORY`: the commits of a Delta table, newest first, in Delta's columns. */
export async function describeHistory(
  name: NameReference,
  limit: number | undefined,
  state: SessionState,
): Promise<QueryResult> {
  const { description } = await existingTable(name, state);
  const commits = await (await state.engine()).tables.history(description.location, limit);
  return answer(
    [
      ["version", LONG],
      ["timestamp", TIMESTAMP],
      ["userId", STRING],
      ["userName", STRING],
      ["operation", STRING],
      ["operationParameters", map(STRING, STRING)],
      ["job", struct(JOB.map((name) => field(name, STRING)))],
      ["notebook", struct([field("notebookId", STRING)])],
      ["clusterId", STRING],
      ["readVersion", LONG],
      ["isolationLevel", STRING],
      ["isBlindAppend", BOOLEAN],
      ["operationMetrics", map(STRING, STRING)],
      ["userMetadata", STRING],
      ["engineInfo", STRING],
    ],
    commits.map((commit): readonly Value[] => [
      BigInt(commit.version),
      micros(commit.timestamp),
      null,
      null,
      commit.operation,
      entries(texts(commit.operationParameters)),
      null,
      null,
      null,
      commit.version === 0 ? null : BigInt(commit.version - 1),
      null,
      commit.isBlindAppend ?? null,
      entries(commit.metrics),
      null,
      commit.engineInfo ?? null,
    ]),
  );
}

function micros(milliseconds: number): bigint {
  return BigInt(milliseconds) * 1000n;
}

function entries(values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(values);
}

function texts(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
