import {
  array,
  BOOLEAN,
  type DataType,
  DOUBLE,
  field,
  LONG,
  STRING,
  type StructField,
  struct,
  TIMESTAMP,
} from "@sluice/query";
import { haveCarriageReturn } from "../bytes/carriage-return.ts";
import { inParts, joinLines } from "../bytes/join-lines.ts";
import { longestLine } from "../bytes/longest-line.ts";
import { areManySmall } from "../bytes/small-files.ts";
import { stagedSource, stageTexts } from "../bytes/stage-texts.ts";
import { pathList } from "../file-list.ts";
import type { Inference } from "../format.ts";
import { lineSeparator, readFlag } from "../read-option.ts";
import { checkTimePatterns, timeFormats } from "../time-formats.ts";
import { FEW_LINES, firstKeys, MOST_LINES } from "./first-keys.ts";
import { elementPath, memberPath, type RecordPath, timestampPaths } from "./infer-times.ts";
import { linesReader } from "./json-text-rows.ts";
import { parsedJson } from "./lenient-json.ts";

/** The members of the objects in JSON files, in order of first appearance; what is no object does not count. */
export async function jsonColumns(inference: Inference): Promise<readonly StructField[]> {
  const { connection, read, inferTypes } = inference;
  checkTimePatterns(timeFormats(read));
  const files = await fewerFiles(inference);
  const records = await recordsOf({ ...inference, files });
  const [structure, few] = await Promise.all([structureOf(connection, records), firstKeys(files, FEW_LINES)]);
  if (!isRecord(structure)) return [];
  const isKnown = Object.keys(structure).every((name) => few.includes(name));
  const order = isKnown ? few : await firstKeys(files, MOST_LINES);
  const paths = inferTypes && readFlag(read, "inferTimestamp", false) ? textPaths(structure, "$") : [];
  const rules: TypeRules = {
    scalars: inferTypes && !readFlag(read, "primitivesAsString", false) ? SCALARS : {},
    timestamps: await timestampPaths(connection, records, { paths, read }),
  };
  const names = [
    ...order.filter((name) => name in structure),
    ...Object.keys(structure)
      .sort()
      .filter((name) => !order.includes(name)),
  ];
  const drops = readFlag(read, "dropFieldIfAllNull", false);
  return names
    .filter((name) => !drops || !isEmpty(structure[name]))
    .map((name) => field(name, structureType(structure[name], memberPath("$", name), rules)));
}

/** The places of texts in a structure. */
function textPaths(structure: unknown, path: RecordPath): readonly string[] {
  if (path === undefined) return [];
  if (Array.isArray(structure)) return textPaths(structure[0], elementPath(path));
  if (isRecord(structure)) {
    return Object.entries(structure).flatMap(([name, inner]) => textPaths(inner, memberPath(path, name)));
  }
  return structure === "VARCHAR" ? [path] : [];
}

/** Whether nothing was ever found in a place: only nulls, empty arrays, empty objects. */
function isEmpty(structure: unknown): boolean {
  if (Array.isArray(structure)) return structure.every(isEmpty);
  if (isRecord(structure)) return Object.values(structure).every(isEmpty);
  return structure === "NULL";
}

async function fewerFiles({ files, read, folder }: Inference): Promise<Inference["files"]> {
  if (readFlag(read, "multiLine", false) || !areManySmall(files, read)) return files;
  return await joinLines(inParts(files), folder);
}

async function structureOf(connection: Inference["connection"], records: string): Promise<unknown> {
  const rows = await connection.rows(
    `SELECT json_group_structure(j)::VARCHAR AS structure FROM (${records}) WHERE json_type(j) = 'OBJECT'`,
  );
  return JSON.parse(String(rows[0]?.["structure"] ?? "{}"));
}

/** SQL of the records as JSON `j`. */
async function recordsOf({ files, read, folder }: Inference): Promise<string> {
  const paths = pathList(files.map((file) => file.path));
  const texts = await textsOf();
  return `SELECT unnest(CASE WHEN json_type(j) = 'ARRAY' THEN from_json(j, '["JSON"]') ELSE [j] END) AS j FROM (SELECT ${parsedJson("l", read)} AS j FROM (${texts}))`;

  async function textsOf(): Promise<string> {
    if (readFlag(read, "multiLine", false)) return `SELECT content AS l FROM read_text(${paths})`;
    const separator = lineSeparator(read);
    if (separator !== undefined || (await haveCarriageReturn(files))) {
      return stagedSource(await stageTexts(files, folder, separator));
    }
    return `SELECT l FROM ${linesReader(paths, await longestLine(files), true)}`;
  }
}

const SCALARS: Readonly<Record<string, DataType>> = { UBIGINT: LONG, BIGINT: LONG, HUGEINT: DOUBLE, DOUBLE, BOOLEAN };

/** How what was found becomes types: those of values by DuckDB's names for them, and where texts are timestamps. */
interface TypeRules {
  readonly scalars: Readonly<Record<string, DataType>>;
  readonly timestamps: ReadonlySet<string>;
}

function structureType(structure: unknown, path: RecordPath, rules: TypeRules): DataType {
  if (Array.isArray(structure)) return array(structureType(structure[0], elementPath(path), rules));
  if (isRecord(structure)) {
    return struct(
      Object.keys(structure)
        .sort()
        .map((name) => field(name, structureType(structure[name], memberPath(path, name), rules))),
    );
  }
  if (path !== undefined && rules.timestamps.has(path)) return TIMESTAMP;
  return rules.scalars[String(structure)] ?? STRING;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
