import { pathToFileURL } from "node:url";
import { EngineError, type FileEntry, type FileRead } from "@sluice/pipelines";
import { type DataType, isInterval, type StructField, type StructType } from "@sluice/query";
import { duckType } from "../compile/duck-type.ts";
import { quoteName, quoteText } from "../compile/identifier.ts";
import { intervalOfText } from "../compile/interval-cast.ts";
import { readOption } from "../compile/read-option.ts";
import { StagedFile } from "./bytes/staged-file.ts";
import { sourcePath } from "./local-copies.ts";

/** A list literal of paths that DuckDB's readers take literally: characters with a meaning in globs are put in brackets. */
export function pathList(paths: readonly string[]): string {
  return `[${paths.map((path) => quoteText(path.replace(/[[*?]/g, (character) => `[${character}]`))).join(", ")}]`;
}

/** A file's path as Spark shows it: a `file:` URI with percent-encoding. URLs are as they are. */
export function fileUri(path: string): string {
  return path.startsWith("/") ? pathToFileURL(path).href : path;
}

/** The values of `key=value` folders below `basePath`, decoded; `__HIVE_DEFAULT_PARTITION__` is null. */
export function partitionValues(path: string, basePath: string): ReadonlyMap<string, string | null> {
  const below = path.startsWith(basePath) ? path.slice(basePath.length) : path;
  const values = new Map<string, string | null>();
  for (const part of below.split("/").slice(0, -1)) {
    const at = part.indexOf("=");
    if (at <= 0) continue;
    const value = decode(part.slice(at + 1));
    values.set(decode(part.slice(0, at)), value === "__HIVE_DEFAULT_PARTITION__" ? null : value);
  }
  return values;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The fields of a reader's schema by where their values come from. */
export interface SplitSchema {
  readonly data: readonly StructField[];
  readonly partition: readonly StructField[];
  readonly rescued?: string;
}

/** Splits a reader's schema. A field is a partition column when the path of a file has it and the option `partitionColumns` does not say otherwise. */
export function splitSchema(read: FileRead, files: readonly FileEntry[]): SplitSchema {
  const keys = partitionKeys(read, files);
  const isPartition = (one: StructField) => keys.has(one.name.toLowerCase());
  const rest = read.schema.fields.filter((one) => one.name !== read.rescuedDataColumn);
  return {
    data: rest.filter((one) => !isPartition(one)),
    partition: rest.filter(isPartition),
    ...(read.rescuedDataColumn === undefined ? {} : { rescued: read.rescuedDataColumn }),
  };
}

/** The names of the partition columns in the paths of files, lower case, in order of first appearance. */
export function partitionKeys(
  read: Pick<FileRead, "options" | "basePath">,
  files: readonly FileEntry[],
): ReadonlySet<string> {
  const wanted = readOption(read, "partitionColumns") ?? readOption(read, "cloudFiles.partitionColumns");
  const allowed = wanted?.split(",").map((name) => name.trim().toLowerCase());
  const keys = new Set<string>();
  for (const file of files) {
    const path = sourcePath(file);
    if (!path.includes("=", read.basePath.length)) continue;
    for (const key of partitionValues(path, read.basePath).keys()) {
      if (allowed === undefined || allowed.includes(key.toLowerCase())) keys.add(key.toLowerCase());
    }
  }
  return keys;
}

/** Facts about each file of a read, as a table `f` to be joined on `f.i`, the file's place in the list from `first`. */
export interface FileFacts {
  /** SQL of the join; made when asked for. */
  readonly join: string;
  /** SQL of a hidden or partition column by name; undefined when this is neither. */
  readonly column: (name: string, type: DataType) => string | undefined;
  /** SQL of the file's URI. */
  readonly uri: string;
}

const METADATA: Readonly<Record<string, string>> = {
  file_path: "f.uri",
  file_name: "f.name",
  file_size: "f.size",
  file_block_start: "0::BIGINT",
  file_block_length: "f.size",
  file_modification_time: "make_timestamptz(f.mtime)",
};

/** Whose files facts are about, and where a table of them may be written. */
export interface FactsContext {
  readonly read: FileRead;
  /** Absent: the table stands in the statement, however long. */
  readonly folder?: string;
}

/** What is known about the files before they are opened. `index` is SQL of a file's place in the list. */
export function fileFacts(
  files: readonly FileEntry[],
  context: FactsContext,
  partition: readonly StructField[],
  index: string,
  first: number,
): FileFacts {
  const { read } = context;
  let list: string | undefined;
  const uri = (): string => {
    if (files.length > FEW) return "f.uri";
    list ??= `${uriList(files)}[CAST(${index} AS BIGINT) + ${1 - first}]`;
    return list;
  };
  return {
    get join() {
      const rows = files.map((file, i) => factRow(file, i + first, read.basePath, partition));
      const columns = FACTS.map(([name, type], at) => `CAST(t[${at + 1}] AS ${type}) AS ${name}`);
      const parts = partition.map((_, k) => `t[${FACTS.length + 1 + k}] AS p${k}`);
      const source =
        rows.length <= FEW || context.folder === undefined ? factsLiteral(rows) : factsFile(rows, context.folder);
      return ` JOIN (SELECT ${[...columns, ...parts].join(", ")} FROM ${source}) AS f ON f.i = ${index}`;
    },
    get uri() {
      return uri();
    },
    column(name, type) {
      if (name === "_metadata" && type.kind === "struct") return metadataStruct(type);
      if (name === "__file_path") return uri();
      const at = partition.findIndex((one) => one.name === name);
      if (at < 0) return undefined;
      return isInterval(type) ? intervalOfText(`f.p${at}`, type) : `TRY_CAST(f.p${at} AS ${duckType(type)})`;
    },
  };
}

/** A list of so many texts costs nothing for rows that do not look into it, unlike a join. */
const FEW = 1000;

function factsLiteral(rows: readonly FactRow[]): string {
  return `(SELECT unnest(from_json(${quoteText(JSON.stringify(rows))}, '[["VARCHAR"]]')) AS t)`;
}

function factsFile(rows: readonly FactRow[], folder: string): string {
  const staged = new StagedFile(folder, "files", "json");
  for (const row of rows) staged.text(`{"t":${JSON.stringify(row)}}\n`);
  staged.close();
  return `read_json(${pathList([staged.path])}, format = 'newline_delimited', columns = {t: 'VARCHAR[]'})`;
}

function uriList(files: readonly FileEntry[]): string {
  return `([${files.map((file) => quoteText(fileUri(sourcePath(file)))).join(", ")}])`;
}

/** Whether SQL of columns needs the join of the facts. */
export function usesFacts(sql: string): boolean {
  return /\bf\.(uri|name|size|mtime|p\d)/.test(sql);
}

const FACTS = [
  ["i", "BIGINT"],
  ["uri", "VARCHAR"],
  ["name", "VARCHAR"],
  ["size", "BIGINT"],
  ["mtime", "BIGINT"],
] as const;

type FactRow = readonly (string | null)[];

function factRow(file: FileEntry, index: number, basePath: string, partition: readonly StructField[]): FactRow {
  const path = sourcePath(file);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const values = partition.length === 0 ? new Map<string, string | null>() : partitionValues(path, basePath);
  const modified = BigInt(Math.round(file.modifiedAt)) * 1000n;
  const parts = partition.map((one) => partitionText(values, one));
  return [String(index), fileUri(path), name, String(file.sizeBytes), String(modified), ...parts];
}

function partitionText(values: ReadonlyMap<string, string | null>, one: StructField): string | null {
  const key = [...values.keys()].find((name) => name.toLowerCase() === one.name.toLowerCase());
  return key === undefined ? null : (values.get(key) ?? null);
}

function metadataStruct(type: StructType): string {
  const fields = type.fields.map((one) => `${quoteName(one.name)} := ${METADATA[one.name] ?? unknownFact(one.name)}`);
  return `struct_pack(${fields.join(", ")})`;
}

function unknownFact(name: string): never {
  throw new EngineError(`The column "_metadata" has no field "${name}".`, {
    condition: "FIELD_NOT_FOUND",
    domain: "user",
    retry: "never",
  });
}
