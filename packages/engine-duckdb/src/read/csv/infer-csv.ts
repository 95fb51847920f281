import type { FileEntry, FileRead } from "@sluice/pipelines";
import {
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  field,
  INTEGER,
  LONG,
  STRING,
  type StructField,
  struct,
  TIMESTAMP,
} from "@sluice/query";
import { fitText, nullText } from "../../compile/csv-fit.ts";
import { quoteName } from "../../compile/identifier.ts";
import { checkTimePatterns, timeFormats } from "../../compile/time-formats.ts";
import type { Connection } from "../../connection/duck-db.ts";
import type { Inference } from "../format.ts";
import type { Tolerance } from "../tolerance.ts";
import { careFor, withTolerance } from "../tolerance.ts";
import { firstRecords, hasHeader, readHeader } from "./csv-header.ts";
import { csvRows } from "./csv-rows.ts";

const MOST_DIGITS = 38;
const CANDIDATES: readonly DataType[] = [INTEGER, LONG, DOUBLE, BOOLEAN, DATE, TIMESTAMP];

/** The columns of CSV files: the names in their headers, in order of first appearance, or `_c0` and on. */
export async function csvColumns(inference: Inference): Promise<readonly StructField[]> {
  const { files, read, inferTypes } = inference;
  checkTimePatterns(timeFormats(read));
  const names: string[] = [];
  for (const file of files) {
    const header = hasHeader(read)
      ? await readHeader(file, read)
      : (await firstRecords(file, read, 1))[0]?.map((_, i) => `_c${i}`);
    for (const name of header ?? []) if (!names.includes(name)) names.push(name);
  }
  const fields = names.map((name) => field(name, STRING));
  return inferTypes && names.length > 0 ? await inferCsvTypes(inference, fields) : fields;
}

/** The narrowest of Spark's types for CSV that all values of each column have; text when there are no values. */
async function inferCsvTypes(
  { connection, files, read, folder }: Inference,
  fields: readonly StructField[],
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
    cautious: false,
    identify: false,
    written: false,
    plainOf: (file) => file,
    unmarked: async (files) => files.map((file) => file.path),
    connection: sample.connection,
    folder: sample.folder,
    lastingFolder: sample.folder,
  });
}

function testsOf(one: StructField, at: number, read: Omit<FileRead, "schema">): readonly string[] {
  const formats = { ...timeFormats(read), tries: true };
  const text = quoteName(one.name);
  const tests = CANDIDATES.map((type, k) => {
    const { misfit } = fitText(text, type, { formats, read });
    const date = type.kind === "date" ? ` AND length(${text}) <= 10` : "";
    return `count(*) FILTER (WHERE ${text} IS NOT NULL AND ((${misfit}) IS NOT NULL${date === "" ? "" : ` OR NOT (true${date})`})) = 0 AS t${at}_${k}`;
  });
  return [...tests, ...wholeNumberTests(text, at, read), `count(${text}) > 0 AS some${at}`];
}

/** Whether all values are whole numbers, how many digits the longest of them has, and whether one is too long for INT but not for BIGINT. */
function wholeNumberTests(text: string, at: number, read: Omit<FileRead, "schema">): readonly string[] {
  const given = nullText(text, { read });
  const digits = `length(ltrim(${given}, '+-0'))`;
  const isLong = `TRY_CAST(${given} AS BIGINT) IS NOT NULL AND TRY_CAST(${given} AS INTEGER) IS NULL`;
  return [
    `bool_and(regexp_full_match(${given}, '[+-]?[0-9]+')) AS whole${at}`,
    `max(${digits}) AS digits${at}`,
    `count(*) FILTER (WHERE ${isLong}) > 0 AS long${at}`,
  ];
}

function chosen(row: Readonly<Record<string, unknown>>, at: number): DataType | undefined {
  if (row[`some${at}`] !== true) return undefined;
  return CANDIDATES.flatMap((type, k) => {
    const decimals = type.kind === "double" ? largeDecimal(row, at) : [];
    return row[`t${at}_${k}`] === true ? [...decimals, type] : [];
  })[0];
}

/** Spark's type for whole numbers beyond BIGINT: a decimal of their digits, and of a BIGINT's twenty where there is one among them. */
function largeDecimal(row: Readonly<Record<string, unknown>>, at: number): readonly DataType[] {
  const digits = Math.max(Number(row[`digits${at}`]), row[`long${at}`] === true ? 20 : 0);
  return row[`whole${at}`] === true && digits <= MOST_DIGITS ? [decimal(digits, 0)] : [];
}
