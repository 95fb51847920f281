import { array, BOOLEAN, type DataType, DOUBLE, field, LONG, STRING, type StructField, struct } from "@sluice/query";
import { longestLine } from "../bytes/longest-line.ts";
import { areManySmall } from "../bytes/small-files.ts";
import { pathList } from "../file-list.ts";
import type { Inference } from "../format.ts";
import { readFlag } from "../read-option.ts";
import { firstKeys } from "./first-keys.ts";
import { linesReader } from "./json-text-rows.ts";
import { stageRecords } from "./stage-json.ts";

/** The members of the objects in JSON files, in order of first appearance; what is no object does not count. */
export async function jsonColumns(inference: Inference): Promise<readonly StructField[]> {
  const files = await fewerFiles(inference);
  const structure = await structureOf({ ...inference, files });
  if (!isRecord(structure)) return [];
  const inferTypes = inference.inferTypes && !readFlag(inference.read, "primitivesAsString", false);
  const order = await firstKeys(files);
  const names = [
    ...order.filter((name) => name in structure),
    ...Object.keys(structure)
      .sort()
      .filter((name) => !order.includes(name)),
  ];
  return names.map((name) => field(name, structureType(structure[name], inferTypes)));
}

async function fewerFiles({ files, read, folder }: Inference): Promise<Inference["files"]> {
  if (readFlag(read, "multiLine", false) || !areManySmall(files, read)) return files;
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  return [{ path: await stageRecords(files, folder), sizeBytes, modifiedAt: 0 }];
}

async function structureOf({ connection, files, read }: Inference): Promise<unknown> {
  const paths = pathList(files.map((file) => file.path));
  const texts = readFlag(read, "multiLine", false)
    ? `SELECT content AS l FROM read_text(${paths})`
    : `SELECT l FROM ${linesReader(paths, await longestLine(files), true)}`;
  const records = `SELECT unnest(CASE WHEN json_type(j) = 'ARRAY' THEN from_json(j, '["JSON"]') ELSE [j] END) AS j FROM (SELECT TRY_CAST(l AS JSON) AS j FROM (${texts}))`;
  const rows = await connection.rows(
    `SELECT json_group_structure(j)::VARCHAR AS structure FROM (${records}) WHERE json_type(j) = 'OBJECT'`,
  );
  return JSON.parse(String(rows[0]?.["structure"] ?? "{}"));
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
