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
import { quoteText } from "../../compile/identifier.ts";
import { lineSeparator, readFlag } from "../../compile/read-option.ts";
import { checkTimePatterns, timeFormats } from "../../compile/time-formats.ts";
import { haveCarriageReturn } from "../bytes/carriage-return.ts";
import { inParts, joinLines } from "../bytes/join-lines.ts";
import { longestLine } from "../bytes/longest-line.ts";
import { areManySmall } from "../bytes/small-files.ts";
import { stagedSource, stageTexts } from "../bytes/stage-texts.ts";
import { pathList } from "../file-list.ts";
import type { Inference } from "../format.ts";
import { numberTypes } from "./infer-numbers.ts";
import { elementPath, memberPath, type RecordPath, timestampPaths } from "./infer-times.ts";
import { linesReader, rowsOfRecord } from "./json-text-rows.ts";
import { parsedJson } from "./lenient-json.ts";
import { markedCopies, recordEnds } from "./marked-copies.ts";

/** The members of the objects in JSON files by name, as Spark has them; what is no object does not count. */
export async function jsonColumns(inference: Inference): Promise<readonly StructField[]> {
  const { connection, read, inferTypes } = inference;
  checkTimePatterns(timeFormats(read));
  const files = await fewerFiles(inference);
  const records = await recordsOf({ ...inference, files });
  const { structure: whole, isLarge } = await structureOf(connection, records);
  if (!isRecord(whole)) return [];
  const structure =
    read.rescuedDataColumn === undefined ? await withoutEmptyObjects(connection, records, whole) : whole;
  const paths = inferTypes && readFlag(read, "inferTimestamp", false) ? scalarPaths(structure, "$", ["VARCHAR"]) : [];
  const hasScalars = inferTypes && !readFlag(read, "primitivesAsString", false);
  const rules: TypeRules = {
    scalars: hasScalars ? { ...SCALARS, HUGEINT: isLarge ? DOUBLE : LONG } : {},
    timestamps: await timestampPaths(connection, records, { paths, read }),
    numbers: hasScalars ? await numbersOf({ ...inference, files }, { structure, isLarge, records }) : new Map(),
  };
  const drops = readFlag(read, "dropFieldIfAllNull", false);
  return Object.keys(structure)
    .sort()
    .filter((name) => !drops || !isEmpty(structure[name]))
    .map((name) => field(name, structureType(structure[name], memberPath("$", name), rules)));
}

/** The places in a structure that hold values of some types of DuckDB. */
function scalarPaths(structure: unknown, path: RecordPath, types: readonly string[]): readonly string[] {
  if (path === undefined) return [];
  if (Array.isArray(structure)) return scalarPaths(structure[0], elementPath(path), types);
  if (isRecord(structure)) {
    return Object.entries(structure).flatMap(([name, inner]) => scalarPaths(inner, memberPath(path, name), types));
  }
  return types.includes(String(structure)) ? [path] : [];
}

/** The types of numbers that may be no 64-bit integers and no doubles, by place. */
async function numbersOf(
  inference: Inference,
  { structure, isLarge, records }: Found,
): Promise<ReadonlyMap<string, DataType>> {
  const prefersDecimal = readFlag(inference.read, "prefersDecimal", false);
  const integers = isLarge ? ["BIGINT", "UBIGINT", "HUGEINT"] : [];
  const paths = scalarPaths(structure, "$", isLarge || prefersDecimal ? [...integers, "DOUBLE"] : []);
  const written = prefersDecimal && paths.length > 0 ? await recordsOf(inference, true) : records;
  return await numberTypes(inference.connection, { records: written, paths, prefersDecimal });
}

/** Whether nothing was ever found in a place: only nulls, empty arrays, empty objects. */
function isEmpty(structure: unknown): boolean {
  if (Array.isArray(structure)) return structure.every(isEmpty);
  if (isRecord(structure)) return Object.values(structure).every(isEmpty);
  return structure === "NULL";
}

/**
 * What is left of a record without members that only ever are objects without members, or hold nothing else: as in Spark they are no columns. A record of nothing else is left
 * as it is. Where what has no column is rescued, and new columns stop the read, they are columns of text.
 */
async function withoutEmptyObjects(
  connection: Inference["connection"],
  records: string,
  record: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const paths = scalarPaths(record, "$", ["JSON"]);
  if (paths.length === 0) return record;
  const items = paths.map((path, i) => `bool_and(${isEmptyObject(path ?? "$")}) AS e${i}`);
  const [row] = await connection.rows(`SELECT ${items.join(", ")} FROM (${records}) WHERE json_type(j) = 'OBJECT'`);
  const empty = new Set(paths.filter((_, i) => row?.[`e${i}`] === true));
  const kept = empty.size === 0 ? record : filled(record, "$", empty);
  return isRecord(kept) ? kept : record;
}

/** SQL: whether all values at a path are objects without members, or NULL. */
function isEmptyObject(path: string): string {
  const found = `json_extract(j, ${quoteText(path)})`;
  const isEmpty = (value: string) =>
    `(${value} IS NULL OR json_type(${value}) = 'NULL' OR (json_type(${value}) = 'OBJECT' AND len(json_keys(${value})) = 0))`;
  return path.includes("[*]") ? `len(list_filter(${found}, lambda v: NOT ${isEmpty("v")})) = 0` : isEmpty(found);
}

/** A structure without the places that are `empty`; undefined when nothing is left. */
function filled(structure: unknown, path: RecordPath, empty: ReadonlySet<RecordPath>): unknown {
  if (Array.isArray(structure)) {
    if (structure.length === 0) return structure;
    const element = filled(structure[0], elementPath(path), empty);
    return element === undefined ? undefined : [element];
  }
  if (!isRecord(structure)) return path !== undefined && empty.has(path) ? undefined : structure;
  const members = Object.entries(structure).flatMap(([name, inner]) => {
    const kept = filled(inner, memberPath(path, name), empty);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

async function fewerFiles({ files, read, folder }: Inference): Promise<Inference["files"]> {
  if (readFlag(read, "multiLine", false) || !areManySmall(files, read)) return files;
  return await joinLines(inParts(files), folder);
}

interface Structure {
  readonly structure: unknown;
  /** Whether there may be integers beyond 64 bits. */
  readonly isLarge: boolean;
}

interface Found extends Structure {
  readonly records: string;
}

async function structureOf(connection: Inference["connection"], records: string): Promise<Structure> {
  const rows = await connection.rows(
    `SELECT json_group_structure(j)::VARCHAR AS structure, bool_or(regexp_matches(j::VARCHAR, '[0-9]{19}')) AS large FROM (${records}) WHERE json_type(j) = 'OBJECT'`,
  );
  return { structure: JSON.parse(String(rows[0]?.["structure"] ?? "{}")), isLarge: rows[0]?.["large"] === true };
}

/** SQL of the records as JSON `j`; with `isMarked` their numbers are marked. */
async function recordsOf(inference: Inference, isMarked = false): Promise<string> {
  const { read, folder } = inference;
  const files = isMarked ? await markedCopies(inference.files, recordEnds(read), folder) : inference.files;
  const paths = pathList(files.map((file) => file.path));
  const texts = await textsOf();
  return `SELECT unnest(${rowsOfRecord("j")}) AS j FROM (SELECT ${parsedJson("l", read, isMarked)} AS j FROM (${texts}))`;

  async function textsOf(): Promise<string> {
    if (readFlag(read, "multiLine", false)) return `SELECT content AS l FROM read_text(${paths})`;
    const separator = lineSeparator(read);
    if (separator !== undefined || (await haveCarriageReturn(files))) {
      return stagedSource(await stageTexts(files, folder, separator));
    }
    return `SELECT l FROM ${linesReader(paths, await longestLine(files), true)}`;
  }
}

/** Beside these, HUGEINT: what DuckDB calls integers some of which are negative, and those beyond 64 bits. */
const SCALARS: Readonly<Record<string, DataType>> = { UBIGINT: LONG, BIGINT: LONG, DOUBLE, BOOLEAN };

/** How what was found becomes types: those of values by DuckDB's names for them, where texts are timestamps, and the types of numbers that were looked at. */
interface TypeRules {
  readonly scalars: Readonly<Record<string, DataType>>;
  readonly timestamps: ReadonlySet<string>;
  readonly numbers: ReadonlyMap<string, DataType>;
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
  const number = path === undefined ? undefined : rules.numbers.get(path);
  return number ?? rules.scalars[String(structure)] ?? STRING;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
