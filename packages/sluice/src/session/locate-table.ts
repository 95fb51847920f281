import { posix } from "node:path";
import { openStore } from "@sluice/delta";
import { isPipelineError, mapPath, qualifyName } from "@sluice/pipelines";
import { QueryError } from "@sluice/query";
import type { SessionState } from "./session-state.ts";

/** A table's name in a session, looked up nowhere yet. */
export interface LocatedTable {
  /** `catalog.schema.table` as people see it, or the path as given. */
  readonly display: string;
  readonly schema?: string;
  readonly table: string;
  /** Lower case: `schema.table`; absent for a path. */
  readonly canonical?: string;
  readonly location: string;
}

/** In the folder of a name whose table was created with LOCATION: where the table is. */
export const LOCATION_FILE = "_location";

/**
 * Where a table's name leads: ``delta.`path` ``, or one to three parts.
 *
 * @throws QueryError for a name that none can have, or a path that leads to no folder of this machine.
 */
export async function locateTable(parts: readonly string[], state: SessionState): Promise<LocatedTable> {
  const [first = "", second] = parts;
  if (parts.length === 2 && first.toLowerCase() === "delta" && second !== undefined && /[/\\:]/.test(second)) {
    return { display: `delta.\`${second}\``, table: second, location: locatePath(second, state) };
  }
  const { canonical, display, folder, table } = qualified(parts, state);
  const schema = display.split(".").at(-2) ?? state.schema;
  const named = `${state.place.warehouse}/${posix.relative("tables", folder)}`;
  return { display, schema, table, canonical, location: (await elsewhere(named)) ?? named };
}

/** A path of a program as a folder or URL of the world. @throws QueryError when nothing here can reach it */
export function locatePath(path: string, { place }: Pick<SessionState, "place">): string {
  const mapped = mapPath(path, place);
  if (mapped.kind === "Local") return mapped.path;
  const target = mapped.kind === "NotLocal" ? mapped.target : path;
  if (/^(s3a?|gs|abfss?):/i.test(target)) return target;
  const message = `The path "${path}" leads to no folder of this machine. Mount its prefix in sluice.yml, or give a local path.`;
  throw new QueryError([{ condition: "PATH_NOT_FOUND", sqlState: "42K03", message, parameters: { path } }]);
}

function qualified(parts: readonly string[], { place, schema }: SessionState): ReturnType<typeof qualifyName> {
  try {
    return qualifyName(parts, { schema, ...(place.catalog === undefined ? {} : { catalog: place.catalog }) });
  } catch (error) {
    if (!isPipelineError(error)) throw error;
    const parameters = { name: parts.join(".") };
    throw new QueryError([{ condition: error.code, message: error.message, parameters }]);
  }
}

async function elsewhere(folder: string): Promise<string | undefined> {
  const content = await openStore(folder).read(LOCATION_FILE);
  return content && new TextDecoder().decode(content);
}
