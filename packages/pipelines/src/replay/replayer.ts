import { type Plan, scans } from "@sluice/query";
import type { InputSlice, Inputs, TableDescription, WriteOutcome } from "../engine/engine.ts";

/** What became of the rows of a replay. `version` is that of the table which has them; absent when none came back. */
export interface Replayed {
  readonly examined: number;
  readonly replayed: number;
  readonly version?: number;
}

/** Feeds rows of one table back. Only the holder of the pipeline's lease may call more than `count`. */
export interface Replayer {
  /** How many rows there are that the condition chooses, and how many of them would come back. Writes nothing. */
  count(where: string | undefined): Promise<Replayed>;
  /** Brings earlier replays that were stopped to their end. Answers whether there was one. */
  finishEarlier(): Promise<boolean>;
  /** Feeds back what can come. Earlier replays must have been finished. */
  replay(where: string | undefined): Promise<Replayed>;
}

/** The rows of a table at its version, for every scan of a plan. */
export function inputsOf(plan: Plan, { location, version }: TableDescription): Inputs {
  const slice: InputSlice = { kind: "TableVersion", location, version };
  return new Map(scans(plan).map(({ scan }) => [scan, slice]));
}

/** The outcome of a write under a number that is new. @throws Error when the number was not */
export function committed(outcome: WriteOutcome): Extract<WriteOutcome, { readonly kind: "Committed" }> {
  if (outcome.kind !== "Committed") throw new Error(`a replay under a new number came out as ${outcome.kind}`);
  return outcome;
}
