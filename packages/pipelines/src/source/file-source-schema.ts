import { type StructType, sameType, structFromJson, typeToJson } from "@sluice/query";
import type { FileStore } from "../engine/file-store.ts";

/** One inferred schema as stored: data columns, then partition columns; the rescued-data column is not part of it. */
export interface SchemaVersion {
  /** Counts from 0. */
  readonly version: number;
  readonly schema: StructType;
}

const FOLDER = "_schemas";

/**
 * The newest schema kept in a schema location; undefined when none was stored yet.
 *
 * @throws Error naming the file when it does not hold a schema.
 */
export async function readSchemaVersion(store: FileStore): Promise<SchemaVersion | undefined> {
  const files = await store.list(FOLDER);
  const versions = files.map((file) => /(?:^|\/)(\d+)$/.exec(file.path)?.[1]).filter((one) => one !== undefined);
  if (versions.length === 0) return undefined;
  const version = Math.max(...versions.map(Number));
  const content = await store.read(`${FOLDER}/${version}`);
  return content === undefined
    ? undefined
    : { version, schema: parseVersion(content, `${store.root}/${FOLDER}/${version}`) };
}

/** All schemas kept in a schema location, oldest first, and when each was stored (milliseconds since the epoch). */
export async function readSchemaHistory(
  store: FileStore,
): Promise<readonly (SchemaVersion & { readonly storedAt: number })[]> {
  const files = await store.list(FOLDER);
  const versions = await Promise.all(
    files.map(async ({ path, modifiedAt }) => {
      const version = /(?:^|\/)(\d+)$/.exec(path)?.[1];
      const content = version === undefined ? undefined : await store.read(`${FOLDER}/${version}`);
      if (content === undefined) return undefined;
      const schema = parseVersion(content, `${store.root}/${FOLDER}/${version}`);
      return { version: Number(version), schema, storedAt: modifiedAt };
    }),
  );
  return versions.filter((one) => one !== undefined).sort((left, right) => left.version - right.version);
}

/**
 * Keeps a schema as the next version unless the newest one is the same. When another process stored a version at the same time, theirs stands and is
 * the answer.
 */
export async function storeSchemaVersion(store: FileStore, schema: StructType): Promise<SchemaVersion> {
  const newest = await readSchemaVersion(store);
  if (newest !== undefined && sameType(newest.schema, schema)) return newest;
  const version = newest === undefined ? 0 : newest.version + 1;
  const content = new TextEncoder().encode(
    `${JSON.stringify({ version, schema: typeToJson(schema) }, undefined, 1)}\n`,
  );
  const outcome = await store.putIfAbsent(`${FOLDER}/${version}`, content);
  if (outcome === "created") return { version, schema };
  return (await readSchemaVersion(store)) ?? { version, schema };
}

function parseVersion(content: Uint8Array, file: string): StructType {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(content));
    return structFromJson(typeof json === "object" && json !== null && "schema" in json ? json.schema : json);
  } catch (cause) {
    throw new Error(`The schema file ${file} cannot be read; delete it to infer the schema anew.`, { cause });
  }
}
