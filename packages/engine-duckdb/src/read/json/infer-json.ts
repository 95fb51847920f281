import { array, BOOLEAN, type DataType, DOUBLE, field, LONG, STRING, type StructField, struct } from "@sluice/query";
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
import { linesReader } from "./json-text-rows.ts";
import { parsedJson } from "./lenient-json.ts";

/** The members of the objects in JSON files, in order of first appearance; what is no object does not count. */
export async function jsonColumns(inference: Inference): Promise<readonly StructField[]> {
  checkTimePatterns(timeFormats(inference.read));
  const files = await fewerFiles(inference);
  const [structure, few] = await Promise.all([structureOf({ ...inference, files }), firstKeys(files, FEW_LINES)]);
  if (!isRecord(structure)) return [];
  const isKnown = Object.keys(structure).every((name) => few.includes(name));
  const order = isKnown ? few : await firstKeys(files, MOST_LINES);
  const inferTypes = inference.inferTypes && !readFlag(inference.read, "primitivesAsString", false);
  const names = [
    ...order.filter((name) => name in structure),
    ...Object.keys(structure)
      .sort()
      .filter((name) => !order.includes(name)),
  ];
  const drops = readFlag(inference.read, "dropFieldIfAllNull", false);
  return names
    .filter((name) => !drops || !isEmpty(structure[name]))
    .map((name) => field(name, structureType(structure[name], inferTypes)));
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

async function structureOf({ connection, files, read, folder }: Inference): Promise<unknown> {
  const paths = pathList(files.map((file) => file.path));
  const texts = await textsOf();
  const records = `SELECT unnest(CASE WHEN json_type(j) = 'ARRAY' THEN from_json(j, '["JSON"]') ELSE [j] END) AS j FROM (SELECT ${parsedJson("l", read)} AS j FROM (${texts}))`;
  const rows = await connection.rows(
    `SELECT json_group_structure(j)::VARCHAR AS structure FROM (${records}) WHERE json_type(j) = 'OBJECT'`,
  );
  return JSON.parse(String(rows[0]?.["structure"] ?? "{}"));

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
