import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DataSource, field, INTEGER, LONG, STRING, type StructType, struct } from "@sluice/query";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MemoryStore } from "../../test/memory-store.ts";
import type { FileEntry } from "../engine/engine.ts";
import { EngineError } from "../engine/engine-error.ts";
import type { FileSourceWorld } from "./file-read.ts";
import { fileRead, listFiles } from "./file-source.ts";
import { resolveFileSource } from "./file-source-resolve.ts";
import { storeSchemaVersion } from "./file-source-schema.ts";

let folder: string;
const inferred: { files: readonly FileEntry[]; types: boolean }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "file-source-"));
  inferred.length = 0;
});
afterEach(() => rm(folder, { recursive: true }));

async function put(path: string, seconds = 1): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, "{}");
  await utimes(file, seconds, seconds);
}

const SCHEMA = struct([field("id", LONG), field("note", STRING)]);

function world(changes: Partial<FileSourceWorld> = {}, schema: StructType = SCHEMA): FileSourceWorld {
  const stores = new Map<string, Uint8Array>();
  return {
    projectDir: folder,
    mounts: {},
    engine: {
      inferSchema: async (files, _, types) => {
        inferred.push({ files, types });
        return schema;
      },
    },
    schemaLocation: join(folder, "schemas"),
    openStore: (root) => new MemoryStore(root, stores),
    inferAgain: false,
    streamingInference: false,
    ...changes,
  };
}

function cloudFiles(path: string, options: Record<string, string> = {}, schema?: StructType): DataSource {
  const origin = { file: "p.ts", line: 3, column: 7 };
  return {
    kind: "DataSource",
    format: "cloudFiles",
    paths: [path],
    options,
    streaming: true,
    origin,
    ...(schema ? { schema } : {}),
  };
}

const JSON_FORMAT = { "cloudFiles.format": "json" };

describe("Auto Loader", () => {
  test("infers columns as strings and adds the rescued-data column", async () => {
    await put("raw/a.json");
    const { source } = await resolveFileSource(cloudFiles("raw", JSON_FORMAT), world());
    expect(source?.schema.fields.map((one) => one.name)).toEqual(["id", "note", "_rescued_data"]);
    expect(source).toMatchObject({
      format: "json",
      paths: [join(folder, "raw")],
      maxFilesPerTrigger: 1000,
      smallBatchBytes: 268435456,
      recursive: true,
    });
    expect(inferred[0]?.types).toBe(false);
  });

  test("reads a stored schema and looks into no file", async () => {
    await put("raw/a.json");
    const one = world();
    await storeSchemaVersion(one.openStore(one.schemaLocation), struct([field("old", STRING)]));
    const { source } = await resolveFileSource(cloudFiles("raw", JSON_FORMAT), one);
    expect(source?.schema.fields.map((column) => column.name)).toEqual(["old", "_rescued_data"]);
    expect(inferred).toEqual([]);
  });

  test("an explicit schema is taken as it is, with partition columns behind it and no rescued data [F18]", async () => {
    await put("raw/year=2024/a.json");
    await put("raw/year=2025/b.json");
    const { source } = await resolveFileSource(cloudFiles("raw", JSON_FORMAT, SCHEMA), world());
    expect(source?.schema).toEqual(struct([...SCHEMA.fields, field("year", INTEGER)]));
    expect(source?.schemaLocation).toBeUndefined();
    expect(source?.rescuedDataColumn).toBeUndefined();
    expect(source && fileRead(source).basePath).toBe(join(folder, "raw"));
  });

  test("an explicit schema that has `_rescued_data STRING` asks for rescued data", async () => {
    await put("raw/a.json");
    const schema = struct([...SCHEMA.fields, field("_rescued_data", STRING)]);
    const { source } = await resolveFileSource(cloudFiles("raw", JSON_FORMAT, schema), world());
    expect(source?.schema).toEqual(schema);
    expect(source?.rescuedDataColumn).toBe("_rescued_data");
  });

  test("takes the format from file names when it is not given", async () => {
    await put("raw/deep/a.jsonl.gz");
    const { source } = await resolveFileSource(cloudFiles("raw"), world());
    expect(source?.format).toBe("json");
  });

  test.each([
    [
      "an unknown option, with the nearest name",
      { ...JSON_FORMAT, "cloudFiles.inferColumnType": "true" },
      "UNKNOWN_OPTION",
    ],
    ["a hint that is none", { ...JSON_FORMAT, "cloudFiles.schemaHints": "a INTT" }, "INVALID_OPTION_VALUE"],
    [
      "deleting files within a week",
      { ...JSON_FORMAT, "cloudFiles.cleanSource": "DELETE", "cloudFiles.cleanSource.retentionDuration": "7 days" },
      "INVALID_OPTION_VALUE",
    ],
    ["moving files nowhere", { ...JSON_FORMAT, "cloudFiles.cleanSource": "MOVE" }, "MISSING_OPTION"],
    [
      "moving files into the source",
      { ...JSON_FORMAT, "cloudFiles.cleanSource": "MOVE", "cloudFiles.cleanSource.moveDestination": "raw/done" },
      "INVALID_OPTION_VALUE",
    ],
    ["a bad number", { ...JSON_FORMAT, "cloudFiles.maxFilesPerTrigger": "many" }, "INVALID_OPTION_VALUE"],
    ["an unknown format", { "cloudFiles.format": "jsn" }, "UNKNOWN_SOURCE_FORMAT"],
    ["bad records among those that are read", { ...JSON_FORMAT, badRecordsPath: "raw/bad" }, "INVALID_OPTION_VALUE"],
    ["a mode for bad records", { ...JSON_FORMAT, badRecordsPath: "bad", mode: "FAILFAST" }, "UNSUPPORTED_FEATURE"],
    ["bad records nowhere", { ...JSON_FORMAT, badRecordsPath: "dbfs:/bucket/bad" }, "PATH_NOT_MOUNTED"],
  ])("refuses %s", async (_, options, code) => {
    await put("raw/a.json");
    const { errors } = await resolveFileSource(cloudFiles("raw", options), world());
    expect(errors.map((error) => [error.code, error.origin?.line])).toEqual([[code, 3]]);
  });

  test("reports all that is wrong at once", async () => {
    const options = { "cloudFiles.formt": "json", readerCaseSensitive: "false" };
    const { errors } = await resolveFileSource(cloudFiles("dbfs:/bucket/raw", options), world());
    expect(errors.map((error) => error.code)).toEqual(["UNKNOWN_OPTION", "UNSUPPORTED_FEATURE", "PATH_NOT_MOUNTED"]);
    expect(errors[0]?.next).toContain("cloudFiles.format");
  });

  test("a full refresh infers again", async () => {
    await put("raw/a.json");
    const one = world({ inferAgain: true });
    await storeSchemaVersion(one.openStore(one.schemaLocation), struct([field("old", STRING)]));
    const { source } = await resolveFileSource(cloudFiles("raw", JSON_FORMAT), one);
    expect(source?.schema.fields[0]?.name).toBe("id");
  });

  test.each([
    ["nothing at the path", "nowhere", "PATH_NOT_FOUND"],
    ["a folder without files", "empty", "NO_FILES_TO_INFER_SCHEMA_FROM"],
  ])("says so when there is %s", async (_, path, code) => {
    await mkdir(join(folder, "empty"));
    const { errors } = await resolveFileSource(cloudFiles(path, JSON_FORMAT), world());
    expect(errors.map((error) => error.code)).toEqual([code]);
  });

  test("Parquet files without content tell no columns, and what the engine cannot read is said at the read", async () => {
    await put("raw/a.parquet");
    await writeFile(join(folder, "raw/b.parquet"), "");
    const parquet = cloudFiles("raw", { "cloudFiles.format": "parquet" });
    await resolveFileSource(parquet, world());
    expect(inferred[0]?.files.map((file) => file.path)).toEqual([join(folder, "raw/a.parquet")]);
    const facts = { condition: "FAILED_READ_FILE", domain: "user", retry: "never" } as const;
    const inferSchema = () => Promise.reject(new EngineError("'a.parquet' is no Parquet file.", facts));
    const { errors } = await resolveFileSource(parquet, world({ engine: { inferSchema } }));
    expect(errors).toMatchObject([{ code: "SCHEMA_NOT_INFERRED", origin: { file: "p.ts", line: 3 } }]);
    expect(errors[0]?.message).toContain("'a.parquet' is no Parquet file.");
  });
});

describe("batch readers", () => {
  const batch = (path: string, options = {}): DataSource => ({
    ...cloudFiles(path, options),
    format: "json",
    streaming: false,
  });

  test("enter only folders that are partitions", async () => {
    await put("raw/a.json");
    await put("raw/k=1/b.json");
    await put("raw/other/c.json");
    const { source } = await resolveFileSource(batch("raw"), world());
    const files = source && (await listFiles(source));
    expect(files?.map((file) => file.path.slice(folder.length))).toEqual(["/raw/a.json", "/raw/k=1/b.json"]);
    expect(inferred[0]?.types).toBe(true);
  });

  test("a stream of files other than Auto Loader needs a schema", async () => {
    await put("raw/a.json");
    const { errors } = await resolveFileSource({ ...batch("raw"), streaming: true }, world());
    expect(errors.map((error) => error.code)).toEqual(["STREAM_NEEDS_SCHEMA"]);
  });
});

describe("listing", () => {
  test("sorts by age and then path, and passes over hidden names", async () => {
    await put("raw/b.json", 5);
    await put("raw/a.json", 5);
    await put("raw/deep/er/c.json", 2);
    await put("raw/_SUCCESS", 1);
    await put("raw/.part.crc", 1);
    await put("raw/_delta_log/0.json", 1);
    const files = await listFiles({ paths: [join(folder, "raw")], options: {}, recursive: true });
    expect(files.map((file) => file.path.slice(folder.length))).toEqual([
      "/raw/deep/er/c.json",
      "/raw/a.json",
      "/raw/b.json",
    ]);
  });

  test("understands globs and filters on names", async () => {
    for (const name of ["2023/a.json", "2024/b.json", "2025/c.csv", "2025/d.json"]) await put(`raw/${name}`);
    const paths = [join(folder, "raw/202[45]/*.{json,csv}")];
    const all = await listFiles({ paths, options: {}, recursive: true });
    expect(all.map((file) => file.path.slice(folder.length + 5))).toEqual(["2024/b.json", "2025/c.csv", "2025/d.json"]);
    const csv = await listFiles({ paths, options: { PATHGLOBFILTER: "*.csv" }, recursive: true });
    expect(csv).toHaveLength(1);
  });
});
