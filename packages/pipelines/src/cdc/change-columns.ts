import type { ScdType } from "../declaration/declaration.ts";

/** Columns that change rows have besides those of their source. Sources may not use the prefix, as in Spark. */
export const RESERVED_PREFIX = "__spark_autocdc_";

/** By what the changes of a key are ordered. */
export const SEQUENCE: string = `${RESERVED_PREFIX}sequence`;
/** By what changes are ordered in the time when they became known. Only there for bitemporal tables. */
export const SYSTEM: string = `${RESERVED_PREFIX}system`;
/** BOOLEAN, never NULL: whether the change takes its key away. */
export const DELETES: string = `${RESERVED_PREFIX}delete`;
/** BOOLEAN, never NULL: whether the change takes all keys away. Only there when the flow can do that. */
export const TRUNCATES: string = `${RESERVED_PREFIX}truncate`;
/** ARRAY<STRING>: the columns that the change sets; NULL for all. Only there when the flow says so. */
export const SETS: string = `${RESERVED_PREFIX}columns`;
/** BIGINT: orders changes of one key with the same sequence by what they hold. */
export const RANK: string = `${RESERVED_PREFIX}rank`;
/** BIGINT: until when a row of the state is kept, in microseconds since the epoch; NULL: for ever. */
export const UNTIL: string = `${RESERVED_PREFIX}until`;

/** The columns that a table of history has besides those of its rows: from when and until when a row holds, in values of the sequence. */
export const START_AT = "__START_AT";
export const END_AT = "__END_AT";
/** The columns that a bitemporal table has besides those: from when and until when a row was known to be so, in values of the system sequence. */
export const SYSTEM_START_AT = "__SYSTEM_START_AT";
export const SYSTEM_END_AT = "__SYSTEM_END_AT";

/** How the rows of a flow change its table: names are spelled as in the rows. */
export interface ChangeSpec {
  readonly scdType: ScdType;
  readonly keys: readonly string[];
  /** What the table takes from the rows, in order; the keys are among them. */
  readonly columns: readonly string[];
  /** Columns whose change makes a new version of a key. Empty for SCD type 1. */
  readonly tracked: readonly string[];
  /** Columns where NULL leaves the value as it was. */
  readonly ignoresNull: readonly string[];
  readonly truncates: boolean;
  /** Whether each row names the columns that it sets. */
  readonly setsColumns: boolean;
}

/** Whether a table's row can only be told from all changes of its key, and not from the latest one. */
export function needsHistory({ scdType, ignoresNull, setsColumns }: ChangeSpec): boolean {
  return scdType !== 1 || ignoresNull.length > 0 || setsColumns;
}

/** How the changes of all flows into one table apply: the flows agree in all but whether they truncate it. @throws Error when none brings changes */
export function commonSpec(flows: readonly { readonly changes?: ChangeSpec }[]): ChangeSpec {
  const specs = flows.flatMap(({ changes }) => changes ?? []);
  const [first] = specs;
  if (first === undefined) throw new Error("no flow brings changes");
  return { ...first, truncates: specs.some((one) => one.truncates) };
}

/** The columns that tell one change from all others: what comes again with the same values is the same change, or one of several at the same place. */
export function placeOf({ scdType, keys }: ChangeSpec): readonly string[] {
  return [...keys, SEQUENCE, ...(scdType === "bitemporal" ? [SYSTEM] : [])];
}

/** The columns that tell one row of a table from all others. */
export function identityOf({ scdType, keys }: ChangeSpec): readonly string[] {
  if (scdType === 1) return keys;
  return scdType === 2 ? [...keys, START_AT] : [...keys, START_AT, SYSTEM_START_AT];
}

/** The spec with columns that a stored table has and its source gives no longer: changes set them to NULL, and old versions keep what they had. */
export function withLostColumns(spec: ChangeSpec, lost: readonly string[]): ChangeSpec {
  const values = spec.columns.length - spec.keys.length;
  const withLost = (chosen: readonly string[]): readonly string[] =>
    chosen.length === values && values > 0 ? [...chosen, ...lost] : chosen;
  return {
    ...spec,
    columns: [...spec.columns, ...lost],
    tracked: withLost(spec.tracked),
    ignoresNull: withLost(spec.ignoresNull),
  };
}
