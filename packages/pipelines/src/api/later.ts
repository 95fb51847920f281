import { misuse } from "./options.ts";

/** A function of DLT that is not there yet: calling it says so. */
export type Refused = (...options: readonly unknown[]) => never;

function refused(call: string, plan: string): Refused {
  return () => {
    throw misuse("UNSUPPORTED_FEATURE", { feature: `dlt.${call}`, plan });
  };
}

const UPDATE_FLOWS =
  "Update flows into sinks are not there yet: until then append the rows with dlt.appendFlow, or take the batches with dlt.foreachBatchSink.";
const EXPECTATION =
  'Rules are options of the dataset: dlt.table({ expect: { valid_id: "id IS NOT NULL" } }, () => ...).';

/** Refused until update flows come. */
export const updateFlow: Refused = refused("updateFlow", UPDATE_FLOWS);
/** Refused: rules are options of the dataset. */
export const expect: Refused = refused("expect", EXPECTATION);
/** Refused: rules are options of the dataset. */
export const expectOrDrop: Refused = refused("expectOrDrop", EXPECTATION);
/** Refused: rules are options of the dataset. */
export const expectOrFail: Refused = refused("expectOrFail", EXPECTATION);
/** Refused: rules are options of the dataset. */
export const expectAll: Refused = refused("expectAll", EXPECTATION);
/** Refused: rules are options of the dataset. */
export const expectAllOrDrop: Refused = refused("expectAllOrDrop", EXPECTATION);
/** Refused: rules are options of the dataset. */
export const expectAllOrFail: Refused = refused("expectAllOrFail", EXPECTATION);
