import { openDuckDbEngine } from "@sluice/engine-duckdb";
import type { Engine, FileEntry, FileRead, Session } from "@sluice/pipelines";
import { parseSchema, type ScanPlan, type StructType, simpleString } from "@sluice/query";
import { type Canonical, canonical } from "./language-answer.ts";

/** What one side found in files: types by column, and rows by column. */
export type Found =
  | { readonly schema: Readonly<Record<string, string>>; readonly rows: readonly Readonly<Record<string, Canonical>>[] }
  | { readonly error: string; readonly message?: string };

/** How files are read. */
export interface Reading {
  readonly format: string;
  readonly files: readonly FileEntry[];
  readonly options: Readonly<Record<string, string>>;
  readonly schema?: string;
}

/** Our side: the engine, asked as `spark.read` asks it. */
export interface Ours {
  found(reading: Reading): Promise<Found>;
  close(): Promise<void>;
}

const SESSION: Session = { now: 0n, timeZone: "UTC", ansi: false };

export async function openOurs(): Promise<Ours> {
  const engine = await openDuckDbEngine();
  return { found: (reading) => found(engine, reading), close: () => engine.close() };
}

async function found(engine: Engine, reading: Reading): Promise<Found> {
  try {
    const { files } = reading;
    const read = await readOf(engine, reading);
    const slice = { kind: "Files", files, read } as const;
    const result = await engine.query(scanOf(read.schema), new Map([[0, slice]]), SESSION);
    return {
      schema: Object.fromEntries(read.schema.fields.map((one) => [one.name, simpleString(one.dataType)])),
      rows: result.rows.map((row) =>
        Object.fromEntries(read.schema.fields.map((one, i) => [one.name, canonical(row[i] ?? null, one.dataType)])),
      ),
    };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function readOf(engine: Engine, { format, files, options, schema }: Reading): Promise<FileRead> {
  const read = { format, options, basePath: "/" };
  if (schema !== undefined) return { ...read, schema: parseSchema(schema) };
  const inferTypes = format !== "csv" || options["inferSchema"] === "true";
  return { ...read, schema: await engine.inferSchema(files, read, inferTypes) };
}

function scanOf(schema: StructType): ScanPlan {
  const output = schema.fields.map((one, id) => ({ id, ...one }));
  const leaf = { kind: "NamedTable", name: ["source"], streaming: false, options: {} } as const;
  return { kind: "Scan", scan: 0, leaf, streaming: false, output };
}
