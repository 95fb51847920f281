import type { FileEntry, FileRead } from "@sluice/pipelines";
import { BOOLEAN, DATE, type DataType, DOUBLE, LONG, type StructField, struct, TIMESTAMP } from "@sluice/query";
import { quoteName } from "../compile/identifier.ts";
import type { Connection } from "../connection/duck-db.ts";
import { fitText } from "./csv-fit.ts";
import { csvRows } from "./csv-rows.ts";
import { timeFormat } from "./read-option.ts";
import type { Tolerance } from "./tolerance.ts";
import { careFor, withTolerance } from "./tolerance.ts";

const CANDIDATES: readonly DataType[] = [LONG, DOUBLE, BOOLEAN, DATE, TIMESTAMP];

/** The narrowest of Spark's types for CSV that all values of each column have; text when there are no values. */
export async function inferCsvTypes(
  connection: Connection,
  files: readonly FileEntry[],
  read: Omit<FileRead, "schema">,
  fields: readonly StructField[],
  folder: string,
): Promise<readonly StructField[]> {
  return await withTolerance(async (tolerance) => {
    const rows = await textRowsOf({ connection, files, read, fields, folder, tolerance });
    const found = await connection.rows(
      `SELECT ${fields.flatMap((one, i) => testsOf(one, i, read)).join(", ")} FROM (${rows})`,
    );
    return fields.map((one, i) => ({ ...one, dataType: chosen(found[0] ?? {}, i) ?? one.dataType }));
  });
}

interface Sample {
  readonly connection: Connection;
  readonly files: readonly FileEntry[];
  readonly read: Omit<FileRead, "schema">;
  readonly fields: readonly StructField[];
  readonly folder: string;
  readonly tolerance: Tolerance;
}

async function textRowsOf(sample: Sample): Promise<string> {
  return await csvRows({
    files: sample.files,
    read: { ...sample.read, schema: struct(sample.fields) },
    columns: sample.fields.map((one, id) => ({ ...one, id })),
    whole: false,
    isTolerant: (file) => careFor(sample.tolerance, file.path) > 0,
    pathOf: (file) => file.path,
    connection: sample.connection,
    folder: sample.folder,
  });
}

function testsOf(one: StructField, at: number, read: Omit<FileRead, "schema">): readonly string[] {
  const formats = { date: timeFormat(read, "dateFormat"), timestamp: timeFormat(read, "timestampFormat") };
  const text = quoteName(one.name);
  const tests = CANDIDATES.map((type, k) => {
    const { misfit } = fitText(text, type, { formats, read });
    const date = type.kind === "date" ? ` AND length(${text}) <= 10` : "";
    return `count(*) FILTER (WHERE ${text} IS NOT NULL AND ((${misfit}) IS NOT NULL${date === "" ? "" : ` OR NOT (true${date})`})) = 0 AS t${at}_${k}`;
  });
  return [...tests, `count(${text}) > 0 AS some${at}`];
}

function chosen(row: Readonly<Record<string, unknown>>, at: number): DataType | undefined {
  if (row[`some${at}`] !== true) return undefined;
  return CANDIDATES.find((_, k) => row[`t${at}_${k}`] === true);
}
