import { openStore } from "@sluice/delta";
import { cloudFilesStateRows, fileStates } from "@sluice/pipelines";
import type { TableFunction, Value } from "@sluice/query";
import { locateTable } from "./locate-table.ts";
import type { SessionState } from "./session-state.ts";

/** The table that a call as `cloud_files_state(TABLE(t))` or `cloud_files_state('t')` names, by its parts; undefined for any other argument. */
export function tableArgument({ args }: TableFunction): readonly string[] | undefined {
  const value = args[0]?.value;
  if (value?.kind === "NamedTable") return value.name;
  return value?.kind === "Literal" && typeof value.value === "string" ? value.value.split(".") : undefined;
}

/**
 * The files that the flows into a table of the session's pipeline have found, with the columns of `CLOUD_FILES_STATE`; undefined when no such table is stored.
 */
export async function filesState(
  name: readonly string[],
  state: SessionState,
): Promise<readonly (readonly Value[])[] | undefined> {
  const { pipeline } = state;
  const { canonical, location } = await locateTable(name, state);
  const { tables } = await state.engine();
  if (pipeline === undefined || canonical === undefined) return undefined;
  if ((await tables.describe(location)) === undefined) return undefined;
  const target = { pipelineId: pipeline.id, target: canonical, location };
  return cloudFilesStateRows(await fileStates(target, openStore(pipeline.storage), tables));
}
