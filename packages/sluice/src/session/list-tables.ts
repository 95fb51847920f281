import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { openStore } from "@sluice/delta";
import { isPrivateTable } from "@sluice/pipelines";
import { LOCATION_FILE } from "./locate-table.ts";
import type { SessionPlace, SessionState } from "./session-state.ts";

/** A table of the warehouse, by the names of its folders. */
export interface ListedTable {
  readonly schema: string;
  readonly table: string;
  readonly location: string;
  /** The folder of the name: the table's own, or the one that says where it is. */
  readonly folder: string;
}

/** The tables of the warehouse in order of their names; of one schema when it is given. */
export async function listTableNames(
  { place }: Pick<SessionState, "place">,
  schema?: string,
): Promise<readonly ListedTable[]> {
  const schemas = schema === undefined ? await listSchemaNames({ place }) : [schema.toLowerCase()];
  const found: ListedTable[] = [];
  for (const one of schemas) {
    for (const table of await folders(join(place.warehouse, one))) {
      const folder = join(place.warehouse, one, table);
      const location = await tableAt(folder);
      if (location !== undefined) found.push({ schema: one, table, location, folder });
    }
  }
  return found;
}

/** As `listTableNames`, without those that are private to their pipeline. */
export async function listPublishedTables(
  state: Pick<SessionState, "place" | "engine">,
  schema?: string,
): Promise<readonly ListedTable[]> {
  const { tables } = await state.engine();
  const listed = await listTableNames(state, schema);
  const found = await Promise.all(listed.map(({ location }) => tables.describe(location)));
  return listed.filter((_, i) => !isPrivateTable(found[i]?.properties ?? {}));
}

/** The schemas of the warehouse in order of their names. */
export async function listSchemaNames({ place }: { readonly place: SessionPlace }): Promise<readonly string[]> {
  return folders(place.warehouse);
}

async function tableAt(folder: string): Promise<string | undefined> {
  const entries = await names(folder);
  if (entries.some((one) => one.name === "_delta_log")) return folder;
  if (!entries.some((one) => one.name === LOCATION_FILE)) return undefined;
  const content = await openStore(folder).read(LOCATION_FILE);
  return content && new TextDecoder().decode(content);
}

async function folders(path: string): Promise<readonly string[]> {
  const entries = await names(path);
  return entries
    .filter((entry) => entry.isDirectory() && !/^[_.]/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

async function names(path: string): Promise<Awaited<ReturnType<typeof entriesOf>>> {
  try {
    return await entriesOf(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  }
}

function entriesOf(path: string) {
  return readdir(path, { withFileTypes: true });
}
