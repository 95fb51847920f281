import type { FileEntry, FileRead } from "@sluice/pipelines";
import {
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
} from "@sluice/query";
import type { Connection } from "../connection/duck-db.ts";
import { WorkFolder } from "../connection/work-folder.ts";
import { plainCopies } from "./bytes/plain-copies.ts";
import { partitionKeys, partitionValues } from "./file-list.ts";
import type { FileFormat } from "./format.ts";
import { formatOf } from "./formats.ts";
import { type LocalCopies, sourcePath } from "./local-copies.ts";
import { SAMPLE_FILES, sampleFiles } from "./sample-files.ts";
import { presentFiles } from "./settle-files.ts";
import { leavesOutCorrupt, type Tolerance, withTolerance } from "./tolerance.ts";

/** How columns shall be found. */
export interface InferenceRequest {
  readonly read: Omit<FileRead, "schema">;
  readonly inferTypes: boolean;
  readonly extent: "Sample" | "All";
}

/** The columns found in the files or a sample of them, in order of first appearance, of JSON and XML by name; partition columns of paths last. */
export async function inferSchema(
  connection: Connection,
  files: readonly FileEntry[],
  request: InferenceRequest,
  place: InferencePlace,
): Promise<StructType> {
  return await withTolerance(
    (tolerance) => inferFrom({ connection, place, tolerance }, presentFiles(files, request.read, tolerance), request),
    leavesOutCorrupt(request.read),
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
  { connection, place, tolerance }: InferenceContext,
  files: readonly FileEntry[],
  { read, inferTypes, extent }: InferenceRequest,
): Promise<StructType> {
  const partition = partitionFields(read, files, inferTypes);
  const names = new Set(partition.map((one) => one.name.toLowerCase()));
  const format = formatOf(read);
  const stage = new WorkFolder(place.folder, "sample");
  try {
    const sample = await sampleFrom({ connection, place, tolerance }, files, { read, format, extent }, stage);
    const found = await format.columns({
      connection,
      files: sample,
      read,
      inferTypes,
      get folder() {
        return stage.path;
      },
    });
    const data = files.length === 0 && format.sampling !== "Never" ? [] : found;
    return struct([...data.filter((one) => !names.has(one.name.toLowerCase())), ...partition]);
  } finally {
    stage.remove();
  }
}

interface SampleRequest {
  readonly read: Omit<FileRead, "schema">;
  readonly format: FileFormat;
  readonly extent: "Sample" | "All";
}

async function sampleFrom(
  { place: { copies }, tolerance }: InferenceContext,
  files: readonly FileEntry[],
  { read, format, extent }: SampleRequest,
  stage: WorkFolder,
): Promise<readonly FileEntry[]> {
  const first = extent === "All" ? files : files.slice(0, SAMPLE_FILES);
  if (format.sampling === "Never") return first;
  const heads = extent === "Sample" && format.sampling === "Head" ? await sampleFiles(first, read, stage) : first;
  const local = await copies.sourceFiles(heads);
  const present = local === heads ? local : presentFiles(local, read, tolerance);
  if (format.content === "Bytes") return present;
  const plain = await plainCopies(
    present,
    (file) => file,
    read,
    () => stage.path,
  );
  return present.map((file) => plain.get(file.path) ?? file);
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
