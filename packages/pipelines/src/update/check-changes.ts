import type { StructType } from "@sluice/query";
import { START_AT, SYSTEM_START_AT } from "../cdc/change-columns.ts";
import type { ScdType } from "../declaration/declaration.ts";
import type { TableDescription, Tables } from "../engine/engine.ts";
import type { Dataset } from "../graph/dataflow-graph.ts";
import { isKeptOtherwise, keptOtherwise } from "../streaming/change-drift.ts";
import { changeStateTarget } from "../streaming/change-target.ts";
import { tableTarget } from "../streaming/table-write.ts";

/**
 * Whether the changes of a dataset can go on into its table as it is stored, before anything of the table is altered.
 *
 * @throws EngineError AUTOCDC_INVALID_STATE when table or state were made for other keys, another SCD type or another type of sequence.
 */
export async function checkChanges(
  dataset: Dataset,
  stored: TableDescription | undefined,
  tables: Tables,
  storage: string,
): Promise<void> {
  const { changes } = dataset;
  if (changes === undefined || stored === undefined) return;
  const target = tableTarget(dataset);
  const hasRows = stored.version > 0;
  if (hasRows && scdTypeOf(stored.schema) !== changes.spec.scdType) throw keptOtherwise(target, target.location);
  const state = changeStateTarget(dataset, storage);
  const remembered = state === undefined ? undefined : await tables.describe(state.location);
  if (state === undefined || remembered === undefined) return;
  if (isKeptOtherwise(changes.spec, remembered.schema, state.schema)) throw keptOtherwise(target, state.location);
}

function scdTypeOf({ fields }: StructType): ScdType {
  const has = (name: string) => fields.some((one) => one.name === name);
  if (!has(START_AT)) return 1;
  return has(SYSTEM_START_AT) ? "bitemporal" : 2;
}
