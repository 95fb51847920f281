import type { FileEntry, FileRead } from "@sluice/pipelines";
import {
  array,
  BINARY,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  field,
  INTEGER,
  LONG,
  STRING,
  type StructField,
  type StructType,
  struct,
  TIMESTAMP,
} from "@sluice/query";
import { fromDuckType } from "../compile/duck-type.ts";
import type { Connection } from "../connection/duck-db.ts";
import { firstRecords, hasHeader, readHeader } from "./csv-header.ts";
import { partitionKeys, partitionValues, pathList } from "./file-list.ts";
import { firstKeys } from "./first-keys.ts";
import { inferCsvTypes } from "./infer-csv.ts";
import { linesReader } from "./json-text-rows.ts";
import { type LocalCopies, sourcePath } from "./local-copies.ts";
import { longestLine } from "./longest-line.ts";
import { groupParquet } from "./parquet-rows.ts";
import { readFlag } from "./read-option.ts";
import { sampleFiles } from "./sample-files.ts";
import { presentFiles } from "./settle-files.ts";
import { type Tolerance, withTolerance } from "./tolerance.ts";

/** How columns shall be found. */
export interface InferenceRequest {
  readonly read: Omit<FileRead, "schema">;
  readonly inferTypes: boolean;
  readonly extent: "Sample" | "All";
}

/** The columns found in the files or a sample of them, in order of first appearance; partition columns of paths last. */
export async function inferSchema(
  connection: Connection,
  files: readonly FileEntry[],
  request: InferenceRequest,
  place: InferencePlace,
): Promise<StructType> {
  return await withTolerance(
    (tolerance) => inferFrom({ connection, place, tolerance }, presentFiles(files, request.read, tolerance), request),
    readFlag(request.read, "ignoreCorruptFiles", false),
  );
}

/** Where staged files go, and where objects are read. */
export interface InferencePlace {
  readonly folder: string;
  readonly copies: LocalCopies;
}

interface InferenceContext {
  readonly connection: Connection;
  readonly place: InferencePlace;
  readonly tolerance: Tolerance;
}

async function inferFrom(
  { connection, place: { folder, copies }, tolerance }: InferenceContext,
  files: readonly FileEntry[],
  { read, inferTypes, extent }: InferenceRequest,
): Promise<StructType> {
  const partition = partitionFields(read, files, inferTypes);
  const names = new Set(partition.map((one) => one.name.toLowerCase()));
  const sample = extent === "All" ? { files, release: async () => {} } : await sampleFiles(files, read, folder);
  try {
    const local = await copies.sourceFiles(sample.files);
    const present = local === sample.files ? local : presentFiles(local, read, tolerance);
    const data =
      files.length === 0 && !isFixed(read.format)
        ? []
        : await dataFields({ connection, files: present, read, inferTypes, folder });
    return struct([...data.filter((one) => !names.has(one.name.toLowerCase())), ...partition]);
  } finally {
    await sample.release();
  }
}

function isFixed(format: string): boolean {
  return ["text", "binaryfile"].includes(format.toLowerCase());
}

interface Inference {
  readonly connection: Connection;
  readonly files: readonly FileEntry[];
  readonly read: Omit<FileRead, "schema">;
  readonly inferTypes: boolean;
  readonly folder: string;
}

async function dataFields(inference: Inference): Promise<readonly StructField[]> {
  const { connection, files, read } = inference;
  switch (read.format.toLowerCase()) {
    case "json":
      return await jsonFields(inference);
    case "csv":
      return await csvFields(inference);
    case "parquet":
      return await parquetFields(connection, files);
    case "text":
      return [field("value", STRING)];
    case "binaryfile":
      return [
        field("path", STRING),
        field("modificationTime", TIMESTAMP),
        field("length", LONG),
        field("content", BINARY),
      ];
    default:
      return [];
  }
}

async function jsonFields({ connection, files, read, ...rest }: Inference): Promise<readonly StructField[]> {
  const inferTypes = rest.inferTypes && !readFlag(read, "primitivesAsString", false);
  const paths = pathList(files.map((file) => file.path));
  const texts = readFlag(read, "multiLine", false)
    ? `SELECT content AS l FROM read_text(${paths})`
    : `SELECT l FROM ${linesReader(paths, await longestLine(files, (file) => file.path), true)}`;
  const records = `SELECT unnest(CASE WHEN json_type(j) = 'ARRAY' THEN from_json(j, '["JSON"]') ELSE [j] END) AS j FROM (SELECT TRY_CAST(l AS JSON) AS j FROM (${texts}))`;
  const rows = await connection.rows(
    `SELECT json_group_structure(j)::VARCHAR AS structure FROM (${records}) WHERE json_type(j) = 'OBJECT'`,
  );
  const structure: unknown = JSON.parse(String(rows[0]?.["structure"] ?? "{}"));
  if (!isRecord(structure)) return [];
  const order = await firstKeys(files);
  const names = [
    ...order.filter((name) => name in structure),
    ...Object.keys(structure)
      .sort()
      .filter((name) => !order.includes(name)),
  ];
  return names.map((name) => field(name, structureType(structure[name], inferTypes)));
}

const SCALARS: Readonly<Record<string, DataType>> = { UBIGINT: LONG, BIGINT: LONG, HUGEINT: DOUBLE, DOUBLE, BOOLEAN };

function structureType(structure: unknown, inferTypes: boolean): DataType {
  if (Array.isArray(structure)) return array(structureType(structure[0], inferTypes));
  if (isRecord(structure)) {
    return struct(
      Object.keys(structure)
        .sort()
        .map((name) => field(name, structureType(structure[name], inferTypes))),
    );
  }
  return inferTypes ? (SCALARS[String(structure)] ?? STRING) : STRING;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function csvFields({ connection, files, read, inferTypes, folder }: Inference): Promise<readonly StructField[]> {
  const names: string[] = [];
  for (const file of files) {
    const header = hasHeader(read)
      ? await readHeader(file, read)
      : (await firstRecords(file, read, 1))[0]?.map((_, i) => `_c${i}`);
    for (const name of header ?? []) if (!names.includes(name)) names.push(name);
  }
  const fields = names.map((name) => field(name, STRING));
  return inferTypes && names.length > 0 ? await inferCsvTypes(connection, files, read, fields, folder) : fields;
}

async function parquetFields(connection: Connection, files: readonly FileEntry[]): Promise<readonly StructField[]> {
  const fields = new Map<string, StructField>();
  for (const group of await groupParquet(connection, files)) {
    for (const { name, duck } of group.columns) {
      if (!fields.has(name)) fields.set(name, field(name, fromDuckType(duck)));
    }
  }
  return [...fields.values()];
}

function partitionFields(
  read: Omit<FileRead, "schema">,
  files: readonly FileEntry[],
  inferTypes: boolean,
): readonly StructField[] {
  const keys = partitionKeys(read, files);
  const values = new Map<string, { readonly name: string; readonly values: (string | null)[] }>();
  for (const file of keys.size === 0 ? [] : files) {
    for (const [name, value] of partitionValues(sourcePath(file), read.basePath)) {
      if (!keys.has(name.toLowerCase())) continue;
      const seen = values.get(name.toLowerCase()) ?? { name, values: [] };
      seen.values.push(value);
      values.set(name.toLowerCase(), seen);
    }
  }
  return [...values.values()].map((one) => field(one.name, inferTypes ? partitionType(one.values) : STRING));
}

function partitionType(values: readonly (string | null)[]): DataType {
  const texts = values.filter((value) => value !== null);
  const all = (test: (text: string) => boolean) => texts.length > 0 && texts.every(test);
  if (all((text) => /^-?\d{1,9}$/.test(text))) return INTEGER;
  if (all((text) => /^-?\d{1,18}$/.test(text))) return LONG;
  if (all((text) => /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text))) return DOUBLE;
  if (all((text) => /^\d{4}-\d{2}-\d{2}$/.test(text))) return DATE;
  return STRING;
}
